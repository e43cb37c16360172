"""The student before its first gradient step: every new piece gets the expected embedding of its translations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.training.alignment import Alignments

Floats = npt.NDArray[np.float32]


def embeddings(
    teacher: Floats,
    found: Alignments,
    size: int,
    english_uses: npt.NDArray[np.floating],
    other_uses: npt.NDArray[np.floating],
    old: npt.NDArray[np.bool_],
) -> Floats:
    """Word-piece embeddings of the student, shape (size, dimension).

    A new piece is the mean of its translations' embeddings, weighted by p(English piece | piece). A piece that English
    has too ("est", "son", "##es") becomes a mixture of its own embedding and its translation's, by how often each side
    uses it.

    Args:
        teacher: The teacher's embeddings, shape (teacher's pieces, dimension).
        found: Alignments of the teacher's pieces (English side) with the student's (other side).
        size: Pieces of the student.
        english_uses, other_uses: How often each side of the pairs uses each piece, shape (size,).
        old: Which pieces are the teacher's own, shape (size,).
    """
    ids, weights = found.likeliest(size, 8)
    weights = np.where(ids >= 0, weights, 0)
    total = weights.sum(axis=1, keepdims=True)
    translated = np.einsum("nk,nkd->nd", weights / np.maximum(total, 1e-9), teacher[np.maximum(ids, 0)])
    known = total[:, 0] > 0
    result = np.tile(teacher.mean(axis=0), (size, 1))
    result[known] = translated[known]
    own = np.flatnonzero(old)
    english_share, other_share = english_uses / english_uses.sum(), other_uses / other_uses.sum()
    keep = np.ones(size)
    mixed = old & known & (other_uses >= 20)
    keep[mixed] = english_share[mixed] / (english_share[mixed] + other_share[mixed])
    result[own] = keep[own, None] * teacher[own] + (1 - keep[own, None]) * result[own]
    return result.astype(np.float32)
