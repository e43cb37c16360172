"""Bad files, folders, indexes, options and questions: each is refused with what to do, or answered; none is a crash."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import ArticleIndex
from index import cli as index_cli
from qa import cli as qa_cli
from tests.conftest import use, write_articles
from tests.stand_in import StandInEmbedder

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARTICLES_INDEX", "ARTICLES_MODEL", "ARTICLES_LLM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def own(tmp_path: Path) -> ArticleIndex:
    return use(ArticleIndex.create(tmp_path / "index"), StandInEmbedder())  # type: ignore[arg-type]


def add(index: ArticleIndex, folder: Path, name: str, data: bytes) -> tuple[list[str], list[str]]:
    """Add one file beside a good one: (what is in, why the rest is not)."""
    write_articles(folder, {"good.txt": "Rain fell on Bukhara."})
    (folder / name).write_bytes(data)
    report = index.add([folder])
    assert "good.txt" in report.added
    assert index.check() == []
    return sorted(report.added), [bad.reason for bad in report.bad]


# ---- files


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "is empty: write the article into it, or delete it"),
        ("blank.txt", b" \n\n\t ", "is empty: write the article into it, or delete it"),
        ("mark.txt", b"\xef\xbb\xbf", "its text is empty"),
        ("empty.html", b"", "is empty"),
        ("matter.md", b"---\ntitle: Only this\n---\n", "its text is empty"),
        (
            "photo.txt",
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00" * 20,
            "looks like a binary file, not text",
        ),
        ("program.txt", b"\x7fELF" + bytes(range(256)) * 8, "looks like a binary file, not text"),
        ("photo.html", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" * 50, "looks like a binary file, not text"),
        ("photo.pdf", b"\x89PNG\r\n\x1a\n" * 20, "is not a PDF, or is damaged"),
        ("text.docx", b"No zip at all.", "is not a Word document"),
        ("date.md", b"---\ndate: yesterday\n---\nText.", "the date 'yesterday' cannot be read"),
        ("rows.jsonl", b"{not json}\n", "is not JSON"),
        ("rows.jsonl", b'{"id": "x"}\n', 'has no "text"'),
        ("tags.html", b"<html><body><script>let x = 1</script></body></html>", "no article text found"),
    ],
)
def test_a_file_that_is_no_article(
    name: str, data: bytes, reason: str, own: ArticleIndex, tmp_path: Path
) -> None:
    added, reasons = add(own, tmp_path / "a", name, data)
    assert added == ["good.txt"]
    assert len(reasons) == 1
    assert reasons[0].startswith(reason), reasons


RUSSIAN = "Президент Узбекистана прибыл в Самарканд. Переговоры продлятся два дня, сообщил министр."
FRENCH = "Le président a été reçu à l’Élysée, où il a évoqué « l’été » et signé l’accord sur l’énergie."


@pytest.mark.parametrize(
    ("text", "encoding", "question"),
    [
        (RUSSIAN, "cp1251", "переговоры в Самарканде"),
        (RUSSIAN, "utf-16", "переговоры в Самарканде"),
        (RUSSIAN, "utf-16-le", "переговоры в Самарканде"),
        (RUSSIAN, "utf-8-sig", "переговоры в Самарканде"),
        (FRENCH, "cp1252", "accord à l'Élysée"),
        (FRENCH, "utf-16", "accord à l'Élysée"),
    ],
)
def test_an_article_in_another_encoding(
    text: str, encoding: str, question: str, own: ArticleIndex, tmp_path: Path
) -> None:
    added, reasons = add(own, tmp_path / "a", "other.txt", text.replace("ж", "\r\nж").encode(encoding))
    assert (added, reasons) == (["good.txt", "other.txt"], [])
    article = own.article("other.txt")
    assert article is not None
    assert article.text == text.replace("ж", "\nж")
    assert own.search(question, 1)[0].passage.article_id == "other.txt"


@pytest.mark.parametrize("unit", ["x", "water ", "Он сказал. ", "國"])
def test_five_megabytes_of_one_line(unit: str, own: ArticleIndex, tmp_path: Path) -> None:
    began = time.process_time()
    line = unit * (5_000_000 // len(unit.encode()))
    added, reasons = add(own, tmp_path / "a", "line.txt", line.encode())
    assert (added, reasons) == (["good.txt", "line.txt"], [])
    passages = own.passages_of("line.txt")
    assert sum(len("".join(passage.text.split())) for passage in passages) == len("".join(line.split()))
    assert own.search("rain in Bukhara", 1)[0].passage.article_id == "good.txt"
    assert time.process_time() - began < 60


PAGE = """<!DOCTYPE html><html lang="en"><head><title>Rain in Khiva</title>
<style>.secretstyle { color: red }</style><script>var secretscript = "summit in Termez";</script></head>
<body><nav><a href="/">Home secretnav</a></nav><article><h1>Rain in Khiva</h1>
<p>Heavy rain fell on Khiva on Monday and flooded the old market, the city council said.</p>
<p onclick="secrethandler()">The market was closed for two days & reopened on Thursday.</p>
<script>document.write("secretwritten")</script><!-- secretcomment -->
</article></body></html>"""


def test_scripts_and_styles_of_a_page_are_not_searchable(own: ArticleIndex, tmp_path: Path) -> None:
    assert add(own, tmp_path / "a", "page.html", PAGE.encode())[1] == []
    article = own.article("page.html")
    assert article is not None
    assert "flooded the old market" in article.text
    assert "secret" not in article.text
    assert "<" not in article.text
    for word in ("secretscript", "secretstyle", "secrethandler", "secretwritten", "secretcomment"):
        assert all(hit.why.words == 0 for hit in own.search(word))
    assert own.search("flooded market in Khiva", 1)[0].passage.article_id == "page.html"


def test_what_is_shown_without_scripts_is_not_in_the_text(own: ArticleIndex, tmp_path: Path) -> None:
    page = PAGE.replace("</article>", "<noscript>Switch on secretscripts, please.</noscript></article>")
    add(own, tmp_path / "a", "page.html", page.encode())
    assert "secretscripts" not in own.articles()[1].text + own.articles()[0].text


@pytest.mark.parametrize(
    "html",
    [
        "<p>Heavy rain fell on Khiva",
        "<html><body><div><p>Heavy rain fell <b>on Khiva</p></i></div></table></span>",
        "Heavy rain < fell on Khiva & > <<p><a href='",
        "<div>" * 300 + "<p>Heavy rain fell on Khiva on Monday.</p>",
        "<html><meta charset='nonsense-8'><body><p>Heavy rain fell on Khiva.</p></body></html>",
        "<?xml version='1.0' encoding='utf-16'?><html><body><p>Heavy rain fell on Khiva.</p></body></html>",
    ],
)
def test_broken_html(html: str, own: ArticleIndex, tmp_path: Path) -> None:
    assert add(own, tmp_path / "a", "page.html", html.encode()) == (["good.txt", "page.html"], [])
    article = own.article("page.html")
    assert article is not None
    assert "Heavy rain" in article.text


# ---- folders and indexes


@pytest.mark.parametrize("make", [None, lambda folder: (folder / "photo.png").write_bytes(b"\x89PNG")])
def test_a_folder_without_articles(
    make: Callable[[Path], object] | None, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "a").mkdir()
    if make is not None:
        make(tmp_path / "a")
    at = ["--index", str(tmp_path / "index")]
    assert index_cli.main(["add", str(tmp_path / "a"), *at]) == 0
    assert capsys.readouterr().out.startswith("0 added, 0 replaced, 0 unchanged, 0 refused")
    refused = (
        f"error: the index in {tmp_path / 'index'} holds no articles: add some with `python -m index add PATH"
    )
    for main, command in ((index_cli.main, "search"), (qa_cli.main, "ask")):
        assert main([command, "who met whom?", *at]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(refused)
    assert index_cli.main(["list", *at]) == 0


def test_an_index_without_articles_is_sound(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "a").mkdir()
    index_cli.main(["add", str(tmp_path / "a"), "--index", str(tmp_path / "index")])
    assert index_cli.main(["check", "--index", str(tmp_path / "index")]) == 0


def test_a_path_that_is_not_there(tmp_path: Path, capsys: Captured) -> None:
    assert index_cli.main(["add", str(tmp_path / "gone"), "--index", str(tmp_path / "index")]) == 1
    assert f"error: {tmp_path}/gone: does not exist: check the path" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["remove", "x"],
        ["list"],
        ["search", "rain"],
        ["check"],
        ["rebuild"],
        ["info"],
        ["ask", "rain"],
        ["evaluate", "gold.jsonl"],
    ],
)
def test_no_index(command: list[str], tmp_path: Path, capsys: Captured) -> None:
    main = qa_cli.main if command[0] in ("ask", "evaluate") else index_cli.main
    folder = tmp_path / "nowhere"
    assert main([*command, "--index", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"error: no index in {folder}: run `python -m index add PATH --index {folder}` with a folder of articles\n"
    )
    assert not folder.exists()


def test_a_store_that_is_none(tmp_path: Path, capsys: Captured) -> None:
    for data in (b"", b"SQLite format 3\x00" + b"\x00" * 400, b"no database " * 200):
        (tmp_path / "articles.sqlite").write_bytes(data)
        assert index_cli.main(["list", "--index", str(tmp_path)]) == 1
        err = capsys.readouterr().err
        assert err.startswith(f"error: {tmp_path}/articles.sqlite ")
        assert "add the articles" in err
