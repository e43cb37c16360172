"""Text put into another language word by word, by translation probabilities: no grammar, but the right words
("code switching", Qin et al. 2020).

The question sets are English and French; this shows the reader that question and passage may be in two languages.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.training.corpora import Pair
from models.training.uzbek import to_cyrillic

Span = tuple[int, int]

SOURCES = {"en": ("fr", "es", "de", "ru", "tr", "uz", "kk"), "fr": ("en", "es", "de", "ru")}
"""Into which languages texts of each language are put. From French to a third language words go through English."""
_LEAST_CHANCE = 0.08
"""Below which a translation is taken to be noise."""
_MOST = 5
"""Translations of a word."""
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = {
    "shch": "щ", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "ts": "ц", "ph": "ф", "th": "т", "ck": "к", "ee": "и",
    "oo": "у", "ya": "я", "yu": "ю", "yo": "ё", "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г",
    "h": "х", "i": "и", "j": "дж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р",
    "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "кс", "y": "и", "z": "з",
}  # fmt: skip
_SOUNDS = re.compile("|".join(sorted(_CYRILLIC, key=len, reverse=True)))
_WRITTEN_IN_CYRILLIC = ("ru", "kk")


@dataclass(frozen=True, slots=True)
class Table:
    """Likely translations of words in lower case, with their cumulative chances."""

    language: str
    """Of the translations."""
    words: dict[str, tuple[list[str], list[float]]]

    def switched(
        self, text: str, span: Span | None, rng: random.Random, kept: float
    ) -> tuple[str, Span | None]:
        """The text with its words put into the table's language, and where a span of it has gone.

        Words that the table lacks, names above all, stay; in Cyrillic they are spelled by sound.

        Args:
            span: Characters of `text` that begin and end at words.
            kept: Share of the words that stay as they are, in [0, 1].
        """
        parts: list[str] = []
        length = at = 0
        start = end = 0
        for match in _WORD.finditer(text):
            between = text[at : match.start()]
            if span is not None and at <= span[0] < match.start():
                start = length + span[0] - at
            if span is not None and at < span[1] <= match.start():
                end = length + span[1] - at
            word = match[0] if rng.random() < kept else self._put(match[0], rng)
            parts += [between, word]
            if span is not None and match.start() <= span[0] < match.end():
                start = length + len(between)
            length += len(between) + len(word)
            at = match.end()
            if span is not None and match.start() < span[1] <= match.end():
                end = length
        if span is not None and span[0] >= at:
            start = length + span[0] - at
        if span is not None and span[1] > at:
            end = length + span[1] - at
        parts.append(text[at:])
        return "".join(parts), None if span is None else (start, end)

    def _put(self, word: str, rng: random.Random) -> str:
        found = self.words.get(word.lower())
        if found is not None:
            other = rng.choices(found[0], cum_weights=found[1])[0]
        elif self.language in _WRITTEN_IN_CYRILLIC and word.isascii():
            other = _SOUNDS.sub(lambda sound: _CYRILLIC[sound[0]], word.lower())
        elif self.language == "uz" and word.isascii() and rng.random() < 0.2:
            other = to_cyrillic(word.lower())
        else:
            return word
        return other[:1].upper() + other[1:] if word[0].isupper() else other


def tables(pairs: Iterable[Pair], file: Path) -> dict[tuple[str, str], Table]:
    """The table of each pair of languages in `SOURCES`, from sentences and dictionaries; kept in `file`.

    Ten minutes on one core the first time.
    """
    if not file.exists():
        by_language: dict[str, list[Pair]] = defaultdict(list)
        for pair in pairs:
            by_language[pair.language].append(pair)
        found: dict[tuple[str, str], dict[str, tuple[list[str], list[float]]]] = {}
        for language in SOURCES["en"]:
            english = [pair.english for pair in by_language[language]]
            other = [pair.other for pair in by_language[language]]
            found["en", language] = _learn(english, other)
            if language == "fr":
                found["fr", "en"] = _learn(other, english)
            print(f"words en-{language}: {len(found['en', language]):,}", flush=True)
        for language in SOURCES["fr"]:
            if language != "en":
                found["fr", language] = _composed(found["fr", "en"], found["en", language])
        rows = [[*languages, words] for languages, words in found.items()]
        part = file.with_suffix(".part")
        part.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        part.replace(file)
    rows = json.loads(file.read_text(encoding="utf-8"))
    return {
        (given, other): Table(other, {word: (row[0], row[1]) for word, row in words.items()})
        for given, other, words in rows
    }


def _learn(given: Sequence[str], other: Sequence[str]) -> dict[str, tuple[list[str], list[float]]]:
    from models.training.alignment import align  # needs numba, which only this needs

    vocabulary: dict[str, int] = {}
    other_vocabulary: dict[str, int] = {}
    left, right = [], []
    for one, two in zip(given, other, strict=True):
        a = [vocabulary.setdefault(word, len(vocabulary)) for word in _WORD.findall(one.lower())]
        b = [other_vocabulary.setdefault(word, len(other_vocabulary)) for word in _WORD.findall(two.lower())]
        if a and b and len(a) * len(b) < 1500:
            left.append(a)
            right.append(b)
    # p(other | given): `given` plays the part of the units that explain.
    ids, chances = align(right, left, rounds=4).likeliest(len(vocabulary), _MOST)
    spelled = list(other_vocabulary)
    table: dict[str, tuple[list[str], list[float]]] = {}
    for word, number in vocabulary.items():
        likely = zip(ids[number].tolist(), chances[number].tolist(), strict=True)
        row = [(spelled[i], chance) for i, chance in likely if i >= 0 and chance >= _LEAST_CHANCE]
        if row:
            table[word] = (
                [found for found, _ in row],
                np.cumsum([chance for _, chance in row]).round(3).tolist(),
            )
    return table


def _composed(
    first: dict[str, tuple[list[str], list[float]]], second: dict[str, tuple[list[str], list[float]]]
) -> dict[str, tuple[list[str], list[float]]]:
    """By way of the likeliest word between."""
    return {word: second[found[0]] for word, (found, _) in first.items() if found[0] in second}
