"""A conversation in the terminal: ``python -m qa chat``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

from index import ArticleIndex, BadRequest, Filters
from qa.answering import as_exchange, stream
from qa.showing import show
from qa.types import Answer, Exchange

HELP = (
    "Ask in any language. /sources shows the last quotes in their passages, "
    "/new begins a new conversation, /quit ends."
)


def chat(
    index: ArticleIndex,
    *,
    filters: Filters | None = None,
    k: int = 10,
    llm: str | None = None,
    lines: Iterator[str] | None = None,
    write: Callable[[str], None] = print,
) -> None:
    """Answer question after question until the input ends; later questions may lean on earlier ones.

    Args:
        index: The articles.
        filters: Limits to languages, sources and dates.
        k: How many passages to consider.
        llm: "provider:model"; None: quotes alone.
        lines: What is typed; None: the terminal.
        write: Takes what is shown.
    """
    history: list[Exchange] = []
    last: Answer | None = None
    write(HELP)
    for line in lines if lines is not None else _typed():
        question = line.strip()
        if question == "/quit":
            return
        if question == "/new":
            history, last = [], None
            write("A new conversation.")
        elif question == "/sources":
            write(_sources(index, last))
        elif question.startswith("/"):
            write(HELP)
        elif question:
            quoted = False
            try:
                for answer in stream(index, question, history=history, filters=filters, k=k, llm=llm):
                    if not answer.complete and answer.written_by == "quotes" and not quoted:
                        quoted = True
                        write("The model is writing; these are the quotes:\n")
                        write(show(answer))
                    last = answer
            except BadRequest as error:
                write(f"error: {error}")
                continue
            assert last is not None
            write(show(last))
            history.append(as_exchange(last))


def _typed() -> Iterator[str]:
    with suppress(ImportError):
        import readline  # noqa: F401 - gives `input` its history and editing
    while True:
        try:
            yield input("\n> " if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            return


def _sources(index: ArticleIndex, answer: Answer | None) -> str:
    if answer is None or not answer.citations:
        return "There are no sources yet."
    shown = []
    for c in answer.citations:
        article = index.article(c.article_id)
        if article is None or article.text[c.start : c.end] != c.quote:
            shown.append(f"[{c.number}] {c.title}: the article has changed or gone since")
            continue
        before, after = article.text[max(0, c.start - 200) : c.start], article.text[c.end : c.end + 200]
        passage = " ".join(f"…{before}»{c.quote}«{after}…".split())
        shown.append(f"[{c.number}] {c.title} ({c.article_id}:{c.start}-{c.end})\n    {passage}")
    return "\n".join(shown)
