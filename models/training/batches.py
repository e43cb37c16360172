"""Batches of the two lessons: translations to be distilled, and questions with the passages that answer them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from models.training.corpora import Pair, Question
from models.training.switching import Table

Tables = dict[tuple[str, str], Table]

TOKENS = 3200
"""Pieces of a batch of translations, padding included: on a CPU larger ones are no faster."""
LONGEST = 128
"""Pieces of a text in the distillation."""
PASSAGE_CHARACTERS = 640
PASSAGE_PIECES = 176
QUESTION_PIECES = 48


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the passage that answers it, and the number of its paragraph."""

    question: str
    passage: str
    paragraph: int


def encode(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> tuple[Tensor, Tensor]:
    """Piece numbers and mask, both of shape (texts, longest of them), with [CLS] and [SEP]."""
    rows = []
    for encoding in tokenizer.encode_batch_fast(list(texts)):
        ids = encoding.ids
        rows.append(ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]])
    width = max(map(len, rows))
    ids_ = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width, dtype=torch.bool)
    for number, row in enumerate(rows):
        ids_[number, : len(row)] = torch.tensor(row)
        mask[number, : len(row)] = True
    return ids_, mask


def translations(
    pairs: Sequence[Pair], paragraphs: Sequence[str], tables: Tables, seed: int
) -> Iterator[list[tuple[str, str]]]:
    """Endless batches of (English, other) texts of like length.

    Short sentences of one language are joined to longer texts now and then, since passages are long; and for every
    ten pairs one English paragraph comes with its likeness in another language, word by word.
    """
    rng = random.Random(seed)
    by_language: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_language[pair.language].append(pair)
    languages = [language for found, language in tables if found == "en"]
    order = list(pairs)
    while True:
        rng.shuffle(order)
        for start in range(0, len(order), 12_000):
            items: list[tuple[str, str]] = []
            for pair in order[start : start + 12_000]:
                if pair.source != "dict" and len(pair.english) < 90 and rng.random() < 0.25:
                    among = by_language[pair.language]
                    more = rng.sample(among, min(rng.choice((1, 2, 3, 4, 8)), len(among)))
                    joined = [pair, *(other for other in more if len(other.english) < 120)]
                    items.append((" ".join(p.english for p in joined), " ".join(p.other for p in joined)))
                else:
                    items.append((pair.english, pair.other))
            for paragraph in rng.sample(paragraphs, min(len(paragraphs), len(items) // 10)):
                cut = paragraph[: rng.choice((200, 300, 400, 560))]
                table = tables["en", rng.choice(languages)]
                items.append((cut, table.switched(cut, rng, kept=rng.choice((0.0, 0.0, 0.3)))))
            items.sort(key=lambda item: max(len(item[0]), len(item[1])))
            batches: list[list[tuple[str, str]]] = []
            batch: list[tuple[str, str]] = []
            for item in items:
                length = min(LONGEST, 3 + max(len(item[0]), len(item[1])) // 4)
                if (batch and (len(batch) + 1) * length > TOKENS) or len(batch) >= 320:
                    batches.append(batch)
                    batch = []
                batch.append(item)
            batches.append(batch)
            rng.shuffle(batches)
            yield from batches


def around(question: Question, rng: random.Random) -> str:
    """The paragraph, or where it is long a window of it that holds the answer."""
    text = question.paragraph
    if len(text) <= PASSAGE_CHARACTERS:
        return text
    latest = min(question.start, len(text) - PASSAGE_CHARACTERS)
    start = rng.randint(max(0, min(question.end - PASSAGE_CHARACTERS, latest)), max(0, latest))
    space = text.find(" ", start) + 1 if start else 0
    return text[space if space <= question.start else start :][:PASSAGE_CHARACTERS]


QUESTIONS = 40
"""Questions of a batch."""


def questions(asked: Sequence[Question], tables: Tables, seed: int) -> Iterator[list[Asked]]:
    """Endless batches of questions; paragraphs of one article come together, since they are the hard ones to tell
    apart. Most questions, passages or both are put into another language, word by word."""
    rng = random.Random(seed)
    numbers: dict[str, int] = {}
    by_article: dict[str, list[Question]] = defaultdict(list)
    for question in asked:
        by_article[question.title].append(question)
        numbers.setdefault(question.paragraph, len(numbers))
    articles = list(by_article)
    weights = [min(len(found), 40) for found in by_article.values()]
    while True:
        batch: dict[int, Asked] = {}
        while len(batch) < QUESTIONS:
            found = by_article[rng.choices(articles, weights)[0]]
            for question in rng.sample(found, min(len(found), 4)):
                number = numbers[question.paragraph]
                if number in batch or len(batch) >= QUESTIONS:
                    continue
                passage = around(question, rng)
                text, home = question.text, question.language
                others = [to for found, to in tables if found == home]
                draw = rng.random()
                if draw < 0.2 or not others:  # both as they are
                    sides = home, home
                elif draw < 0.5:  # both in one other language
                    sides = (rng.choice(others),) * 2
                else:  # each in any
                    sides = rng.choice([home, *others]), rng.choice([home, home, *others])
                kept = rng.choice((0.0, 0.0, 0.0, 0.4))
                asked_as, answered_as = (
                    side if to == home else tables[home, to].switched(side, rng, kept)
                    for side, to in zip((text, passage), sides, strict=True)
                )
                batch[number] = Asked(asked_as, answered_as, number)
        yield list(batch.values())
