"""Questions with their answers for fitting and for measuring sentence choice: sets in SQuAD format (Rajpurkar et
al. 2016), and the invented news and dossiers that the reader learned from.

Every paragraph becomes an article of its own, with its id as its source, so that a search can be limited to it. Only
questions on articles that neither the embedder nor the reader has learned from are handed out.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import Record
from index import Article
from models.training.corpora import is_held_out_article
from models.training.reader.examples import read_dossiers, read_news
from models.training.reader.negatives import names_something

FILES: Mapping[str, str] = {"en": "squad11_dev_minus_xquad_en.json.xz", "fr": "piaf_fr.json.xz"}
"""The sets that weights are fitted on, by language."""
UNANSWERABLE = {"en": "squad20_dev_minus_xquad_en.json.xz"}
"""Sets on the same paragraphs with questions that these do not answer."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question on a paragraph."""

    question: str
    article_id: str
    """Of its paragraph; begins with the language and a hyphen."""
    group: str
    """The encyclopaedia or news article that its paragraph is from: held out or not as a whole."""
    answer: tuple[int, int] | None
    """Characters of the paragraph; None: it does not answer."""
    asked_in: str = ""
    """Language of the question; "": that of the paragraph."""
    also: Mapping[str, tuple[int, int]] = field(default_factory=dict, hash=False)
    """Other articles that answer, by id, with the characters that do."""
    source: str = ""
    """"news", "dossiers", or "" for the sets in SQuAD format."""

    @property
    def language(self) -> str:
        """Of the paragraph."""
        return self.article_id.partition("-")[0]

    @property
    def held_out(self) -> bool:
        """Whether nothing may be fitted on it: a third of the articles, the same ones at every run."""
        return sum(self.group.encode()) % 3 == 0

    @property
    def answers(self) -> dict[str, tuple[int, int]]:
        """Every article that answers, by id, with the characters that do."""
        own = {} if self.answer is None else {self.article_id: self.answer}
        return own | dict(self.also)

    def answered_in(self, article: Article, span: tuple[int, int]) -> bool:
        """Whether the answer begins in these characters of the article."""
        answer = self.answers.get(article.id)
        return answer is not None and span[0] <= answer[0] < span[1]


def read(folder: Path, language: str) -> tuple[list[Record], list[Item]]:
    """The paragraphs of the language's set as articles, and the questions on those that no model has learned from."""
    articles: dict[str, Record] = {}
    items = []
    for name in (FILES[language], UNANSWERABLE.get(language)):
        if name is None:
            continue
        with lzma.open(folder / name, "rt", encoding="utf-8") as file:
            data = json.load(file)["data"]
        for entry in data:
            for paragraph in entry["paragraphs"]:
                text = paragraph["context"]
                known = articles.setdefault(text, as_article(f"{language}-{len(articles)}", language, text))
                if not is_held_out_article(entry["title"] or text[:40]):
                    continue
                for question in paragraph["qas"]:
                    # What has an answer is in both sets.
                    if bool(question["answers"]) != (name == FILES[language]):
                        continue
                    span = None
                    if question["answers"]:
                        start = question["answers"][0]["answer_start"]
                        span = (start, start + len(question["answers"][0]["text"]))
                    items.append(Item(question["question"], known["id"], entry["title"] or text[:40], span))
    return list(articles.values()), items


def read_own_news() -> tuple[list[Record], list[Item]]:
    """The invented news articles, and the questions on those that the reader has not learned from: those that name
    somebody or something, since "who won?" can be asked of one article, but not of many."""
    articles: dict[str, Record] = {}
    items = []
    for example in read_news():
        articles[example.title] = as_article(example.title, example.text_language, example.text)
        if example.held_out and names_something(example.question):
            answer = example.answers[0] if example.answers else None
            items.append(
                Item(
                    example.question,
                    example.title,
                    example.title,
                    answer,
                    example.language,
                    source="news",
                )
            )
    return list(articles.values()), items


def read_own_dossiers() -> tuple[list[Record], list[Item]]:
    """The articles of the dossiers, and the questions on those dossiers that the reader has not learned from. The
    articles on the same matter that do not answer stay among them: they are what makes a question hard."""
    articles: dict[str, Record] = {}
    asked: dict[tuple[str, str, str], dict[str, tuple[int, int]]] = {}
    for example in read_dossiers():
        known = articles.setdefault(
            example.text,
            as_article(
                f"{example.text_language}-{example.title}-{len(articles)}",
                example.text_language,
                example.text,
            ),
        )
        if example.held_out:
            found = asked.setdefault((example.title, example.language, example.question), {})
            if example.answers:
                found[known["id"]] = example.answers[0]
    items = []
    for (dossier, language, question), found in asked.items():
        first = next(iter(found), None)
        own = first or next(a["id"] for a in articles.values() if f"-{dossier}-" in a["id"])
        also = {article: span for article, span in found.items() if article != first}
        items.append(Item(question, own, dossier, found.get(own), language, also=also, source="dossiers"))
    return list(articles.values()), items


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
