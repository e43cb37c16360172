"""The values that the index hands out: articles, their passages, and search hits."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN_LANGUAGE = "und"
"""ISO 639-2 code for a language that was neither given nor recognised."""


@dataclass(frozen=True, slots=True)
class Article:
    """One news article, its text exactly as it was given.

    Every character offset anywhere in this project counts Unicode code points of `text`.
    """

    id: str
    """Unique in an index: the id given in JSONL, else the file's path relative to the folder that was added."""
    title: str
    text: str
    """Decoded, byte order mark dropped, line ends as ``\\n``; for HTML, PDF and DOCX the extracted text."""
    language: str = UNKNOWN_LANGUAGE
    """ISO 639-1 code in lower case ("fr", "uz"), or `UNKNOWN_LANGUAGE`."""
    url: str | None = None
    source: str | None = None
    """The outlet, as it names itself."""
    published: str | None = None
    """Publication date in ISO 8601, "2025-11-06"."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article that is embedded and retrieved as one: ``text == article.text[start:end]``."""

    article_id: str
    start: int
    """First character, from 0."""
    end: int
    """One past the last character."""
    text: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to; an empty tuple or None does not limit."""

    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    published_from: str | None = None
    """ISO date, inclusive; articles without a date never pass a date limit."""
    published_to: str | None = None
    """ISO date, inclusive."""

    def __bool__(self) -> bool:
        return bool(self.languages or self.sources or self.published_from or self.published_to)


@dataclass(frozen=True, slots=True)
class Why:
    """The evidence behind a hit, leg by leg."""

    cosine: float | None
    """Between question and passage, in [-1, 1]; None when no embedding model took part."""
    words: float
    """How much of the question's wording the passage holds, in [0, 1)."""
    names: float
    """How many of the question's names the passage holds, in whatever spelling, in [0, 1)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    passage: Passage
    article: Article
    score: float
    """Estimated probability that the passage answers the question, in [0, 1]."""
    why: Why
