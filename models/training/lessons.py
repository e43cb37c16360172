"""Which of the texts the student is taught, and how often: what is thin is repeated, what is plentiful is sampled."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from models.training.corpora import (
    Pair,
    Question,
    is_held_out_article,
    is_held_out_pair,
    read_news,
    read_questions,
)

_THIN = ("ru", "tr", "uz", "kk")
_SENTENCES = frozenset(
    [
        "places",
        "tatoeba",
        "europarl",
        "laws",
        "stsb",
        "tri",
        "pydocs",
        "phpdocs",
        "mlqe",
        "tico",
        "questions",
        "udhr",
    ]
)
_SHARES = {
    ("fr", "europarl"): 0.22,
    ("fr", "tatoeba"): 0.5,
    ("de", "tatoeba"): 0.65,
    ("ru", "phpdocs"): 0.7,
}
_WORD_LISTS = {"dict": 0.4, "names": 0.6, "simplemma": 0.1}
_CATALOGUES = {"uz": 1.5, "kk": 1.0, "tr": 0.6}


def times(pair: Pair) -> float:
    """How often a pair is taken, on average."""
    if pair.source in _WORD_LISTS:
        return _WORD_LISTS[pair.source]
    if pair.source.startswith("dict-freedict"):
        return 0.25
    if pair.source in _SENTENCES:
        return _SHARES.get((pair.language, pair.source), 2.0 if pair.language in _THIN else 1.0)
    return _CATALOGUES.get(pair.language, 0.2)  # texts of programs


def chosen(pairs: Iterable[Pair], seed: int) -> list[Pair]:
    """The pairs of the distillation, without those held out."""
    rng = random.Random(seed)
    found: list[Pair] = []
    for pair in pairs:
        if not is_held_out_pair(pair.english):
            share = times(pair)
            found += [pair] * (int(share) + (rng.random() < share - int(share)))
    return found


def asked(data: Path, seed: int) -> list[Question]:
    """The questions, without those of articles held out; a news article's headline counts as a question about it."""
    rng = random.Random(seed)
    found = [question for question in read_questions(data) if not is_held_out_article(question.title)]
    for language, title, text in read_news(data):
        if is_held_out_article(title) or len(text) < 300 or len(title) < 15:
            continue
        for _ in range(2):
            place = rng.randint(0, min(len(text) - 1, 900))
            found.append(Question(language, title, title, text, place, place + 1))
    return found


def paragraphs(questions: Iterable[Question]) -> list[str]:
    """English paragraphs to be put into other languages word by word."""
    return sorted({q.paragraph for q in questions if q.language == "en" and len(q.paragraph) > 120})
