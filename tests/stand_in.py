"""Real, tiny embedders for tests that need many processes: words hashed into a vector, no model to load."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

DIMENSION = 32


class StandInEmbedder:
    """Same methods as `index.Embedder`; texts that share words get similar vectors."""

    name = "stand-in"
    identity = "stand-in@000000000000"
    dimension = DIMENSION
    window = 64
    languages = None
    salt = 0

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([self.encode_question(text) for text in texts], dtype=np.float32).reshape(
            -1, self.dimension
        )

    def encode_question(self, text: str) -> np.ndarray:
        vector = np.full(self.dimension, 0.01, dtype=np.float32)
        for word in text.casefold().split():
            vector[zlib.crc32(word.encode(), self.salt) % self.dimension] += 1
        return vector / np.linalg.norm(vector)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def familiarity(self, text: str) -> float:
        return 1.0


class OtherStandIn(StandInEmbedder):
    """Another model: vectors of another length, not to be compared with those of the first."""

    name = "other"
    identity = "other@111111111111"
    dimension = 48
    salt = 1

    def __init__(self) -> None:
        self.encoded: list[str] = []
        """Every passage that was embedded, in order."""

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += texts
        return super().encode_passages(texts)
