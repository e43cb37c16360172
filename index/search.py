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
from index.model_choice import rebuilt_meanwhile
from index.names import Name, query_keys
from index.store import Pids
from index.terms import content_words, terms
from index.types import UNKNOWN_LANGUAGE, Filters, Hit, Why
from index.vectors import Selection, Vectors
from index.words import Clue, Words

_PER_POOL = 40  # candidates of each leg from each language
_NAMED = 120  # candidates that only share a name with the question
_FOREIGN_WORD = (
    0.35  # what a word of the question's language that is not found in another language counts for
)
_UNREAD = 0.5  # how well a model is taken to read a language that is neither in its card nor in any article
_MOST_CLUES = 64  # of a question of 20,000 characters the first ones say what it is about
_LEAST_DEVIATION = (
    0.01  # of cosines, so that a language whose few passages are all alike divides by something
)
_PRIOR = 12  # how many passages the statistics over all languages count for in a language's own


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts, in log-odds."""

    cosine: float
    """Per standard deviation that the cosine stands out among the passages of its language, times `Evidence.trust`."""
    words: float
    """For the share of the question's words found, in [0, 1]."""
    names: float
    """For the share of the question's names found, in [0, 1]."""
    bias: float


FITTED = Weights(cosine=1.23, words=6.81, names=0.12, bias=-9.49)
"""From `benchmarks/fit.py`, on questions about encyclopaedia paragraphs in English and French, asked as they were
written and translated into other languages. Names count little of their own because a word that is a name is found
under its keys already (`word_clues`); they earn their place as candidates."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate."""

    pid: int
    why: Why
    standing: float
    """How many standard deviations the cosine stands out among the passages of its language; 0 without a model."""
    trust: float
    """How far the embedding model knows the languages of question and passage, in [0, 1] (`trust`)."""

    def probability(self, weights: Weights) -> float:
        """That the passage answers, in (0, 1)."""
        total = weights.bias + weights.words * self.why.words + weights.names * self.why.names
        total += weights.cosine * self.trust * self.standing
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    language: str
    vector: Vectors | None


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
    Raises:
        WrongModel: The vectors of the index are of another model than `embedder`: it was rebuilt meanwhile.
    """
    found = evidence(derived, question, embedder, filters, k)
    scored = sorted(
        ((item.probability(weights), item) for item in found), key=lambda pair: (-pair[0], pair[1].pid)
    )
    # A passage that was removed a moment ago by another process is not in the store any more: it drops out here.
    stored = derived.store.passages(item.pid for _, item in scored[: 2 * k + 10])
    return [
        Hit(stored[item.pid].passage, stored[item.pid].article, score, item.why)
        for score, item in scored
        if item.pid in stored
    ][:k]


def evidence(
    derived: Derived,
    question: str,
    embedder: Embedder | None,
    filters: Filters | None = None,
    k: int = 10,
) -> list[Evidence]:
    """What speaks for each passage that any leg found, in no order; arguments and errors as for `search`."""
    # Before the index is held still: this takes longer than the rest.
    vector = None if embedder is None else embedder.encode_question(question)
    asked = _Question(question, detect_language(question), vector)
    with derived.reading():
        if embedder is not None and derived.model not in (None, embedder.identity):
            raise rebuilt_meanwhile(derived.folder, str(derived.model), embedder.identity)
        candidates = _Candidates(derived, asked, derived.store.pids(filters) if filters else None, k)
        candidates.collect()
        return candidates.evidence(embedder)


def word_clues(
    derived: Derived, question: str, language: str, asked_language: str | None = None
) -> list[Clue]:
    """The question's content words as clues for passages in `language`, in order, each once.

    A word that is a name is also found under its keys, so in another spelling or script. A word of another language
    that no passage in `language` holds says little: its absence was to be expected.
    """
    asked_language = asked_language or detect_language(question)
    keys = {name.text.casefold(): name.keys for name in _names(derived, question)}
    absent = 1.0 if asked_language in (language, UNKNOWN_LANGUAGE) else _FOREIGN_WORD
    pool = max(1, len(derived.pools.get(language, ())))
    clues: dict[str, Clue] = {}
    for word in content_words(question, asked_language):
        for term in terms(word, language):
            stem = f"{language}:{term}"
            if stem not in clues and len(clues) < _MOST_CLUES:
                clues[stem] = derived.words.clue(stem, keys.get(word.casefold(), ()), pool, absent)
    return list(clues.values())


def name_clues(derived: Derived, question: str) -> list[Clue]:
    """The names of the question as clues for passages in any language, each once."""
    everywhere = max(1, len(derived.words))
    return list(
        {
            name.keys: derived.words.clue("", name.keys, everywhere) for name in _names(derived, question)
        }.values()
    )


def _names(derived: Derived, question: str) -> list[Name]:
    """The names of the question: words with a capital inside it, and others that are a name in some passage.

    "mirziyoyev" typed in lower case is found to be a name because the articles have one with its key; "uchrashdi" is
    not.
    """
    return [
        name
        for name in query_keys(question)
        if (name.start > 0 and name.text[0].isupper()) or derived.words.holds_name(name.keys)
    ]


class _Candidates:
    """Passages worth scoring, and the evidence for each."""

    def __init__(self, derived: Derived, asked: _Question, allowed: Pids | None, k: int) -> None:
        self._words: Words = derived.words
        self._derived = derived
        self._asked = asked
        self._allowed = allowed
        self._per_pool, self._named = max(_PER_POOL, k), max(_NAMED, k)
        self._names = name_clues(derived, asked.text)
        self._language: dict[int, str] = {}
        self._clues: dict[str, list[Clue]] = {}
        self._pools: dict[str, tuple[Pool, Selection]] = {}

    def collect(self) -> None:
        """Draw candidates from every leg, language by language."""
        named = {pid for pid, _ in self._words.search(self._names, self._named, self._allowed)}
        for language, pool in sorted(self._derived.pools.items()):
            selection = pool.selection()
            if self._allowed is not None:
                ids = np.intersect1d(selection.ids, self._allowed, assume_unique=True)
                if not len(ids):
                    continue
                selection = Selection(ids)
            self._pools[language] = pool, selection
            clues = self._clues[language] = word_clues(
                self._derived, self._asked.text, language, self._asked.language
            )
            # Names are found in every language; of these only the ones in this language belong to this pool.
            found = {
                pid for pid, _ in self._words.search(clues, self._per_pool, self._allowed) if pid in pool
            }
            if self._asked.vector is not None:
                nearest = self._derived.vectors.search(self._asked.vector, self._per_pool, selection)
                found.update(pid for pid, _ in nearest)
            if named:
                found.update(np.intersect1d(list(named), selection.ids).tolist())
            self._language.update(dict.fromkeys(found, language))

    def evidence(self, embedder: Embedder | None) -> list[Evidence]:
        """What speaks for each candidate."""
        pids = np.array(sorted(self._language), dtype=np.int64)
        if not len(pids):
            return []
        names = dict(self._words.search(self._names, len(pids), pids))
        words: dict[int, float] = {}
        for language, clues in self._clues.items():
            own = np.array([pid for pid in pids.tolist() if self._language[pid] == language], dtype=np.int64)
            if len(own):
                words.update(self._words.search(clues, len(own), own))
        cosines = self._cosines(pids)
        usual = self._usual_cosines()
        asked, derived = self._asked.language, self._derived
        trusted = {
            language: trust(derived, embedder, asked, language) if embedder else 0.0
            for language in self._pools
        }
        found = []
        for pid in pids.tolist():
            language = self._language[pid]
            why = Why(cosines.get(pid), words.get(pid, 0.0), names.get(pid, 0.0))
            standing = 0.0
            if why.cosine is not None:
                mean, deviation = usual[language]
                standing = (why.cosine - mean) / deviation
            found.append(Evidence(pid, why, standing, trusted[language]))
        return found

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
            language: pool.sample(self._derived.store, self._derived.model) @ vector
            for language, (pool, _) in self._pools.items()
        }
        everything = np.concatenate([*samples.values(), np.zeros(0, dtype=np.float32)])
        if not len(everything):
            return dict.fromkeys(samples, (0.0, 1.0))
        mean_all, variance_all = float(everything.mean()), float(everything.var())
        usual = {}
        for language, cosines in samples.items():
            n = len(cosines)  # 0 when another process removed them a moment ago
            if not n:
                usual[language] = mean_all, max(_LEAST_DEVIATION, math.sqrt(variance_all))
                continue
            mean = (n * float(cosines.mean()) + _PRIOR * mean_all) / (n + _PRIOR)
            variance = (n * float(cosines.var()) + _PRIOR * variance_all) / (n + _PRIOR)
            usual[language] = mean, max(_LEAST_DEVIATION, math.sqrt(variance))
        return usual


def trust(derived: Derived, embedder: Embedder, asked: str, answered: str) -> float:
    """How far a cosine between these two languages can be trusted, in [0, 1].

    The product of how well the model reads each: 1 for a language that it was made for, else the share of the words of
    our passages in it that it reads in one or two pieces. A question whose language is unknown gets the benefit.
    """
    return _read(derived, embedder, answered) * (
        1 if asked == UNKNOWN_LANGUAGE else _read(derived, embedder, asked)
    )


def _read(derived: Derived, embedder: Embedder, language: str) -> float:
    if embedder.languages is not None and language in embedder.languages:
        return 1.0
    pool = derived.pools.get(language)
    if pool is None:  # a question in a language that no article has
        return 1.0 if embedder.languages is None else _UNREAD
    return pool.familiarity(derived.store, embedder)
