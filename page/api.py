"""The named HTTP endpoints beside the page: ``ask``, ``search``, ``add``, for `gradio_client` and plain HTTP.

They answer with JSON values, the same as ``--json`` on the command line. A failure is an error with its reason, never
an empty answer.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr

from index import ArticlesError
from index.settings import make_filters
from page.newsroom import Newsroom
from qa import ask as ask_articles
from qa.language_model import configured_model
from qa.transcript import as_json, found_as_json

_MOST_PASSAGES = 100
_MOST_ARTICLES = 1000
"""Of one call of ``add``."""
_Result = TypeVar("_Result")
_FIELDS = ("id", "title", "text", "lang", "date", "source", "url")


def add_endpoints(newsroom: Newsroom) -> None:
    """Put the endpoints on the page that is being laid out (call inside its `gr.Blocks`)."""

    def ask(
        question: str,
        history: list[str] = [],  # noqa: B006 - Gradio reads the type and the default from here
        languages: list[str] = [],  # noqa: B006
        sources: list[str] = [],  # noqa: B006
        published_from: str = "",
        published_to: str = "",
        passages: int = 10,
    ) -> dict:  # type: ignore[type-arg]
        """Answer a question from the articles.

        question: in any language. history: earlier questions, oldest first. languages (ISO 639-1), sources,
        published_from, published_to (ISO dates): limits, empty for none. passages: how many to consider, 1 to 100.
        Returns the answer as `python -m qa ask --json` prints it: "answer" (null: the articles do not say), "sentences"
        with verdicts, "citations" with character offsets, "passages", "confidence".
        """
        return _or_error(
            lambda: as_json(
                ask_articles(
                    newsroom.ready_index(),
                    _question(question),
                    history=_texts("history", history),
                    k=_passages(passages),
                    filters=_filters(languages, sources, published_from, published_to),
                    llm=configured_model(),
                )
            )
        )

    def search(
        question: str,
        languages: list[str] = [],  # noqa: B006
        sources: list[str] = [],  # noqa: B006
        published_from: str = "",
        published_to: str = "",
        passages: int = 10,
    ) -> list[dict]:  # type: ignore[type-arg]
        """The passages nearest to a question, best first, without an answer.

        Arguments as for ask. Returns objects with article_id, title, source, published, language, url, start, end
        (characters), text, score (estimated probability that it answers, 0 to 1).
        """
        return _or_error(
            lambda: [
                found_as_json(hit)
                for hit in newsroom.ready_index().search(
                    _question(question),
                    _passages(passages),
                    _filters(languages, sources, published_from, published_to),
                )
            ]
        )

    def add(articles: list[dict]) -> dict:  # type: ignore[type-arg]
        """Add articles; they are answered from when this returns.

        articles: 1 to 1000 objects with "text" and, as far as known, "id", "title", "lang" (ISO 639-1), "date" (ISO),
        "source", "url". An article with the id of one that is there replaces it. Returns {"added": [ids], "replaced":
        [ids], "unchanged": count, "refused": [{"article", "reason"}]}.
        """
        return _or_error(lambda: _added(newsroom, articles))

    for endpoint in (ask, search, add):
        gr.api(endpoint, api_name=endpoint.__name__, concurrency_limit=4, concurrency_id="api")


def _added(newsroom: Newsroom, articles: Any) -> dict[str, Any]:
    if not isinstance(articles, list) or not 1 <= len(articles) <= _MOST_ARTICLES:
        raise ArticlesError(f"articles is a list of 1 to {_MOST_ARTICLES:,} objects")
    rows = []
    for number, article in enumerate(articles, start=1):
        if not isinstance(article, dict) or not isinstance(article.get("text"), str):
            raise ArticlesError(f'article {number} is no object with a "text"')
        row = {name: article[name] for name in _FIELDS if article.get(name) is not None}
        text = row["text"].encode("utf-8", "replace")
        row.setdefault("id", f"api/{hashlib.blake2b(text, digest_size=8).hexdigest()}")
        rows.append(json.dumps(row, ensure_ascii=False) + "\n")
    content = "".join(rows).encode("utf-8", "replace")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"api-{hashlib.blake2b(content, digest_size=8).hexdigest()}.jsonl"
        file.write_bytes(content)
        report = newsroom.add([file])
    return {
        "added": report.added,
        "replaced": report.replaced,
        "unchanged": report.unchanged,
        "refused": [{"article": bad.origin, "reason": bad.reason} for bad in report.bad],
    }


def _question(given: Any) -> str:
    if not isinstance(given, str):
        raise ArticlesError("question is a text")
    return given


def _texts(name: str, given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise ArticlesError(f"{name} is a list of texts")
    return given


def _filters(languages: Any, sources: Any, published_from: Any, published_to: Any) -> Any:
    days = [_question(day or "") for day in (published_from, published_to)]
    return make_filters(_texts("languages", languages), _texts("sources", sources), *days)


def _passages(count: Any) -> int:
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= _MOST_PASSAGES:
        raise ArticlesError(f"passages is a whole number from 1 to {_MOST_PASSAGES}")
    return count


def _or_error(answer: Callable[[], _Result]) -> _Result:
    """What is asked for, or an error that the caller sees with its reason."""
    try:
        return answer()
    except ArticlesError as error:
        raise gr.Error(str(error)) from error
