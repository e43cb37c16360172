"""One index of articles as the rest of the project sees it: open it, search it, read articles, add, remove, check."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index import embedder as embedding
from index import search as searching
from index.derived import Derived, make_anew
from index.embedder import Embedder, VectorCache, local_identity
from index.errors import BadRequest, ModelUnavailable
from index.locking import DEFAULT_WAIT, rebuild_lock, write_lock
from index.model_choice import (
    FORMER_DEFAULTS,
    name_of,
    rebuild_command,
    rebuilt_meanwhile,
    refusal,
    require_model,
    wanted_model,
)
from index.pending import forget_pending
from index.progress import Report
from index.rebuilding import RebuildReport, embed_anew
from index.store import FILE_NAME, Store
from index.types import Article, Filters, Hit, Passage
from index.words import Clue
from index.writing import AddReport, add_paths, remove_articles

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
        model: A sentence-transformers name or folder; None: the one that built the index, or the default if that was
            the default of an earlier version.
        any_model: Open it also when another model built it. Then all works that needs no model, `search` with
            `wait_for_model=False` among it, and `rebuild` takes it to this model.
    Raises:
        IndexMissing: There is no index in the folder.
        WrongModel: Another model built the index; names both, and the command that rebuilds it.
        IndexDamaged: The store cannot be read.
    """

    def __init__(self, folder: Path | str, model: str | None = None, *, any_model: bool = False) -> None:
        self.folder = Path(folder)
        self.store = Store(self.folder)
        self._given_model = model
        if not any_model:
            self._require_name()
        self._loaded: tuple[Embedder, VectorCache] | None = None
        self._loading = threading.Lock()
        self._derived = Derived(self.folder, self.store)

    def close(self) -> None:
        """Close the store's files."""
        self.store.close()

    # ---- the embedding model

    @property
    def follows_default(self) -> bool:
        """Whether its model was not chosen but is the default, of this version or an earlier one."""
        built_with = self.store.meta("model")
        defaults = (embedding.DEFAULT_MODEL, *FORMER_DEFAULTS)
        return self._given_model is None and (built_with is None or name_of(built_with) in defaults)

    @property
    def embedder_ready(self) -> bool:
        """Whether searches can use vectors without waiting for the model to load."""
        return self._loaded is not None

    def load_embedder(self, loaded: Embedder | None = None) -> Embedder:
        """The index's embedder, loaded on the first call (seconds); other threads wait for it.

        Args:
            loaded: One that is loaded already, to be used instead of loading it again.
        Raises:
            ModelUnavailable: It cannot be loaded.
            WrongModel: It is not the model that built the index, or has other weights.
        """
        return self._load(loaded)[0]

    def _load(self, loaded: Embedder | None = None) -> tuple[Embedder, VectorCache]:
        with self._loading:
            if self._loaded is None:
                embedder = loaded
                if embedder is None:
                    self._require_name()
                    embedder = self._new_embedder()
                require_model(self.folder, self.store.meta("model"), embedder.identity)
                self._loaded = embedder, VectorCache()
            return self._loaded

    def _new_embedder(self) -> Embedder:
        built_with = self.store.meta("model")
        name = wanted_model(built_with, self._given_model)
        try:
            return Embedder(name, may_download=self._given_model is not None)
        except ModelUnavailable as error:
            if built_with is None or name != name_of(built_with) or name == embedding.DEFAULT_MODEL:
                raise
            command = rebuild_command(self.folder, built_with, embedding.DEFAULT_MODEL)
            raise ModelUnavailable(
                f"{error}; or take the index to the default model: `{command}` embeds its passages anew"
            ) from error

    def _require_name(self) -> None:
        """Refuse an index of another model by its name, which is known without loading anything."""
        built_with = self.store.meta("model")
        name = wanted_model(built_with, self._given_model)
        if built_with is not None and name != name_of(built_with):
            raise refusal(self.folder, built_with, name)

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
            WrongModel: The index was built with another model, or has been rebuilt with one since it was opened.
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
        loaded = self._load() if wait_for_model else self._loaded
        embedder = None if loaded is None else loaded[0]
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
        """How near each text is to the question, 0 for unrelated, 1 at most (`VectorCache.similarities`); vectors of
        recent texts are kept."""
        embedder, sentence_vectors = self._load()
        return sentence_vectors.similarities(embedder, question, texts)

    def article(self, article_id: str) -> Article | None:
        """The article with that id, or None."""
        return self.store.article(article_id)

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """Every article that passes the filters, newest first, those without a date last."""
        return self.store.articles(filters)

    def count(self, filters: Filters | None = None) -> int:
        """How many articles pass the filters."""
        return self.store.count(filters or Filters())

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

    def rebuild(
        self,
        wait: float = DEFAULT_WAIT,
        *,
        loaded: Embedder | None = None,
        report: Report | None = None,
    ) -> RebuildReport:
        """Make everything that is derived from the store anew: repairs whatever `check` finds in it.

        When another model built the index (open it with `any_model`), every passage is embedded anew first, by
        `index.rebuilding`: the old index goes on answering, articles can be added and removed meanwhile, and after an
        interruption the next call goes on where this one stopped. When it is the same model, what such an interrupted
        rebuild had embedded is given up.

        Args:
            wait: Seconds to wait for another rebuild or writer; -1: as long as it takes.
            loaded: The embedder of the new model, if it is loaded already.
            report: Told how far the embedding is, in passages, and how much of it an earlier rebuild had done.
        Raises:
            IndexBusy, IndexReadOnly: The index cannot be written.
            ModelUnavailable: The new model cannot be loaded.
            WrongModel: The index has been rebuilt with another model since this one was loaded.
        """
        with rebuild_lock(self.folder, wait):
            embedder = self._embedder_of_rebuild(loaded)
            if embedder is not None:
                new = embedder, VectorCache()
                outcome = embed_anew(self.folder, embedder, report=report, switched=lambda: self._use(new))
                self._derived.refresh()
                return outcome
            with write_lock(self.folder, wait):
                with closing(Store(self.folder, writable=True)) as store:
                    forget_pending(store)
                self._derived = make_anew(self.folder, self.store)
        return RebuildReport(self.store.meta("model"))

    def _use(self, loaded: tuple[Embedder, VectorCache]) -> None:
        self._loaded = loaded

    def _embedder_of_rebuild(self, loaded: Embedder | None) -> Embedder | None:
        """The embedder with which the index is to be embedded anew; None when it is the one that built the index."""
        built_with = self.store.meta("model")
        if built_with is None:
            return None
        embedder = loaded
        if embedder is None and self._loaded is not None:
            embedder = self._loaded[0]
            if embedder.identity != built_with:  # nobody asks here for the model of before
                raise rebuilt_meanwhile(self.folder, built_with, embedder.identity)
        if embedder is None:
            name = wanted_model(built_with, self._given_model)
            if local_identity(name) == built_with:
                return None
            try:
                embedder = self._new_embedder()
            except ModelUnavailable:
                # Nobody asked for another model: what is derived can be made anew without any.
                if self._given_model is None and name == name_of(built_with):
                    return None
                raise
        return None if embedder.identity == built_with else embedder

    @classmethod
    def create(cls, folder: Path | str, model: str | None = None, wait: float = DEFAULT_WAIT) -> ArticleIndex:
        """Open the index in `folder`, making an empty one if there is none (waiting for another process that is)."""
        folder = Path(folder)
        if not (folder / FILE_NAME).exists():
            with write_lock(folder, wait):
                Store(folder, writable=True).close()
        return cls(folder, model)
