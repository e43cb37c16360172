"""Which of the texts the student is taught, and how often: what is thin is repeated, what is plentiful is sampled."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from models.training.corpora import (
    Pair,
    Question,
    is_held_out_article,
    is_held_out_pair,
    read_news,
    read_questions,
    read_speeches,
)

PAIR_SHARES = {"ru": 0.22, "fr": 0.17, "es": 0.17, "de": 0.17, "tr": 0.10, "uz": 0.10, "kk": 0.07}
"""How often a pair of each language comes: English with every one of them."""
PASSAGE_SHARES = {"en": 0.45, "fr": 0.30, "ru": 0.25}
PASSAGE_PART = 0.25
"""Share of the texts that are longer passages in one language."""
_SPEECHES = 4000
_SENTENCES = {"europarl": 0.3, "phpdocs": 0.3, "laws": 0.5, "pydocs": 0.5}
"""How often a sentence of these sources is taken; those of the others once."""
_CATALOGUES = {"uz": 1.0, "kk": 0.6, "tr": 0.3}
_CATALOGUES_ELSE = 0.1
_KNOWN = frozenset(
    "places tatoeba europarl laws stsb tri pydocs phpdocs mlqe tico questions udhr".split()  # noqa: SIM905
)


def times(pair: Pair) -> float:
    """How often a pair is taken in one round of its language, on average."""
    if pair.is_word:
        return 0.06 if pair.language in ("fr", "es", "de", "ru") else 0.15
    if pair.source in _KNOWN:
        return _SENTENCES.get(pair.source, 1.0)
    return _CATALOGUES.get(pair.language, _CATALOGUES_ELSE)  # texts of programs


def chosen(pairs: Iterable[Pair], seed: int) -> dict[str, list[Pair]]:
    """The pairs of the distillation by language, without those held out."""
    rng = random.Random(seed)
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if not is_held_out_pair(pair.english) and rng.random() < times(pair):
            found[pair.language].append(pair)
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


def passages(data: Path, questions: Iterable[Question]) -> dict[str, list[str]]:
    """Longer texts by language: the paragraphs of the questions, news, speeches."""
    found: dict[str, list[str]] = defaultdict(list)
    for paragraph, language in sorted({(q.paragraph, q.language) for q in questions}):
        # A news article is cut anew each time it comes, so it comes as often as it is long.
        found[language] += [paragraph] * (1 + len(paragraph) // 1200)
    found["fr"] += [speech for speech in read_speeches(data, _SPEECHES) if len(speech) > 200]
    return found
