"""`python -m qa ask|evaluate`: what is printed, that quotes are quotes, that answers are the same again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from index import ArticleIndex, Embedder
from qa import NOT_IN_THE_ARTICLES, ask, evaluate, load_gold
from qa.cli import main
from qa.evaluation import BadGold
from qa.transcript import as_json
from tests.conftest import ARTICLES, GOLD, ROOT, use, write_articles, write_jsonl
from tests.stand_in import StandInEmbedder

Captured = pytest.CaptureFixture[str]
Row = dict[str, Any]

# What the issue lays down; whoever reads the output may count on these. More may be added, none may go.
ANSWER = ["id", "question", "answer", "citations", "passages", "seconds"]
CITATION = ["number", "article_id", "title", "url", "published", "start", "end", "quote"]
PASSAGE = ["article_id", "start", "end", "text", "score"]
ADDED = {"understood", "sentences", "lead", "confidence", "searched", "written_by", "notice"}
ADDED_TO_CITATION = {"source", "language", "marks", "verdict", "copy_of"}


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARTICLES_INDEX", "ARTICLES_MODEL", "ARTICLES_LLM", "ARTICLES_READER"):
        monkeypatch.delenv(name, raising=False)


def has_the_shape(row: Row, index: ArticleIndex) -> None:
    assert [key for key in row if key not in ADDED] == ANSWER
    assert isinstance(row["question"], str)
    assert isinstance(row["seconds"], float)
    assert (row["answer"] is None) == (row["citations"] == [])
    assert all(sentence["verdict"] == "supported" for sentence in row["sentences"])
    assert row["searched"] > 0
    for number, citation in enumerate(row["citations"], start=1):
        assert [key for key in citation if key not in ADDED_TO_CITATION] == CITATION
        article = index.article(citation["article_id"])
        assert article is not None
        assert citation["number"] == number
        assert citation["quote"] == article.text[citation["start"] : citation["end"]]
        assert citation["quote"].strip() == citation["quote"] != ""
        assert (citation["title"], citation["url"]) == (article.title, article.url)
        assert citation["published"] == article.published
        assert all(citation["start"] <= low < high <= citation["end"] for low, high in citation["marks"])
    for passage in row["passages"]:
        assert list(passage) == PASSAGE
        of = index.article(passage["article_id"])
        assert of is not None and passage["text"] == of.text[passage["start"] : passage["end"]]  # noqa: PT018
    scores = [passage["score"] for passage in row["passages"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    if row["answer"]:
        lead, quotes = row["lead"], row["answer"].split("\n\n")
        if lead:
            named = (
                f"{one['text']} " + "".join(f"[{number}]" for number in one["citations"]) for one in lead
            )
            without_plans = re.sub(
                r" \((?:planned|prévu|планируется|geplant|previsto|\w+)\)(?= \[)", "", quotes.pop(0)
            )
            assert without_plans == ", ".join(named)
            assert all(isinstance(one["planned"], bool) for one in lead)
        marks = [int(mark) for line in quotes for mark in re.findall(r"\[(\d+)\]", line)]
        assert marks == [citation["number"] for citation in row["citations"]]
        for line in quotes:  # each is a quote of the first citation behind it
            at = line.rindex("”")
            first = int(re.findall(r"\[(\d+)\]", line[at:])[0])
            assert line[1:at] == " ".join(row["citations"][first - 1]["quote"].split())


def lines(captured: Captured) -> list[Row]:
    return [json.loads(line) for line in captured.readouterr().out.splitlines()]


def test_the_command_in_a_process_of_its_own(samples: ArticleIndex) -> None:
    environment = os.environ | {"ARTICLES_INDEX": str(samples.folder), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "qa", "ask", "who met Mirziyoyev?", "--json", "-k", "4"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    row = json.loads(done.stdout)
    has_the_shape(row, samples)
    assert (row["id"], row["question"]) == (None, "who met Mirziyoyev?")
    assert row["answer"] is not None
    assert len(row["passages"]) == 4
    assert done.stderr == ""


def test_every_gold_question_is_answered_with_quotes_that_stand_in_the_articles(
    samples: ArticleIndex, tmp_path: Path, capsys: Captured
) -> None:
    gold = [
        json.loads(line) for path in GOLD for line in path.read_text(encoding="utf-8").splitlines() if line
    ]
    asked = [{key: row[key] for key in ("id", "question", "history") if key in row} for row in gold[:40]]
    asked[0]["history"] = None
    path = write_jsonl(tmp_path / "q.jsonl", asked)
    path.write_bytes(
        b"\xef\xbb\xbf" + path.read_bytes() + b"\n \n"
    )  # a byte order mark and blank lines do no harm
    assert main(["ask", "--questions", str(path), "--json", "--index", str(samples.folder)]) == 0
    rows = lines(capsys)
    assert [(row["id"], row["question"]) for row in rows] == [(row["id"], row["question"]) for row in asked]
    for row in rows:
        has_the_shape(row, samples)
    assert sum(row["answer"] is not None for row in rows) >= 10


def test_earlier_questions_are_used(samples: ArticleIndex, tmp_path: Path, capsys: Captured) -> None:
    follow_up = {"id": 7, "question": "And where did he win?", "history": ["Who is Léon Marchand?"]}
    path = write_jsonl(tmp_path / "q.jsonl", [follow_up, {"question": "And where did he win?"}])
    assert main(["ask", "--questions", str(path), "--json", "--index", str(samples.folder)]) == 0
    with_history, without = lines(capsys)
    assert "Marchand" in with_history["understood"]
    assert with_history["question"] == "And where did he win?"
    assert "marchand" in with_history["passages"][0]["article_id"]
    assert without["understood"] == without["question"]
    assert (with_history["id"], without["id"]) == (7, None)
    at = ["--index", str(samples.folder), "--json"]
    assert main(["ask", follow_up["question"], "--history", "Who is Léon Marchand?", *at]) == 0  # type: ignore[list-item]
    (single,) = lines(capsys)
    assert single["citations"] == with_history["citations"]


def test_bad_rows_are_named(samples: ArticleIndex, tmp_path: Path, capsys: Captured) -> None:
    rows = write_jsonl(
        tmp_path / "q.jsonl", [{"id": "a", "question": " "}, {"id": "b", "question": "who met Macron?"}]
    )
    at = ["--json", "--index", str(samples.folder)]
    assert main(["ask", "--questions", str(rows), *at]) == 1
    bad, good = lines(capsys)
    assert bad["id"] == "a"
    assert bad["error"].startswith("the question is empty")
    assert "answer" not in bad  # a failure never looks like "the articles do not say"
    has_the_shape(good, samples)
    for line in (
        "{no json",
        "[]",
        "7",
        '{"id": "c"}',
        '{"question": 7}',
        '{"question": "x?", "history": [7]}',
    ):
        rows.write_text(f"\n{line}\n", encoding="utf-8")
        assert main(["ask", "--questions", str(rows), *at]) == 1
        assert capsys.readouterr().err.startswith(f"error: {rows}:2: not a question (")
    for path in (tmp_path / "gone.jsonl", ARTICLES):
        assert main(["ask", "--questions", str(path), *at]) == 1
        assert capsys.readouterr().err.startswith(f"error: {path} cannot be read (")
    rows.write_bytes(b'{"question": "caf\xe9?"}\n')
    assert main(["ask", "--questions", str(rows), *at]) == 1
    assert "give a UTF-8 file" in capsys.readouterr().err


def test_the_same_question_gives_the_same_json(embedder: Embedder, tmp_path: Path) -> None:
    chosen = sorted(ARTICLES.glob("2023-09-*")) + sorted(ARTICLES.glob("2023-11-*"))
    questions = [
        "who met Mirziyoyev?",
        "Кто принимал Мирзиёева?",
        "When did Macron arrive in Samarkand?",
        "Who won?",
    ]
    one = use(ArticleIndex.create(tmp_path / "one"), embedder)
    other = use(ArticleIndex.create(tmp_path / "another"), embedder)
    for index in (one, other):
        assert len(index.add(chosen).added) == len(chosen)
    other.add(
        [write_articles(tmp_path / "more", {"gone.txt": "Mirziyoyev met Macron and Tokayev in Paris."})]
    )
    other.remove(["gone.txt"])
    other.rebuild()

    def answers(index: ArticleIndex) -> list[Row]:
        rows = [as_json(ask(index, question), "q") for question in questions]
        return [row | {"seconds": 0} for row in rows]

    first = answers(one)
    assert answers(one) == first
    assert answers(use(ArticleIndex(one.folder), embedder)) == first
    assert answers(other) == first
    assert any(row["answer"] for row in first)


def test_no_articles_is_not_articles_that_do_not_say(tmp_path: Path, capsys: Captured) -> None:
    index = ArticleIndex.create(tmp_path / "index")
    assert main(["ask", "who met Macron?", "--index", str(index.folder)]) == 1
    out, err = capsys.readouterr()
    assert NOT_IN_THE_ARTICLES not in out
    assert err == (
        f"error: the index in {index.folder} holds no articles: add some with `python -m index add PATH --index "
        f"{index.folder}`\n"
    )


def test_an_answer_for_people(samples: ArticleIndex, capsys: Captured) -> None:
    question = "When did Chandrayaan-3 land on the Moon?"
    assert main(["ask", question, "--index", str(samples.folder)]) == 0
    out = capsys.readouterr().out
    lead, quote = out.split("\n\n")[:2]
    assert lead == "23 August 2023 [1]"
    assert quote.startswith("“")
    assert re.search(r"^\[1\] .+ \(.+, 20\d\d-\d\d-\d\d, \w\w\) \S+\.md:\d+-\d+$", out, re.MULTILINE)
    assert main(["ask", "xylophone zeppelin quokka?", "--index", str(samples.folder)]) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        f"{NOT_IN_THE_ARTICLES} (36 searched)\n\nThe nearest passages, which do not answer the question:\n  - "
    )


# ---- evaluate


OPENED = "Anna Petrova opened the Bukhara summit."


@pytest.fixture
def gold_rows() -> list[Row]:
    one: Row = {"id": "rain", "question": "Who opened the Bukhara summit?", "language": "en", "tags": ["who"]}
    one |= {"evidence": [{"article_id": "0000.txt", "quote": OPENED}], "answers": ["Anna Petrova"]}
    return [one, {"id": "none", "question": "xylophone zeppelin quokka?", "language": "en", "evidence": []}]


@pytest.fixture
def small(tmp_path: Path) -> ArticleIndex:
    index = use(ArticleIndex.create(tmp_path / "index"), StandInEmbedder())  # type: ignore[arg-type]
    texts = [
        "Anna Petrova opened the Bukhara summit. She spoke of the water.",
        "The snow covered all of the city.",
    ]
    index.add([write_articles(tmp_path / "a", texts)])
    return index


def test_a_report(small: ArticleIndex, gold_rows: list[Row], tmp_path: Path) -> None:
    report = evaluate(small, load_gold(write_jsonl(tmp_path / "g.jsonl", gold_rows)))
    assert report.questions == 2
    assert report.overall["recall@1"] == report.overall["mrr"] == report.overall["ndcg@10"] == 1.0
    assert report.overall["citation_precision"] == report.overall["citation_recall"] == 1.0
    assert report.overall["answer_contains"] == 1.0
    assert report.overall["abstention_recall"] == report.overall["abstention_precision"] == 1.0
    assert list(report.pairs) == ["en-en"]
    assert report.pairs["en-en"]["questions"] == 1
    assert list(report.tags) == ["who"]


def test_evaluating_with_floors_and_details(samples: ArticleIndex, tmp_path: Path, capsys: Captured) -> None:
    rows = [json.loads(line) for line in GOLD[0].read_text(encoding="utf-8").splitlines()[1:3]]
    gold, details = write_jsonl(tmp_path / "g.jsonl", rows), tmp_path / "details.jsonl"
    run = ["evaluate", str(gold), "--index", str(samples.folder)]
    assert (
        main([*run, "--json", "--details", str(details), "--floor", "recall@10=0", "--floor", "mrr=0.0"]) == 0
    )
    (report,) = lines(capsys)
    assert list(report) == ["questions", "overall", "pairs", "tags"]
    assert report["questions"] == 2
    looked_at = [json.loads(line) for line in details.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in looked_at] == [row["id"] for row in rows]
    assert all(row["wanted"] == gold_row["evidence"] for row, gold_row in zip(looked_at, rows, strict=True))
    assert report["overall"]["recall@5"] == pytest.approx(
        sum(row["scores"]["recall@5"] for row in looked_at) / 2, abs=1e-3
    )
    assert main([*run, "--floor", "recall@10=1.01", "--floor", "mrr=0"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("2 questions\n  recall@1 ")
    assert err.startswith("below the floor: recall@10 is ")
    assert err.endswith(", at least 1.01 is wanted\n")
    assert main([*run, "--floor", "colour=1"]) == 1
    assert "error: --floor colour: no such measure; there are recall@1, " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"quote": "Anna Petrova closed the summit."},
            "'Anna Petrova closed the summit.' does not stand in '0000.txt'",
        ),
        ({"article_id": "nowhere"}, "there is no article 'nowhere' in the index: add it"),
    ],
)
def test_gold_that_does_not_stand_in_the_articles(
    change: Row, message: str, small: ArticleIndex, gold_rows: list[Row], tmp_path: Path
) -> None:
    row = gold_rows[0] | {"evidence": [gold_rows[0]["evidence"][0] | change]}
    with pytest.raises(BadGold, match=f"gold question rain: .*{re.escape(message)}"):
        evaluate(small, load_gold(write_jsonl(tmp_path / "g.jsonl", [row])))


@pytest.mark.parametrize(
    "line", ["{no json", "[]", '{"id": "x"}', '{"id": "x", "question": "?", "evidence": [{}]}']
)
def test_gold_that_cannot_be_read(line: str, tmp_path: Path) -> None:
    (tmp_path / "g.jsonl").write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(BadGold, match=r"g\.jsonl:2"):
        load_gold(tmp_path / "g.jsonl")


def test_gold_that_is_not_there(small: ArticleIndex, tmp_path: Path, capsys: Captured) -> None:
    assert main(["evaluate", str(tmp_path / "gone.jsonl"), "--index", str(small.folder)]) == 1
    assert "gone.jsonl" in capsys.readouterr().err
