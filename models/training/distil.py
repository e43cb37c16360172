"""The gradient steps: the student learns to give every language the teacher's English vectors (Reimers and Gurevych
2020), piece by piece where the alignment says which translates which, and to tell the passage that answers a question
from its neighbours (contrastive, in English, French and the word-by-word likeness of the others).

A run can be stopped and goes on where it last saved.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from models.training.batches import (
    LONGEST,
    PASSAGE_PIECES,
    QUESTION_PIECES,
    Asked,
    encode,
)
from models.training.network import Body, pooled


@dataclass(frozen=True)
class Recipe:
    """What is set by hand for one stage; chosen on held-out pairs and questions."""

    minutes: float
    body_rate: float
    word_rate: float
    questions: float
    """Share of the steps that are about questions, the others being about translations."""
    teacher_words: float = 0.2
    """Share of the word rate for the teacher's own pieces: English stays where the other languages are to come."""
    sharpness: float = 20.0
    """By which cosines are multiplied before a softmax."""
    contrast: float = 0.25
    pieces: float = 0.3
    english_every: int = 4
    """Every so many steps the English side is read instead, so that English is not forgotten; 0: never."""
    remembered: int = 1024
    """Passages of earlier batches that serve as further wrong answers (Wang et al. 2020, cross-batch memory)."""


STAGES = {
    "translations": Recipe(minutes=32.0, body_rate=1e-5, word_rate=1e-3, questions=0.0),
    "questions": Recipe(minutes=18.0, body_rate=2e-5, word_rate=3e-4, questions=0.5),
}


class Student:
    """Body, word embeddings, and the optimisers of both."""

    def __init__(self, body: Body, words: Tensor, old: Tensor, recipe: Recipe) -> None:
        self.body, self.words, self.recipe = body, words, recipe
        self.word_rates = torch.where(old, recipe.teacher_words, 1.0)[:, None] * recipe.word_rate
        self.seen_gradient = torch.full((len(words), 1), 1e-8)
        self.optimiser = torch.optim.AdamW(
            body.parameters(), lr=recipe.body_rate, weight_decay=0.0, betas=(0.9, 0.98)
        )
        self._used: list[tuple[Tensor, Tensor]] = []

    def states(self, ids: Tensor, mask: Tensor) -> Tensor:
        rows = F.embedding(ids, self.words).requires_grad_(torch.is_grad_enabled())
        if torch.is_grad_enabled():
            self._used.append((ids[mask], rows))
            self._masks.append(mask)
        return self.body(rows, mask)

    _masks: list[Tensor]

    def begin(self) -> None:
        self._used, self._masks = [], []
        self.optimiser.zero_grad(set_to_none=True)

    def step(self, factor: float) -> None:
        """One step at `factor` of the full rates."""
        if self.recipe.body_rate > 0:
            torch.nn.utils.clip_grad_norm_(self.body.parameters(), 1.0)
            for group in self.optimiser.param_groups:
                group["lr"] = self.recipe.body_rate * factor
            self.optimiser.step()
        ids = torch.cat([used for used, _ in self._used])
        gradients = torch.cat(
            [
                rows.grad[mask]
                for (_, rows), mask in zip(self._used, self._masks, strict=True)
                if rows.grad is not None
            ]
        )
        # Adagrad with one rate per row: only rows that the batch touched are read or written.
        touched, where = ids.unique(return_inverse=True)
        total = torch.zeros(len(touched), self.words.shape[1]).index_add_(0, where, gradients)
        self.seen_gradient[touched] += total.pow(2).mean(1, keepdim=True)
        self.words[touched] -= self.word_rates[touched] * factor * total / self.seen_gradient[touched].sqrt()


def piece_targets(
    ids: Tensor, mask: Tensor, english: Tensor, english_mask: Tensor, partners: Tensor, chances: Tensor
) -> tuple[Tensor, Tensor]:
    """How much of each English piece a piece translates, shape (texts, length, English length), and which pieces have a
    translation at all, shape (texts, length)."""
    likely = partners[ids]  # texts, length, most
    weight = chances[ids]
    share = torch.zeros(*ids.shape, english.shape[1])
    for k in range(likely.shape[2]):
        share += (likely[:, :, k, None] == english[:, None, :]) * weight[:, :, k, None]
    share *= english_mask[:, None, :]
    # A word that stands twice: the one at the like place is meant.
    at = torch.arange(ids.shape[1])[None, :, None] / mask.sum(1)[:, None, None]
    english_at = torch.arange(english.shape[1])[None, None, :] / english_mask.sum(1)[:, None, None]
    share = share * torch.exp(-4 * (at - english_at).abs())
    total = share.sum(2)
    known = (total > 0.04) & mask
    return share / total.clamp(min=1e-6)[..., None], known


def train(
    student: Student,
    teacher: Body,
    teacher_words: Tensor,
    tokenizer: Tokenizer,
    teacher_tokenizer: Tokenizer,
    pairs: Iterator[list[tuple[str, str]]],
    asked: Iterator[list[Asked]],
    partners: tuple[Tensor, Tensor],
    saved: Path,
) -> None:
    """Run until the recipe's minutes are spent; a state is saved every five minutes."""
    recipe = student.recipe
    spent, step = _restore(student, saved)
    begun, last_saved = time.monotonic() - spent * 60, time.monotonic()
    memory, memory_of = torch.zeros(0, student.words.shape[1]), torch.zeros(0, dtype=torch.long)
    means: dict[str, float] = {}
    texts = 0

    def note(name: str, value: Tensor) -> None:
        means[name] = 0.97 * means.get(name, float(value)) + 0.03 * float(value)

    while True:
        spent = (time.monotonic() - begun) / 60
        done = spent / recipe.minutes
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 60)
        factor = warm * max(0.03, 1 - done)
        student.begin()
        # Spread evenly rather than drawn: a question batch whenever its share is due.
        if int((step + 1) * recipe.questions) > int(step * recipe.questions):
            batch = next(asked)
            q = pooled(*_run(student, tokenizer, [a.question for a in batch], QUESTION_PIECES))
            p = pooled(*_run(student, tokenizer, [a.passage for a in batch], PASSAGE_PIECES))
            of = torch.tensor([a.paragraph for a in batch])
            scores = q @ torch.cat([p, memory]).T * recipe.sharpness
            scores = scores.masked_fill(
                torch.cat(
                    [torch.zeros(len(of), len(of), dtype=torch.bool), of[:, None] == memory_of[None, :]], 1
                ),
                -1e4,
            )
            loss = F.cross_entropy(scores, torch.arange(len(of)))
            backwards = F.cross_entropy(scores[:, : len(of)].T, torch.arange(len(of)))
            note("question", loss.detach())
            note("right", (scores.detach().argmax(1) == torch.arange(len(of))).float().mean())
            loss = 0.5 * (loss + 0.3 * backwards)
            memory = torch.cat([p.detach(), memory])[: recipe.remembered]
            memory_of = torch.cat([of, memory_of])[: recipe.remembered]
        else:
            rows = next(pairs)
            english = [e for e, _ in rows]
            own = recipe.english_every > 0 and int(step * (1 - recipe.questions)) % recipe.english_every == 0
            with torch.no_grad():
                t_ids, t_mask = encode(teacher_tokenizer, english, LONGEST)
                t_states = teacher(F.embedding(t_ids, teacher_words), t_mask)
                target = pooled(t_states, t_mask)
            ids, mask = encode(tokenizer, english if own else [o for _, o in rows], LONGEST)
            states = student.states(ids, mask)
            vectors = pooled(states, mask)
            near = 1 - (vectors * target).sum(1).mean()
            contrast = F.cross_entropy(vectors @ target.T * recipe.sharpness, torch.arange(len(rows)))
            loss = near + recipe.contrast * contrast
            if not own:
                share, known = piece_targets(ids, mask, t_ids, t_mask, *partners)
                if known.any():
                    wanted = share.to(torch.bfloat16) @ t_states
                    cosines = F.cosine_similarity(states[known].float(), wanted[known].float(), dim=-1)
                    by_piece = 1 - cosines.mean()
                    loss = loss + recipe.pieces * by_piece
                    note("pieces", by_piece.detach())
            note("english" if own else "near", near.detach())
            if not own:
                note("contrast", contrast.detach())
            texts += len(rows)
        loss.backward()
        student.step(factor)
        step += 1
        if step % 50 == 0:
            shown = " ".join(f"{name} {value:.4f}" for name, value in means.items())
            print(
                f"{spent:6.1f} of {recipe.minutes:.0f} min, step {step}, {texts} pairs: {shown}", flush=True
            )
        if time.monotonic() - last_saved > 300:
            _save(student, saved, spent, step)
            last_saved = time.monotonic()
    _save(student, saved, spent, step)


def _run(student: Student, tokenizer: Tokenizer, texts: list[str], longest: int) -> tuple[Tensor, Tensor]:
    ids, mask = encode(tokenizer, texts, longest)
    return student.states(ids, mask), mask


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
