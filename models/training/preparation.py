"""What comes before the first gradient step: which of the teacher's pieces are kept, and the tokenizer of those.

Skipped when the files are there. A few minutes on two cores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.training import vocabulary
from models.training.corpora import (
    SENTENCES,
    WORDS,
    Pair,
    both_scripts,
    is_held_out_article,
    is_held_out_pair,
    pair_files,
    read_news,
    read_pairs,
    read_questions,
)
from models.training.teacher import Teacher

PIECES = 92_000
"""In all: with 384 numbers each, and six layers, 92 MB in 16 bits."""
_COUNTED = 120_000
"""Texts per language that are looked at."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are read and written."""

    data: Path
    """The data folder, with `parallel/`, `qa/` and `news/`."""
    extra: Path | None
    """What `models.training.extra_pairs` wrote, if it was run."""
    work: Path
    """Everything that can be made again."""
    teacher: Path
    """The teacher's file."""

    @property
    def tokenizer(self) -> Path:
        return self.work / "tokenizer.json"

    @property
    def kept(self) -> Path:
        return self.work / "kept.npy"

    def pairs(self) -> Iterator[Pair]:
        """All pairs, Uzbek in both scripts."""
        return both_scripts(read_pairs(pair_files(self.data, SENTENCES + WORDS, self.extra)))


def prepare(places: Places, teacher: Teacher) -> None:
    """Make what is missing: the tokenizer of the student, and the numbers that its pieces have in the teacher."""
    if places.tokenizer.exists() and places.kept.exists():
        return
    places.work.mkdir(parents=True, exist_ok=True)
    print("choosing pieces", flush=True)
    whole = vocabulary.build(teacher.pieces, teacher.scores.tolist())
    uses = {
        language: vocabulary.count(whole, vocabulary.sample(found, _COUNTED))
        for language, found in _texts(places).items()
    }
    kept = vocabulary.chosen(teacher.pieces, teacher.scores, uses, PIECES)
    ours = vocabulary.build([teacher.pieces[n] for n in kept], teacher.scores[kept].tolist())
    np.save(places.kept, np.asarray(kept))
    ours.save(str(places.tokenizer))


def _texts(places: Places) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for pair in places.pairs():
        if not is_held_out_pair(pair.english):
            found[pair.language].append(pair.other)
            found["en"].append(pair.english)
    for language, title, text in read_news(places.data):
        found[language] += [title, *text.split("\n")]
    for question in read_questions(places.data):
        if not is_held_out_article(question.title):
            found[question.language] += [question.text, question.paragraph]
    return found
