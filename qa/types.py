"""The values that a question turns into: what was understood, the citations, the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from index import Hit

NOT_IN_THE_ARTICLES = "The articles do not say."
"""What an answer without citations means, shared by the prompts, the code and the tests."""

Verdict = Literal["supported", "partly", "not"]
"""Whether what is cited says what the sentence says; "partly" when a part stands only elsewhere in the article."""
Fault = Literal[
    "quotation", "name", "country", "number", "date", "denial", "roles", "meaning", "uncited", "changed"
]
"""In what a sentence differs from its sources; "changed": the quote does not stand in the article any more."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer, and what checking it came to."""

    text: str
    """Without its marks."""
    citations: tuple[int, ...]
    """Numbers of the citations that it stands on."""
    verdict: Verdict
    faults: tuple[Fault, ...] = ()
    """Why it is not supported, or only partly."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of the conversation with what was answered."""

    question: str
    answers: tuple[str, ...] = ()
    """The words that answered it (`Answer.lead`): "he" may be one of them."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A stretch of an article that an answer stands on: ``quote == article.text[start:end]``."""

    number: int
    """From 1, in the order of the quotes; ``[number]`` in the answer's text."""
    article_id: str
    title: str
    url: str | None
    source: str | None
    published: str | None
    language: str
    start: int
    """First character in the article, from 0."""
    end: int
    """One past the last character."""
    quote: str
    marks: tuple[tuple[int, int], ...] = ()
    """Article offsets of what was asked for inside the quote: the person, the date, the place, the number."""
    verdict: Verdict = "supported"
    """Whether it supports what it is cited for."""
    copy_of: int | None = None
    """The citation with the same words from another outlet, which counts for both: wire copy."""


@dataclass(frozen=True, slots=True)
class Named:
    """Words of the articles that answer by themselves: a person, a date, a place, a number, a reason."""

    text: str
    """As they stand in the first of the citations."""
    citations: tuple[int, ...]
    """Numbers of the citations in which they stand, in whatever spelling."""
    planned: bool = False
    """Whether the sentence speaks of what is to come."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question."""

    question: str
    understood: str
    """The question as it was searched for; differs from `question` when earlier ones were needed to understand it."""
    text: str | None
    """The answer with its marks ``[1]``, without what was withheld; None means that the articles do not say."""
    sentences: tuple[Statement, ...] = ()
    """Everything that the answer says, checked against what it cites, in order; also what was withheld from `text`."""
    lead: tuple[Named, ...] = ()
    """What the first line of `text` names; empty where the answer has no such line."""
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    """The passages that were considered, best first; when `text` is None they are the nearest ones, no more."""
    confidence: float = 0.0
    """Estimated probability that the articles answer the question, in [0, 1]."""
    written_by: str = "quotes"
    """"quotes", or the name of the language model that wrote the text."""
    notice: str | None = None
    """Something the reader should know, such as a language model that could not be reached."""
    searched: int = 0
    """How many articles were searched: those that pass the filters."""
    complete: bool = True
    """False for the intermediate states of a streaming answer."""
    seconds: float = field(default=0.0, compare=False)
    """Time from question to this answer."""

    @property
    def withheld(self) -> tuple[Statement, ...]:
        """The sentences that their sources do not support: they are not in `text`. Those of a saved answer whose
        article has changed since were shown then, and are not among them."""
        return tuple(s for s in self.sentences if s.verdict == "not" and "changed" not in s.faults)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is understood."""

    text: str
    """As asked."""
    search_text: str
    """What is searched for: the question, with the names of earlier ones when it leans on them."""
    carried: tuple[str, ...] = ()
    """What was taken over from earlier questions."""
    kind: str = "other"
    """What is asked for: "person", "date", "place", "number" or "other"."""
