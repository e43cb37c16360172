"""Choose the sentences that answer: every sentence of the best passages, scored by what it shows of the question, and
by what the reader makes of the two together.

The score is a logistic model over a handful of readable signs, fitted on question-answering data that is not part of
the tests (`benchmarks/fit.py`), so it reads as a probability: this sentence answers this question.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import NamedTuple

from index import UNKNOWN_LANGUAGE, Article, ArticleIndex, Hit
from index.languages import detect_language
from index.names import find_names, query_keys
from index.sentences import sentence_spans
from index.terms import terms
from index.words import Clue
from qa.kinds import find_kind
from qa.reader import Reader
from qa.types import Question

Span = tuple[int, int]

READ_PASSAGES = 8
"""How many of the best passages are read sentence by sentence."""
_LEAST_TRUST = 0.2  # in a language of which the model reads less, its vectors are not worth the time
_COMPARED, _COMPARED_UNREAD = 12, 20
"""Sentences whose vectors are compared with the question's, the others keeping the rest of their signs: after the
reader has read, fewer are in question."""
_MOST_ODDS = 12.0  # a reader is not surer than that, whatever it says
_BEFORE, _BEHIND = "$€£", "%$€£"  # what belongs to a number beside it
_PAIRED = {"«": "»", "“": "”", "„": "“", "(": ")", '"': '"'}


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a sentence. None of it depends on how many articles the index holds."""

    standing: float
    """Log-odds of its passage less those of the best passage, cut to [-6, 0]."""
    covered: float
    """Share of the question's words and names that its passage holds, weighted by how rare they are, in [0, 1]."""
    words: float
    """The same share for the sentence alone."""
    names_near: float
    """Share of the question's names in the passage up to and with the sentence: "he" after a name counts."""
    unnamed: float
    """1 when a question "who" names somebody and nothing in the passage up to and with the sentence does."""
    near: float
    """How near the sentence's vector is to the question's, 0 for unrelated and 1 at most, times how far that can be
    trusted (`ArticleIndex.similarities`, `ArticleIndex.trust`)."""
    foreign: float
    """1 less how far it can be trusted."""
    across: float
    """1 where question and sentence are in different languages: then few words can be found."""
    kind: float
    """1 when it holds what is asked for (a date for "when"), 0 when it does not, 0.5 when no kind is asked for."""
    short: float
    """1 for fewer than five words: a heading or a fragment."""
    answers: float = 0.0
    """The reader's log-odds that words of this sentence answer, cut to [-12, 12]; 0 when it did not read."""

    def as_list(self) -> list[float]:
        """The signs in the order of their definition."""
        return list(_IN_ORDER(self))


_IN_ORDER = attrgetter(*(field.name for field in fields(Signs)))


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-odds for one unit of each sign."""

    signs: Signs
    bias: float

    def probability(self, signs: Signs) -> float:
        """That a sentence with these signs answers, in (0, 1)."""
        total = self.bias + sum(w * s for w, s in zip(self.signs.as_list(), signs.as_list(), strict=True))
        return 1 / (1 + math.exp(-total))


class Known(NamedTuple):
    """What is known of a sentence beside its words and names."""

    vectors: bool
    """Whether its vector was compared with the question's. It is not for sentences that look worse than others by all
    else, for those in languages that the model does not read, and for all while it is being loaded."""
    reader: bool
    """Whether the reader read it."""


FITTED: Mapping[Known, Weights] = {
    Known(vectors=True, reader=True): Weights(
        Signs(
            standing=0.64,
            covered=2.32,
            words=-2.1,
            names_near=1.09,
            unnamed=-0.96,
            near=6.83,
            foreign=0.0,
            across=0.61,
            kind=0.1,
            short=-1.06,
            answers=0.21,
        ),
        bias=-5.74,
    ),
    Known(vectors=False, reader=True): Weights(
        Signs(
            standing=1.03,
            covered=0.71,
            words=-0.32,
            names_near=1.56,
            unnamed=-1.24,
            near=0.0,
            foreign=0.0,
            across=0.22,
            kind=0.33,
            short=-1.86,
            answers=0.28,
        ),
        bias=-3.11,
    ),
    Known(vectors=True, reader=False): Weights(
        Signs(
            standing=0.56,
            covered=2.78,
            words=0.39,
            names_near=0.14,
            unnamed=-0.7,
            near=8.44,
            foreign=1.49,
            across=0.64,
            kind=1.25,
            short=-0.81,
        ),
        bias=-8.15,
    ),
    Known(vectors=False, reader=False): Weights(
        Signs(
            standing=1.14,
            covered=0.8,
            words=3.94,
            names_near=0.19,
            unnamed=-0.7,
            near=0.0,
            foreign=0.0,
            across=0.11,
            kind=1.61,
            short=-1.29,
        ),
        bias=-4.99,
    ),
}
"""From `benchmarks/fit.py`, on questions as they were written and translated into other languages; but for `unnamed`: a
paragraph of an encyclopaedia speaks of one subject without naming it, so that data says nothing of it; asked who met
somebody, "they also met" is about others."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article as a candidate for the answer."""

    article: Article
    span: Span
    """Characters in the article."""
    previous: Span | None
    """The sentence before it in the same passage."""
    signs: Signs
    probability: float
    marks: tuple[Span, ...]
    """Characters in the article where what is asked for stands."""
    answer: Span | None = None
    """Characters in the article that answer, as the reader has it; None where it did not read, or holds that nothing in
    this sentence answers."""

    @property
    def text(self) -> str:
        return self.article.text[self.span[0] : self.span[1]]


@dataclass(slots=True)
class _Draft:
    article: Article
    span: Span
    previous: Span | None
    signs: Signs
    marks: tuple[Span, ...]
    hit: int
    """Position of its passage."""
    answer: Span | None = None


def rank_sentences(
    index: ArticleIndex,
    question: Question,
    hits: Sequence[Hit],
    *,
    reader: Reader | None,
    weights: Mapping[Known, Weights] = FITTED,
    wait_for_model: bool = True,
) -> list[Sentence]:
    """Every sentence of the best passages with its probability of answering, best first.

    Args:
        index: Where the hits come from.
        question: As understood.
        hits: From `ArticleIndex.search`, best first.
        reader: Reads question and passages together; None: do without.
        weights: What each sign counts, by what is known of a sentence.
        wait_for_model: False: do without vectors when the embedding model is not loaded yet.
    """
    asked_language = detect_language(question.search_text)
    drafts = list(_drafts(index, question, asked_language, hits[:READ_PASSAGES]))
    if reader is not None:
        _read(reader, question, hits[:READ_PASSAGES], drafts)
    without_vectors = weights[Known(vectors=False, reader=reader is not None)]
    compared: list[_Draft] = []
    if wait_for_model or index.embedder_ready:
        # Comparing vectors is the dear part: only the sentences that look best without it get one.
        drafts.sort(key=lambda draft: -without_vectors.probability(draft.signs))
        trusted = {d.article.language: index.trust(asked_language, d.article.language) for d in drafts}
        most = _COMPARED_UNREAD if reader is None else _COMPARED
        compared = [d for d in drafts if trusted[d.article.language] >= _LEAST_TRUST][:most]
        texts = [draft.article.text[draft.span[0] : draft.span[1]] for draft in compared]
        for draft, near in zip(compared, index.similarities(question.search_text, texts), strict=True):
            trust = trusted[draft.article.language]
            draft.signs = replace(draft.signs, near=near * trust, foreign=1 - trust)
    with_vectors = weights[Known(vectors=True, reader=reader is not None)]
    known = {id(draft) for draft in compared}
    sentences = [
        Sentence(
            d.article,
            d.span,
            d.previous,
            d.signs,
            (with_vectors if id(d) in known else without_vectors).probability(d.signs),
            d.marks,
            d.answer,
        )
        for d in drafts
    ]
    return sorted(sentences, key=lambda s: (-s.probability, s.article.id, s.span))


def rerank(hits: Sequence[Hit], sentences: Sequence[Sentence]) -> list[Hit]:
    """The passages in the order of their best sentences, with that sentence's probability for a score; those of
    which no sentence was looked at after them, in their own order.

    Args:
        hits: From `ArticleIndex.search`.
        sentences: What `rank_sentences` made of them.
    """
    best: dict[tuple[str, int], float] = {}
    starts: dict[str, list[int]] = {}
    for hit in hits:
        starts.setdefault(hit.article.id, []).append(hit.passage.start)
    for sentence in sentences:
        start = max(start for start in starts[sentence.article.id] if start <= sentence.span[0])
        best.setdefault((sentence.article.id, start), sentence.probability)
    looked_at = [hit for hit in hits if (hit.article.id, hit.passage.start) in best]
    scored = [replace(hit, score=best[hit.article.id, hit.passage.start]) for hit in looked_at]
    scored.sort(key=lambda hit: -hit.score)
    least = min((hit.score for hit in scored), default=1.0)
    others = [hit for hit in hits if (hit.article.id, hit.passage.start) not in best]
    return [*scored, *(replace(hit, score=min(hit.score, least)) for hit in others)]


def _read(reader: Reader, question: Question, hits: Sequence[Hit], drafts: Sequence[_Draft]) -> None:
    """Give each draft what the reader makes of it, and mark the words that answer."""
    by_hit: list[list[_Draft]] = [[] for _ in hits]
    for draft in drafts:
        by_hit[draft.hit].append(draft)
    parts = [
        [(d.span[0] - hit.passage.start, d.span[1] - hit.passage.start) for d in of_hit]
        for hit, of_hit in zip(hits, by_hit, strict=True)
    ]
    readings = reader.read(question.search_text, [hit.passage.text for hit in hits], parts)
    for hit, of_hit, found in zip(hits, by_hit, readings, strict=True):
        for draft, reading in zip(of_hit, found, strict=True):
            # Of a passage without a single piece it is -inf.
            odds = min(max(reading.score, -_MOST_ODDS), _MOST_ODDS)
            draft.signs = replace(draft.signs, answers=odds)
            if reading.start < reading.end:
                start = hit.passage.start
                words = whole_words(hit.article.text, (start + reading.start, start + reading.end))
                if words[0] < words[1]:
                    draft.answer = words if reading.score > 0 else None
                    if draft.answer is not None or not draft.marks:
                        draft.marks = (words,)


def whole_words(text: str, span: Span) -> Span:
    """The span with the rest of a word that it cuts, and without spaces and loose punctuation at its ends.

    >>> whole_words("It met Mirziyoyev's team.", (2, 10))
    (3, 17)

    Args:
        text: Any text.
        span: Characters of it.
    Returns:
        An empty span where it holds no letter and no digit.
    """
    start, end = span
    if not any(letter.isalnum() for letter in text[start:end]):
        return start, start
    while not _is_of_a_word(text[start]) and not (text[start] in _BEFORE and _is_of_a_word(text[start + 1])):
        start += 1
    while not _is_of_a_word(text[end - 1]) and not (
        text[end - 1] in _BEHIND and _is_of_a_word(text[end - 2])
    ):
        end -= 1
    while start > 0 and _is_of_a_word(text[start - 1]) and _is_of_a_word(text[start]):
        start -= 1
    while end < len(text) and _is_of_a_word(text[end - 1]) and _is_of_a_word(text[end]):
        end += 1
    # Both ends of a quotation or of brackets, or neither.
    if start > 0 and end < len(text) and _PAIRED.get(text[start - 1]) == text[end]:
        start, end = start - 1, end + 1
    return start, end


def _is_of_a_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter).startswith("M")


def _drafts(
    index: ArticleIndex, question: Question, asked_language: str, hits: Sequence[Hit]
) -> Iterator[_Draft]:
    text = question.search_text
    names = index.name_clues(text)
    known_keys = frozenset(key for name in query_keys(text) for key in name.keys)
    best = _log_odds(hits[0].score) if hits else 0.0
    words: dict[str, list[Clue]] = {}
    for number, hit in enumerate(hits):
        article, passage = hit.article, hit.passage
        language = article.language
        if language not in words:
            words[language] = index.word_clues(text, language)
        whole = _share(words[language], *_held(passage.text, language))
        keys_so_far: set[str] = set()
        previous: Span | None = None
        for low, high in sentence_spans(passage.text, language):
            span = (passage.start + low, passage.start + high)
            sentence = passage.text[low:high]
            stems, keys = _held(sentence, language)
            keys_so_far |= keys
            near = _share(names, stems, keys_so_far)
            marks = find_kind(sentence, question.kind, known_keys, language)
            signs = Signs(
                standing=max(-6.0, _log_odds(hit.score) - best),
                covered=whole,
                words=_share(words[language], stems, keys),
                names_near=near,
                unnamed=float(question.kind == "person" and bool(names) and near == 0),
                near=0.0,
                foreign=1.0,
                across=float(asked_language not in (language, UNKNOWN_LANGUAGE)),
                kind=0.5 if question.kind == "other" else float(bool(marks)),
                short=float(len(stems) < 5),
            )
            marked = tuple((span[0] + a, span[0] + b) for a, b in marks)
            yield _Draft(article, span, previous, signs, marked, number)
            previous = span


def _held(text: str, language: str) -> tuple[set[str], set[str]]:
    """Stems and name keys of a text."""
    stems = {f"{language}:{term}" for term in terms(text, language)}
    return stems, {key for name in find_names(text) for key in name.keys}


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(clipped / (1 - clipped))


def _share(clues: Sequence[Clue], stems: set[str], keys: set[str]) -> float:
    """Share of the clues found, by weight, in [0, 1]; 0 when there are none."""
    total = sum(clue.weight for clue in clues)
    found = sum(clue.weight for clue in clues if clue.stem in stems or not keys.isdisjoint(clue.keys))
    return found / total if total else 0.0
