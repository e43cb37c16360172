"""Questions with their answers in SQuAD format (Rajpurkar et al. 2016), for fitting and for measuring sentence choice.

Every paragraph becomes an article of its own, with its id as its source, so that a search can be limited to it.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import Record
from index import Article

FILES: Mapping[str, str] = {"en": "squad11_dev_minus_xquad_en.json.xz", "fr": "piaf_fr.json.xz"}
"""The sets that weights are fitted on, by language."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question on a paragraph."""

    question: str
    article_id: str
    """Of its paragraph; begins with the language and a hyphen."""
    group: str
    """The encyclopaedia article that its paragraph is from: held out or not as a whole."""
    answer: tuple[int, int]
    """Characters of the paragraph."""

    @property
    def language(self) -> str:
        """Of question and paragraph."""
        return self.article_id.partition("-")[0]

    @property
    def held_out(self) -> bool:
        """Whether nothing may be fitted on it: a third of the articles, the same ones at every run."""
        return sum(self.group.encode()) % 3 == 0

    def answered_in(self, article: Article, span: tuple[int, int]) -> bool:
        """Whether the answer begins in these characters of the article."""
        return article.id == self.article_id and span[0] <= self.answer[0] < span[1]


def read(folder: Path, language: str) -> tuple[list[Record], list[Item]]:
    """The paragraphs of the language's set as articles, and the questions on them that have an answer."""
    articles, items = [], []
    with lzma.open(folder / FILES[language], "rt", encoding="utf-8") as file:
        data = json.load(file)["data"]
    for number, entry in enumerate(data):
        for place, paragraph in enumerate(entry["paragraphs"]):
            article_id = f"{language}-{number}-{place}"
            articles.append(as_article(article_id, language, paragraph["context"]))
            for question in paragraph["qas"]:
                if question["answers"]:
                    first = question["answers"][0]
                    start = first["answer_start"]
                    span = (start, start + len(first["text"]))
                    items.append(Item(question["question"], article_id, f"{language}-{number}", span))
    return articles, items


def as_article(article_id: str, language: str, text: str) -> Record:
    """A paragraph as an article without a title."""
    return {
        "id": article_id,
        "title": "",
        "text": text,
        "lang": language,
        "date": "2020-01-01",
        "source": article_id,
    }
