"""Whether the articles answer a question at all: one score in [0, 1], from the sentences that were ranked for it.

A logistic model over a handful of readable signs of the best sentences (Kamath et al. 2020 call it a calibrator),
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
"""The least score of a question that is answered."""
_MOST = 8.0  # log-odds: more than that is not known of anything
_NOTHING = -_MOST


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the ranked sentences show together."""

    best: float
    """Log-odds of the best sentence, in [-8, 8]."""
    second: float
    """Of the best sentence of any other article: outlets that agree."""
    read: float
    """What the reader makes of the best sentence (`Signs.answers`), in [-12, 12]; 0 when it did not read."""
    most_read: float
    """The most that it makes of any sentence."""
    near: float
    """Of the best sentence, as in `Signs`: nearness in meaning,"""
    covered: float
    """share of the question's words and names in its passage,"""
    names_near: float
    """share of its names up to and with the sentence,"""
    kind: float
    """whether it holds what is asked for,"""
    across: float
    """whether it is in another language."""

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
    True: Weights(Evidence(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 2.2),
    False: Weights(Evidence(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 2.2),
}
"""By whether the reader read."""


def evidence_of(ranked: Sequence[Sentence]) -> Evidence:
    """What speaks for an answer.

    Args:
        ranked: From `rank_sentences`, best first, at least one.
    """
    best = ranked[0]
    others = (s.probability for s in ranked if s.article.id != best.article.id)
    return Evidence(
        best=_log_odds(best.probability),
        second=_log_odds(next(others, 0.0)),
        read=best.signs.answers,
        most_read=max(s.signs.answers for s in ranked),
        near=best.signs.near,
        covered=best.signs.covered,
        names_near=best.signs.names_near,
        kind=best.signs.kind,
        across=best.signs.across,
    )


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
        return _NOTHING
    if probability >= 1:
        return _MOST
    return min(_MOST, max(_NOTHING, math.log(probability / (1 - probability))))
