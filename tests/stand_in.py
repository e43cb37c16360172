"""A real, tiny embedder for tests that need many processes: words hashed into a vector, no model to load."""

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

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([self.encode_question(text) for text in texts], dtype=np.float32).reshape(
            -1, DIMENSION
        )

    def encode_question(self, text: str) -> np.ndarray:
        vector = np.full(DIMENSION, 0.01, dtype=np.float32)
        for word in text.casefold().split():
            vector[zlib.crc32(word.encode()) % DIMENSION] += 1
        return vector / np.linalg.norm(vector)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def familiarity(self, text: str) -> float:
        return 1.0
