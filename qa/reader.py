"""The reader: a question and a passage in, the words that answer out, with a score that they answer at all; a statement
and a passage in, whether the passage says it, out.

An extractive reader (Devlin et al. 2019, section 4.3): question and passage go through a transformer together, and
every piece of the passage is scored for being the first, and the last, of the answer; the begin mark is scored in
their place for "this passage does not answer". The model of our own is in `models/`; its word embeddings and
tokenizer are the embedder's, but it works with an index of any embedding model.

``ARTICLES_READER=off`` answers without it; ``ARTICLES_READER=FOLDER`` uses another one made by
`models.training.reader`.

torch and transformers take seconds to import, so that happens when a reader is loaded and not before.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index import ModelUnavailable
from index.embedder import supports_bfloat16
from models import EMBEDDER, READER

Span = tuple[int, int]
Scores = npt.NDArray[np.float32]

LONGEST_ANSWER = 30
"""Pieces of the longest answer."""
_LONGEST_QUESTION = 96
"""Pieces of a question that are read."""
_WINDOW = 288
"""Pieces that are read at once, question and marks among them, as in training; of a longer passage several windows are
read."""
_OVERLAP = 64
"""Pieces that neighbouring windows share, so that every answer stands in one of them whole."""
_BATCH = 4
"""Windows per forward pass: small batches of like length stay in the cache."""
_NEVER = np.float32(-1e4)
_WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"


@dataclass(frozen=True, slots=True)
class Reading:
    """The best answer in one part of a passage."""

    start: int
    """First character in the passage."""
    end: int
    """One past the last character."""
    score: float
    """Log-odds, in the reader's own measure, that these words answer against that the passage does not: above 0 when it
    holds them for an answer. Not calibrated; -inf where the part has no piece that could answer."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a passage with its question, as piece numbers."""

    passage: int
    ids: list[int]
    first: int
    """Place of the passage's first piece; before it stand question and marks."""
    offsets: list[Span]
    """Characters of each of the passage's pieces."""


class Reader:
    """A loaded reader. Safe to call from several threads; calls wait for each other.

    Args:
        folder: What `models.training.reader` wrote; None: the reader of our own.
    Raises:
        ModelUnavailable: The reader cannot be loaded.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or READER
        self._model, self._tokenizer, self._support = _load(self.folder)
        self._head = self._model.qa_outputs.float()
        self._begin, self._end = (self._tokenizer.token_to_id(mark) for mark in ("<s>", "</s>"))
        self._lock = threading.Lock()

    def read(
        self, question: str, passages: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> list[list[Reading]]:
        """The best answer in each part of each passage.

        Args:
            question: In any language that the embedder knows.
            passages: Texts of any length.
            parts: For each passage the stretches (sentences) for which the best answer is wanted, in characters.
        Returns:
            For each passage a reading of each part, in their order.
        Raises:
            ModelUnavailable: Its weights are damaged, so that its scores are not numbers.
        """
        best = [[Reading(start, start, -np.inf) for start, _ in wanted] for wanted in parts]
        windows = sorted(self._windows(question, passages, parts), key=lambda window: len(window.ids))
        for at in range(0, len(windows), _BATCH):
            some = windows[at : at + _BATCH]
            for window, (first, last) in zip(some, self._scores(some), strict=True):
                of_passage = best[window.passage]
                for number, found in enumerate(_best(window, first, last, parts[window.passage])):
                    if found is not None and found.score > of_passage[number].score:
                        of_passage[number] = found
        return best

    @property
    def verifies(self) -> bool:
        """Whether it has learned `supports` too."""
        return self._support is not None

    def supports(self, statement: str, passages: Sequence[str]) -> list[float]:
        """Log-odds that each passage says what the statement says; of a long one the window that says it best.

        Args:
            statement: A sentence in any language that the embedder knows.
            passages: Texts of any length; an empty one supports nothing (-inf).
        Raises:
            ModelUnavailable: The reader has not learned it (`verifies`), or its weights are damaged.
        """
        if self._support is None:
            raise ModelUnavailable(
                f"the reader in {self.folder} cannot verify: train it with `python -m models.training.reader`"
            )
        best = [-np.inf] * len(passages)
        windows = sorted(
            self._windows(statement, passages, [[(0, len(passage))] for passage in passages]),
            key=lambda window: len(window.ids),
        )
        weight, bias = self._support
        for at in range(0, len(windows), _BATCH):
            some = windows[at : at + _BATCH]
            scores = self._states(some)[:, 0].numpy() @ weight + bias
            for window, score in zip(some, self._numbers(scores), strict=True):
                best[window.passage] = max(best[window.passage], float(score))
        return best

    def _windows(
        self, question: str, passages: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> Iterator[_Window]:
        with self._lock:
            asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:_LONGEST_QUESTION]
            encodings = self._tokenizer.encode_batch(list(passages), add_special_tokens=False)
        before = [self._begin, *asked, self._end, self._end]
        room = _WINDOW - len(before) - 1
        for number, encoding in enumerate(encodings):
            if not parts[number]:
                continue
            ids, offsets = encoding.ids, encoding.offsets
            at = 0
            while at < len(ids):
                stretch = slice(at, at + room)
                yield _Window(number, [*before, *ids[stretch], self._end], len(before), offsets[stretch])
                if at + room >= len(ids):
                    break
                at += room - _OVERLAP

    def _scores(self, windows: Sequence[_Window]) -> Iterator[tuple[Scores, Scores]]:
        """For each window the scores of the passage's pieces as the first and as the last of the answer, less those of
        the begin mark."""
        import torch

        states = self._states(windows)
        with self._lock, torch.inference_mode():
            # In 32 bits: in 16, scores of likely answers would be rounded to the same number.
            scores = self._numbers(self._head(states).numpy())
        first, last = scores[..., 0], scores[..., 1]
        for row, window in enumerate(windows):
            stretch = slice(window.first, window.first + len(window.offsets))
            yield first[row, stretch] - first[row, 0], last[row, stretch] - last[row, 0]

    def _states(self, windows: Sequence[_Window]) -> Any:
        """What the layers make of each piece, a tensor of shape (windows, length, width), 32 bits."""
        import torch

        width = max(len(window.ids) for window in windows)
        ids = np.zeros((len(windows), width), dtype=np.int64)
        mask, second = np.zeros_like(ids), np.zeros_like(ids)
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = window.ids
            mask[row, : len(window.ids)] = 1
            second[row, window.first : window.first + len(window.offsets)] = 1
        with self._lock, torch.inference_mode():
            return self._model.bert(
                input_ids=torch.from_numpy(ids),
                attention_mask=torch.from_numpy(mask),
                token_type_ids=torch.from_numpy(second),
            )[0].float()

    def _numbers(self, scores: Scores) -> Scores:
        if not np.isfinite(scores).all():
            raise ModelUnavailable(
                f"the reader in {self.folder} gives no numbers for scores: {_repair(self.folder)}"
            )
        return scores


def _best(window: _Window, first: Scores, last: Scores, parts: Sequence[Span]) -> Iterator[Reading | None]:
    """The best answer that lies in each part whole, as far as this window shows it."""
    starts = np.array([start for start, _ in window.offsets])
    ends = np.array([end for _, end in window.offsets])
    for low, high in parts:
        inside = np.flatnonzero((starts >= low) & (ends <= high) & (ends > starts))
        if not len(inside):
            yield None
            continue
        pairs = first[inside][:, None] + last[inside][None, :]
        length = np.arange(len(inside))
        gap = length[None, :] - length[:, None]
        pairs[(gap < 0) | (gap >= LONGEST_ANSWER)] = _NEVER
        a, b = np.unravel_index(pairs.argmax(), pairs.shape)
        yield Reading(int(starts[inside[a]]), int(ends[inside[b]]), float(pairs[a, b]))


# ---- which reader is used

_loaded: dict[Path, Reader] = {}
_loading = threading.Lock()


def configured_reader(*, wait: bool = True) -> Reader | None:
    """The reader that ``ARTICLES_READER`` asks for, loaded on the first call (a second; other threads wait for it).

    Args:
        wait: False: None when it is not loaded yet, instead of loading it.
    Raises:
        ModelUnavailable: It cannot be loaded.
    """
    wanted = os.environ.get("ARTICLES_READER") or "on"
    if wanted.lower() == "off":
        return None
    folder = READER if wanted.lower() == "on" else Path(wanted)
    reader = _loaded.get(folder)
    if reader is not None or not wait:
        return reader
    with _loading:
        if folder not in _loaded:
            _loaded[folder] = Reader(folder)
        return _loaded[folder]


def _repair(folder: Path) -> str:
    if folder == READER:
        repair = f"get its files back with `git -C {READER.parent.parent} checkout -- {READER.parent.name}`"
    else:
        repair = "give a folder that `python -m models.training.reader` wrote"
    return f"{repair}, or answer without a reader: ARTICLES_READER=off"


def _load(folder: Path) -> tuple[Any, Any, tuple[Scores, Scores] | None]:
    """Model, tokenizer, and the head that verifies where there is one: its weights, shape (width,), and its bias."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        words = config["word_embeddings"]["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(f"there is no reader in {folder} ({error}): {_repair(folder)}") from error
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from safetensors import safe_open
    from safetensors.torch import load_file
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertForQuestionAnswering
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        embedder = EMBEDDER / "model.safetensors"
        with embedder.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != words:
                raise ValueError(f"it was made with another embedder than the one in {EMBEDDER}")
        state = load_file(folder / "model.safetensors")
        heads = [state.pop(f"supports.{part}", None) for part in ("weight", "bias")]
        with safe_open(embedder, framework="pt") as tensors:
            state[f"bert.{_WORD_EMBEDDINGS}"] = tensors.get_tensor(_WORD_EMBEDDINGS)
        # In 32 bits whatever the file holds: 16 are only worth it on a processor that multiplies them.
        dtype = torch.bfloat16 if supports_bfloat16() else torch.float32
        model, loaded = BertForQuestionAnswering.from_pretrained(
            None, config=BertConfig(**config), state_dict=state, dtype=dtype, output_loading_info=True
        )
        if missing := loaded["missing_keys"]:
            raise ValueError(f"weights are missing, {sorted(missing)[0]} among them")
        tokenizer = Tokenizer.from_file(str(EMBEDDER / "tokenizer.json"))
    except Exception as error:  # each of four libraries has errors of its own; all mean: it cannot be loaded
        message = str(error).strip().split("\n", 1)[0]
        raise ModelUnavailable(
            f"the reader in {folder} cannot be loaded ({message}): {_repair(folder)}"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    support = None
    if heads[0] is not None and heads[1] is not None:
        support = (heads[0].float().numpy()[0], heads[1].float().numpy()[0])
    return model.eval(), tokenizer, support
