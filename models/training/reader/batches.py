"""Questions and passages as piece numbers, those of like length together."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from models.training.reader.lessons import Lessons, Shown

PIECES = 4_500
"""Of a batch, padding included."""
LONGEST = 288
"""Pieces of a question and its passage; of what is longer the end is cut off."""
_POOL = 1_200
"""Draws among which those of like length are put together."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some questions with their passages."""

    ids: Tensor
    """Piece numbers, shape (examples, length)."""
    mask: Tensor
    """Which places hold a piece, bool, of the same shape."""
    passage: Tensor
    """Which places hold a piece of the passage, bool, of the same shape."""
    starts: Tensor
    """Place of the answer's first piece, shape (examples,); 0, the begin mark, where there is no answer."""
    ends: Tensor
    """Of its last piece."""


@dataclass(frozen=True, slots=True)
class _Row:
    ids: list[int]
    first: int
    """Place of the passage's first piece."""
    start: int
    end: int


def endless(lessons: Lessons, tokenizer: Tokenizer, seed: int) -> Iterator[Batch]:
    """Batches for ever."""
    rng = random.Random(seed)
    while True:
        rows = sorted(_rows([lessons.draw() for _ in range(_POOL)], tokenizer), key=lambda row: len(row.ids))
        batches: list[list[_Row]] = [[]]
        for row in rows:
            if (len(batches[-1]) + 1) * len(row.ids) > PIECES:
                batches.append([])
            batches[-1].append(row)
        rng.shuffle(batches)
        yield from map(_batch, batches)


def encoded(shown: Sequence[Shown], tokenizer: Tokenizer) -> Batch:
    """One batch of these; examples whose answer is cut off are left out."""
    return _batch(list(_rows(shown, tokenizer)))


def _rows(shown: Sequence[Shown], tokenizer: Tokenizer) -> Iterator[_Row]:
    encodings = tokenizer.encode_batch([(one.question, one.text) for one in shown])
    for one, encoding in zip(shown, encodings, strict=True):
        first = encoding.sequence_ids.index(1)
        ids = encoding.ids
        last = len(ids) - 2  # before the end mark
        if len(ids) > LONGEST:
            ids, last = [*ids[: LONGEST - 1], ids[-1]], LONGEST - 2
        start = end = 0
        if one.answer is not None:
            found = [
                place
                for place in range(first, last + 1)
                if encoding.offsets[place][1] > one.answer[0] and encoding.offsets[place][0] < one.answer[1]
            ]
            if not found or encoding.offsets[found[-1]][1] < one.answer[1]:
                continue
            start, end = found[0], found[-1]
        yield _Row(ids, first, start, end)


def _batch(rows: Sequence[_Row]) -> Batch:
    width = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width, dtype=torch.bool)
    passage = torch.zeros(len(rows), width, dtype=torch.bool)
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = torch.tensor(row.ids)
        mask[number, : len(row.ids)] = True
        passage[number, row.first : len(row.ids) - 1] = True
    return Batch(
        ids, mask, passage, torch.tensor([row.start for row in rows]), torch.tensor([row.end for row in rows])
    )
