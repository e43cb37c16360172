"""The embedding models that are compared, with vectors that are computed once and remembered from run to run.

A benchmark asks for the vector of the same question many times (of each language pair, of each way to rank), and
somebody who fits weights runs it again and again. Vectors are kept in one SQLite file for each model, by the SHA-256 of
their text; the file is named for what the model makes of a few texts, so that a model with other weights, another
tokenizer or another precision never finds the vectors of this one.
"""

from __future__ import annotations

import argparse
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks import ROOT, say
from index import Embedder
from index.embedder import Vectors

CACHE = ROOT / "data" / "benchmarks" / "vectors"
_PROBES = ("Who met the president?", "Где прошла встреча?", "Où était-ce, l'été dernier ? Çünkü öyle.")
T = TypeVar("T")

_AT_ONCE = 256  # vectors between two writes: what is lost when the run is stopped


class RememberingEmbedder(Embedder):
    """An embedder that computes the vector of a text once. For one thread.

    Args:
        model: As for `Embedder`.
        folder: Where vectors are kept from run to run; None: for this run alone.
    """

    def __init__(self, model: str | None = None, folder: Path | None = None) -> None:
        super().__init__(model)
        self.computed = 0
        """Vectors that had to be computed; the others were there."""
        place = ":memory:"
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            place = str(folder / f"{self._fingerprint()}.sqlite")
        self._kept = sqlite3.connect(place, timeout=60)
        self._kept.execute("PRAGMA journal_mode=WAL")  # no waiting for the disk at every question
        self._kept.execute("PRAGMA synchronous=NORMAL")
        self._kept.execute(
            "CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """As `Embedder.encode_passages`, shape (len(texts), dimension)."""
        keys = [_key("passage", text) for text in texts]
        known = self._read(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        for some in _batches(sorted(missing.items(), key=lambda pair: -len(pair[1])), _AT_ONCE):
            found = super().encode_passages([text for _, text in some])
            known |= self._write([key for key, _ in some], found)
            if len(missing) > 4 * _AT_ONCE:
                say(f"  {len(known)} of {len(set(keys))} vectors")
        return np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), self.dimension)

    def encode_question(self, text: str) -> Vectors:
        """As `Embedder.encode_question`, shape (dimension,)."""
        key = _key("question", text)
        known = self._read([key]) or self._write([key], super().encode_question(text)[None, :])
        return known[key]

    def _fingerprint(self) -> str:
        """What tells this model from any other: the vectors that it gives."""
        vectors = [super().encode_passages(_PROBES), super().encode_question(_PROBES[0])]
        digest = hashlib.sha256(f"{self.identity.rpartition('@')[2]} {self.window}".encode())
        for vector in vectors:
            digest.update(vector.tobytes())
        return digest.hexdigest()[:16]

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        known = {}
        for some in _batches(keys, 500):
            marks = ",".join("?" * len(some))
            rows = self._kept.execute(f"SELECT text, vector FROM vectors WHERE text IN ({marks})", some)  # noqa: S608
            known.update({key: np.frombuffer(vector, dtype=np.float32) for key, vector in rows})
        return known

    def _write(self, keys: Sequence[bytes], vectors: Vectors) -> dict[bytes, Vectors]:
        rows = [(key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)]
        with self._kept:
            self._kept.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        self.computed += len(rows)
        return dict(zip(keys, vectors, strict=True))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say which model is ours and where vectors are kept."""
    parser.add_argument("--model", help="folder of our model (default: the one that the product uses)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="keep vectors here from run to run")


def _key(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\n{text}".encode("utf-8", "replace")).digest()[:16]


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
