"""What the rooms beside it share: folded words, characters that are covered already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from index.languages import uzbek_to_latin

Span = tuple[int, int]

LETTERS = re.compile(r"[^\W\d_]+(?:['ʻʼ‘’][^\W\d_]+)*")
"""A word."""


def mask_of(text: str, spans: Iterable[Span]) -> bytearray:
    """A byte for each character: 1 inside the spans."""
    mask = bytearray(len(text) + 1)
    for low, high in spans:
        mask[low:high] = b"\1" * (high - low)
    return mask


def fold(word: str) -> str:
    """For looking a word up: lower case, no accents but those that make another letter, one apostrophe, Uzbek in Latin
    letters."""
    word = uzbek_to_latin(word.casefold()) if re.search("[ўқғҳ]", word.casefold()) else word.casefold()
    word = re.sub("[ʻʼ‘’`´]", "'", word)
    letters = unicodedata.normalize("NFKD", word.replace("й", "\0").replace("ё", "е"))
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("\0", "й").replace("ı", "i")
