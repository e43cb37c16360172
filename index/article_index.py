"""One index of articles as the rest of the project sees it: open it, search it, read articles, add, remove, check."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import search as searching
from index.derived import Derived, update_words
from index.embedder import Embedder, VectorCache
from index.errors import BadRequest, WrongModel
from index.locking import DEFAULT_WAIT, write_lock
from index.progress import Report
from index.store import FILE_NAME, Store
from index.types import Article, Filters, Hit, Passage
from index.words import Clue
from index.writing import AddReport, add_paths, remove_articles, require_model

MOST_CHARACTERS = 20_000  # of a question; what comes after can hardly be part of it


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index holds."""

    folder: str
    articles: int
    passages: int
    model: str | None
    """Name and fingerprint of the embedding model; None before the first article."""
    dimension: int
    languages: dict[str, int]
    """Articles by language."""
    sources: dict[str, int]
    """Articles by source."""
    bytes: int
    """Size of all files of the index."""


def whole_characters(text: str) -> str:
    """The text with each half of a UTF-16 pair, which is no character and cannot be encoded, as a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


class ArticleIndex:
    """An index in a folder, open for reading; adding and removing take the write lock for as long as they need.

    Safe to use from several threads, while other processes read and one of them writes.

    Args:
        folder: The index folder.
        model: A sentence-transformers name or folder, or None for the one that built the index.
    Raises:
        IndexMissing: There is no index in the folder.
        WrongModel: `model` is not the one that built the index.
        IndexDamaged: The store cannot be read.
    """

    def __init__(self, folder: Path | str, model: str | None = None) -> None:
        self.folder = Path(folder)
        self.store = Store(self.folder)
        built_with = self.store.meta("model")
        name = None if built_with is None else built_with.rpartition("@")[0]
        if model is not None and name is not None and model != name:
            raise WrongModel(
                f"{self.folder} was built with the model {name}, not {model}: leave out --model, or add the articles "
                f"to a new index with `python -m index add PATH --index NEW_FOLDER --model {model}`"
            )
        self._model = model or name
        self._may_download = model is not None
        self._embedder: Embedder | None = None
        self._loading = threading.Lock()
        self._sentence_vectors = VectorCache()
        self._derived = Derived(self.folder, self.store)

    def close(self) -> None:
        """Close the store's files."""
        self.store.close()

    # ---- the embedding model

    @property
    def embedder_ready(self) -> bool:
        """Whether searches can use vectors without waiting for the model to load."""
        return self._embedder is not None

    def load_embedder(self, loaded: Embedder | None = None) -> Embedder:
        """The index's embedder, loaded on the first call (seconds); other threads wait for it.

        Args:
            loaded: One that is loaded already, to be used instead of loading it again.
        Raises:
            ModelUnavailable: It cannot be loaded.
            WrongModel: Its weights are not those that built the index.
        """
        with self._loading:
            if self._embedder is None:
                embedder = loaded or Embedder(self._model, may_download=self._may_download)
                require_model(self.store, embedder.identity)
                self._embedder = embedder
            return self._embedder

    # ---- reading

    def search(
        self, question: str, k: int = 10, filters: Filters | None = None, *, wait_for_model: bool = True
    ) -> list[Hit]:
        """The k passages that most probably answer the question, best first.

        Args:
            question: In any language; only its first 20,000 characters count.
            k: How many at most, from 1.
            filters: Limits to languages, sources and dates.
            wait_for_model: When the embedding model is not loaded yet, load it; False: let words and names answer.
        Raises:
            BadRequest: The question is empty, k is not positive, or there are no articles at all.
        """
        question = whole_characters(question[:MOST_CHARACTERS]).strip()
        if not question:
            raise BadRequest("the question is empty: ask something, such as `who met Mirziyoyev?`")
        if k < 1:
            raise BadRequest(f"k is {k}: ask for at least one passage")
        if not self.store.counts()[0]:
            # An empty index must not look like articles that do not say.
            raise BadRequest(
                f"the index in {self.folder} holds no articles: add some with "
                f"`python -m index add PATH --index {self.folder}`"
            )
        embedder = self.load_embedder() if wait_for_model else self._embedder
        return searching.search(self._derived, question, k, embedder, filters)

    def word_clues(self, question: str, language: str) -> list[Clue]:
        """The question's content words as clues for text in that language."""
        with self._derived.reading():
            return searching.word_clues(self._derived, question, language)

    def name_clues(self, question: str) -> list[Clue]:
        """The question's names as clues for text in any language."""
        with self._derived.reading():
            return searching.name_clues(self._derived, question)

    def trust(self, asked: str, answered: str) -> float:
        """How far a cosine between a question and a text in these languages can be trusted, in [0, 1]."""
        embedder = self.load_embedder()
        with self._derived.reading():
            return searching.trust(self._derived, embedder, asked, answered)

    def similarities(self, question: str, texts: Sequence[str]) -> list[float]:
        """Cosine of the question with each text, in [-1, 1]; vectors of recent texts are kept."""
        return self._sentence_vectors.similarities(self.load_embedder(), question, texts)

    def article(self, article_id: str) -> Article | None:
        """The article with that id, or None."""
        return self.store.article(article_id)

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """Every article that passes the filters, newest first, those without a date last."""
        return self.store.articles(filters)

    def passages_of(self, article_id: str) -> list[Passage]:
        """The passages of one article in order; none when there is no such article."""
        return self.store.passages_of(article_id)

    def info(self) -> IndexInfo:
        """What the index holds."""
        articles, passages = self.store.counts()
        languages, sources = self.store.facets()
        size = sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())
        return IndexInfo(
            str(self.folder),
            articles,
            passages,
            self.store.meta("model"),
            int(self.store.meta("dimension") or 0),
            languages,
            sources,
            size,
        )

    def check(self) -> list[str]:
        """Every disagreement between the store and what is derived from it; empty when all is well."""
        return [*self.store.integrity(), *self._derived.problems()]

    # ---- writing

    def add(
        self,
        paths: Sequence[Path],
        *,
        report: Report | None = None,
        stored: Callable[[list[str]], None] | None = None,
        wait: float = DEFAULT_WAIT,
    ) -> AddReport:
        """Add files and folders; see `index.writing.add_paths`. Answerable at once."""
        result = add_paths(self.folder, paths, self.load_embedder, report=report, stored=stored, wait=wait)
        self._derived.refresh()
        return result

    def remove(self, ids: Sequence[str], wait: float = DEFAULT_WAIT) -> tuple[list[str], list[str]]:
        """Remove articles by id: (removed, not there). Gone for the very next answer."""
        outcome = remove_articles(self.folder, ids, wait)
        self._derived.refresh()
        return outcome

    def rebuild(self, wait: float = DEFAULT_WAIT) -> None:
        """Make everything that is derived from the store anew: repairs whatever `check` finds in it."""
        with write_lock(self.folder, wait):
            update_words(self.folder, self.store, anew=True)
            self._derived = Derived(self.folder, self.store, trust_saved=False)
            self._derived.save_vectors(always=True)

    @classmethod
    def create(cls, folder: Path | str, model: str | None = None, wait: float = DEFAULT_WAIT) -> ArticleIndex:
        """Open the index in `folder`, making an empty one if there is none (waiting for another process that is)."""
        folder = Path(folder)
        if not (folder / FILE_NAME).exists():
            with write_lock(folder, wait):
                Store(folder, writable=True).close()
        return cls(folder, model)
