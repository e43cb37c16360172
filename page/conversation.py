"""One reader's conversation: the questions as they were typed, their answers, and how an answer comes to be shown."""

from __future__ import annotations

import queue
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from index import ArticleIndex, ArticlesError, Filters, Progress, WrongModel
from page.newsroom import Newsroom
from qa import Answer, stream
from qa.answering import as_exchange
from qa.language_model import configured_model
from qa.types import Exchange

_TICK = 0.4  # seconds between two looks at how far starting up is

Step = Literal["indexing", "loading", "searching", "reading", "writing"]
"""What is being done for a question, in this order; the first two only just after a start."""


@dataclass(slots=True)
class Turn:
    """One question and what came of it so far."""

    number: int
    """Unique in the conversation, from 1, never used again: anchors of old answers must not lead to new ones."""
    question: str
    """As typed."""
    filters: Filters = field(default_factory=Filters)
    answer: Answer | None = None
    step: Step | None = "searching"
    """What the reader is waiting for; None when the turn is over."""
    progress: Progress | None = None
    """How far that is, where it is known."""
    error: str | None = None
    """Why there is no answer, or why it broke off; "" for a bug, which the terminal tells about."""
    liked: bool | None = None
    saved: bool = False
    """Whether it was given earlier and comes from the browser."""


@dataclass(slots=True)
class Conversation:
    """What one reader asked, oldest first."""

    turns: list[Turn] = field(default_factory=list)
    asked: int = 0
    """Questions so far, those taken back included."""
    id: str = ""
    """Under which it is kept in the browser; "" before the first question."""

    def turn(self, number: int) -> Turn | None:
        """The turn with that number, if it is still there."""
        return next((turn for turn in self.turns if turn.number == number), None)

    def take_back(self, number: int) -> str:
        """Remove a turn and all after it; returns its question, "" when there is no such turn."""
        turn = self.turn(number)
        if turn is None:
            return ""
        del self.turns[self.turns.index(turn) :]
        return turn.question

    def ask(self, newsroom: Newsroom, question: str, filters: Filters) -> Iterator[Turn]:
        """Add a turn and answer it; yields it each time there is something new to show.

        An `ArticlesError` ends up in `turn.error`. Anything else is a bug and is raised; call `break_off` then.
        """
        history = [as_exchange(turn.answer) for turn in self.turns if turn.answer is not None]
        self.id = self.id or uuid.uuid4().hex
        self.asked += 1
        turn = Turn(self.asked, question, filters)
        self.turns.append(turn)
        yield turn
        while not newsroom.wait(_TICK):
            # Words alone could answer meanwhile, but would too often say that the articles do not say.
            status = newsroom.status
            turn.step = "indexing" if status.phase == "indexing" else "loading"
            turn.progress = status.progress
            yield turn
        turn.step, turn.progress = "searching", None
        try:
            for news in _told(newsroom, question, history, filters):
                if isinstance(news, Answer):
                    turn.answer = news
                    turn.step = None if news.complete else "writing"
                elif turn.answer is None:
                    turn.step = news
                yield turn
        except ArticlesError as error:
            turn.error = str(error)
        turn.step = None
        yield turn

    def break_off(self) -> None:
        """Mark a turn that a bug left unfinished, so that it does not look as if it were still being answered."""
        for turn in self.turns:
            if turn.step is not None:
                turn.step = None
                turn.error = ""


class _Watched:
    """An index that tells when a search is over; in all else the index itself.

    `qa.stream` says nothing before the first answer, and reading what was found takes most of that time.
    """

    def __init__(self, index: ArticleIndex, found: Callable[[], None]) -> None:
        self._index, self._found = index, found

    def search(self, *arguments: Any, **options: Any) -> Any:
        hits = self._index.search(*arguments, **options)
        self._found()
        return hits

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


def _told(
    newsroom: Newsroom, question: str, history: Sequence[Exchange], filters: Filters
) -> Iterator[Step | Answer]:
    """The steps and the states of an answer as they come, from a thread of its own."""
    news: queue.SimpleQueue[Step | Answer | None] = queue.SimpleQueue()
    left = threading.Event()

    def work() -> None:
        try:
            for answer in _answers(newsroom, question, history, filters, lambda: news.put("reading")):
                news.put(answer)
                if left.is_set():
                    return
        finally:
            news.put(None)

    pool = ThreadPoolExecutor(1, "answering")
    try:
        working = pool.submit(work)
        while (one := news.get()) is not None:
            yield one
        working.result()
    finally:
        # The reader may have gone: then nobody waits, and a language model is left at its next sentence.
        left.set()
        pool.shutdown(wait=False)


def _answers(
    newsroom: Newsroom,
    question: str,
    history: Sequence[Exchange],
    filters: Filters,
    found: Callable[[], None],
) -> Iterator[Answer]:
    def answers(index: ArticleIndex) -> Iterator[Answer]:
        return stream(
            cast(ArticleIndex, _Watched(index, found)),
            question,
            history=history,
            filters=filters,
            llm=configured_model(),
            wait_for_model=not newsroom.rebuilding,
        )

    index = newsroom.ready_index()
    try:
        yield from answers(index)
    except WrongModel:
        # Embedded anew while the question was being answered: the new index is there to be asked.
        if newsroom.ready_index() is index:
            raise
        yield from answers(newsroom.ready_index())
