"""Text put into another language word by word, by translation probabilities: no grammar, but the right words.

The question sets are English and French; this gives them, and English paragraphs in general, a likeness in the other
languages ("code switching", carried to the last word). Text comes out in lower case, as the model reads it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_LEAST_CHANCE = 0.06
"""Below which a translation is taken to be noise."""

_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = {
    "shch": "щ", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "ts": "ц", "ph": "ф", "th": "т", "ck": "к", "ee": "и",
    "oo": "у", "ya": "я", "yu": "ю", "yo": "ё", "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г",
    "h": "х", "i": "и", "j": "дж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р",
    "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "кс", "y": "и", "z": "з",
}  # fmt: skip
_SOUNDS = re.compile("|".join(sorted(_CYRILLIC, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Table:
    """Likely translations of words, with their cumulative chances."""

    words: dict[str, tuple[list[str], list[float]]]
    cyrillic: bool
    """Whether words that it lacks (names) are to be spelled in Cyrillic."""

    def switched(self, text: str, rng: random.Random, kept: float = 0.0) -> str:
        """The text in the table's language; a share `kept` of the words stays as it is."""

        def one(match: re.Match[str]) -> str:
            word = match[0].lower()
            if kept and rng.random() < kept:
                return word
            found = self.words.get(word)
            if found is not None:
                return rng.choices(found[0], cum_weights=found[1])[0]
            if self.cyrillic and word.isascii():
                return _SOUNDS.sub(lambda sound: _CYRILLIC[sound[0]], word)
            return word

        return _WORD.sub(one, text)


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())


def learn(
    given: Sequence[str], found: Sequence[str], *, cyrillic: bool, names: dict[str, list[str]] | None = None
) -> Table:
    """The table from the language of `given` to that of `found`, from sentences that translate each other.

    Args:
        given, found: Texts, one translating the other, of equal number.
        cyrillic: Whether the language of `found` is written in Cyrillic.
        names: Spellings of names in lower case, for words that the sentences do not teach.
    """
    from models.training.alignment import align  # needs numba, which only training installs

    vocabulary: dict[str, int] = {}
    other_vocabulary: dict[str, int] = {}
    left, right = [], []
    for one, two in zip(given, found, strict=True):
        a = [vocabulary.setdefault(word, len(vocabulary)) for word in words(one)]
        b = [other_vocabulary.setdefault(word, len(other_vocabulary)) for word in words(two)]
        if a and b and len(a) * len(b) < 2500:
            left.append(a)
            right.append(b)
    # p(found | given): `given` plays the part of the units that explain.
    aligned = align(right, left, rounds=5)
    ids, chances = aligned.likeliest(len(vocabulary), 6)
    spelled = list(other_vocabulary)
    table: dict[str, tuple[list[str], list[float]]] = {}
    for word, number in vocabulary.items():
        likely = zip(ids[number].tolist(), chances[number].tolist(), strict=True)
        row = [(spelled[i], chance) for i, chance in likely if i >= 0 and chance >= _LEAST_CHANCE]
        if row:
            table[word] = ([other for other, _ in row], np.cumsum([chance for _, chance in row]).tolist())
    for word, spellings in (names or {}).items():
        if word not in table:
            table[word] = (spellings, list(range(1, len(spellings) + 1)))
    return Table(table, cyrillic)
