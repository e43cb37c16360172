"""Vectors of another model, kept in the store beside those in use until every passage has one.

What a passage number stands for never changes, so a vector of it is right for ever: an interrupted rebuild finds here
what it had done. The table is made by the first batch and goes with the switch, so that a store in use looks the same
whether or not it was ever rebuilt, and a store of any age can be.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.store import Store, begin_generation

Vectors = npt.NDArray[np.float32]

# The passage first: removing a passage looks here for its vectors.
_TABLE = """
CREATE TABLE IF NOT EXISTS pending(
    pid INTEGER NOT NULL REFERENCES passages(pid) ON DELETE CASCADE, model TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY(pid, model)) WITHOUT ROWID
"""
_LACKING = (
    "FROM passages WHERE NOT EXISTS (SELECT 1 FROM pending WHERE pending.pid = passages.pid AND model = ?)"
)


class PendingVectors:
    """The vectors of one model that wait for the switch.

    Adding to them is safe while another process adds or removes articles: SQLite lets one change in at a time, and
    nothing that a search reads is touched. `take_over` is for the holder of the write lock.

    Args:
        store: Writable.
        model: Identity of the model.
    """

    def __init__(self, store: Store, model: str) -> None:
        self._store = store
        self._model = model
        with store.writing() as connection:
            connection.execute(_TABLE)

    def count(self) -> int:
        """How many passages have their vector already."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT count(*) FROM pending WHERE model = ?", (self._model,)
            ).fetchone()
        return int(row[0])

    def lacking(self, after: int, most: int) -> list[int]:
        """Numbers of up to `most` passages behind `after` that have no vector yet, ascending."""
        with self._store.reading() as connection:
            rows = connection.execute(
                f"SELECT pid {_LACKING} AND pid > ? ORDER BY pid LIMIT ?",
                (self._model, after, most),
            ).fetchall()
        return [int(row[0]) for row in rows]

    def add(self, pids: Sequence[int], vectors: Vectors) -> int:
        """Keep vectors, shape (len(pids), dimension), in one durable step; those of passages that went are dropped.

        Returns:
            How many passages have a vector now that had none.
        """
        blobs = vectors.astype("<f2")
        with self._store.writing() as connection:
            before = connection.total_changes
            connection.executemany(
                "INSERT OR IGNORE INTO pending SELECT pid, ?, ? FROM passages WHERE pid = ?",
                [(self._model, blobs[row].tobytes(), int(pid)) for row, pid in enumerate(pids)],
            )
            return connection.total_changes - before

    def take_over(self, dimension: int) -> bool:
        """Put these vectors in the place of those in use and forget the latter, in one durable step.

        The states of before are forgotten with them, so that no file of the old vectors is believed any more.

        Args:
            dimension: Length of each vector.
        Returns:
            False, and nothing has changed, when a passage has no vector yet.
        """
        with self._store.writing() as connection:
            if connection.execute(f"SELECT 1 {_LACKING} LIMIT 1", (self._model,)).fetchone():
                return False
            connection.execute(
                "UPDATE passages SET vector = "
                "(SELECT vector FROM pending WHERE pending.pid = passages.pid AND model = ?)",
                (self._model,),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [("model", self._model), ("dimension", str(dimension))],
            )
            connection.execute("DELETE FROM states")
            begin_generation(connection)
            _forget(connection)
        return True


def forget_pending(store: Store) -> None:
    """Drop the vectors of every model that the index was not taken to."""
    with store.writing() as connection:
        _forget(connection)


def _forget(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TABLE IF EXISTS pending")
