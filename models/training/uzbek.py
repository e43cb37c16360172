"""Uzbek in its two scripts: the official correspondence of letters, both ways."""

from __future__ import annotations

import re

_PAIRS = [
    ("oʻ", "ў"), ("gʻ", "ғ"), ("sh", "ш"), ("ch", "ч"), ("yo", "ё"), ("yu", "ю"), ("ya", "я"), ("ye", "е"),
    ("ts", "ц"), ("a", "а"), ("b", "б"), ("d", "д"), ("e", "э"), ("f", "ф"), ("g", "г"), ("h", "ҳ"), ("i", "и"),
    ("j", "ж"), ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("q", "қ"), ("r", "р"),
    ("s", "с"), ("t", "т"), ("u", "у"), ("v", "в"), ("x", "х"), ("y", "й"), ("z", "з"), ("ʼ", "ъ"),
]  # fmt: skip
_TO_CYRILLIC = dict(_PAIRS) | {"c": "с", "w": "в"}
_TO_LATIN = {cyrillic: latin for latin, cyrillic in _PAIRS} | {"ы": "i", "щ": "sh", "ь": "", "е": "e"}
_LATIN = re.compile("|".join(sorted(map(re.escape, _TO_CYRILLIC), key=len, reverse=True)))
_APOSTROPHES = re.compile("(?<=[oOgG])[ʻʼ’‘'`]")


def to_cyrillic(text: str) -> str:
    """Uzbek Latin as Cyrillic, lower case kept where it is; other letters are left alone."""
    text = re.sub("[’‘'`]", "ʼ", _APOSTROPHES.sub("ʻ", text))
    written = _replace(_LATIN, _TO_CYRILLIC, text)
    # е is written for "e" after a consonant, э at the beginning of a word and after a vowel.
    written = re.sub("(?<=[бвгджзйклмнпрстфхцчшқғҳ])э", "е", written)
    return re.sub("(?<=[БВГДЖЗЙКЛМНПРСТФХЦЧШҚҒҲ])(?:э|Э)", lambda e: "е" if e[0] == "э" else "Е", written)


def to_latin(text: str) -> str:
    """Uzbek Cyrillic as Latin; other letters are left alone."""
    text = re.sub("(?:(?<=^)|(?<=[\\W_]))(е|Е)", lambda e: "ye" if e[0] == "е" else "Ye", text)
    return _replace(re.compile("[а-яёўқғҳ]"), _TO_LATIN, text)


def _replace(pattern: re.Pattern[str], table: dict[str, str], text: str) -> str:
    def one(match: re.Match[str]) -> str:
        found = match[0]
        written = table.get(found.lower(), found)  # some letters have two lower cases
        return written if found == found.lower() else written[:1].upper() + written[1:]

    return re.compile(pattern.pattern, re.IGNORECASE).sub(one, text)
