"""Batches of the two lessons: texts to be embedded as the teacher does, and questions with the passages that answer
them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from models.training.corpora import Pair, Question
from models.training.teacher import PASSAGE_PREFIX, QUESTION_PREFIX

TOKENS = 3200
"""Pieces of a batch of texts, padding included: on a CPU larger ones are no faster."""
LONGEST = 192
"""Pieces of a text in the distillation."""
QUESTIONS = 32
"""Questions of a batch."""
PASSAGE_CHARACTERS = 640
PASSAGE_PIECES = 192
QUESTION_PIECES = 48
_POOL = 6_000
"""Items among which those of like length are put into one batch."""
_JOINED = 0.4
"""Share of the pairs that are joined to longer texts, since passages are long."""


@dataclass(frozen=True, slots=True)
class Item:
    """A text with its prefix, and where it is a pair the same in English."""

    text: str
    english: str | None = None

    @property
    def length(self) -> int:
        """Characters of the longer one."""
        return max(len(self.text), len(self.english or ""))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the passage that answers it, both with their prefixes, and the number of its paragraph."""

    question: str
    passage: str
    paragraph: int


def encode(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> tuple[Tensor, Tensor]:
    """Piece numbers and mask, both of shape (texts, longest of them), with the special pieces around."""
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


def prefixed(text: str) -> str:
    """A text as the teacher wants to be told of it: a question, or anything else."""
    return (QUESTION_PREFIX if text.rstrip().endswith("?") and len(text) < 200 else PASSAGE_PREFIX) + text


def texts(
    pairs: Mapping[str, Sequence[Pair]],
    shares: Mapping[str, float],
    passages: Mapping[str, Sequence[str]],
    passage_shares: Mapping[str, float],
    passage_part: float,
    seed: int,
) -> Iterator[list[Item]]:
    """Endless batches of texts of like length.

    Args:
        pairs: By language; each language's are gone through in a new order again and again.
        shares: How often a pair of each language comes.
        passages: Longer texts in one language, by language.
        passage_shares: How often one of each language comes.
        passage_part: Share of items that are such passages, in [0, 1].
    """
    rng = random.Random(seed)
    streams = {language: _round(found, rng) for language, found in pairs.items() if found}
    languages = [language for language in shares if language in streams]
    weights = [shares[language] for language in languages]
    homes = [language for language in passage_shares if passages.get(language)]
    home_weights = [passage_shares[language] for language in homes]
    while True:
        items = []
        for _ in range(_POOL):
            if homes and rng.random() < passage_part:
                items.append(_window(rng.choice(passages[rng.choices(homes, home_weights)[0]]), rng))
                continue
            stream = streams[rng.choices(languages, weights)[0]]
            pair = next(stream)
            if rng.random() < _JOINED and not pair.is_word and len(pair.english) < 150:
                more = [
                    other for other in (next(stream) for _ in range(rng.randint(1, 7))) if not other.is_word
                ]
                joined = [pair, *more]
                items.append(
                    Item(
                        PASSAGE_PREFIX + " ".join(p.other for p in joined)[:700],
                        PASSAGE_PREFIX + " ".join(p.english for p in joined)[:700],
                    )
                )
            else:
                items.append(Item(prefixed(pair.other), prefixed(pair.english)))
        yield from _by_length(items, rng)


def _round(pairs: Sequence[Pair], rng: random.Random) -> Iterator[Pair]:
    order = list(pairs)
    while True:
        rng.shuffle(order)
        yield from order


def _window(text: str, rng: random.Random) -> Item:
    size = rng.choice((150, 300, 450, 600, 600))
    start = rng.randint(0, max(0, len(text) - size))
    if start:
        start = text.find(" ", start) + 1  # 0 where there is no space any more
    return Item(PASSAGE_PREFIX + text[start : start + size].strip())


def _by_length(items: list[Item], rng: random.Random) -> list[list[Item]]:
    items.sort(key=lambda item: item.length)
    batches: list[list[Item]] = []
    batch: list[Item] = []
    sides = 0
    for item in items:
        length = min(LONGEST, 4 + item.length // 4)
        added = 1 if item.english is None else 2
        if batch and ((sides + added) * length > TOKENS or len(batch) >= 160):
            batches.append(batch)
            batch, sides = [], 0
        batch.append(item)
        sides += added
    batches.append(batch)
    rng.shuffle(batches)
    return batches


def around(question: Question, rng: random.Random) -> str:
    """The paragraph, or where it is long a window of it that holds the answer."""
    text = question.paragraph
    if len(text) <= PASSAGE_CHARACTERS:
        return text
    latest = min(question.start, len(text) - PASSAGE_CHARACTERS)
    start = rng.randint(max(0, min(question.end - PASSAGE_CHARACTERS, latest)), max(0, latest))
    space = text.find(" ", start) + 1 if start else 0
    return text[space if space <= question.start else start :][:PASSAGE_CHARACTERS]


def questions(asked: Sequence[Question], seed: int) -> Iterator[list[Asked]]:
    """Endless batches of questions; paragraphs of one article come together, since they are the hard ones to tell
    apart."""
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
            for question in rng.sample(found, min(len(found), 8)):
                number = numbers[question.paragraph]
                if number not in batch and len(batch) < QUESTIONS:
                    batch[number] = Asked(
                        QUESTION_PREFIX + question.text, PASSAGE_PREFIX + around(question, rng), number
                    )
        yield list(batch.values())
