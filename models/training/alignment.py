"""Which English words translate which: IBM Model 1 (Brown et al. 1993, "The Mathematics of Statistical Machine
Translation"), by expectation maximisation over units given as numbers (word pieces, or words)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

Units = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Alignments:
    """What was found, one row per (other, English) pair of units that occurs in some sentence pair."""

    other: Units
    english: Units
    probability: npt.NDArray[np.float64]
    """p(English unit | other unit)."""

    def likeliest(self, size: int, most: int) -> tuple[Units, npt.NDArray[np.float32]]:
        """For each `other` unit below `size` its `most` likeliest English partners and their chances.

        Returns:
            Both of shape (size, most), likeliest first; -1 and 0 where there are fewer.
        """
        given, found, weight = self.other, self.english, self.probability
        order = np.lexsort((-weight, given))
        begins = np.searchsorted(given[order], np.arange(size + 1))
        rank = np.arange(len(order)) - begins[given[order]]
        top = rank < most
        ids = np.full((size, most), -1, dtype=np.int32)
        weights = np.zeros((size, most), dtype=np.float32)
        rows = order[top]
        ids[given[rows], rank[top]] = found[rows]
        weights[given[rows], rank[top]] = weight[rows]
        return ids, weights


def align(english: Sequence[Sequence[int]], other: Sequence[Sequence[int]], rounds: int = 6) -> Alignments:
    """Expectation maximisation from equal chances; a unit of `english` may also come from nothing.

    Args:
        english: Units of each English sentence.
        other: Units of its translation.
        rounds: Passes over all sentence pairs.
    """
    e, e_at = _flat(english)
    x, x_at = _flat(other)
    size = int(e.max()) + 1
    cells = _cells(e, e_at, x, x_at, size)
    keys, inverse = np.unique(cells, return_inverse=True)
    del cells
    inverse = inverse.astype(np.int32)
    units = (keys // size).astype(np.int32)
    of_units = int(units.max()) + 1
    chance = 1.0 / np.bincount(units, minlength=of_units)[units]
    for _ in range(rounds):
        _round(inverse, units, e_at, x_at, chance, of_units)
    return Alignments(units, (keys % size).astype(np.int32), chance)


def _flat(sentences: Sequence[Sequence[int]]) -> tuple[Units, npt.NDArray[np.int64]]:
    at = np.zeros(len(sentences) + 1, dtype=np.int64)
    at[1:] = np.cumsum([len(sentence) for sentence in sentences])
    return np.concatenate([np.asarray(sentence, dtype=np.int32) for sentence in sentences]), at


@numba.njit(cache=True)
def _cells(e, e_at, x, x_at, size):  # type: ignore[no-untyped-def]
    total = 0
    for i in range(len(e_at) - 1):
        total += (e_at[i + 1] - e_at[i]) * (x_at[i + 1] - x_at[i])
    cells = np.empty(total, dtype=np.int64)
    n = 0
    for i in range(len(e_at) - 1):
        for a in range(e_at[i], e_at[i + 1]):
            for b in range(x_at[i], x_at[i + 1]):
                cells[n] = np.int64(x[b]) * size + e[a]
                n += 1
    return cells


@numba.njit(cache=True)
def _round(inverse, units, e_at, x_at, chance, of_units):  # type: ignore[no-untyped-def]
    count = np.zeros(len(chance))
    total = np.zeros(of_units)
    n = 0
    for i in range(len(e_at) - 1):
        length = x_at[i + 1] - x_at[i]
        for _ in range(e_at[i], e_at[i + 1]):
            among = 1e-4  # the English unit may come from nothing
            for b in range(length):
                among += chance[inverse[n + b]]
            for b in range(length):
                cell = inverse[n + b]
                share = chance[cell] / among
                count[cell] += share
                total[units[cell]] += share
            n += length
    for cell in range(len(chance)):
        chance[cell] = count[cell] / total[units[cell]]
