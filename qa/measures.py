"""Measures of retrieval and answers, each a small function named for what it is.

`found` is a ranking, best first: for each rank the set of evidence items (numbers) that the passage there holds.
`wanted` is how many evidence items there are, at least 1.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

Ranking = Sequence[frozenset[int]]


def recall(found: Ranking, wanted: int, k: int) -> float:
    """Share of the evidence that is among the first k passages, in [0, 1]."""
    return len(frozenset().union(*found[:k])) / wanted


def success(found: Ranking, k: int) -> float:
    """1 if any of the first k passages holds evidence, else 0."""
    return float(any(found[:k]))


def reciprocal_rank(found: Ranking) -> float:
    """1 / rank of the first passage that holds evidence, 0 if none does (Voorhees 1999)."""
    return next((1 / rank for rank, items in enumerate(found, start=1) if items), 0.0)


def ndcg(found: Ranking, wanted: int, k: int = 10) -> float:
    """Normalised discounted cumulative gain at k (Järvelin and Kekäläinen 2002), in [0, 1].

    A passage gains 1 when it holds evidence that no passage before it held; the ideal ranking holds one new item at
    each rank until there are none left.
    """
    gained, seen = 0.0, set[int]()
    for rank, items in enumerate(found[:k], start=1):
        if items - seen:
            gained += 1 / math.log2(rank + 1)
        seen |= items
    distinct = min(wanted, k)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, distinct + 1))


def normalise(text: str) -> str:
    """Lower case, without marks and punctuation, single spaces: what counts when answers are compared."""
    text = re.sub("[ʻʼ‘’`´]", "'", text)  # one Uzbek letter is written with any of these
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c)
    )
    return " ".join(re.findall(r"\w+", folded))


def contains(text: str, answers: Sequence[str]) -> float:
    """1 if the text holds one of the answers as whole words, else 0."""
    padded = f" {normalise(text)} "
    return float(any(f" {normalise(answer)} " in padded for answer in answers))


def token_f1(text: str, answers: Sequence[str]) -> float:
    """Best F1 over the words shared with one of the answers (Rajpurkar et al. 2016), in [0, 1]."""

    def one(answer: str) -> float:
        mine, theirs = Counter(normalise(text).split()), Counter(normalise(answer).split())
        shared = sum((mine & theirs).values())
        return 2 * shared / (mine.total() + theirs.total()) if shared else 0.0

    return max((one(answer) for answer in answers), default=0.0)


def mean(values: Sequence[float]) -> float | None:
    """Arithmetic mean; None of nothing, which is not the same as 0."""
    return sum(values) / len(values) if values else None
