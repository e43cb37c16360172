"""Search: three legs, each trusted for what it can know, fused into one score.

* Vectors (cosine) know meaning, in the languages that the embedding model was made for.
* Words (BM25 over stems) know what is written, when question and passage share a language.
* Names (keys that are equal across spellings and scripts) know who is meant, across all languages.

Adding up ranks, as reciprocal rank fusion does, lets a leg that knows nothing spoil one that knows. Here each leg gives
an amount of evidence on a scale of its own that means the same for every question and language, and a logistic model
turns the sum into the probability that the passage answers (weights and how they were fitted: `FITTED`).

Candidates are drawn from every language of the index separately, and a cosine counts by how far it stands out among the
passages of its own language. So a language in which all passages look alike to the model neither fills the list nor
disappears from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.derived import Derived, Pool
from index.embedder import Embedder
from index.languages import detect_language
from index.names import query_keys
from index.store import Pids
from index.terms import content_terms
from index.types import UNKNOWN_LANGUAGE, Filters, Hit, Why
from index.vectors import Selection, Vectors
from index.words import WeightedTerm, Words

_PER_POOL = 40  # candidates of each leg from each language
_NAMED = 120  # candidates that only share a name with the question
_PRIOR = 12  # how many passages the statistics over all languages count for in a language's own


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts, in log-odds."""

    cosine: float
    """Per standard deviation that the cosine stands out among the passages of its language, where the model was made
    for the languages of both question and passage."""
    foreign_cosine: float
    """The same where it was not."""
    words: float
    """For the share of the question's words found, in [0, 1]."""
    names: float
    """For the share of the question's names found, in [0, 1]."""
    bias: float


FITTED = Weights(cosine=1.0, foreign_cosine=0.3, words=12.0, names=4.0, bias=-7.0)


@dataclass(frozen=True, slots=True)
class _Question:
    language: str
    vector: Vectors | None
    names: list[list[str]]
    """For each name of the question the keys it may have."""


def search(
    derived: Derived,
    question: str,
    k: int,
    embedder: Embedder | None,
    filters: Filters | None = None,
    weights: Weights = FITTED,
) -> list[Hit]:
    """The k passages that most probably answer the question, best first.

    Args:
        derived: The index.
        question: In any language, at least one character that is not white space.
        k: How many at most.
        embedder: The index's embedder; without it words and names answer alone.
        filters: Limits to languages, sources and dates.
        weights: What each leg counts.
    """
    derived.refresh()
    names = [list(name.keys) for name in query_keys(question)]
    asked = _Question(
        detect_language(question),
        None if embedder is None else embedder.encode_question(question),
        names,
    )
    allowed = derived.store.pids(filters) if filters else None
    candidates = _Candidates(derived, question, asked, allowed)
    candidates.collect()
    scored = candidates.score(embedder, weights)
    ranked = sorted(scored, key=lambda item: (-item[1], item[0]))
    # A passage that was removed a moment ago by another process is not in the store any more: it drops out here.
    stored = derived.store.passages(pid for pid, _, _ in ranked[: k + 10])
    return [
        Hit(stored[pid].passage, stored[pid].article, score, why)
        for pid, score, why in ranked
        if pid in stored
    ][:k]


class _Candidates:
    """Passages worth scoring, and the evidence for each."""

    def __init__(self, derived: Derived, question: str, asked: _Question, allowed: Pids | None) -> None:
        self._words: Words = derived.words
        self._derived = derived
        self._asked = asked
        self._question = question
        self._allowed = allowed
        self._names = self._name_terms()
        self._language: dict[int, str] = {}
        self._word_terms: dict[str, list[WeightedTerm]] = {}
        self._pools: dict[str, tuple[Pool, Selection]] = {}

    def collect(self) -> None:
        """Draw candidates from every leg, language by language."""
        named = {pid for pid, _ in self._words.search("names", self._names, _NAMED, self._allowed)}
        for language, pool in sorted(self._derived.pools.items()):
            selection = pool.selection()
            if self._allowed is not None:
                ids = np.intersect1d(selection.ids, self._allowed, assume_unique=True)
                if not len(ids):
                    continue
                selection = Selection(ids)
            self._pools[language] = pool, selection
            own = content_terms(self._question, language)
            terms = self._words.weigh("stems", (f"{language}:{term}" for term in own), len(pool))
            self._word_terms[language] = terms
            found = {pid for pid, _ in self._words.search("stems", terms, _PER_POOL, self._allowed)}
            if self._asked.vector is not None:
                nearest = self._derived.vectors.search(self._asked.vector, _PER_POOL, selection)
                found.update(pid for pid, _ in nearest)
            if named:
                found.update(np.intersect1d(list(named), selection.ids).tolist())
            self._language.update(dict.fromkeys(found, language))

    def score(self, embedder: Embedder | None, weights: Weights) -> list[tuple[int, float, Why]]:
        """Number, probability and evidence of each candidate, in no order."""
        pids = np.array(sorted(self._language), dtype=np.int64)
        if not len(pids):
            return []
        names = dict(self._words.search("names", self._names, len(pids), pids))
        words: dict[int, float] = {}
        for language, terms in self._word_terms.items():
            own = np.array([pid for pid in pids.tolist() if self._language[pid] == language], dtype=np.int64)
            if len(own):
                words.update(self._words.search("stems", terms, len(own), own))
        cosines = self._cosines(pids)
        usual = self._usual_cosines()
        scored = []
        for pid in pids.tolist():
            language = self._language[pid]
            why = Why(cosines.get(pid), words.get(pid, 0.0), names.get(pid, 0.0))
            evidence = weights.bias + weights.words * why.words + weights.names * why.names
            if why.cosine is not None and language in usual:
                mean, deviation = usual[language]
                known = embedder is not None and _knows(embedder, self._asked.language, language)
                weight = weights.cosine if known else weights.foreign_cosine
                evidence += weight * (why.cosine - mean) / deviation
            scored.append((pid, 1 / (1 + math.exp(-max(-60.0, min(60.0, evidence)))), why))
        return scored

    def _name_terms(self) -> list[WeightedTerm]:
        """One weighted term for each name: the key that is in the index, or the first when none is."""
        everywhere = max(1, len(self._words))
        chosen: list[WeightedTerm] = []
        for keys in self._asked.names:
            options = self._words.weigh("names", keys, everywhere)
            # The commonest: an alternative key that few passages hold by chance must not outweigh the name itself.
            chosen.append(min(options, key=lambda term: term.idf))
        return list({term.term: term for term in chosen}.values())

    def _cosines(self, pids: Pids) -> dict[int, float]:
        if self._asked.vector is None:
            return {}
        return dict(self._derived.vectors.search(self._asked.vector, len(pids), Selection(pids)))

    def _usual_cosines(self) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation of the question's cosine with the passages of each language.

        Of a language with few passages little is known, so all languages together count as `_PRIOR` more of them.
        """
        vector = self._asked.vector
        if vector is None:
            return {}
        samples: dict[str, npt.NDArray[np.float32]] = {
            language: pool.sample(self._derived.store) @ vector for language, (pool, _) in self._pools.items()
        }
        everything = np.concatenate(list(samples.values()))
        mean_all, variance_all = float(everything.mean()), float(everything.var())
        usual = {}
        for language, cosines in samples.items():
            n = len(cosines)
            mean = (n * float(cosines.mean()) + _PRIOR * mean_all) / (n + _PRIOR)
            variance = (n * float(cosines.var()) + _PRIOR * variance_all) / (n + _PRIOR)
            usual[language] = mean, max(0.02, math.sqrt(variance))
        return usual


def _knows(embedder: Embedder, asked: str, answered: str) -> bool:
    """Whether the model was made for the languages of both; a question too short to tell gets the benefit."""
    languages = embedder.languages
    return languages is None or (answered in languages and asked in (*languages, UNKNOWN_LANGUAGE))
