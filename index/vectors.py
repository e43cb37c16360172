"""The vector engine: numbers in, numbers out. It knows ids and unit vectors, never articles.

`VectorEngine` is the seam: four methods that any engine can offer (`tests/test_engine_contract.py` runs one suite over
every engine against an exact reference). The embedded engine is a flat FAISS index in half precision: the same top 10
as exact search at half the memory, and ids can be removed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

faiss: Any = import_module(
    "faiss"
)  # its wrappers are made at import, so a type checker sees the wrong signatures

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


class DamagedVectors(ValueError):
    """A saved engine that cannot be read; it can always be rebuilt from the store."""


class Selection:
    """A set of ids that a search is limited to, prepared once and used for many searches."""

    def __init__(self, ids: Ids) -> None:
        self.ids = ids
        bits = np.zeros((int(ids.max()) // 8 + 1) if len(ids) else 1, dtype=np.uint8)
        np.bitwise_or.at(bits, ids >> 3, np.left_shift(1, ids & 7).astype(np.uint8))
        self._bits = bits  # FAISS keeps a pointer to it
        self.selector: Any = faiss.IDSelectorBitmap(bits)

    def __len__(self) -> int:
        return len(self.ids)


class VectorEngine(Protocol):
    """What an engine has to offer. Vectors are float32, unit length, shape (n, dimension)."""

    def __len__(self) -> int:
        """Number of vectors held."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors under ids that are not in use."""
        ...

    def search(self, vector: Vectors, k: int, among: Selection | None = None) -> list[tuple[int, float]]:
        """The k nearest ids with their cosine in [-1, 1], best first; ties by id; at most k, fewer if fewer exist."""
        ...

    def remove(self, ids: Iterable[int]) -> None:
        """Remove those of the ids that are there."""
        ...


class FlatVectors:
    """Exact search over half-precision vectors in memory (FAISS `IndexIDMap2` over a scalar quantiser).

    Args:
        dimension: Length of each vector.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        flat = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._index: Any = faiss.IndexIDMap2(flat)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        if len(ids):
            self._index.add_with_ids(
                np.ascontiguousarray(vectors, dtype=np.float32), np.ascontiguousarray(ids, dtype=np.int64)
            )

    def search(self, vector: Vectors, k: int, among: Selection | None = None) -> list[tuple[int, float]]:
        k = min(k, len(self) if among is None else len(among))
        if k <= 0:
            return []
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        parameters = None if among is None else faiss.SearchParameters(sel=among.selector)
        # One thread: getting two to work together costs more than searching for one question, and many times more
        # when the processor is busy. The number belongs to this thread and is torch's as well, so it is put back.
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)
        try:
            scores, ids = self._index.search(query, k, params=parameters)
        finally:
            faiss.omp_set_num_threads(threads)
        found = [
            (int(i), float(s)) for i, s in zip(ids[0].tolist(), scores[0].tolist(), strict=True) if i >= 0
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def remove(self, ids: Iterable[int]) -> None:
        wanted = np.fromiter(ids, dtype=np.int64)
        if len(wanted):
            self._index.remove_ids(wanted)

    def ids(self) -> Ids:
        """Every id held, ascending."""
        return np.sort(faiss.vector_to_array(self._index.id_map)).astype(np.int64)

    def save(self, path: Path) -> int:
        """Write the engine to `path` (not atomic; the caller renames) and return the file's CRC-32."""
        data = faiss.serialize_index(self._index)
        path.write_bytes(data.tobytes())
        return zlib.crc32(data)

    @classmethod
    def load(cls, path: Path, dimension: int, crc: int) -> FlatVectors:
        """Read what `save` wrote.

        Raises:
            DamagedVectors: The file is missing, is not the one that was saved, or is of another dimension.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DamagedVectors(f"{path.name} cannot be read: {error}") from error
        if zlib.crc32(data) != crc:
            raise DamagedVectors(f"{path.name} is not the file that was saved (checksum differs)")
        index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        if index.d != dimension:
            raise DamagedVectors(f"{path.name} holds vectors of length {index.d}, not {dimension}")
        engine = cls.__new__(cls)
        engine.dimension = dimension
        engine._index = index
        return engine
