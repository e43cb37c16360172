"""The values that a question turns into: what was understood, the citations, the answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from index import Hit

NOT_IN_THE_ARTICLES = "The articles do not say."
"""What an answer without citations means, shared by the prompts, the code and the tests."""


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


@dataclass(frozen=True, slots=True)
class Named:
    """Words of the articles that answer by themselves: a person, a date, a place, a number, a reason."""

    text: str
    """As they stand in the first of the citations."""
    citations: tuple[int, ...]
    """Numbers of the citations in which they stand, in whatever spelling."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question."""

    question: str
    understood: str
    """The question as it was searched for; differs from `question` when earlier ones were needed to understand it."""
    text: str | None
    """The answer with its marks ``[1]``; None means that the articles do not say."""
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
    complete: bool = True
    """False for the intermediate states of a streaming answer."""
    seconds: float = field(default=0.0, compare=False)
    """Time from question to this answer."""


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
