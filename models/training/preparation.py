"""What comes before the first gradient step: vocabulary, alignment, first embeddings, and tables of translations.

Each step writes its file and is skipped when the file is there. About ten minutes on two cores.
"""

from __future__ import annotations

import json
import lzma
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from models.training import initial, switching, vocabulary
from models.training.alignment import align
from models.training.batches import Tables
from models.training.corpora import (
    SENTENCES,
    WORDS,
    Pair,
    both_scripts,
    is_held_out_article,
    is_held_out_pair,
    pair_files,
    read_news,
    read_pairs,
    read_questions,
)
from models.training.network import WORDS as WORD_EMBEDDINGS

PIECES = 92_000
"""In all: with 384 numbers each, and six layers, 92 MB in 16 bits."""
PARTNERS = 4
"""English pieces kept per piece for the alignment of states."""
SWITCHED = ("ru", "de", "es", "fr", "tr")
"""Languages that English text is put into, word by word."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are read and written."""

    data: Path
    """The data folder, with `parallel/`, `qa/`, `names/` and `news/`."""
    extra: Path | None
    """What `models.training.extra_pairs` wrote, if it was run."""
    work: Path
    """Everything that can be made again."""
    teacher: Path
    """The folder of all-MiniLM-L6-v2."""

    @property
    def tokenizer(self) -> Path:
        return self.work / "tokenizer.json"

    @property
    def alignment(self) -> Path:
        return self.work / "alignment.npz"

    @property
    def first_embeddings(self) -> Path:
        return self.work / "first_embeddings.npy"

    def table(self, given: str, found: str) -> Path:
        return self.work / f"table.{given}-{found}.json.xz"

    def pairs(self) -> Iterator[Pair]:
        """All pairs, Uzbek in both scripts."""
        return both_scripts(read_pairs(pair_files(self.data, SENTENCES + WORDS, self.extra)))


def teacher_tokenizer(places: Places) -> Tokenizer:
    """The teacher's, which cuts and pads nothing."""
    tokenizer = Tokenizer.from_file(str(places.teacher / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def prepare(places: Places) -> None:
    """Make whatever is missing."""
    places.work.mkdir(parents=True, exist_ok=True)
    if not places.tokenizer.exists():
        print("learning the vocabulary", flush=True)
        _learn_vocabulary(places)
    if not places.first_embeddings.exists():
        print("aligning pieces with English ones", flush=True)
        _align(places)
    for language in SWITCHED:
        directions = [("en", language)] + ([(language, "en")] if language in ("fr", "ru") else [])
        if not all(places.table(*direction).exists() for direction in directions):
            print(f"learning which words translate which: en, {language}", flush=True)
            _learn_tables(places, language, directions)


def _learn_vocabulary(places: Places) -> None:
    texts: dict[str, list[str]] = defaultdict(list)
    for pair in places.pairs():
        if not is_held_out_pair(pair.english):
            texts[pair.language].append(pair.other)
    for language, _, text in read_news(places.data):
        texts[language].extend(text.split("\n"))
    for question in read_questions(places.data, ["piaf_fr", "afriqa_fr"]):
        if not is_held_out_article(question.title):
            texts["fr"].append(f"{question.text} {question.paragraph}")
    sampled = {language: vocabulary.sample(lines, 400_000) for language, lines in texts.items()}
    vocabulary.build(places.teacher / "tokenizer.json", sampled, places.tokenizer, PIECES)


def _align(places: Places) -> None:
    theirs, ours = teacher_tokenizer(places), Tokenizer.from_file(str(places.tokenizer))
    pairs = []
    for number, pair in enumerate(places.pairs()):
        if is_held_out_pair(pair.english) and pair.source not in ("dict", "names", "places"):
            continue
        if pair.source == "europarl" and number % 5 > 1:  # long sentences, all French: two fifths will do
            continue
        pairs.append(pair)
    english = [e.ids for e in theirs.encode_batch([pair.english for pair in pairs], add_special_tokens=False)]
    other = [e.ids for e in ours.encode_batch([pair.other for pair in pairs], add_special_tokens=False)]
    there = [row for row in range(len(pairs)) if english[row] and other[row]]
    found = align([english[row] for row in there], [other[row] for row in there])
    size = ours.get_vocab_size()
    quarter = ours.encode_batch([pair.english for pair in pairs[::4]], add_special_tokens=False)
    english_uses = 4.0 * np.bincount(np.concatenate([e.ids for e in quarter]), minlength=size)
    other_uses = np.bincount(np.concatenate([other[row] for row in there]), minlength=size).astype(np.float64)
    pieces = theirs.get_vocab()
    old = np.zeros(size, dtype=bool)
    for piece, number in ours.get_vocab().items():
        old[number] = pieces.get(piece, -1) == number
    embeddings = load_file(places.teacher / "model.safetensors")[WORD_EMBEDDINGS]
    ids, chances = found.likeliest(size, PARTNERS)
    np.savez(places.alignment, ids=ids, chances=chances)
    first = initial.embeddings(embeddings, found, size, english_uses, other_uses, old)
    np.save(places.first_embeddings, first)


def _learn_tables(places: Places, language: str, directions: list[tuple[str, str]]) -> None:
    sides: dict[str, list[str]] = {"en": [], language: []}
    for number, pair in enumerate(places.pairs()):
        if pair.language != language or (pair.source == "europarl" and number % 4):
            continue
        if is_held_out_pair(pair.english) and len(pair.english) > 30:
            continue
        sides["en"].append(pair.english)
        sides[language].append(pair.other)
    for given, found in directions:
        names = _russian_names(places.data) if found == "ru" else None
        table = switching.learn(sides[given], sides[found], cyrillic=found == "ru", names=names)
        with lzma.open(places.table(given, found), "wt", encoding="utf-8") as file:
            json.dump({"cyrillic": table.cyrillic, "words": table.words}, file, ensure_ascii=False)


def _russian_names(data: Path) -> dict[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    with lzma.open(data / "names" / "translit_en_ru.tsv.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            names[cells[1].lower()].append(cells[2].lower())
    return names


def read_tables(places: Places) -> Tables:
    """The tables of translations that `prepare` made."""
    tables: Tables = {}
    for path in sorted(places.work.glob("table.*.json.xz")):
        given, _, found = path.name.split(".")[1].partition("-")
        with lzma.open(path, "rt", encoding="utf-8") as file:
            read = json.load(file)
        words = {word: (others, chances) for word, (others, chances) in read["words"].items()}
        tables[given, found] = switching.Table(words, read["cyrillic"])
    return tables
