"""How good a student is on what was held out: sentence pairs, and questions to the paragraphs that answer them.

For decisions during training. XQuAD, FLORES and PUD are measured by `benchmarks/`, on finished models alone.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from models.training.batches import encode
from models.training.corpora import (
    SENTENCES,
    Pair,
    is_held_out_article,
    is_held_out_pair,
    pair_files,
    read_pairs,
    read_questions,
)
from models.training.network import Body, pooled
from models.training.teacher import PASSAGE_PREFIX, QUESTION_PREFIX

_SETS = {
    "SQuAD en": ["squad11_dev_minus_xquad_en"],
    "PIAF fr": ["piaf_fr"],
    "TyDi, AfriQA en": ["tydiqa_train_en", "afriqa_en"],
}
_MOST = 1000


@torch.no_grad()  # type: ignore[untyped-decorator]
def vectors(
    body: Body, words: Tensor, tokenizer: Tokenizer, texts: Sequence[str], longest: int = 256
) -> Tensor:
    """Unit vectors, shape (len(texts), width)."""
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    found = torch.zeros(len(texts), words.shape[1])
    for start in range(0, len(order), 32):
        rows = order[start : start + 32]
        ids, mask = encode(tokenizer, [texts[row] for row in rows], longest)
        found[rows] = pooled(body(F.embedding(ids, words), mask)[-1], mask)
    return found


def measure(
    body: Body, words: Tensor, tokenizer: Tokenizer, data: Path, extra: Path | None
) -> dict[str, float]:
    """Share of first places: "fr" and so on for pairs (English finds the translation, and back), sets by name."""
    found: dict[str, float] = {}
    held_out: dict[str, dict[str, Pair]] = defaultdict(dict)
    for pair in read_pairs(pair_files(data, SENTENCES, extra)):
        if is_held_out_pair(pair.english) and len(pair.english) > 40:
            held_out[pair.language].setdefault(pair.english, pair)
    for language, by_english in held_out.items():
        pairs = random.Random(0).sample(list(by_english.values()), min(len(by_english), _MOST))
        cosines = vectors(body, words, tokenizer, [PASSAGE_PREFIX + p.english for p in pairs]) @ (
            vectors(body, words, tokenizer, [PASSAGE_PREFIX + p.other for p in pairs]).T
        )
        right = torch.arange(len(pairs))
        found[f"en-{language}"] = float((cosines.argmax(1) == right).float().mean())
        found[f"{language}-en"] = float((cosines.argmax(0) == right).float().mean())
    for name, sets in _SETS.items():
        questions = [q for q in read_questions(data, sets) if is_held_out_article(q.title)]
        paragraphs = sorted({q.paragraph for q in questions})
        places = {paragraph: row for row, paragraph in enumerate(paragraphs)}
        random.Random(0).shuffle(questions)
        questions = questions[:_MOST]
        cosines = vectors(body, words, tokenizer, [QUESTION_PREFIX + q.text for q in questions]) @ (
            vectors(body, words, tokenizer, [PASSAGE_PREFIX + p for p in paragraphs]).T
        )
        wanted = torch.tensor([places[q.paragraph] for q in questions])
        found[name] = float((cosines.argmax(1) == wanted).float().mean())
    return found
