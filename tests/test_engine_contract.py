"""One suite for every vector engine, against exact search in plain numpy: order and scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.vectors import DamagedVectors, FlatVectors, Selection, VectorEngine

DIMENSION = 24
TOLERANCE = 2e-3  # vectors are kept in half precision


@pytest.fixture(params=[FlatVectors])
def engine(request: pytest.FixtureRequest) -> VectorEngine:
    made: VectorEngine = request.param(DIMENSION)
    return made


def unit_vectors(n: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def exact(ids: np.ndarray, vectors: np.ndarray, query: np.ndarray, k: int) -> list[tuple[int, float]]:
    scores = vectors.astype(np.float16).astype(np.float32) @ query
    order = sorted(range(len(ids)), key=lambda row: (-scores[row], ids[row]))
    return [(int(ids[row]), float(scores[row])) for row in order[:k]]


def same(found: list[tuple[int, float]], wanted: list[tuple[int, float]]) -> None:
    assert [round(score, 2) for _, score in found] == pytest.approx([score for _, score in wanted], abs=0.02)
    assert [score for _, score in found] == pytest.approx([score for _, score in wanted], abs=TOLERANCE)
    assert {i for i, _ in found} == {i for i, _ in wanted}


def test_an_empty_engine_finds_nothing(engine: VectorEngine) -> None:
    assert len(engine) == 0
    assert engine.search(unit_vectors(1)[0], 5) == []


def test_finds_what_exact_search_finds(engine: VectorEngine) -> None:
    ids, vectors = np.arange(100, 600, 5, dtype=np.int64), unit_vectors(100)
    engine.add(ids, vectors)
    for query in unit_vectors(20, seed=1):
        same(engine.search(query, 10), exact(ids, vectors, query, 10))


def test_a_vector_is_nearest_to_itself_with_cosine_one(engine: VectorEngine) -> None:
    ids, vectors = np.arange(50, dtype=np.int64), unit_vectors(50)
    engine.add(ids, vectors)
    for number, vector in zip(ids, vectors, strict=True):
        assert engine.search(vector, 1)[0] == (number, pytest.approx(1, abs=TOLERANCE))


def test_more_wanted_than_there_are(engine: VectorEngine) -> None:
    engine.add(np.array([7, 9], dtype=np.int64), unit_vectors(2))
    assert len(engine.search(unit_vectors(1)[0], 10)) == 2


def test_removed_vectors_are_not_found(engine: VectorEngine) -> None:
    ids, vectors = np.arange(60, dtype=np.int64), unit_vectors(60)
    engine.add(ids, vectors)
    engine.remove([0, 3, 59, 1000])
    kept = np.setdiff1d(ids, [0, 3, 59])
    assert len(engine) == len(kept)
    same(engine.search(vectors[3], 60), exact(kept, vectors[kept], vectors[3], 60))


def test_a_selection_limits_the_search(engine: VectorEngine) -> None:
    ids, vectors = np.arange(1, 101, dtype=np.int64), unit_vectors(100)
    engine.add(ids, vectors)
    chosen = np.array([2, 8, 9, 64, 100], dtype=np.int64)
    for query in unit_vectors(5, seed=2):
        same(engine.search(query, 3, Selection(chosen)), exact(chosen, vectors[chosen - 1], query, 3))
    assert engine.search(vectors[0], 3, Selection(np.zeros(0, dtype=np.int64))) == []


def test_equal_scores_come_in_order_of_id(engine: VectorEngine) -> None:
    vector = unit_vectors(1)
    engine.add(np.array([5, 2, 9], dtype=np.int64), np.repeat(vector, 3, axis=0))
    assert [i for i, _ in engine.search(vector[0], 3)] == [2, 5, 9]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10_000), unique=True, min_size=1, max_size=40), st.data())
def test_adding_and_removing_in_any_order(numbers: list[int], data: st.DataObject) -> None:
    engine: VectorEngine = FlatVectors(DIMENSION)
    ids, vectors = np.array(numbers, dtype=np.int64), unit_vectors(len(numbers))
    half = len(ids) // 2
    engine.add(ids[:half], vectors[:half])
    gone = data.draw(st.lists(st.sampled_from(numbers), unique=True))
    engine.remove(i for i in gone if i in set(ids[:half].tolist()))
    engine.add(ids[half:], vectors[half:])
    kept = [row for row, i in enumerate(numbers) if row >= half or i not in gone]
    query = unit_vectors(1, seed=3)[0]
    same(engine.search(query, 50), exact(ids[kept], vectors[kept], query, 50))


class TestSavedFiles:
    def saved(self, path: Path) -> int:
        engine = FlatVectors(DIMENSION)
        engine.add(np.arange(30, dtype=np.int64), unit_vectors(30))
        return engine.save(path)

    def test_comes_back_the_same(self, tmp_path: Path) -> None:
        crc = self.saved(tmp_path / "v")
        engine = FlatVectors.load(tmp_path / "v", DIMENSION, crc)
        assert engine.ids().tolist() == list(range(30))
        query = unit_vectors(1, seed=4)[0]
        same(engine.search(query, 5), exact(np.arange(30), unit_vectors(30), query, 5))
        engine.remove([1])
        assert len(engine) == 29

    @pytest.mark.parametrize("keep", [0, 1, 100, -1])
    def test_a_truncated_file_is_refused(self, tmp_path: Path, keep: int) -> None:
        crc = self.saved(tmp_path / "v")
        (tmp_path / "v").write_bytes((tmp_path / "v").read_bytes()[:keep])
        with pytest.raises(DamagedVectors, match="checksum"):
            FlatVectors.load(tmp_path / "v", DIMENSION, crc)

    def test_a_missing_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DamagedVectors, match="cannot be read"):
            FlatVectors.load(tmp_path / "v", DIMENSION, 0)

    def test_another_dimension_is_refused(self, tmp_path: Path) -> None:
        crc = self.saved(tmp_path / "v")
        with pytest.raises(DamagedVectors, match="length 24, not 25"):
            FlatVectors.load(tmp_path / "v", DIMENSION + 1, crc)
