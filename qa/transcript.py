"""Answers as JSON, as the command line, the HTTP endpoints and saved threads have them, and back again.

A saved answer is what was said then. When it is read back each quote is compared with its article as it is now, and one
that does not stand there any more is marked, not shown as if it did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from index import Article, ArticlesError, Hit
from qa.types import Answer, Citation, Named, Statement
from qa.verification import check_quotes

FindArticle = Callable[[str], Article | None]


class BadTranscript(ArticlesError):
    """Something that is not a saved answer."""


def as_json(answer: Answer, question_id: str | None = None) -> dict[str, Any]:
    """An answer as JSON values.

    Args:
        answer: Any.
        question_id: What a caller calls it; in "id".
    """
    return {
        "id": question_id,
        "question": answer.question,
        "understood": answer.understood,
        "answer": answer.text,
        "sentences": [
            {
                "text": sentence.text,
                "citations": list(sentence.citations),
                "verdict": sentence.verdict,
                "faults": list(sentence.faults),
            }
            for sentence in answer.sentences
        ],
        "lead": [
            {"text": named.text, "citations": list(named.citations), "planned": named.planned}
            for named in answer.lead
        ],
        "citations": [
            {
                "number": c.number,
                "article_id": c.article_id,
                "title": c.title,
                "url": c.url,
                "source": c.source,
                "published": c.published,
                "language": c.language,
                "start": c.start,
                "end": c.end,
                "quote": c.quote,
                "marks": [list(mark) for mark in c.marks],
                "verdict": c.verdict,
                "copy_of": c.copy_of,
            }
            for c in answer.citations
        ],
        "passages": [
            {
                "article_id": hit.passage.article_id,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "text": hit.passage.text,
                "score": round(hit.score, 6),
            }
            for hit in answer.hits
        ],
        "confidence": round(answer.confidence, 6),
        "searched": answer.searched,
        "written_by": answer.written_by,
        "notice": answer.notice,
        "seconds": round(answer.seconds, 4),
    }


def found_as_json(hit: Hit) -> dict[str, Any]:
    """A passage with what is known of its article, for those who ask for passages alone; "score" as in `Hit`."""
    article = hit.article
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "language": article.language,
        "url": article.url,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "score": round(hit.score, 6),
    }


def from_json(row: Mapping[str, Any], find: FindArticle) -> Answer:
    """The answer that `as_json` wrote, without its passages, its quotes compared with the articles as they are now.

    Args:
        row: What was saved.
        find: An article by its id, None when it is gone.
    Raises:
        BadTranscript: The row is not what `as_json` writes.
    """
    try:
        citations = tuple(_citation(item) for item in row["citations"])
        statements = tuple(
            Statement(
                _text(item["text"]),
                tuple(_number(number) for number in item["citations"]),
                _one_of(item["verdict"], ("supported", "partly", "not")),
                tuple(_text(fault) for fault in item["faults"]),  # type: ignore[misc]
            )
            for item in row["sentences"]
        )
        lead = tuple(
            Named(_text(item["text"]), tuple(map(_number, item["citations"])), bool(item["planned"]))
            for item in row["lead"]
        )
        answer = Answer(
            question=_text(row["question"]),
            understood=_text(row["understood"]),
            text=None if row["answer"] is None else _text(row["answer"]),
            sentences=statements,
            lead=lead,
            citations=citations,
            confidence=float(row["confidence"]),
            searched=_number(row["searched"]),
            written_by=_text(row["written_by"]),
            notice=None if row["notice"] is None else _text(row["notice"]),
            seconds=float(row["seconds"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadTranscript(
            f"this is no saved answer ({error}): give what `python -m qa ask --json` prints"
        ) from error
    now, _ = check_quotes(find, citations, ())
    standing = {c.number: c.verdict != "not" for c in now}
    return replace(
        answer,
        citations=tuple(c if standing[c.number] else replace(c, verdict="not", marks=()) for c in citations),
        sentences=tuple(
            s
            if s.verdict == "not" or all(standing.get(number, False) for number in s.citations)
            else replace(s, verdict="not", faults=("changed",))
            for s in statements
        ),
    )


def _citation(item: Mapping[str, Any]) -> Citation:
    start, end = _number(item["start"]), _number(item["end"])
    quote = _text(item["quote"])
    marks = tuple((_number(low), _number(high)) for low, high in item["marks"])
    if not all(start <= low < high <= end for low, high in marks):
        raise ValueError("a mark lies outside its quote")
    return Citation(
        _number(item["number"]),
        _text(item["article_id"]),
        _text(item["title"]),
        _perhaps(item["url"]),
        _perhaps(item["source"]),
        _perhaps(item["published"]),
        _text(item["language"]),
        start,
        end,
        quote,
        marks,
        _one_of(item["verdict"], ("supported", "partly", "not")),
        None if item["copy_of"] is None else _number(item["copy_of"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is not a text")
    return value


def _perhaps(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r:.40} is not a number from 0 on")
    return value


def _one_of(value: object, allowed: tuple[str, ...]) -> Any:
    if value not in allowed:
        raise ValueError(f"{value!r:.40} is none of {', '.join(allowed)}")
    return value
