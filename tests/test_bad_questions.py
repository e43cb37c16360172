"""Absurd questions and options: a clear refusal or a normal answer, never another exception."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import ArticleIndex, BadRequest
from index import cli as index_cli
from index.settings import make_filters
from qa import Answer, ask
from qa import cli as qa_cli
from tests.conftest import use, write_articles, write_jsonl
from tests.stand_in import StandInEmbedder

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARTICLES_INDEX", "ARTICLES_MODEL", "ARTICLES_LLM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> ArticleIndex:
    folder = tmp_path_factory.mktemp("small")
    index = use(ArticleIndex.create(folder / "index"), StandInEmbedder())  # type: ignore[arg-type]
    texts = ["Rain fell on Bukhara on 6 November.", "Снег выпал в Алматы.", "Le vent a soufflé à Khiva."]
    index.add([write_articles(folder / "a", texts)])
    return index


def answers_exactly(index: ArticleIndex, answer: Answer) -> None:
    assert (answer.text is None) == (not answer.citations)
    for citation in answer.citations:
        article = index.article(citation.article_id)
        assert article is not None
        assert citation.quote == article.text[citation.start : citation.end]
    for hit in answer.hits:
        assert hit.passage.text == hit.article.text[hit.passage.start : hit.passage.end]
        assert 0 <= hit.score <= 1


def answered(index: ArticleIndex, question: str, history: list[str]) -> Answer | None:
    """The answer, checked; None when the question was refused. Any other exception is a failure."""
    try:
        answer = ask(index, question, history=history)
    except BadRequest:
        return None
    answers_exactly(index, answer)
    return answer


@pytest.mark.parametrize("question", ["", " ", "\n\t \u00a0\u2003", "\ufeff ".strip("\ufeff")])
def test_an_empty_question_is_refused(question: str, small: ArticleIndex) -> None:
    with pytest.raises(
        BadRequest, match=r"the question is empty: ask something, such as `who met Mirziyoyev\?`"
    ):
        small.search(question)
    with pytest.raises(BadRequest, match="the question is empty"):
        ask(small, question)


ABSURD = {
    "20,000 characters": "who met Mirziyoyev? " * 1000,
    "200,000 characters": "who met Mirziyoyev? " * 10_000,
    "20,000 letters": "x" * 20_000,
    "3,000 names": " ".join(f"Name{n}ov" for n in range(3000)),
    "emoji": "😀🎉👨‍👩‍👧‍👦🇺🇿",
    "quotes": "\"'«»“”„‘’`´''\"\"",
    "tantivy field": 'title:"x" AND (',
    "tantivy star": "*",
    "tantivy slop": '"who met"~2',
    "tantivy range": "[a TO b]",
    "tantivy open range": "stems:{a TO *} OR pid:1",
    "tantivy mixed": "+names:mrsv -stems:en\\:met ^3 /re.*/ IN [1 2] )))",
    "SQL": "'; DROP TABLE articles; --",
    "NUL": "who \x00 met\x00Mirziyoyev\x00",
    "NUL alone": "\x00",
    "controls": "\x01\x02\x1b[31m\x7f\u0085",
    "right to left": "من التقى ميرضيائيف؟",
    "overrides": "\u202ewho met\u202c \u200fMirziyoyev\u200e",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "combining": "e" + "\u0301" * 500,
    "punctuation": "?!.,;:–—…()[]{}",
    "function words": "who is he and what was it",
    "function words, Russian": "кто он и что это было",
    "digits": "1" * 5000,
    "a number": "2025",
    "one letter": "a",
    "one ideograph": "國",
    "no characters": "\U000e0001\U0010ffff\ufffe",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "braces": "{question} {sentences} %s %(x)s ${HOME}",
}


@pytest.mark.parametrize("question", ABSURD.values(), ids=ABSURD.keys())
def test_an_absurd_question(question: str, samples: ArticleIndex) -> None:
    assert all(0 <= hit.score <= 1 for hit in samples.search(question, 3))
    answers_exactly(samples, ask(samples, question))
    answers_exactly(samples, ask(samples, question, history=[question, "Who met Macron?", ""]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=60), history=st.lists(st.text(max_size=30), max_size=2))
def test_any_question(question: str, history: list[str], small: ArticleIndex) -> None:
    answer = answered(small, question, history)
    assert answer is not None or not question.strip()


@pytest.mark.parametrize("question", ["\ud800", "who met \ud83d Mirziyoyev?"])
def test_half_a_character(question: str, samples: ArticleIndex) -> None:
    answered(samples, question, [])
    answered(samples, "who met Macron?", [question])


def test_bytes_on_the_command_line_that_are_no_utf8(samples: ArticleIndex, capsys: Captured) -> None:
    question = os.fsdecode(b"who met caf\xe9 \xff")  # as Python hands over such an argument
    for main, command in ((index_cli.main, "search"), (qa_cli.main, "ask")):
        assert main([command, question, "--index", str(samples.folder)]) in (0, 1)


def test_half_a_character_in_a_file_of_questions(
    samples: ArticleIndex, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(
        '{"id": "half", "question": "who \\ud800?"}\n{"id": "good", "question": "who met Macron?"}\n'
    )
    qa_cli.main(["ask", "--questions", str(path), "--json", "--index", str(samples.folder)])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["id"] for row in rows] == ["half", "good"]


# ---- options


@pytest.mark.parametrize("k", ["0", "-1"])
def test_no_passages_wanted(k: str, small: ArticleIndex, capsys: Captured) -> None:
    for main, command in ((index_cli.main, "search"), (qa_cli.main, "ask")):
        assert main([command, "rain", "-k", k, "--index", str(small.folder)]) == 1
        assert capsys.readouterr().err == f"error: k is {k}: ask for at least one passage\n"
    with pytest.raises(BadRequest, match="k is 0"):
        small.search("rain", 0)


def test_more_passages_wanted_than_there_are(small: ArticleIndex) -> None:
    assert len(small.search("rain in Bukhara", 10_000)) == 3


@pytest.mark.parametrize(
    "date", ["yesterday", "2025-13-01", "2025-02-30", "06.11.2025", "2025-11", "２０２５-11-06", "0"]
)
@pytest.mark.parametrize("option", ["--from", "--to"])
def test_a_date_that_is_none(option: str, date: str, small: ArticleIndex, capsys: Captured) -> None:
    for main, command in ((index_cli.main, "search"), (qa_cli.main, "ask"), (index_cli.main, "list")):
        question = [] if command == "list" else ["rain"]
        assert main([command, *question, option, date, "--index", str(small.folder)]) == 1
        assert capsys.readouterr().err == f"error: {date!r} is not a date: write it as 2025-11-06\n"


def test_dates_the_wrong_way_round() -> None:
    with pytest.raises(BadRequest, match="the wrong way round: from 2025-11-07 to 2025-11-06"):
        make_filters(published_from="2025-11-07", published_to="2025-11-06")
    assert not make_filters([], [], " ", "")


def test_filters_that_nothing_passes_say_so(small: ArticleIndex) -> None:
    answer = ask(small, "rain in Bukhara", filters=make_filters(["xx"]))
    assert (answer.text, answer.hits, answer.notice) == (None, (), "No article passes the filters.")


@pytest.mark.parametrize("floor", ["nonsense", "recall@5=high", "=", "recall@5="])
def test_a_floor_that_is_none(floor: str, small: ArticleIndex, tmp_path: Path, capsys: Captured) -> None:
    gold = write_jsonl(tmp_path / "g.jsonl", [{"id": "g", "question": "rain?", "evidence": []}])
    assert qa_cli.main(["evaluate", str(gold), "--index", str(small.folder), "--floor", floor]) == 1
    assert capsys.readouterr().err == f"error: --floor {floor}: write METRIC=VALUE, such as recall@5=0.9\n"


def test_neither_or_both_kinds_of_question(small: ArticleIndex, tmp_path: Path, capsys: Captured) -> None:
    for asked in ([], ["rain?", "--questions", str(tmp_path / "q.jsonl")]):
        assert qa_cli.main(["ask", *asked, "--index", str(small.folder)]) == 1
        assert "give either a question or --questions FILE" in capsys.readouterr().err
