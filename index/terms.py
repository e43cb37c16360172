"""What the word index holds of a text: its words, stemmed in their language and folded.

A passage and a question go through the same functions, so what matters is that the forms of a word meet, not that
a term is a word. Stems are Snowball's (https://snowballstem.org, by PyStemmer); Uzbek and Kazakh, for which there is no
such stemmer, lose their case, plural and possessive suffixes here.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import Stemmer

from index.function_words import ALL_FUNCTION_WORDS, FUNCTION_WORDS, plain
from index.languages import uzbek_to_latin
from index.types import UNKNOWN_LANGUAGE

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip

_APOSTROPHE = "'’‘`´ʻʼ"
# Letters and digits; then, inside a word, an apostrophe ("o'zbek"), a decimal sign ("12,5") or a plus ("C5+1").
_TOKEN = re.compile(rf"[^\W_]+(?:(?:[{_APOSTROPHE}]|(?<=\d)[.,](?=\d)|\+(?=\d))[^\W_]+)*")
_APOSTROPHES = re.compile(f"[{_APOSTROPHE}]")
_ELIDED = re.compile(
    "(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu|dell|all|nell|sull|dall|un)", re.IGNORECASE
)
# Plural, possessive, case, each at most once and in this order; or the past tense. Four letters must be left.
_UZBEK_ENDING = re.compile(
    "(?<=.{4})(?:(?:lar)?(?:imiz|ingiz|si|i)?(?:ning|dagi|dan|da|ni|ga|ka|qa|cha)?|(?:di|gan)(?:lar)?)$"
)
# Endings in т and қ follow voiceless consonants (and final в, б, г, д of loans): "президент-тің", not "президен-ті".
_KAZAKH_ENDING = re.compile(
    "(?<=.{4})(?:[лдт][ае]р)?(?:с?[ыі])?(?:[нд][ыі]ң?|(?:(?<=[ыі])н)?д[ае](?:ғы|гі)?|[нд][ае]н|[ғг][ае]|[мбп]ен"
    "|(?<=[пфкқтсшщчцхһвбгд])(?:т[ыі]ң?|т[ае](?:ғы|гі)?|[қк][ае])|(?<=[пфкқтшщчцхһвбгд])т[ае]н)?$"
)

_local = threading.local()


def terms(text: str, language: str) -> list[str]:
    """Stemmed and folded words of `text`, in order, repetitions included.

    Args:
        text: Any text, in any script.
        language: ISO 639-1 code. Where it has no stemmer, or is "und", words are folded only.

    Returns:
        Terms without white space: "Les accords de l'Ouzbékistan" in "fr" -> ["le", "accord", "de", "ouzbekistan"].
    """
    return [_term(token, language) for token in _tokens(text)]


def content_terms(text: str, language: str) -> list[str]:
    """`terms` without the function words of the language ("und": of all our languages), for questions."""
    dropped = (
        ALL_FUNCTION_WORDS if language == UNKNOWN_LANGUAGE else FUNCTION_WORDS.get(language, frozenset())
    )
    return [_term(token, language) for token in _tokens(text) if _folded(token) not in dropped]


def content_words(text: str, language: str) -> list[str]:
    """The words of a question as written, without the function words of the language it is asked in."""
    dropped = FUNCTION_WORDS.get(language, ALL_FUNCTION_WORDS)
    return [_whole(token) for token in _tokens(text) if _folded(token) not in dropped]


def _tokens(text: str) -> Iterable[str]:
    return _TOKEN.findall(unicodedata.normalize("NFC", text))


@lru_cache(maxsize=200_000)
def _folded(token: str) -> str:
    return plain(_whole(token))


@lru_cache(maxsize=200_000)
def _term(token: str, language: str) -> str:
    word = _whole(token)
    if language == "tr":
        word = _APOSTROPHES.split(word)[0].replace("İ", "i").replace("I", "ı")
    word = word.lower()
    if language == "uz":
        return _UZBEK_ENDING.sub("", plain(uzbek_to_latin(word)))
    if language == "kk":
        return plain(_KAZAKH_ENDING.sub("", word))
    stemmer = _stemmer(language)
    word = word.replace("ё", "е")
    return plain(word if stemmer is None else stemmer.stemWord(word))


def _whole(token: str) -> str:
    """`token` without what an apostrophe joins to it: "l'accord" -> "accord", "Macron's" -> "Macron"."""
    parts = _APOSTROPHES.split(token)
    while len(parts) > 1 and _ELIDED.fullmatch(parts[0]):
        del parts[0]
    if len(parts) > 1 and parts[-1].lower() == "s":
        del parts[-1]
    return "'".join(parts)


def _stemmer(language: str) -> Any:
    """This thread's stemmer: a Snowball stemmer holds the word it is working on, so threads cannot share one."""
    name = _SNOWBALL.get(language)
    if name is None:
        return None
    stemmers: dict[str, Any] = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(name)
    return stemmers[language]
