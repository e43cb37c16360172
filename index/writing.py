"""Add, replace and remove articles: read, split, embed, commit, and bring the derived parts along.

An article counts as added once its batch is committed to the store; the derived parts follow and are repaired on the
next open if the process dies in between.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.derived import Derived, update_words
from index.embedder import Embedder
from index.errors import BadArticle
from index.locking import DEFAULT_WAIT, write_lock
from index.model_choice import require_model
from index.passages import passage_spans
from index.progress import Report, Stopwatch
from index.reading import READER_VERSION, Origin, find_files, read_bytes, read_file, read_jsonl_file
from index.store import NewArticle, Store, content_hash
from index.types import Article

_BATCH_PASSAGES = 128  # embedded and committed together: enough to sort by length, little to lose in a crash
_WORDS_SECONDS = 5.0  # how far the word index may lag behind during a long `add`


@dataclass
class AddReport:
    """What became of the articles of one `add`."""

    added: list[str] = field(default_factory=list)
    """Ids that were not there before."""
    replaced: list[str] = field(default_factory=list)
    """Ids whose article had changed."""
    unchanged: int = 0
    """Articles that were there already, word for word."""
    bad: list[BadArticle] = field(default_factory=list)
    """What could not be read, each with its reason."""
    passages: int = 0
    """Passages embedded."""
    seconds: float = 0.0


def add_paths(
    folder: Path,
    paths: Sequence[Path],
    embedder: Callable[[], Embedder],
    *,
    report: Report | None = None,
    stored: Callable[[list[str]], None] | None = None,
    wait: float = DEFAULT_WAIT,
) -> AddReport:
    """Add files and folders to the index in `folder`, which is made if it does not exist.

    Args:
        folder: The index folder.
        paths: Files and folders of articles.
        embedder: Gives the embedder; called only when there is something to embed.
        report: Told how far the work is.
        stored: Told the ids of each batch once they are on disk.
        wait: Seconds to wait for another writer.
    Raises:
        IndexBusy, IndexReadOnly: The index cannot be written.
        WrongModel: The index was built with another model than `embedder` gives.
    """
    origins, bad = find_files(paths)
    began = time.monotonic()
    result = AddReport(bad=list(bad))
    with write_lock(folder, wait):
        store = Store(folder, writable=True)
        try:
            writer = _Writer(folder, store, embedder, result, stored)
            for article, file_hash in _changed(origins, store, result, Stopwatch(report)):
                writer.take(article, file_hash)
            writer.finish()
        finally:
            store.close()
    result.seconds = time.monotonic() - began
    return result


def remove_articles(
    folder: Path, ids: Sequence[str], wait: float = DEFAULT_WAIT
) -> tuple[list[str], list[str]]:
    """Remove articles by id; gone for the very next answer.

    Returns:
        Ids that were removed, ids that were not there.
    """
    with write_lock(folder, wait):
        store = Store(folder, writable=True)
        try:
            removed, _ = store.write(remove=ids)
            update_words(folder, store)
            gone = set(removed)
            return removed, [article_id for article_id in ids if article_id not in gone]
        finally:
            store.close()


def _changed(
    origins: Sequence[Origin], store: Store, result: AddReport, watch: Stopwatch
) -> Iterator[tuple[Article, bytes | None]]:
    """Articles that the store does not have word for word, with the hash of the file if it holds just one article."""
    sizes = [_size(origin.path) for origin in origins]
    total, passed, done = max(1, sum(sizes)), 0, 0
    seen: set[str] = set()
    for origin, size in zip(origins, sizes, strict=True):
        file_hash: bytes | None = None
        if origin.path.suffix.lower() == ".jsonl":
            items = read_jsonl_file(origin)
        else:
            try:
                data = read_bytes(origin)
            except BadArticle as error:
                result.bad.append(error)
                continue
            file_hash = hashlib.sha256(READER_VERSION + data).digest()
            known = store.hashes(origin.id)
            if known is not None and known[1] == file_hash:
                seen.add(origin.id)
                result.unchanged += 1
                done += 1
                passed += size
                watch.tell(done, passed / total)
                continue
            items = read_file(origin, data)
        read = 0
        for item in items:
            done += 1
            # How far a file of many articles is, by the texts seen: close enough for a progress bar.
            read += len(item.text.encode("utf-8", "replace")) if isinstance(item, Article) else 0
            if isinstance(item, BadArticle):
                result.bad.append(item)
            elif item.id in seen:
                result.bad.append(
                    BadArticle(
                        str(origin.path), f"the id {item.id!r} is used twice: give each article its own"
                    )
                )
            else:
                seen.add(item.id)
                known = store.hashes(item.id)
                if known is not None and known[0] == content_hash(item):
                    result.unchanged += 1
                    if file_hash is not None:
                        store.set_file_hash(item.id, file_hash)
                else:
                    yield item, file_hash
            watch.tell(done, (passed + min(read, size)) / total)
        passed += size
        watch.tell(done, passed / total)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # vanished since it was found; reading it will say so
        return 0


class _Writer:
    """Collects changed articles, embeds and commits them in batches."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        embedder: Callable[[], Embedder],
        result: AddReport,
        stored: Callable[[list[str]], None] | None,
    ) -> None:
        self._folder = folder
        self._store = store
        self._give_embedder = embedder
        self._embedder: Embedder | None = None
        self._result = result
        self._stored = stored
        self._waiting: list[tuple[Article, list[tuple[int, int]], bytes | None]] = []
        self._waiting_passages = 0
        self._words_at = time.monotonic()

    def take(self, article: Article, file_hash: bytes | None) -> None:
        """Queue one article; commits when a batch is full."""
        embedder = self._ready_embedder()
        spans = passage_spans(article.text, article.language, embedder.count_tokens, embedder.window)
        self._waiting.append((article, spans, file_hash))
        self._waiting_passages += len(spans)
        if self._waiting_passages >= _BATCH_PASSAGES:
            self._commit(embedder)

    def finish(self) -> None:
        """Commit what is left and bring the derived parts up to date."""
        if self._waiting:
            self._commit(self._ready_embedder())
        update_words(self._folder, self._store)
        Derived(self._folder, self._store).save_vectors()

    def _ready_embedder(self) -> Embedder:
        if self._embedder is None:
            embedder = self._give_embedder()
            require_model(self._folder, self._store.meta("model"), embedder.identity)
            if self._store.meta("model") is None:
                self._store.set_meta({"model": embedder.identity, "dimension": str(embedder.dimension)})
            self._embedder = embedder
        return self._embedder

    def _commit(self, embedder: Embedder) -> None:
        texts = [article.text[start:end] for article, spans, _ in self._waiting for start, end in spans]
        vectors = embedder.encode_passages(texts)
        new: list[NewArticle] = []
        at = 0
        for article, spans, file_hash in self._waiting:
            new.append(NewArticle(article, spans, vectors[at : at + len(spans)], file_hash))
            at += len(spans)
        replaced, _ = self._store.write(new)
        ids = [item.article.id for item in new]
        self._result.replaced += replaced
        known = set(replaced)
        self._result.added += [article_id for article_id in ids if article_id not in known]
        self._result.passages += len(texts)
        self._waiting, self._waiting_passages = [], 0
        if self._stored is not None:
            self._stored(ids)
        if time.monotonic() - self._words_at > _WORDS_SECONDS:
            update_words(self._folder, self._store)
            self._words_at = time.monotonic()
