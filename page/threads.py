"""Threads kept in the reader's browser: how one is written down, read back and listed.

What a browser sends may be anything. A row that is no saved thread or answer is dropped and counted, and each quote is
compared with its article as it is now (`qa.transcript`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from index import Article, ArticlesError
from index.article_index import whole_characters
from page.conversation import Conversation, Turn
from page.limits import from_form
from page.sources import FindArticle
from page.text import shortened
from page.wording import ENGLISH, Words
from qa.transcript import as_json, from_json

MOST_KEPT = 20
_MOST_TURNS = 100
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Summary:
    """One saved thread in the menu."""

    id: str
    """32 hexadecimal digits."""
    title: str
    """Its first question."""
    day: str
    """Of the last answer, "2025-11-06"."""


def written(conversation: Conversation, today: date) -> dict[str, Any] | None:
    """A thread as JSON values; None as long as there is no answer in it. Passages that were not quoted are left out."""
    turns = [
        {
            "filters": {
                "languages": list(turn.filters.languages),
                "sources": list(turn.filters.sources),
                "from": turn.filters.published_from or "",
                "to": turn.filters.published_to or "",
            },
            "liked": turn.liked,
            "answer": {**as_json(turn.answer), "passages": []},
        }
        for turn in conversation.turns
        if turn.answer is not None and turn.step is None
    ]
    if not turns:
        return None
    title = next(turn.question for turn in conversation.turns if turn.answer is not None)
    return {
        "id": conversation.id,
        "title": shortened(title, 120),
        "day": today.isoformat(),
        "turns": turns[-_MOST_TURNS:],
    }


def read(thread: object, find: FindArticle) -> tuple[Conversation, int]:
    """A saved thread as a conversation, its quotes compared with the articles, and how many answers were dropped."""
    data = _cleaned(thread)
    rows = data.get("turns")
    rows = rows[:_MOST_TURNS] if isinstance(rows, list) else []
    turns = [turn for row in rows if (turn := _turn(row, find)) is not None]
    for number, turn in enumerate(turns, start=1):
        turn.number = number
    thread_id = data.get("id")
    known = isinstance(thread_id, str) and _ID.fullmatch(thread_id)
    return Conversation(turns, len(turns), str(thread_id) if known else ""), len(rows) - len(turns)


def _turn(row: object, find: FindArticle) -> Turn | None:
    if not isinstance(row, Mapping) or not isinstance(row.get("answer"), Mapping):
        return None
    try:
        answer = from_json(row["answer"], _careful(find))
        filters = from_form(row.get("filters")).filters()
    except (ArticlesError, ArithmeticError):
        return None
    liked = row.get("liked")
    return Turn(
        0,
        answer.question,
        filters,
        answer,
        step=None,
        liked=liked if isinstance(liked, bool) else None,
        saved=True,
    )


def _careful(find: FindArticle) -> FindArticle:
    """The same for ids that come from a browser; one that no article can have finds none."""

    def found(article_id: str) -> Article | None:
        return find(article_id) if "\0" not in article_id else None

    return found


def _cleaned(thread: object) -> Mapping[str, Any]:
    """The thread without halves of characters, which neither a database nor a page can hold."""
    if not isinstance(thread, Mapping):
        return {}
    cleaned = json.loads(whole_characters(json.dumps(thread, ensure_ascii=False)))
    return cleaned if isinstance(cleaned, dict) else {}


def summaries(rows: object) -> tuple[list[Summary], int]:
    """The threads that a browser says it keeps, and how many of its rows are none."""
    if not isinstance(rows, list):
        return [], 1
    found = [_summary(row) for row in rows]
    good = list({one.id: one for one in reversed(found) if one is not None}.values())[::-1]
    return good[:MOST_KEPT], sum(one is None for one in found)


def _summary(row: object) -> Summary | None:
    if not isinstance(row, Mapping):
        return None
    thread_id, title, day = (row.get(key) for key in ("id", "title", "day"))
    if not (isinstance(thread_id, str) and _ID.fullmatch(thread_id)):
        return None
    if not isinstance(title, str) or not isinstance(day, str):
        return None
    try:
        date.fromisoformat(day)
    except ValueError:
        return None
    return Summary(thread_id, shortened(whole_characters(title), 120), day)


def menu(rows: Sequence[Summary], dropped: int = 0, current: str = "", say: Words = ENGLISH) -> str:
    """The list of saved threads, newest first, with what can be done with each.

    Args:
        rows: From `summaries`.
        dropped: How many could not be read.
        current: Id of the thread that is being shown.
    """
    note = (
        f'<p class="notice" role="status">{escape(say.count("dropped_threads", dropped))}</p>'
        if dropped
        else ""
    )
    keep = escape(json.dumps([row.id for row in rows]))
    if not rows:
        return f'<div class="threads" data-keep="{keep}">{note}<p class="hint">{escape(say("no_threads"))}</p></div>'
    items = "".join(
        f'<li><button type="button" class="reload" data-thread="reload" data-id="{row.id}"'
        f'{" aria-current=true" if row.id == current else ""}><span dir="auto">{escape(row.title)}</span>'
        f'<span class="about">{escape(say.day(row.day))}</span></button>'
        f'<button type="button" class="forget" data-thread="forget" data-id="{row.id}" '
        f'aria-label="{escape(say("delete_one", title=row.title))}">{escape(say("delete"))}</button></li>'
        for row in rows
    )
    return (
        f'<div class="threads" data-keep="{keep}">{note}<ul>{items}</ul><p class="foot">'
        f"<span>{escape(say('threads_note', n=MOST_KEPT))}</span>"
        f'<button type="button" data-thread="forget-all">{escape(say("delete_all"))}</button></p></div>'
    )
