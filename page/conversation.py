"""One reader's conversation: the questions as they were typed, their answers, and how an answer comes to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index import ArticleIndex, ArticlesError, Filters, WrongModel
from page.newsroom import Newsroom
from qa import Answer, stream
from qa.language_model import configured_model

_TICK = 0.4  # seconds between two looks at how far starting up is


@dataclass(slots=True)
class Turn:
    """One question and what came of it so far."""

    number: int
    """Unique in the conversation, from 1, never used again: anchors of old answers must not lead to new ones."""
    question: str
    """As typed."""
    filters: Filters = field(default_factory=Filters)
    answer: Answer | None = None
    waiting: str | None = "Searching the articles…"
    """What the reader is waiting for; None when the turn is over."""
    error: str | None = None
    """Why there is no answer, or why it broke off."""
    liked: bool | None = None


@dataclass(slots=True)
class Conversation:
    """What one reader asked, oldest first."""

    turns: list[Turn] = field(default_factory=list)
    asked: int = 0
    """Questions so far, those taken back included."""

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
        history = [turn.question for turn in self.turns if turn.answer is not None]
        self.asked += 1
        turn = Turn(self.asked, question, filters)
        self.turns.append(turn)
        yield turn
        while not newsroom.wait(_TICK):
            # Words alone could answer meanwhile, but would too often say that the articles do not say.
            turn.waiting = waiting_for(newsroom)
            yield turn
        turn.waiting = "Searching the articles…"
        try:
            for answer in _answers(newsroom, question, history, filters):
                turn.answer = answer
                turn.waiting = None if answer.complete else "Writing…"
                yield turn
        except ArticlesError as error:
            turn.error = str(error)
        turn.waiting = None
        yield turn

    def break_off(self) -> None:
        """Mark a turn that a bug left unfinished, so that it does not look as if it were still being answered."""
        for turn in self.turns:
            if turn.waiting is not None:
                turn.waiting = None
                turn.error = "something went wrong while answering: the terminal where app.py runs says what"


def _answers(newsroom: Newsroom, question: str, history: Sequence[str], filters: Filters) -> Iterator[Answer]:
    def answers(index: ArticleIndex) -> Iterator[Answer]:
        return stream(
            index,
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


def waiting_for(newsroom: Newsroom) -> str:
    """What starting up is doing, for a reader whose question has to wait."""
    status = newsroom.status
    if status.phase == "indexing":
        how_far = "" if status.progress is None else f": {status.progress}"
        return f"Indexing the articles first{how_far}…"
    return "Loading the search across languages; this takes some seconds after a start…"
