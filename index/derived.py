"""What is derived from the store, kept in step with it: the vector engine, the word index, the passages by language.

Nothing here is trusted: on open, saved files are compared with the store (checksum, dimension, generation, counts) and
caught up or rebuilt; before every search one integer is compared, and what came and went since is applied. The same
mechanism serves whether the change came from this process or another one, a moment ago or before a crash.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.embedder import Embedder
from index.errors import IndexBusy, IndexReadOnly
from index.locking import write_lock
from index.store import Store
from index.vectors import DamagedVectors, FlatVectors, Selection, Vectors
from index.words import Words

log = logging.getLogger(__name__)

Pids = npt.NDArray[np.int64]

MANIFEST = "derived.json"
_SAVE_SHARE = 0.1  # the vector file is written anew when it lacks more than this share of the vectors
_SAMPLE = 256  # vectors of a language that stand for all of it where the usual cosine is estimated
_DEAD_SHARE = 0.2  # deleted passages still count in the word index's averages: with more it is made anew
_SOON_REBUILT = 500  # passages: a word index no larger than this is made anew whenever something was deleted
_READ = 16  # passages of a language on which it is measured how well the embedding model reads it


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which derived files belong to which state of the store; replaced in one step."""

    vectors_file: str = ""
    vectors_crc: int = 0
    vectors_generation: int = 0
    vectors_token: str = ""
    """`Store.token` of that generation, by which files of another store are recognised."""
    vectors_last_pid: int = 0
    words_folder: str = "words-0"
    words_generation: int = 0
    words_token: str = ""
    words_last_pid: int = 0

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest in `folder`; an empty one, from which all is rebuilt, when there is none that can be read."""
        try:
            manifest = cls(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return cls()
        sound = all(type(value) is type(getattr(cls(), name)) for name, value in asdict(manifest).items())
        return manifest if sound and re.fullmatch(r"words-\d+", manifest.words_folder) else cls()

    def write(self, folder: Path) -> None:
        """Replace the manifest; after a kill at any instant it is the old one or this one."""
        draft = folder / f"{MANIFEST}.new"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / MANIFEST)


class Pool:
    """The passages of one language."""

    def __init__(self) -> None:
        self._pids: set[int] = set()
        self._selection: Selection | None = None
        self._sample: Vectors | None = None
        self._familiarity: tuple[str, float] | None = None

    def __len__(self) -> int:
        return len(self._pids)

    def __contains__(self, pid: int) -> bool:
        return pid in self._pids

    def change(self, added: list[int], removed: set[int]) -> None:
        self._pids.update(added)
        self._pids -= removed
        self._selection = self._sample = self._familiarity = None

    def selection(self) -> Selection:
        """The passages as a limit for searches."""
        selection = self._selection  # another thread may clear it at any time
        if selection is None:
            selection = self._selection = Selection(np.array(sorted(self._pids), dtype=np.int64))
        return selection

    def sample(self, store: Store, model: str | None) -> Vectors:
        """Vectors of `model` of up to 256 passages spread evenly over the pool, shape (n, dimension)."""
        sample = self._sample
        if sample is None:
            pids = self.selection().ids
            picked = pids[np.linspace(0, len(pids) - 1, min(_SAMPLE, len(pids))).astype(int)]
            sample = self._sample = store.vectors(picked.tolist(), model)
        return sample

    def familiarity(self, store: Store, embedder: Embedder) -> float:
        """`Embedder.familiarity` of some passages spread over the pool."""
        familiarity = self._familiarity
        if familiarity is None or familiarity[0] != embedder.identity:
            pids = self.selection().ids
            picked = pids[np.linspace(0, len(pids) - 1, min(_READ, len(pids))).astype(int)]
            texts = [stored.passage.text for stored in store.passages(picked.tolist()).values()]
            familiarity = self._familiarity = embedder.identity, embedder.familiarity(" ".join(texts))
        return familiarity[1]


class Derived:
    """Vectors, words and language pools of one index, in this process.

    Args:
        folder: The index folder.
        store: Its store.
        trust_saved: False to take the vectors from the store whatever has been saved.
    """

    def __init__(self, folder: Path, store: Store, *, trust_saved: bool = True) -> None:
        self.folder = folder
        self.store = store
        self._trust_saved = trust_saved
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.RLock()
        self._open()
        self.repair_words()

    def _open(self) -> None:
        self.manifest = Manifest.read(self.folder)
        if not self._trust_saved:
            self.manifest = replace(self.manifest, vectors_file="")
        self._open_vectors()
        self.words = self._open_words()

    def _open_vectors(self) -> None:
        self.pools: dict[str, Pool] = {}
        self._generation = self._last_pid = 0
        self.model, self.dimension = self.store.model()
        self.vectors = FlatVectors(max(1, self.dimension))
        saved = self.manifest
        if saved.vectors_file and self.store.token(saved.vectors_generation) == saved.vectors_token:
            try:
                vectors = FlatVectors.load(
                    self.folder / saved.vectors_file, self.dimension, saved.vectors_crc
                )
            except DamagedVectors as error:
                log.warning("%s; the vectors are taken from the store instead", error)
            else:
                self.vectors = vectors
                self._generation, self._last_pid = saved.vectors_generation, saved.vectors_last_pid
                held = set(vectors.ids().tolist())
                for language, pids in self.store.pids_by_language().items():
                    self._pool(language).change([pid for pid in pids if pid in held], set())
        self._apply_changes()
        if len(self.vectors) != self.store.counts()[1] and saved.vectors_file:
            log.warning("the saved vectors do not match the store; taking them from the store instead")
            self.manifest = replace(saved, vectors_file="")
            self._open_vectors()

    def _open_words(self) -> Words:
        folder = self.folder / self.manifest.words_folder
        try:
            return Words(folder)
        except (ValueError, OSError):
            if folder.is_dir() and not os.access(folder, os.W_OK):
                # Even to read, tantivy wants to write a lock file: where it cannot, it gets a copy.
                with suppress(ValueError, OSError):
                    self._copy = tempfile.TemporaryDirectory(prefix="articles-words-")
                    for file in folder.iterdir():  # without their permissions, which copytree would keep
                        if not file.name.startswith("."):  # tantivy's own list of files; it makes a new one
                            shutil.copyfile(file, Path(self._copy.name) / file.name)
                    return Words(Path(self._copy.name))
        log.warning("the word index cannot be opened; run `python -m index rebuild`")
        return Words.empty()

    def _pool(self, language: str) -> Pool:
        return self.pools.setdefault(language, Pool())

    @property
    def generation(self) -> int:
        """The state of the store that the vectors show."""
        return self._generation

    def refresh(self) -> None:
        """Take in what was committed since, by this process or another one. Cheap when there is nothing new."""
        with self._lock:
            before, self.manifest = self.manifest, Manifest.read(self.folder)
            if self.manifest.words_folder != before.words_folder or (
                self._copy is not None and self.manifest.words_generation != before.words_generation
            ):
                self.words = self._open_words()
            elif self.manifest.words_generation != before.words_generation:
                self.words.reload()
            if self.store.generation() != self._generation:
                self._apply_changes()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """The state of now, held still: nothing is taken in by another thread meanwhile."""
        with self._lock:
            self.refresh()
            yield

    def _apply_changes(self) -> None:
        changes = self.store.changes(self._generation, self._last_pid)
        if (
            changes.model != self.model
        ):  # the first articles of a new index, or it was rebuilt with another model
            self._open_vectors()
            return
        removed = {pid for first, last in changes.removed for pid in range(first, last + 1)}
        self.vectors.remove(removed)
        self.vectors.add(changes.added, changes.vectors)
        arrived: dict[str, list[int]] = {}
        for pid, language in zip(changes.added.tolist(), changes.languages, strict=True):
            arrived.setdefault(language, []).append(pid)
        for language in {*self.pools, *arrived}:
            self._pool(language).change(arrived.get(language, []), removed)
        self.pools = {language: pool for language, pool in self.pools.items() if len(pool)}
        self._generation = changes.generation
        if len(changes.added):
            self._last_pid = int(changes.added[-1])

    # ---- repairing and saving

    def repair_words(self) -> None:
        """Bring the word index up to date if nobody is doing so already; needs the write lock for a moment."""
        if self._words_agree():
            return
        with suppress(IndexBusy, IndexReadOnly), write_lock(self.folder, wait=0):
            update_words(self.folder, self.store)
            self.refresh()

    def _words_agree(self) -> bool:
        return (
            self.manifest.words_generation == self.store.generation()
            and self.manifest.words_token == self.store.token(self.manifest.words_generation)
            and len(self.words) == self.store.counts()[1]
        )

    def save_vectors(self, *, always: bool = False) -> None:
        """Write the vector file when it lags far behind; the caller holds the write lock."""
        self.refresh()
        if not self.dimension:  # no article was ever added
            return
        manifest = Manifest.read(self.folder)
        if self.store.token(manifest.vectors_generation) != manifest.vectors_token:
            manifest = replace(manifest, vectors_file="")
        missing = self._last_pid - manifest.vectors_last_pid
        if not always and manifest.vectors_file and missing <= _SAVE_SHARE * len(self.vectors):
            return
        if manifest.vectors_generation == self._generation and manifest.vectors_file and not always:
            return
        name = f"vectors-{self._generation}.faiss"
        draft = self.folder / f"{name}.new"
        crc = self.vectors.save(draft)
        draft.replace(self.folder / name)
        self.manifest = replace(
            manifest,
            vectors_file=name,
            vectors_crc=crc,
            vectors_generation=self._generation,
            vectors_token=self.store.token(self._generation) or "",
            vectors_last_pid=self._last_pid,
        )
        self.manifest.write(self.folder)
        for old in self.folder.glob("vectors-*.faiss*"):
            if old.name != name:
                old.unlink(missing_ok=True)

    # ---- checking

    def problems(self) -> Iterator[str]:
        """Everything in which the derived parts differ from the store."""
        with self.reading():
            expected, in_vectors, in_words = self.store.pids(), self.vectors.ids(), self.words.pids()
            try:
                self.words.probe()
            except ValueError as error:
                yield f"the word index is damaged: {error}"
        for name, held in (("vector index", in_vectors), ("word index", in_words)):
            missing, extra = np.setdiff1d(expected, held), np.setdiff1d(held, expected)
            if len(missing) or len(extra):
                yield f"the {name} lacks {len(missing)} passages and holds {len(extra)} that are gone"
        saved = self.manifest
        # A file of a state that this store was never in is not believed and therefore does no harm.
        if saved.vectors_file and self.store.token(saved.vectors_generation) == saved.vectors_token:
            try:
                FlatVectors.load(self.folder / saved.vectors_file, self.dimension, saved.vectors_crc)
            except DamagedVectors as error:
                yield f"the saved vectors are damaged: {error}"


def make_anew(folder: Path, store: Store) -> Derived:
    """Make everything that is derived from the store anew and save it; the caller holds the write lock."""
    update_words(folder, store, anew=True)
    derived = Derived(folder, store, trust_saved=False)
    derived.save_vectors(always=True)
    return derived


def update_words(folder: Path, store: Store, *, anew: bool = False) -> None:
    """Bring the word index to the state of the store; the caller holds the write lock.

    Replaying is harmless: adding a passage again replaces it, removing an absent one does nothing. So a crash at any
    point is repaired by doing it again.
    """
    manifest = Manifest.read(folder)
    anew = anew or store.token(manifest.words_generation) != manifest.words_token
    if anew:
        number = int(manifest.words_folder.rpartition("-")[2]) + 1
        manifest = replace(
            manifest, words_folder=f"words-{number}", words_generation=0, words_token="", words_last_pid=0
        )
        Words.discard(folder / manifest.words_folder)
    try:
        agrees = _replay(folder, store, manifest)
    except ValueError:  # what tantivy raises for files that it cannot read
        if anew:
            raise
        agrees = False
    if not agrees and not anew:
        update_words(folder, store, anew=True)
        return
    for old in folder.glob("words-*"):
        if old.name != manifest.words_folder:
            Words.discard(old)


def _replay(folder: Path, store: Store, manifest: Manifest) -> bool:
    """Apply what came and went since the manifest; whether the word index is then as good as one made anew."""
    words = Words(folder / manifest.words_folder)
    generation, passages = store.generation(), store.counts()[1]
    if generation == manifest.words_generation and len(words) == passages:
        return True
    last_pid = manifest.words_last_pid
    words.remove(
        pid
        for first, last in store.removed_since(manifest.words_generation)
        for pid in range(first, last + 1)
    )
    for pid, language, title, text in store.texts_after(last_pid):
        words.add(pid, language, title, text)
        last_pid = pid
    words.commit()
    words.close()
    token = store.token(generation) or ""
    replace(manifest, words_generation=generation, words_token=token, words_last_pid=last_pid).write(folder)
    dead = words.deleted()
    return len(words) == passages and dead <= (_DEAD_SHARE * passages if passages > _SOON_REBUILT else 0)
