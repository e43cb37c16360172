"""From one embedding model to another: every passage is embedded anew while the old vectors go on answering.

Passages stay as they were cut for the old model: one that is longer than the new model's window is read up to there.
(An article that changes is cut for the new model when it is added again.)

The vectors are committed batch by batch beside those in use, without the write lock, so articles can be added and
removed meanwhile; what was added is embedded before the switch. The switch is one transaction. Killed before it, the
next rebuild goes on where this one stopped; killed after it, the next opening repairs what is derived.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.derived import make_anew
from index.embedder import Embedder
from index.errors import IndexBusy
from index.locking import DEFAULT_WAIT, write_lock
from index.pending import PendingVectors
from index.progress import Report, Stopwatch
from index.store import Store

_BATCH_PASSAGES = 128  # embedded and committed together, as in `index.writing`


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What one rebuild did."""

    model: str | None
    """Identity of the model of the index now; None before the first article."""
    former_model: str | None = None
    """Identity of the one before; None when it is the same and nothing was embedded."""
    embedded: int = 0
    """Passages embedded."""
    resumed: int = 0
    """Passages that an earlier, interrupted rebuild had embedded."""
    seconds: float = 0.0


def embed_anew(
    folder: Path,
    embedder: Embedder,
    *,
    report: Report | None = None,
    switched: Callable[[], None] | None = None,
) -> RebuildReport:
    """Take the index in `folder` to another model; the caller holds the rebuild lock, and not the write lock.

    While another process adds articles this waits for it before the switch, for as long as that takes, and embeds what
    it has added meanwhile.

    Args:
        folder: The index folder.
        embedder: Of the new model.
        report: Told how far the work is, in passages, after every batch.
        switched: Called as soon as the new vectors are those in use, before what is derived is made anew.
    Raises:
        IndexReadOnly: The index cannot be written.
    """
    began = time.monotonic()
    store = Store(folder, writable=True)
    try:
        walk = _Walk(store, embedder, report)
        former = store.meta("model")
        while True:
            walk.embed_lacking()
            try:
                with write_lock(folder, DEFAULT_WAIT):
                    # Added since, by a writer that was done before the lock was ours: not much, or go round again.
                    if walk.lacks_little():
                        walk.embed_lacking()
                        if walk.pending.take_over(embedder.dimension):
                            if switched is not None:
                                switched()
                            make_anew(folder, store)
                            break
            except IndexBusy:  # another writer: what it adds is embedded meanwhile
                if store.meta("model") == embedder.identity:
                    raise
    finally:
        store.close()
    return RebuildReport(embedder.identity, former, walk.embedded, walk.resumed, time.monotonic() - began)


class _Walk:
    """Embeds the passages that lack a vector, batch by batch."""

    def __init__(self, store: Store, embedder: Embedder, report: Report | None) -> None:
        self._store = store
        self._embedder = embedder
        self.pending = PendingVectors(store, embedder.identity)
        self.resumed = self.pending.count()
        self.embedded = 0
        self._watch = Stopwatch(report, unit="passages", resumed=self.resumed)
        self._tell()

    def lacks_little(self) -> bool:
        """Whether no more than one batch is left."""
        return len(self.pending.lacking(0, _BATCH_PASSAGES + 1)) <= _BATCH_PASSAGES

    def embed_lacking(self) -> None:
        """Embed what lacks a vector, in the order of the passages, each batch committed before the next."""
        last = 0
        while pids := self.pending.lacking(last, _BATCH_PASSAGES):
            last = pids[-1]
            self._embed(pids)
            self._tell()

    def _embed(self, pids: Sequence[int]) -> None:
        stored = self._store.passages(pids)  # without those that were removed a moment ago
        there = sorted(stored)
        vectors = self._embedder.encode_passages([stored[pid].passage.text for pid in there])
        self.embedded += self.pending.add(there, vectors)

    def _tell(self) -> None:
        # Counted anew: another process may have added or removed articles. Removed ones make it an estimate.
        total = self._store.counts()[1]
        done = min(total, self.resumed + self.embedded)
        self._watch.tell(done, done / total if total else 1.0, total)
