"""Whether the articles answer a question at all: one score in [0, 1], from the sentences that were ranked for it.

A logistic model over two signs of the ranked sentences (Kamath et al. 2020 call it a calibrator),
fitted by `benchmarks/fit.py` on questions of which some have no answer; a question is answered when the score reaches
`ANSWERS`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from qa.selection import Sentence

ANSWERS = 0.5
"""The least score of a question that is answered: from here on it is more likely than not that the articles answer."""
_MOST = 8.0  # log-odds: more than that is not known of anything


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the ranked sentences show together."""

    best: float
    """Log-odds of the best sentence, in [-8, 8]."""
    most_read: float
    """The most that the reader makes of any sentence (`Signs.answers`), in [-12, 12]; 0 when it did not read."""

    def as_list(self) -> list[float]:
        """In the order of their definition."""
        return list(_IN_ORDER(self))


_IN_ORDER = attrgetter(*(field.name for field in fields(Evidence)))


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-odds for one unit of each."""

    evidence: Evidence
    bias: float


FITTED: Mapping[bool, Weights] = {
    True: Weights(Evidence(best=0.32, most_read=0.08), bias=0.79),
    False: Weights(Evidence(best=0.44, most_read=0.0), bias=0.97),
}
"""By whether the reader read; without it the slope of a fit on the best sentence alone, and the threshold of before it
(a best sentence of .1). Agreement of outlets, coverage, nearness and kind told no more on what was held out."""


def evidence_of(ranked: Sequence[Sentence]) -> Evidence:
    """What speaks for an answer.

    Args:
        ranked: From `rank_sentences`, best first, at least one.
    """
    return Evidence(best=_log_odds(ranked[0].probability), most_read=max(s.signs.answers for s in ranked))


def confidence(ranked: Sequence[Sentence], *, read: bool, weights: Mapping[bool, Weights] = FITTED) -> float:
    """Estimated probability that the articles answer, in [0, 1]; 0 without a sentence.

    Args:
        ranked: From `rank_sentences`, best first.
        read: Whether the reader read.
    """
    if not ranked:
        return 0.0
    own = weights[read]
    found = evidence_of(ranked).as_list()
    total = own.bias + sum(w * f for w, f in zip(own.evidence.as_list(), found, strict=True))
    return 1 / (1 + math.exp(-total))


def _log_odds(probability: float) -> float:
    if probability <= 0:
        return -_MOST
    if probability >= 1:
        return _MOST
    return min(_MOST, max(-_MOST, math.log(probability / (1 - probability))))
