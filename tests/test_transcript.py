"""Answers as JSON and back: the same again, unless the article has changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index import ArticleIndex
from qa import ask
from qa.transcript import BadTranscript, as_json, from_json
from tests.conftest import write_articles

QUESTION = "Who opened the marble bridge?"
TEXT = "The mayor, Zelda Fitzbotham, opened the marble bridge on Monday. It had been closed for nine months."


@pytest.fixture
def news(index: ArticleIndex, tmp_path: Path) -> ArticleIndex:
    index.add([write_articles(tmp_path / "in", {"a.txt": TEXT})])
    return index


def saved(news: ArticleIndex) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(json.dumps(as_json(ask(news, QUESTION), "q")))
    assert row["citations"]
    return row


def test_an_answer_comes_back_as_it_was(news: ArticleIndex) -> None:
    answer = ask(news, QUESTION)
    again = from_json(saved(news), news.article)
    assert (again.text, again.lead, again.sentences) == (answer.text, answer.lead, answer.sentences)
    assert again.citations == answer.citations
    assert {citation.verdict for citation in again.citations} == {"supported"}


def test_an_article_that_changed_or_went_is_said_to(news: ArticleIndex, tmp_path: Path) -> None:
    row = saved(news)
    news.add([write_articles(tmp_path / "in", {"a.txt": TEXT.replace("opened", "unveiled")})])
    changed = from_json(row, news.article)
    assert {citation.verdict for citation in changed.citations} == {"not"}
    assert all(sentence.faults == ("changed",) for sentence in changed.sentences)
    assert changed.citations[0].quote in TEXT  # what was quoted then
    news.remove(["a.txt"])
    assert {citation.verdict for citation in from_json(row, news.article).citations} == {"not"}


@pytest.mark.parametrize(
    "change",
    [
        {"citations": [{"number": 1}]},
        {"citations": "no list"},
        {"question": None},
        {"sentences": [{"text": "x", "citations": [-1], "verdict": "supported", "faults": []}]},
        {"sentences": [{"text": "x", "citations": [], "verdict": "splendid", "faults": []}]},
        {"searched": "many"},
        {"lead": [7]},
        {"confidence": "high"},
    ],
)
def test_what_is_no_saved_answer_is_refused(news: ArticleIndex, change: dict[str, Any]) -> None:
    with pytest.raises(BadTranscript, match="this is no saved answer"):
        from_json(saved(news) | change, news.article)
    with pytest.raises(BadTranscript):
        from_json({}, news.article)
