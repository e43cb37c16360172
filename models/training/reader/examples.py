"""What the reader learns from: a question, a passage, and where the answer stands in it, if it does.

Sets in SQuAD format from the data folder, and small news articles of our own (`news/`, invented, in eight
languages, each with questions in several). Held out, for decisions alone: the questions of one article in five, as
for the embedder.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.training.corpora import is_held_out_article

Span = tuple[int, int]

SETS = {
    "squad11_dev_minus_xquad_en": "en",
    "squad20_dev_minus_xquad_en": "en",
    "piaf_fr": "fr",
    "tydiqa_train_en": "en",
    "afriqa_en": "en",
    "afriqa_fr": "fr",
    "qamr_dev_en": "en",
}
"""The sets and their languages. SQuAD 2.0 is read for its questions without an answer alone: the others are SQuAD
1.1's."""
_ONLY_UNANSWERED = "squad20_dev_minus_xquad_en"

NEWS = Path(__file__).resolve().parent / "news"
"""Articles and questions of our own."""
DOSSIERS = Path(__file__).resolve().parent / "dossiers"
"""Our own too: four articles in several languages on one matter, and for each question which of them answer."""
OWN = ("news", "dossiers", "dossiers_unanswered")
"""Sources of our own, with questions in other languages than the texts."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question on one text."""

    source: str
    """The set, or one of `OWN`."""
    title: str
    """Of the article that it is from; it decides what is held out."""
    language: str
    """Of the question."""
    question: str
    text_language: str
    text: str
    answers: tuple[Span, ...]
    """Characters of the text, one for each annotator; empty where the text does not answer."""

    @property
    def held_out(self) -> bool:
        """Whether the reader never learns from it: one article in five, those that the embedder has never seen."""
        return is_held_out_article(self.title)


def read(data: Path) -> list[Example]:
    """All examples, those held out among them."""
    return [*(example for name in SETS for example in _read_set(data, name)), *read_news(), *read_dossiers()]


def _read_set(data: Path, name: str) -> Iterator[Example]:
    with lzma.open(data / "qa" / f"{name}.json.xz", "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for article in articles:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            for asked in paragraph["qas"]:
                question = asked["question"].strip()
                spans = {(a["answer_start"], a["answer_start"] + len(a["text"])) for a in asked["answers"]}
                answers = tuple(sorted(span for span in spans if span[0] < span[1] <= len(text)))
                if not question or bool(answers) == (name == _ONLY_UNANSWERED):
                    continue
                title = article["title"] or text[:40]
                yield Example(name, title, SETS[name], question, SETS[name], text, answers)


def read_news() -> Iterator[Example]:
    """The articles of our own."""
    for file in sorted(NEWS.glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                for asked in row["questions"]:
                    answer = asked["answer"]
                    start = -1 if answer is None else row["text"].index(answer)
                    yield Example(
                        "news",
                        row["id"],
                        asked["language"],
                        asked["question"],
                        row["language"],
                        row["text"],
                        () if answer is None else ((start, start + len(answer)),),
                    )


def read_dossiers() -> Iterator[Example]:
    """Each question on each article of its dossier: the articles on the same matter that do not answer are the hardest
    to tell from those that do."""
    for file in sorted(DOSSIERS.glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for dossier in map(json.loads, lines):
                for asked in dossier["questions"]:
                    for article in dossier["articles"]:
                        answer = asked["answers"].get(article["key"])
                        start = -1 if answer is None else article["text"].index(answer)
                        yield Example(
                            "dossiers_unanswered" if answer is None else "dossiers",
                            dossier["id"],
                            asked["language"],
                            asked["question"],
                            article["language"],
                            article["text"],
                            () if answer is None else ((start, start + len(answer)),),
                        )
