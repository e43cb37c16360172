"""The gradient steps. Distillation: the student gives a text the teacher's vector, and each piece the states that
the teacher has for it; a text and its English translation both get the middle of the teacher's two vectors, so
that the student's space tells languages apart less than the teacher's. Questions: the passage that answers one is told
from its neighbours (contrastive), which the teacher knows less well than it can be learned.

A run can be stopped and goes on where it last saved.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from models.training.batches import LONGEST, PASSAGE_PIECES, QUESTION_PIECES, Asked, Item, encode
from models.training.network import Body, pooled


@dataclass(frozen=True)
class Recipe:
    """What is set by hand for one stage; chosen on held-out pairs and questions."""

    minutes: float
    body_rate: float
    word_rate: float
    states: float
    """Weight of the teacher's states, piece by piece."""
    questions: float = 0.0
    """Share of the steps that are about questions."""
    contrast: float = 0.2
    """Weight of telling a text's vector from those of the other texts of its batch."""
    sharpness: float = 50.0
    """By which cosines are multiplied before a softmax."""


STAGES = {
    "teacher": Recipe(minutes=52.0, body_rate=5e-4, word_rate=5e-4, states=1.0),
    "questions": Recipe(
        minutes=18.0, body_rate=6e-5, word_rate=2e-4, states=0.2, questions=0.5, contrast=0.4
    ),
}
_WARM_UP = 40
"""Steps until the full rate."""
_LEAST_RATE = 0.02
"""Share of the full rate that is left at the end of a stage."""
_SAVE_EVERY = 300.0
"""Seconds."""


class Student:
    """Body, word embeddings, and the optimisers of both."""

    def __init__(self, body: Body, words: Tensor, recipe: Recipe) -> None:
        self.body, self.words, self.recipe = body, words, recipe
        self.seen_gradient = torch.full((len(words), 1), 1e-8)
        self.optimiser = torch.optim.AdamW(
            body.parameters(), lr=recipe.body_rate, weight_decay=0.0, betas=(0.9, 0.98)
        )
        self._used: list[tuple[Tensor, Tensor, Tensor]] = []

    def states(self, ids: Tensor, mask: Tensor) -> list[Tensor]:
        """States after each layer; the rows of the word embeddings that are used are remembered for `step`."""
        rows = F.embedding(ids, self.words).requires_grad_(torch.is_grad_enabled())
        if torch.is_grad_enabled():
            self._used.append((ids, mask, rows))
        return self.body(rows, mask)  # type: ignore[no-any-return]

    def begin(self) -> None:
        """Forget the gradients of the step before."""
        self._used = []
        self.optimiser.zero_grad(set_to_none=True)

    def step(self, factor: float) -> None:
        """One step at `factor` of the full rates."""
        torch.nn.utils.clip_grad_norm_(self.body.parameters(), 1.0)
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.body_rate * factor
        self.optimiser.step()
        used = [(ids[mask], rows.grad[mask]) for ids, mask, rows in self._used if rows.grad is not None]
        ids = torch.cat([ids for ids, _ in used])
        gradients = torch.cat([gradient for _, gradient in used])
        # Adagrad with one rate per row: only rows that the batch touched are read or written.
        touched, where = ids.unique(return_inverse=True)
        total = torch.zeros(len(touched), self.words.shape[1]).index_add_(0, where, gradients)
        self.seen_gradient[touched] += total.pow(2).mean(1, keepdim=True)
        self.words[touched] -= self.recipe.word_rate * factor * total / self.seen_gradient[touched].sqrt()


@dataclass(frozen=True)
class TeacherModel:
    """The teacher with the student's pieces."""

    body: Body
    words: Tensor
    kept: Sequence[int]
    """Its layers that the student began with, counted from 0."""

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def states(self, ids: Tensor, mask: Tensor) -> list[Tensor]:
        """States after each layer."""
        return self.body(F.embedding(ids, self.words), mask)  # type: ignore[no-any-return]


def train(
    student: Student,
    teacher: TeacherModel,
    tokenizer: Tokenizer,
    texts: Iterator[list[Item]],
    asked: Iterator[list[Asked]],
    saved: Path,
) -> None:
    """Run until the recipe's minutes are spent; a state is saved every five minutes."""
    recipe = student.recipe
    spent, step = _restore(student, saved)
    begun, last_saved = time.monotonic() - spent * 60, time.monotonic()
    means: dict[str, float] = {}
    pieces = 0

    while True:
        spent = (time.monotonic() - begun) / 60
        done = spent / recipe.minutes
        if done >= 1:
            break
        factor = min(1.0, (step + 1) / _WARM_UP) * max(_LEAST_RATE, 1 - done)
        student.begin()
        # Spread evenly rather than drawn: a question batch whenever its share is due.
        if int((step + 1) * recipe.questions) > int(step * recipe.questions):
            losses, read = _about_questions(student, teacher, tokenizer, next(asked))
        else:
            losses, read = _about_texts(student, teacher, tokenizer, next(texts))
        losses.pop("loss").backward()
        student.step(factor)
        step += 1
        pieces += read
        for name, value in losses.items():
            means[name] = 0.97 * means.get(name, float(value)) + 0.03 * float(value)
        if step % 50 == 0:
            shown = " ".join(f"{name} {value:.4f}" for name, value in means.items())
            print(
                f"{spent:6.1f} of {recipe.minutes:.0f} min, step {step}, {pieces} pieces: {shown}", flush=True
            )
        if time.monotonic() - last_saved > _SAVE_EVERY:
            _save(student, saved, spent, step)
            last_saved = time.monotonic()
    _save(student, saved, spent, step)


def _about_texts(
    student: Student, teacher: TeacherModel, tokenizer: Tokenizer, items: list[Item]
) -> tuple[dict[str, Tensor], int]:
    paired = [row for row, item in enumerate(items) if item.english is not None]
    texts = [item.text for item in items] + [items[row].english or "" for row in paired]
    ids, mask = encode(tokenizer, texts, LONGEST)
    wanted = teacher.states(ids, mask)
    target = pooled(wanted[-1], mask)
    if paired:
        other, english = torch.tensor(paired), torch.arange(len(items), len(texts))
        middle = F.normalize(target[other] + target[english], dim=-1)
        target[other] = target[english] = middle
    found = student.states(ids, mask)
    vectors = pooled(found[-1], mask)
    near = 1 - (vectors * target).sum(1).mean()
    # A text and its translation are both right answers, so each is told from the texts of its own side only.
    contrast = torch.zeros(())
    for side in (slice(0, len(items)), slice(len(items), len(texts))):
        if len(vectors[side]) > 1:
            scores = vectors[side] @ target[side].T * student.recipe.sharpness
            contrast = contrast + F.cross_entropy(scores, torch.arange(len(scores)))
    by_piece = _states_loss(found, wanted, teacher.kept, mask)
    loss = near + 0.5 * student.recipe.contrast * contrast + student.recipe.states * by_piece
    named = {"near": near, "contrast": contrast, "states": by_piece}
    return {"loss": loss, **{name: value.detach() for name, value in named.items()}}, int(mask.sum())


def _states_loss(found: list[Tensor], wanted: list[Tensor], layers: Sequence[int], mask: Tensor) -> Tensor:
    """Squared distance as a share of the squared length, the last layer counting as much as all others together.

    A layer is to give what the next one was used to in the teacher: what stood before that one there.
    """
    total = torch.zeros(())
    goals = [*(layer - 1 for layer in layers[1:]), len(wanted) - 1]
    for layer, (states, number) in enumerate(zip(found, goals, strict=True)):
        goal = wanted[number][mask].float()
        distance = (states[mask].float() - goal).pow(2).sum(-1) / goal.pow(2).sum(-1)
        weight = 0.5 if layer == len(found) - 1 else 0.5 / (len(found) - 1)
        total = total + weight * distance.mean()
    return total


def _about_questions(
    student: Student, teacher: TeacherModel, tokenizer: Tokenizer, batch: list[Asked]
) -> tuple[dict[str, Tensor], int]:
    sides = []
    for texts, longest in (
        ([asked.question for asked in batch], QUESTION_PIECES),
        ([asked.passage for asked in batch], PASSAGE_PIECES),
    ):
        ids, mask = encode(tokenizer, texts, longest)
        target = pooled(teacher.states(ids, mask)[-1], mask)
        sides.append((pooled(student.states(ids, mask)[-1], mask), target, int(mask.sum())))
    (q, q_target, q_pieces), (p, p_target, p_pieces) = sides
    right = torch.arange(len(batch))
    scores = q @ p.T * student.recipe.sharpness
    contrast = F.cross_entropy(scores, right) + 0.3 * F.cross_entropy(scores.T, right)
    near = 1 - 0.5 * ((q * q_target).sum(1).mean() + (p * p_target).sum(1).mean())
    first = (scores.argmax(1) == right).float().mean()
    loss = student.recipe.contrast * contrast + near
    named = {"question": contrast, "question near": near, "right": first}
    return {"loss": loss, **{name: value.detach() for name, value in named.items()}}, q_pieces + p_pieces


def _save(student: Student, saved: Path, spent: float, step: int) -> None:
    saved.mkdir(parents=True, exist_ok=True)
    moments = {
        f"{name}.{number}": value.clone()
        for number, state in student.optimiser.state_dict()["state"].items()
        for name, value in state.items()
    }
    tensors = {**student.body.written(), "words": student.words, "seen_gradient": student.seen_gradient}
    save_file(
        {**tensors, **{f"moment.{name}": value for name, value in moments.items()}},
        saved / "part.safetensors",
    )
    (saved / "part.json").write_text(json.dumps({"minutes": spent, "step": step}), encoding="utf-8")
    (saved / "part.safetensors").replace(saved / "state.safetensors")
    (saved / "part.json").replace(saved / "state.json")


def steps_done(saved: Path) -> int:
    """Steps of the stage that was saved here; 0 before the first."""
    described = saved / "state.json"
    return int(json.loads(described.read_text(encoding="utf-8"))["step"]) if described.exists() else 0


def _restore(student: Student, saved: Path) -> tuple[float, int]:
    """Minutes and steps that an earlier run has done."""
    if not (saved / "state.json").exists():
        return 0.0, 0
    done = json.loads((saved / "state.json").read_text(encoding="utf-8"))
    tensors = load_file(saved / "state.safetensors")
    student.body.read(tensors)
    student.words.copy_(tensors["words"])
    student.seen_gradient.copy_(tensors["seen_gradient"])
    description = student.optimiser.state_dict()
    for name, value in tensors.items():
        if name.startswith("moment."):
            _, kind, number = name.split(".")
            description["state"].setdefault(int(number), {})[kind] = value
    student.optimiser.load_state_dict(description)
    return done["minutes"], done["step"]
