"""The reader while it learns: the embedder's layers, a head that marks the answer's first and last piece, and the
loop."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.training.network import Body
from models.training.reader.batches import Batch

_OUT_OF_QUESTION = -1e4


@dataclass(frozen=True)
class Recipe:
    """What is set by hand; chosen on held-out questions."""

    minutes: float
    rate: float
    decay: float = 0.01
    smoothed: float = 0.998
    """The weights that are kept are a running mean of those of the steps: this share of it stays at each step."""


STAGES = {
    "answers": Recipe(minutes=66.0, rate=3e-4),
    "passages": Recipe(minutes=8.0, rate=1.5e-4, smoothed=0.99),
    "dossiers": Recipe(minutes=75.0, rate=2.5e-4),
}
"""Each goes on from the mean weights of the one before."""
VERIFYING = Recipe(minutes=24.0, rate=1.5e-4, smoothed=0.995)
"""The last stage: reading and verifying in turn."""
_WARM_UP = 100
"""Steps until the full rate."""
_LEAST_RATE = 0.02
"""Share of the full rate that is left at the end."""
_SAVE_EVERY = 240.0
"""Seconds."""


class ReaderNetwork(nn.Module):  # type: ignore[misc]
    """Scores of every piece of a passage for being the first, and the last, of the answer.

    The place of the begin mark stands for "this passage does not answer" (Devlin et al. 2019).

    Args:
        body: The layers to begin with.
        words: The embedder's word embeddings, shape (pieces, width); they stay as they are.
    """

    def __init__(self, body: Body, words: Tensor) -> None:
        super().__init__()
        self.body, self.words = body, words
        self.head = nn.Linear(body.width, 2)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Scores for the first piece and for the last, both of shape (examples, length), 32 bits."""
        states = self.body(F.embedding(batch.ids, self.words), batch.mask, batch.passage)[-1].float()
        allowed = batch.passage.clone()
        allowed[:, 0] = True
        scores = self.head(states).masked_fill(~allowed[..., None], _OUT_OF_QUESTION)
        return scores[..., 0], scores[..., 1]


def loss_of(reader: ReaderNetwork, batch: Batch) -> Tensor:
    """Mean of the two cross entropies."""
    first, last = reader(batch)
    return (F.cross_entropy(first, batch.starts) + F.cross_entropy(last, batch.ends)) / 2


def train(
    reader: nn.Module,
    batches: Iterator[Any],
    recipe: Recipe,
    saved: Path,
    loss: Callable[[Any, Any], Tensor] = loss_of,
) -> None:
    """Run until the recipe's minutes are spent; a state is saved every few minutes. `reader` ends with the mean
    weights."""
    decayed = [p for p in reader.parameters() if p.ndim > 1]
    plain = [p for p in reader.parameters() if p.ndim == 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": recipe.decay}, {"params": plain, "weight_decay": 0.0}],
        lr=recipe.rate,
        betas=(0.9, 0.98),
    )
    mean = {name: weights.detach().clone() for name, weights in reader.named_parameters()}
    spent, step = _restore(reader, optimiser, mean, saved)
    begun, last_saved = time.monotonic() - spent * 60, time.monotonic()
    shown = 0.0
    examples = pieces = 0
    while True:
        spent = (time.monotonic() - begun) / 60
        done = spent / recipe.minutes
        if done >= 1:
            break
        factor = min(1.0, (step + 1) / _WARM_UP) * max(_LEAST_RATE, 1 - done)
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * factor
        batch = next(batches)
        lost = loss(reader, batch)
        optimiser.zero_grad(set_to_none=True)
        lost.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        step += 1
        kept = min(recipe.smoothed, 1 - 1 / (step + 1))
        with torch.no_grad():
            for name, weights in reader.named_parameters():
                mean[name].lerp_(weights, 1 - kept)
        examples += len(batch.ids)
        pieces += int(batch.mask.sum())
        shown = float(lost.detach()) if step == 1 else 0.98 * shown + 0.02 * float(lost.detach())
        if step % 50 == 0:
            print(
                f"{spent:6.1f} of {recipe.minutes:.0f} min, step {step}, {examples:,} examples, {pieces:,} pieces: "
                f"loss {shown:.3f}",
                flush=True,
            )
        if time.monotonic() - last_saved > _SAVE_EVERY:
            _save(reader, optimiser, mean, saved, spent, step)
            last_saved = time.monotonic()
    _save(reader, optimiser, mean, saved, spent, step)
    take(reader, mean)


def take(reader: nn.Module, weights: dict[str, Tensor]) -> None:
    """Give the reader these weights."""
    with torch.no_grad():
        for name, own in reader.named_parameters():
            own.copy_(weights[name])


def mean_weights(saved: Path) -> dict[str, Tensor]:
    """The running mean of what was saved."""
    tensors = load_file(saved / "state.safetensors")
    return {name.removeprefix("mean."): value for name, value in tensors.items() if name.startswith("mean.")}


def steps_done(saved: Path) -> int:
    """Steps of the training that was saved here; 0 before the first."""
    described = saved / "state.json"
    return int(json.loads(described.read_text(encoding="utf-8"))["step"]) if described.exists() else 0


def _save(
    reader: nn.Module,
    optimiser: torch.optim.Optimizer,
    mean: dict[str, Tensor],
    saved: Path,
    spent: float,
    step: int,
) -> None:
    saved.mkdir(parents=True, exist_ok=True)
    tensors = {f"now.{name}": weights.detach() for name, weights in reader.named_parameters()}
    tensors |= {f"mean.{name}": weights for name, weights in mean.items()}
    for number, state in optimiser.state_dict()["state"].items():
        tensors |= {f"moment.{number}.{name}": value for name, value in state.items()}
    tensors = {name: value.clone().contiguous() for name, value in tensors.items()}
    save_file(tensors, saved / "part.safetensors")
    (saved / "part.json").write_text(json.dumps({"minutes": spent, "step": step}), encoding="utf-8")
    (saved / "part.safetensors").replace(saved / "state.safetensors")
    (saved / "part.json").replace(saved / "state.json")


def _restore(
    reader: nn.Module, optimiser: torch.optim.Optimizer, mean: dict[str, Tensor], saved: Path
) -> tuple[float, int]:
    """Minutes and steps that an earlier run has done."""
    if not (saved / "state.json").exists():
        return 0.0, 0
    done = json.loads((saved / "state.json").read_text(encoding="utf-8"))
    tensors = load_file(saved / "state.safetensors")
    take(reader, {name.removeprefix("now."): t for name, t in tensors.items() if name.startswith("now.")})
    mean.update(mean_weights(saved))
    description = optimiser.state_dict()
    for name, value in tensors.items():
        if name.startswith("moment."):
            _, number, kind = name.split(".")
            description["state"].setdefault(int(number), {})[kind] = value
    optimiser.load_state_dict(description)
    return done["minutes"], done["step"]
