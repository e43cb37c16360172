"""The vocabulary: the teacher's WordPiece pieces, and those that the other languages need.

A language's pieces are learned on its own side of the pairs, with the teacher's normalisation (lower case, accents
stripped). Pieces that the teacher has keep their numbers; new ones first take the slots that its authors left unused.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

SIZES = {"ru": 24_000, "de": 15_000, "fr": 14_000, "es": 14_000, "tr": 9_000, "uz": 6_000, "kk": 5_000}
"""Pieces learned per language, before those that another one has are counted once."""

UZBEK_APOSTROPHE = {
    "type": "Replace",
    "pattern": {"Regex": "(?<=[oOgG])[ʻʼ’‘'`](?=\\p{L}{2})"},
    "content": "",
}
"""Uzbek o' and g' are letters, typed with any of six apostrophes; the lookahead spares the English possessive."""
OTHER_MODIFIERS = {"type": "Replace", "pattern": {"Regex": "[ʻʼ]"}, "content": ""}


def build(teacher: Path, texts: Mapping[str, Sequence[str]], out: Path, most: int) -> Tokenizer:
    """Write `tokenizer.json` of the student, and return it.

    New pieces cut up some English words otherwise than the teacher does. Leaving those pieces out was tried: English
    gained nothing, Spanish and French lost 5 to 8 points of first places (`models/README.md`).

    Args:
        teacher: The teacher's `tokenizer.json`.
        texts: Texts per language.
        out: File to write.
        most: Pieces in all, at most; languages give up their last-learned pieces in proportion.
    """
    description: dict[str, Any] = json.loads(teacher.read_text(encoding="utf-8"))
    pieces: dict[str, int] = description["model"]["vocab"]
    free = [
        at for piece, at in sorted(pieces.items(), key=lambda item: item[1]) if piece.startswith("[unused")
    ]
    kept = {piece: number for piece, number in pieces.items() if not piece.startswith("[unused")}
    learned = {
        language: [piece for piece in _learn(lines, SIZES[language]) if piece not in kept]
        for language, lines in texts.items()
    }
    new = _round_robin(learned, most - len(kept))
    numbers = iter([*free, *range(len(pieces), len(pieces) + len(new))])
    kept.update(zip(new, numbers, strict=False))
    # Every number below the size must have a piece.
    for number in sorted(set(range(max(kept.values()) + 1)) - set(kept.values())):
        kept[f"[unused{number}]"] = number
    description["model"]["vocab"] = dict(sorted(kept.items(), key=lambda item: item[1]))
    description["normalizer"] = {
        "type": "Sequence",
        "normalizers": [UZBEK_APOSTROPHE, OTHER_MODIFIERS, description["normalizer"]],
    }
    description["truncation"] = description["padding"] = None
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
    return Tokenizer.from_file(str(out))


def _learn(lines: Sequence[str], size: int) -> list[str]:
    """Pieces in the order in which they were learned: letters first, then merges by their worth."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace("ʻ", ""),
            normalizers.Replace("ʼ", ""),
            normalizers.BertNormalizer(lowercase=True, strip_accents=True),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=2, show_progress=False, special_tokens=["[UNK]"], limit_alphabet=300
    )
    tokenizer.train_from_iterator(lines, trainer)
    vocabulary = tokenizer.get_vocab()
    return [piece for piece in sorted(vocabulary, key=vocabulary.__getitem__) if piece != "[UNK]"]


def _round_robin(wanted: dict[str, list[str]], room: int) -> list[str]:
    """As many pieces as there is room for, each language giving up the same share of its last ones."""
    total = sum(map(len, wanted.values()))
    share = 1.0
    chosen: dict[str, None] = {}
    for _ in range(20):  # pieces in common are counted once, so the share that fits is found by trying
        chosen = dict.fromkeys(
            piece for found in wanted.values() for piece in found[: int(len(found) * share)]
        )
        if len(chosen) <= room:
            break
        share *= 0.99 * room / len(chosen) if len(chosen) > room else 1.0
    return list(chosen) if total else []


def sample(lines: Iterable[str], most: int, seed: int = 0) -> list[str]:
    """At most so many of the lines, the same ones at every run."""
    found = list(lines)
    return found if len(found) <= most else random.Random(seed).sample(found, most)
