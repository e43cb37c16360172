"""The one index that a running page serves: opened, filled on the first start and warmed up behind the page."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tqdm import tqdm

from index import AddReport, ArticleIndex, ArticlesError, IndexMissing, Progress, WrongModel
from index.model_choice import name_of
from index.progress import Report
from page.uploads import add_uploads
from qa.reader import configured_reader

Phase = Literal["opening", "indexing", "loading", "rebuilding", "ready", "failed"]

_BAR = "{desc} {percentage:3.0f}% |{bar:24}| {postfix} [{elapsed}]"
_UNFINISHED = "first-start.unfinished"
"""A file that lies in the index folder as long as the first start has not indexed everything."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where starting up is."""

    phase: Phase
    articles: int = 0
    """In the index now."""
    progress: Progress | None = None
    """Of the first indexing, or of embedding the articles anew."""
    error: str | None = None
    """Why it failed; set exactly when `phase` is "failed"."""


class Newsroom:
    """Opens the index in a background thread, so that the page is there at once.

    Args:
        folder: The index folder.
        model: A sentence-transformers name or folder; None: the one that built the index. Then an index that was built
            with the default of an earlier version is taken to today's, and answers as well as it can meanwhile.
        articles: What is indexed when there is no index yet.
    """

    def __init__(self, folder: Path, model: str | None, articles: Path) -> None:
        self.folder = folder
        self.uploads = folder.with_name(folder.name + "-uploads")
        """Copies of the articles that were added on the page."""
        self.feedback = folder.with_name(folder.name + "-feedback.jsonl")
        """What readers thought of the answers."""
        self._model = model
        self._articles = articles
        self._index: ArticleIndex | None = None
        self._next: ArticleIndex | None = None  # takes the place of `_index` when it has been embedded anew
        self._phase: Phase = "opening"
        self._progress: Progress | None = None
        self._error: str | None = None
        self._settled = threading.Event()

    # ---- starting up

    def start(self) -> None:
        """Begin; `status` tells how far it is."""
        threading.Thread(target=self._run, name="newsroom", daemon=True).start()

    def _run(self) -> None:
        try:
            index, is_new = self._open()
            if is_new:
                self._phase = "indexing"
                self._index = index
                self._fill(index)
            self._index = index
            self._phase = "loading"
            configured_reader()
            try:
                index.load_embedder()
            except WrongModel:
                if not index.follows_default:
                    raise
                self._rebuild(index)
            self._phase = "ready"
        except ArticlesError as error:
            print(f"error: {error}", file=sys.stderr, flush=True)
            self._error = str(error)
        finally:
            # Also when something unforeseen ended this thread: nobody may wait for it for ever.
            if self._phase != "ready":
                self._phase = "failed"
                self._error = self._error or "starting up broke off: see the terminal"
            self._settled.set()

    def _open(self) -> tuple[ArticleIndex, bool]:
        """The index, and whether it still has to be filled."""
        try:
            index = ArticleIndex(self.folder, self._model, any_model=self._model is None)
        except IndexMissing:
            # The mark first: a first start that is killed between the two is begun again.
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / _UNFINISHED).touch()
            index = ArticleIndex.create(self.folder, self._model)
        return index, (self.folder / _UNFINISHED).exists()

    def _rebuild(self, index: ArticleIndex) -> None:
        """Take the index to today's default model; questions are answered meanwhile."""
        self._phase = "rebuilding"
        self._index, self._next = _with_its_own_model(index) or index, index
        self._settled.set()
        with self._bar("Embedding the articles with the new model") as report:
            # Somebody may be doing so already, with `python -m index rebuild`.
            index.rebuild(wait=-1, report=report)
        index.load_embedder()
        self._index = index

    @contextmanager
    def _bar(self, what: str) -> Iterator[Report]:
        with tqdm(total=1.0, desc=what, bar_format=_BAR) as bar:

            def report(progress: Progress) -> None:
                self._progress = progress
                bar.set_postfix_str(str(progress).partition("%")[2].strip(), refresh=False)
                bar.update(progress.fraction - bar.n)

            yield report

    def _fill(self, index: ArticleIndex) -> None:
        with self._bar(f"Indexing {self._articles}") as report:
            outcome = index.add([self._articles], report=report)
        for bad in outcome.bad:
            print(f"not indexed: {bad}", file=sys.stderr, flush=True)
        (self.folder / _UNFINISHED).unlink(missing_ok=True)

    # ---- what the page asks

    @property
    def status(self) -> Status:
        """Where starting up is."""
        articles = 0 if self._index is None else self._index.store.counts()[0]
        working = self._phase in ("indexing", "rebuilding")
        return Status(self._phase, articles, self._progress if working else None, self._error)

    @property
    def rebuilding(self) -> bool:
        """Whether the index is being embedded anew: until that is done it may have no model to search with."""
        return self._phase == "rebuilding"

    @property
    def index(self) -> ArticleIndex | None:
        """The index as soon as it is open, for reading articles; None before."""
        return self._index

    def wait(self, seconds: float) -> bool:
        """Wait at most so long until the index can answer or has failed; whether it is one of the two."""
        return self._settled.wait(seconds)

    def ready_index(self) -> ArticleIndex:
        """The index once it can answer; waits for that.

        Raises:
            ArticlesError: Starting up failed.
        """
        self._settled.wait()
        if self._index is None or self._error is not None:
            raise ArticlesError(self._error or "there is no index")
        if self._next is not None and self._next.embedder_ready:
            self._index = self._next
        return self._index

    def add(self, files: list[Path], report: Report | None = None) -> AddReport:
        """Copy uploaded files beside the index and add them; answerable when this returns.

        Raises:
            ArticlesError: The index cannot be written.
        """
        index = self.ready_index()
        if self.rebuilding and not index.embedder_ready:
            raise ArticlesError(
                "the articles are being prepared for a new embedding model: add files when that is done"
            )
        return add_uploads(index, self.uploads, files, report)


def _with_its_own_model(index: ArticleIndex) -> ArticleIndex | None:
    """The same index opened with the model that built it; None where that is not there any more."""
    try:
        former = ArticleIndex(index.folder, name_of(index.store.meta("model") or ""))
        former.load_embedder()
    except ArticlesError:
        return None
    return former
