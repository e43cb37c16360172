"""How good a reader is on what was held out: the answer's words, and whether a passage answers at all.

For decisions during training. XQuAD is measured by `benchmarks/`, on finished models alone.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from models.training.reader.batches import encoded
from models.training.reader.examples import Example, Span
from models.training.reader.learning import ReaderNetwork
from models.training.reader.lessons import Shown
from models.training.reader.switching import Table

LONGEST_ANSWER = 30
"""Pieces."""
_MOST = 300
"""Questions of a set."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader makes of a question and a text."""

    span: Span
    """Characters of the text: the best answer."""
    score: float
    """Of the best answer less that of no answer."""


@torch.no_grad()  # type: ignore[untyped-decorator]
def read(reader: ReaderNetwork, tokenizer: Tokenizer, asked: Sequence[tuple[str, str]]) -> list[Read]:
    """The best answer to each question in its text; what is beyond `batches.LONGEST` pieces is not
    read."""
    encodings = tokenizer.encode_batch(list(asked))
    order = sorted(range(len(asked)), key=lambda row: len(encodings[row].ids))
    found: dict[int, Read] = {}
    for at in range(0, len(order), 16):
        rows = order[at : at + 16]
        batch = encoded([Shown(*asked[row], None) for row in rows], tokenizer)
        first, last = reader(batch)
        for place, row in enumerate(rows):
            start, end, score = best_span(first[place], last[place])
            offsets = encodings[row].offsets
            span = (offsets[start][0], offsets[end][1])
            found[row] = Read(span, score - float(first[place, 0] + last[place, 0]))
    return [found[row] for row in range(len(asked))]


def best_span(first: Tensor, last: Tensor) -> tuple[int, int, float]:
    """Places of the best answer's first and last piece, and its score."""
    pairs = first[1:, None] + last[None, 1:]
    length = pairs.shape[0]
    allowed = torch.ones(length, length).triu().tril(LONGEST_ANSWER - 1).bool()
    best = pairs.masked_fill(~allowed, -1e9).argmax()
    start, end = divmod(int(best), length)
    return start + 1, end + 1, float(pairs[start, end])


def overlap(found: str, wanted: str) -> float:
    """F1 of the words of two texts (Rajpurkar et al. 2016), case and punctuation aside, in [0, 1]."""
    one, two = (re.findall(r"\w+", text.casefold()) for text in (found, wanted))
    common = sum((Counter(one) & Counter(two)).values())
    return 2 * common / (len(one) + len(two)) if common else 0.0


def measure(
    reader: ReaderNetwork,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    tables: Mapping[tuple[str, str], Table],
    mined: Mapping[tuple[str, str], Sequence[str]],
    most: int = _MOST,
) -> dict[str, float]:
    """Mean F1 by set, and how often an answering passage is scored above one that does not answer."""
    by_set: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.held_out and example.answers:
            name = example.source
            if name == "news":
                name += " same" if example.language == example.text_language else " across"
            by_set[name].append(example)
    figures = {}
    for name, found in by_set.items():
        chosen = random.Random(0).sample(found, min(len(found), most))
        figures[name], answering = _mean(reader, tokenizer, [(e.question, e.text, e.answers) for e in chosen])
        found_for = [(e.question, mined.get((e.question, e.text), ())) for e in chosen]
        others = [(question, passages[0]) for question, passages in found_for if passages]
        if others:
            figures[f"{name}, told from a passage found"] = _above(
                answering, [r.score for r in read(reader, tokenizer, others)]
            )
    answered = [e for e in examples if e.held_out and e.answers]
    for source in ("news", "squad20_dev_minus_xquad_en"):
        empty = [
            (e.question, e.text) for e in examples if e.held_out and not e.answers and e.source == source
        ]
        own = [
            e for e in answered if e.source == (source if source == "news" else "squad11_dev_minus_xquad_en")
        ]
        own = random.Random(0).sample(own, min(len(own), most))
        if empty and own:
            empty = random.Random(0).sample(empty, min(len(empty), most))
            answering = [r.score for r in read(reader, tokenizer, [(e.question, e.text) for e in own])]
            figures[f"{source}, told from unanswerable"] = _above(
                answering, [r.score for r in read(reader, tokenizer, empty)]
            )
    squad = random.Random(1).sample(by_set["squad11_dev_minus_xquad_en"], min(most, 300))
    for (given, other), table in tables.items():
        if given == "en" and other in ("de", "ru"):
            rng = random.Random(0)
            asked, texts = [], []
            for e in squad:
                text, span = table.switched(e.text, e.answers[0], rng, 0.0)
                assert span is not None
                texts.append((e.question, text, (span,)))
                asked.append((table.switched(e.question, None, rng, 0.0)[0], e.text, e.answers))
            figures[f"words of the question in {other}"] = _mean(reader, tokenizer, asked)[0]
            figures[f"words of the text in {other}"] = _mean(reader, tokenizer, texts)[0]
    return figures


def _mean(
    reader: ReaderNetwork, tokenizer: Tokenizer, asked: Sequence[tuple[str, str, tuple[Span, ...]]]
) -> tuple[float, list[float]]:
    found = read(reader, tokenizer, [(question, text) for question, text, _ in asked])
    f1 = [
        max(overlap(text[slice(*one.span)], text[slice(*answer)]) for answer in answers)
        for one, (_, text, answers) in zip(found, asked, strict=True)
    ]
    return sum(f1) / len(f1), [one.score for one in found]


def _above(answering: Sequence[float], empty: Sequence[float]) -> float:
    """Area under the ROC curve."""
    pairs = torch.tensor(answering)[:, None] - torch.tensor(empty)[None, :]
    return float((pairs > 0).float().mean())
