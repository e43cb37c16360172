"""The durable truth: articles, passages and vectors in one SQLite file. Everything else is derived from it.

Two rules make the derived parts easy to keep in step:

* A passage number (`pid`) is never used twice and what it stands for never changes: a changed article gets new
  passages. So a derived index is right exactly when it holds the same set of numbers as the store.
* Every committed change raises `generation` by one and records which numbers went, so a reader that knows generation
  G asks only for what came and went since.

A commit is on disk before `write` returns (WAL with synchronous=FULL): what was acknowledged survives a kill.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.errors import IndexBusy, IndexDamaged, IndexMissing, IndexReadOnly
from index.types import Article, Filters, Passage

FORMAT = 1
FILE_NAME = "articles.sqlite"

Vectors = npt.NDArray[np.float32]
Pids = npt.NDArray[np.int64]

_SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles(
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, text TEXT NOT NULL,
    language TEXT NOT NULL, url TEXT, source TEXT, published TEXT, hash BLOB NOT NULL, file_hash BLOB);
CREATE TABLE passages(
    pid INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL REFERENCES articles(number) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL);
CREATE INDEX passages_of_article ON passages(article);
CREATE TABLE removals(generation INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE states(generation INTEGER PRIMARY KEY, token TEXT NOT NULL);
CREATE INDEX removals_by_generation ON removals(generation);
"""

_ARTICLE = "articles.id, title, text, language, url, source, published"


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article ready to be stored: its passages and one unit vector (row) for each."""

    article: Article
    spans: Sequence[tuple[int, int]]
    vectors: Vectors
    """Shape (len(spans), dimension), unit length; stored in half precision."""
    file_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its number and the article it stands in."""

    pid: int
    passage: Passage
    article: Article


@dataclass(frozen=True, slots=True)
class Changes:
    """What came and went between two generations."""

    generation: int
    model: str | None
    """Identity of the model of all vectors at that generation: of another one than before, nothing of before counts."""
    removed: list[tuple[int, int]]
    """Inclusive ranges of passage numbers."""
    added: Pids
    vectors: Vectors
    languages: list[str]


def content_hash(article: Article) -> bytes:
    """SHA-256 over every field: two articles with the same hash are the same article, word for word."""
    fields = [article.title, article.text, article.language, article.url, article.source, article.published]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode("utf-8", "surrogatepass")).digest()


class Store:
    """The SQLite file of one index. Safe to use from several threads; each gets a connection of its own.

    Args:
        folder: The index folder.
        writable: Whether `write` may be called; the caller holds the write lock (`index.locking`).
    Raises:
        IndexMissing: There is no store and `writable` is false.
        IndexDamaged: The file is not a store, or of a format this version does not know.
        IndexReadOnly: The store is to be written and cannot be.
    """

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        self.path = folder / FILE_NAME
        self.writable = writable
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._immutable: dict[int, tuple[int, int, bool]] = {}
        self._guard = threading.Lock()
        if not self.path.exists():
            if not writable:
                raise IndexMissing(
                    f"no index in {folder}: run `python -m index add PATH --index {folder}` with a folder of articles"
                )
            self._create()
        with self.reading() as connection:
            found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        if found is None or found[0] != str(FORMAT):
            raise IndexDamaged(
                f"{self.path} has format {found and found[0]}, this version reads {FORMAT}: add the articles to a new "
                f"index with `python -m index add PATH --index NEW_FOLDER`"
            )

    def _create(self) -> None:
        # Built aside and renamed, so that a kill never leaves a store without its tables.
        draft = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft.unlink(missing_ok=True)
            connection = sqlite3.connect(draft)
            connection.executescript(_SCHEMA)
            connection.executemany(
                "INSERT INTO meta VALUES (?, ?)", [("format", str(FORMAT)), ("generation", "0")]
            )
            connection.commit()
            # Last: the mode is kept in the file, and switching back would cost a checkpoint.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.close()
            draft.replace(self.path)
        except (OSError, sqlite3.OperationalError) as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: Exception) -> IndexReadOnly:
        return IndexReadOnly(
            f"cannot write to {self.path.parent} ({error}): make the folder writable or choose another one with "
            f"--index DIR"
        )

    def _connect(self) -> sqlite3.Connection:
        mode = "rw" if self.writable else "ro"
        address = self.path.resolve().as_uri()
        connection = _open(f"{address}?mode={mode}")
        try:
            connection.execute("SELECT 1 FROM meta LIMIT 1").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            unreadable = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
            if self.writable or not unreadable:
                raise
            # A folder that cannot be written has no room for the shared memory of a write-ahead log.
            log = Path(f"{self.path}-wal")
            if log.exists() and log.stat().st_size:
                raise IndexReadOnly(
                    f"{self.path} has changes that can only be read where the folder can be written: make it "
                    f"writable, or copy the folder to where it is"
                ) from error
            connection = _open(f"{address}?mode=ro&immutable=1")
            self._immutable[threading.get_ident()] = self._stamp()
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        with self._guard:
            # Threads come and go in a server: what they leave behind is closed by the next one.
            for thread in [thread for thread in self._connections if not thread.is_alive()]:
                self._connections.pop(thread).close()
            self._connections[threading.current_thread()] = connection
        return connection

    def _stamp(self) -> tuple[int, int, bool]:
        state = self.path.stat()
        return state.st_mtime_ns, state.st_size, Path(f"{self.path}-wal").exists()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection; what SQLite raises becomes an error with a name."""
        try:
            connection = getattr(self._local, "connection", None)
            if connection is not None and self._immutable:
                # Such a connection does not notice that somebody else writes after all.
                stamp = self._immutable.get(threading.get_ident())
                if stamp is not None and stamp != self._stamp():
                    connection.close()
                    connection = None
            if connection is None:
                connection = self._local.connection = self._connect()
            yield connection
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise IndexBusy(f"{self.path} is locked by another process ({error}): try again") from error
            if code in (
                sqlite3.SQLITE_CANTOPEN,
                sqlite3.SQLITE_IOERR,
                sqlite3.SQLITE_FULL,
                sqlite3.SQLITE_READONLY,
            ):
                raise IndexReadOnly(
                    f"{self.path} cannot be used ({error}): check the disk, the folder's permissions and the number "
                    f"of open files, and try again"
                ) from error
            raise IndexDamaged(
                f"{self.path} cannot be read ({error}): restore it from a backup, or delete the index folder and add "
                f"the articles again with `python -m index add PATH`"
            ) from error

    def close(self) -> None:
        """Close every connection; the store cannot be used afterwards."""
        with self._guard:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    # ---- reading

    def meta(self, key: str) -> str | None:
        """A value kept beside the articles, such as the name of the embedding model."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def model(self) -> tuple[str | None, int]:
        """Identity of the embedding model and length of its vectors; None and 0 before the first article."""
        with self.reading() as connection:
            return _model(connection)

    def generation(self) -> int:
        """How many changes were committed since the store was made."""
        return int(self.meta("generation") or 0)

    def token(self, generation: int) -> str | None:
        """A random word that stands for the state after that change, None when this store was never in it.

        So files derived from another store, or from changes that a restored backup does not have, are recognised.
        """
        if generation == 0:
            return ""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT token FROM states WHERE generation = ?", (generation,)
            ).fetchone()
        return None if row is None else str(row[0])

    def counts(self) -> tuple[int, int]:
        """Number of articles, number of passages."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
            ).fetchone()
        return int(row[0]), int(row[1])

    def article(self, article_id: str) -> Article | None:
        """The article with that id, or None."""
        with self.reading() as connection:
            row = connection.execute(
                f"SELECT {_ARTICLE} FROM articles WHERE id = ?",  # noqa: S608
                (article_id,),
            ).fetchone()
        return None if row is None else Article(*row)

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """Every article that passes the filters, newest first, those without a date last, then by id."""
        where, values = _where(filters or Filters())
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {_ARTICLE} FROM articles WHERE {where} ORDER BY published IS NULL, published DESC, id",  # noqa: S608
                values,
            ).fetchall()
        return [Article(*row) for row in rows]

    def count(self, filters: Filters) -> int:
        """How many articles pass the filters."""
        where, values = _where(filters)
        with self.reading() as connection:
            row = connection.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()  # noqa: S608
        return int(row[0])

    def facets(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many articles there are by language and by source."""
        with self.reading() as connection:
            languages = connection.execute(
                "SELECT language, count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1"
            )
            sources = connection.execute(
                "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
            )
            return dict(languages.fetchall()), dict(sources.fetchall())

    def hashes(self, article_id: str) -> tuple[bytes, bytes | None] | None:
        """Content hash and hash of the file it was read from, or None when there is no such article."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT hash, file_hash FROM articles WHERE id = ?", (article_id,)
            ).fetchone()
        return None if row is None else (row[0], row[1])

    def passages(self, pids: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages with these numbers that still exist, by number."""
        wanted = list(pids)
        found: dict[int, StoredPassage] = {}
        with self.reading() as connection:
            articles: dict[int, Article] = {}
            for at in range(0, len(wanted), 500):
                part = wanted[at : at + 500]
                marks = ",".join("?" * len(part))
                rows = connection.execute(
                    f"SELECT pid, article, start, end FROM passages WHERE pid IN ({marks})",  # noqa: S608
                    part,
                ).fetchall()
                for pid, number, start, end in rows:
                    if number not in articles:
                        row = connection.execute(
                            f"SELECT {_ARTICLE} FROM articles WHERE number = ?",  # noqa: S608
                            (number,),
                        ).fetchone()
                        if row is None:  # removed between the two statements
                            continue
                        articles[number] = Article(*row)
                    article = articles[number]
                    passage = Passage(article.id, start, end, article.text[start:end])
                    found[pid] = StoredPassage(pid, passage, article)
        return found

    def passages_of(self, article_id: str) -> list[Passage]:
        """The passages of one article in order."""
        article = self.article(article_id)
        if article is None:
            return []
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT start, end FROM passages JOIN articles ON number = article WHERE articles.id = ? ORDER BY pid",
                (article_id,),
            ).fetchall()
        return [Passage(article_id, start, end, article.text[start:end]) for start, end in rows]

    def pids(self, filters: Filters | None = None) -> Pids:
        """Numbers of the passages whose article passes the filters, ascending."""
        where, values = _where(filters or Filters())
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT pid FROM passages JOIN articles ON number = article WHERE {where} ORDER BY pid",  # noqa: S608
                values,
            ).fetchall()
        return np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))

    def vectors(self, pids: Sequence[int], model: str | None) -> Vectors:
        """Vectors of the passages with these numbers that exist, in ascending order of number.

        None of them when the vectors are no longer of `model`: whoever asks is about to find that out.
        """
        blobs: list[bytes] = []
        with self._moment() as connection:
            now, dimension = _model(connection)
            for at in range(0, len(pids) if now == model else 0, 500):
                part = [int(pid) for pid in pids[at : at + 500]]
                marks = ",".join("?" * len(part))
                blobs += [
                    row[0]
                    for row in connection.execute(
                        f"SELECT vector FROM passages WHERE pid IN ({marks}) ORDER BY pid",  # noqa: S608
                        part,
                    )
                ]
        return _matrix(blobs, dimension)

    def changes(self, since: int, last_pid: int) -> Changes:
        """What came and went after generation `since`, for a reader whose highest passage number is `last_pid`."""
        with self._moment() as connection:
            model, dimension = _model(connection)
            generation = int(
                connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0]
            )
            removed = connection.execute(
                "SELECT first, last FROM removals WHERE generation > ? ORDER BY rowid", (since,)
            ).fetchall()
            rows = connection.execute(
                "SELECT pid, vector, language FROM passages JOIN articles ON number = article WHERE pid > ? "
                "ORDER BY pid",
                (last_pid,),
            ).fetchall()
        return Changes(
            generation,
            model,
            [(int(first), int(last)) for first, last in removed],
            np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows)),
            _matrix([row[1] for row in rows], dimension),
            [row[2] for row in rows],
        )

    def pids_by_language(self) -> dict[str, list[int]]:
        """Numbers of all passages, ascending, by the language of their article."""
        found: dict[str, list[int]] = {}
        with self.reading() as connection:
            for pid, language in connection.execute(
                "SELECT pid, language FROM passages JOIN articles ON number = article ORDER BY pid"
            ):
                found.setdefault(language, []).append(pid)
        return found

    def removed_since(self, generation: int) -> list[tuple[int, int]]:
        """Inclusive ranges of passage numbers that went after that generation."""
        with self.reading() as connection:
            return connection.execute(
                "SELECT first, last FROM removals WHERE generation > ? ORDER BY rowid", (generation,)
            ).fetchall()

    def texts_after(self, last_pid: int) -> Iterator[tuple[int, str, str, str]]:
        """Number, language, title of its article and text of every passage after `last_pid`, in order, streamed."""
        with self.reading() as connection:
            current: tuple[int, str, str, str] | None = None
            cursor = connection.execute(
                "SELECT pid, article, start, end FROM passages WHERE pid > ? ORDER BY pid", (last_pid,)
            )
            for pid, number, start, end in cursor:
                if current is None or current[0] != number:
                    row = connection.execute(
                        "SELECT number, language, title, text FROM articles WHERE number = ?", (number,)
                    ).fetchone()
                    if row is None:
                        continue
                    current = row
                yield pid, current[1], current[2], current[3][start:end]

    def integrity(self) -> list[str]:
        """Problems SQLite itself finds in the file; empty when it is sound."""
        with self.reading() as connection:
            rows = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        return [] if rows == ["ok"] else rows

    # ---- writing

    def set_meta(self, values: dict[str, str]) -> None:
        """Set values beside the articles (no new generation)."""
        with self.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def write(self, new: Sequence[NewArticle] = (), remove: Sequence[str] = ()) -> tuple[list[str], int]:
        """Store articles, replacing those with the same id, and remove others, in one durable step.

        Returns:
            The ids that were there before (replaced or removed), and the new generation.
        """
        gone: list[str] = []
        with self.writing() as connection:
            generation = begin_generation(connection)
            for article_id in [*remove, *(item.article.id for item in new)]:
                row = connection.execute(
                    "SELECT number, min(pid), max(pid) FROM articles LEFT JOIN passages ON article = number "
                    "WHERE articles.id = ? GROUP BY number",
                    (article_id,),
                ).fetchone()
                if row is None:
                    continue
                gone.append(article_id)
                if row[1] is not None:
                    connection.execute("INSERT INTO removals VALUES (?, ?, ?)", (generation, row[1], row[2]))
                connection.execute("DELETE FROM articles WHERE number = ?", (row[0],))
            for item in new:
                article = item.article
                number = connection.execute(
                    "INSERT INTO articles(id, title, text, language, url, source, published, hash, file_hash) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        article.id,
                        article.title,
                        article.text,
                        article.language,
                        article.url,
                        article.source,
                        article.published,
                        content_hash(article),
                        item.file_hash,
                    ),
                ).lastrowid
                blobs = item.vectors.astype("<f2")
                connection.executemany(
                    "INSERT INTO passages(article, start, end, vector) VALUES (?, ?, ?, ?)",
                    [
                        (number, start, end, blobs[row].tobytes())
                        for row, (start, end) in enumerate(item.spans)
                    ],
                )
        return gone, generation

    def set_file_hash(self, article_id: str, file_hash: bytes) -> None:
        """Remember that this file's bytes gave the article that is already stored (no new generation)."""
        with self.writing() as connection:
            connection.execute("UPDATE articles SET file_hash = ? WHERE id = ?", (file_hash, article_id))

    @contextmanager
    def _moment(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction, so that all that is read is of one moment."""
        with self.reading() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction, on disk when this ends and undone when it fails."""
        with self.reading() as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
            except sqlite3.OperationalError as error:
                connection.rollback()
                if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise IndexBusy(f"{self.path} is locked by another process: try again") from error
                raise self._unwritable(error) from error
            except BaseException:
                connection.rollback()
                raise


def begin_generation(connection: sqlite3.Connection) -> int:
    """Count a change, in its transaction; returns the generation that holds once it is committed."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    generation = int(row[0]) + 1
    connection.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (str(generation),))
    connection.execute("INSERT INTO states VALUES (?, ?)", (generation, secrets.token_hex(8)))
    return generation


def _model(connection: sqlite3.Connection) -> tuple[str | None, int]:
    rows = connection.execute("SELECT key, value FROM meta WHERE key IN ('model', 'dimension')").fetchall()
    values = dict(rows)
    return values.get("model"), int(values.get("dimension") or 0)


def _open(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, timeout=30, check_same_thread=False, isolation_level=None)


def _where(filters: Filters) -> tuple[str, list[str]]:
    """An SQL condition on `articles` and its values."""
    parts: list[str] = ["1"]
    values: list[str] = []
    for column, wanted in (("language", filters.languages), ("source", filters.sources)):
        if wanted:
            parts.append(f"{column} IN ({','.join('?' * len(wanted))})")
            values += wanted
    if filters.published_from:
        parts.append("published >= ?")
        values.append(filters.published_from)
    if filters.published_to:
        parts.append("published <= ?")
        values.append(filters.published_to)
    return " AND ".join(parts), values


def _matrix(blobs: Sequence[bytes], dimension: int) -> Vectors:
    flat = np.frombuffer(b"".join(blobs), dtype="<f2")
    return flat.reshape(len(blobs), dimension).astype(np.float32)
