"""The text that the model learns from: translation pairs and questions with their passages, and what is held out.

Held out means: never trained on, used for decisions. A pair is held out by the hash of its English sentence, so that
the sentence is unseen in every language; a question by the hash of its article's title. XQuAD, FLORES and PUD are not
read here at all.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.training.uzbek import to_cyrillic, to_latin

SENTENCES = ("europarl", "general")
WORDS = ("dictionary", "names")
EXTRA = ("catalogues", "dictionaries", "forms")
QUESTIONS = {
    "squad11_dev_minus_xquad_en": "en",
    "piaf_fr": "fr",
    "tydiqa_train_en": "en",
    "afriqa_en": "en",
    "afriqa_fr": "fr",
}
"""The question sets, and their languages. QAMR is left out: its questions only make sense beside their sentence."""

LONGEST = 220
"""Characters of an English sentence above which a pair is left out."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One text in English and in another language."""

    language: str
    english: str
    other: str
    source: str
    """Where it is from, such as "tatoeba"; the data folder's README names the licences."""

    @property
    def is_word(self) -> bool:
        """Whether it is of a list of words or names, not a sentence or phrase."""
        return self.source in ("dict", "names", "simplemma") or self.source.startswith("dict-freedict")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the paragraph that answers it, and where the answer stands in it (characters)."""

    language: str
    title: str
    text: str
    paragraph: str
    start: int
    end: int


def bucket(text: str, buckets: int) -> int:
    """A number in [0, buckets) that depends on the text alone."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) % buckets


def is_held_out_pair(english: str) -> bool:
    """One sentence in 64."""
    return bucket(english.strip().lower(), 64) == 0


def is_held_out_article(title: str) -> bool:
    """One article in five: the embedder never sees its questions, so that later stages can be fitted on them."""
    return bucket(title, 5) == 0


def read_pairs(paths: Iterable[Path]) -> Iterator[Pair]:
    """The pairs of tab-separated, xz-compressed files: language, English, other, source."""
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                cells = line.rstrip("\n").split("\t")
                if len(cells) == 4 and len(cells[1]) < LONGEST and len(cells[2]) < 2 * LONGEST:
                    yield Pair(*cells)


def pair_files(data: Path, names: Iterable[str], extra: Path | None = None) -> list[Path]:
    """The files of these names: in the data folder, or in the folder of extra pairs where there is one."""
    found = [data / "parallel" / f"{name}.tsv.xz" for name in names]
    if extra is not None:
        found += [extra / f"{name}.tsv.xz" for name in EXTRA]
    return [path for path in found if path.is_file()]


def both_scripts(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """The pairs, and each Uzbek one also in its other script: news are written in both."""
    for pair in pairs:
        yield pair
        if pair.language == "uz":
            for converted in {to_latin(pair.other), to_cyrillic(pair.other)} - {pair.other}:
                yield Pair("uz", pair.english, converted, pair.source)


def read_questions(data: Path, sets: Iterable[str] = tuple(QUESTIONS)) -> Iterator[Question]:
    """The answerable questions of SQuAD-format sets."""
    for name in sets:
        with lzma.open(data / "qa" / f"{name}.json.xz", "rt", encoding="utf-8") as file:
            articles = json.load(file)["data"]
        for article in articles:
            for paragraph in article["paragraphs"]:
                for question in paragraph["qas"]:
                    if question.get("is_impossible") or not question["answers"]:
                        continue
                    answer = question["answers"][0]
                    start = answer["answer_start"]
                    end = start + len(answer["text"])
                    if question["question"].strip():
                        yield Question(
                            QUESTIONS[name],
                            article["title"] or paragraph["context"][:40],
                            question["question"].strip(),
                            paragraph["context"],
                            start,
                            end,
                        )


def read_speeches(data: Path, most: int) -> Iterator[str]:
    """Texts of the first so many speeches of the European Parliament, in French."""
    with lzma.open(data / "news" / "europarl_turns_fr.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in itertools.islice(lines, most):
            yield json.loads(line)["text"]


def read_news(data: Path) -> Iterator[tuple[str, str, str]]:
    """Language, title and text of the news articles of the data folder."""
    for name in ("wikinews_fr", "wikinews_ru", "factrueval_ru"):
        with lzma.open(data / "news" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield row["lang"], row["title"], row["text"]
