"""The vocabulary: the teacher's pieces that the languages of the student use, and its way to cut text into them.

Of the teacher's 250,000 pieces most belong to scripts that the student does not read. Those that our text uses are kept
with their scores, and after them the likeliest others in Latin and Cyrillic letters: names and places that the text
does not happen to mention.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

Counts = npt.NDArray[np.int64]

BEGIN, PAD, END, UNKNOWN = "<s>", "<pad>", "</s>", "<unk>"
SPECIAL = (BEGIN, PAD, END, UNKNOWN)
"""The first four pieces, in the teacher and in the student."""
_ALPHABETS = ("LATIN", "CYRILLIC")


def build(pieces: Sequence[str], scores: Sequence[float]) -> Tokenizer:
    """SentencePiece's unigram segmentation (Kudo 2018), with the teacher's normalisation and one thing more.

    An apostrophe between letters is typed in many ways ("l'eau", "l’eau", "oʻzbek", "o‘zbek"); all become the plain
    one.

    Args:
        pieces: The special ones first.
        scores: Logarithm of each piece's chance.
    """
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, map(float, scores), strict=True)), unk_id=3))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex("(?<=\\p{L})[ʻʼ‘’`´](?=\\p{L})"), "'"),
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always"),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A {END}",
        pair=f"{BEGIN} $A {END} {END} $B {END}",
        special_tokens=[(BEGIN, 0), (END, 2)],
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def count(tokenizer: Tokenizer, texts: Iterable[str]) -> Counts:
    """How often each piece is used, shape (size of the vocabulary,)."""
    found = np.zeros(tokenizer.get_vocab_size(), dtype=np.int64)
    batch: list[str] = []

    def add() -> None:
        encodings = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        ids = [number for encoding in encodings for number in encoding.ids]
        found[:] += np.bincount(np.asarray(ids, dtype=np.int64), minlength=len(found))
        batch.clear()

    for text in texts:
        batch.append(text)
        if len(batch) == 10_000:
            add()
    add()
    return found


def chosen(
    pieces: Sequence[str], scores: npt.NDArray[np.float32], uses: Mapping[str, Counts], most: int
) -> list[int]:
    """Numbers of the pieces to keep, ascending: the special ones, those used (the most used first, languages counting
    alike), then the likeliest others in our alphabets."""
    share = sum(counts / max(int(counts.sum()), 1) for counts in uses.values())
    order = np.lexsort((-scores, -np.asarray(share))).tolist()
    kept = dict.fromkeys(range(len(SPECIAL)))
    for number in order:
        if len(kept) >= most:
            break
        if share[number] > 0 or _in_our_alphabets(pieces[number]):  # type: ignore[index]
            kept[number] = None
    return sorted(kept)


def _in_our_alphabets(piece: str) -> bool:
    letters = [letter for letter in piece if letter.isalpha()]
    return bool(letters) and all(unicodedata.name(letter, "").startswith(_ALPHABETS) for letter in letters)


def sample(lines: Sequence[str], most: int, seed: int = 0) -> Sequence[str]:
    """At most so many of the lines, the same ones at every run."""
    return lines if len(lines) <= most else random.Random(seed).sample(list(lines), most)
