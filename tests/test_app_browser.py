"""The page as a reader uses it: app.py in its own process, Debian's Chromium without a screen."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from qa import NOT_IN_THE_ARTICLES
from tests.conftest import ARTICLES, ROOT

CHROMIUM = shutil.which("chromium")
IN_CI = os.environ.get("CI") == "true"
pytestmark = pytest.mark.browser
if not IN_CI:
    pytest.importorskip("playwright", reason="playwright is not installed: pip install -r requirements.txt")
    if CHROMIUM is None:
        pytest.skip("no chromium: apt-get install chromium", allow_module_level=True)

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright  # noqa: E402

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SLOW = 60_000  # ms: the first question waits for the embedding model on a busy machine
HOSTILE = (
    "The mayor of Quuxville, Zelda Fitzbotham, opened the marble bridge on Monday. "
    "<script>window.hacked=1</script><img src=x onerror=window.hacked=2> "
    "**bold** [x](javascript:window.hacked=3) ![](http://outside.invalid/a.png) $$x^2$$ <b>b</b>"
)


@dataclass(frozen=True)
class Served:
    """A running app.py."""

    url: str
    index: Path
    log: Path
    seconds: float
    """From the command to the served page."""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """app.py on a free port, over the samples and one article that attacks the page."""
    folder = tmp_path_factory.mktemp("app")
    shutil.copytree(ARTICLES, folder / "articles")
    hostile = (
        f"---\ntitle: Bridge <b>opened</b> <script>window.hacked=4</script>\nlanguage: en\n---\n{HOSTILE}\n"
    )
    (folder / "articles" / "hostile.md").write_text(hostile, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log.txt"
    command = [sys.executable, "app.py", "--port", str(port), "--index", str(folder / "index")]
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("ARTICLES_", "GRADIO_"))
    }
    with log.open("wb") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            [*command, "--articles", str(folder / "articles")],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}/"
            while not _answers(url):
                assert process.poll() is None, log.read_text("utf-8")
                assert time.monotonic() - began < 60, log.read_text("utf-8")
                time.sleep(0.05)
            yield Served(url, folder / "index", log, time.monotonic() - began)
        finally:
            process.terminate()
            process.wait(20)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "CI needs chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(served: Served, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page, in the theme that is its parameter if it has one.

    The test fails when the console shows an error or anything is asked of another host.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(15_000)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if _is_outside(request.url) else None)
    theme = getattr(request, "param", None)
    page.goto(f"{served.url}?__theme={theme}" if theme else served.url)
    expect(page.locator(".examples button").first).to_be_visible()
    yield page
    hacked = page.evaluate("window.hacked")
    context.close()
    assert wrong == []
    assert hacked is None


def _is_outside(url: str) -> bool:
    return urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"


def ask(page: Page, question: str) -> Locator:
    """Ask, wait for the end of the answer, and return its turn."""
    turns = page.locator(".turn")
    before = turns.count()
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    expect(turns).to_have_count(before + 1)
    turn = turns.nth(before)
    expect(turn.locator(".actions")).to_be_visible(timeout=SLOW)
    return turn


def follow(page: Page, mark: Locator) -> Locator:
    """Click a citation and return the source it leads to."""
    target = (mark.get_attribute("href") or "").lstrip("#")
    mark.click()
    source = page.locator(f"#{target}")
    expect(source.locator("mark")).to_be_in_viewport()
    assert source.evaluate("element => element.matches(':target')")
    return source


def upload(page: Page, *files: Path) -> Locator:
    page.get_by_role("tab", name="Articles").click()
    page.locator("#upload input[type=file]").set_input_files([str(file) for file in files])
    return page.locator("#upload-note")


# ---- questions and answers


def test_an_example_is_answered_with_quotes_that_are_in_their_articles(page: Page, served: Served) -> None:
    page.get_by_role("button", name="who met Mirziyoyev?").click()
    expect(page.locator(".turn .actions")).to_be_visible(timeout=SLOW)
    marks = page.locator(".turn .cite")
    assert marks.count() >= 1
    assert re.match(r"Source 1: \w", marks.first.get_attribute("aria-label") or "")
    source = follow(page, marks.first)
    quote = source.locator("mark").inner_text()
    said = page.locator(".said").first.inner_text()
    assert " ".join(quote.split()) in " ".join(said.split())
    source.get_by_role("button", name="Whole article").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("mark")).to_be_in_viewport()
    assert dialog.locator("mark").inner_text() == quote
    assert dialog.locator("mark").evaluate("mark => mark === document.activeElement")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert "Indexing" in served.log.read_text("utf-8")


def test_every_language_of_the_examples_finds_him(page: Page) -> None:
    for question in (
        "Qui a rencontré Mirzioïev ?",
        "Кто встретился с Мирзиёевым?",
        "Mirziyoyev bilan kim uchrashdi?",
    ):
        assert ask(page, question).locator(".cite").count() >= 1


def test_a_follow_up_is_understood_and_older_answers_keep_their_sources(page: Page) -> None:
    first = ask(page, "When did Macron visit Samarkand?")
    follow_up = ask(page, "And whom did he meet there?")
    expect(follow_up.locator(".searched")).to_contain_text("Macron")
    assert follow_up.locator(".cite").count() >= 1
    older = follow(page, first.locator(".cite").first)
    assert (older.get_attribute("id") or "").startswith("a1-")
    # The same citation again must light up again, here by keyboard.
    page.get_by_label("Your question").focus()
    first.locator(".cite").first.focus()
    page.keyboard.press("Enter")
    expect(older.locator("mark")).to_be_in_viewport()


def test_what_is_not_in_the_articles(page: Page) -> None:
    turn = ask(page, "What does a litre of paint cost in Antarctica?")
    expect(turn.locator(".nothing")).to_have_text(NOT_IN_THE_ARTICLES)
    expect(turn.locator(".failure")).to_have_count(0)
    turn.get_by_text("The nearest passages").click()
    turn.locator(".nearest .title").first.click()
    expect(page.get_by_role("dialog").locator("mark")).to_be_in_viewport()


def test_odd_questions(page: Page) -> None:
    page.get_by_label("Your question").press("Enter")
    expect(page.locator("#note")).to_have_text("Type a question first.")
    expect(page.locator(".turn")).to_have_count(0)
    for question in ("🎉🎉", "x " * 10_000, '"AND (title:* OR [x](javascript:1) <b>$$x$$'):
        turn = ask(page, question)
        expect(turn.locator(".failure")).to_have_count(0)
    expect(page.locator(".question").last).to_contain_text("[x](javascript:1) <b>$$x$$")


def test_ask_again_take_back_copy_and_like(page: Page, served: Served) -> None:
    ask(page, "When did Notre-Dame reopen after the fire?")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#q2 .actions")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("When did Notre-Dame reopen after the fire?\n\n")
    assert "\n\n“" in copied
    assert "\n[1] " in copied
    page.get_by_role("button", name="Good answer").click()
    feedback = served.index.with_name("index-feedback.jsonl")
    _eventually(lambda: feedback.exists() and feedback.read_text("utf-8").endswith("\n"))
    assert json.loads(feedback.read_text("utf-8").splitlines()[-1])["liked"] is True
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_have_value("When did Notre-Dame reopen after the fire?")


# ---- articles


def test_hostile_article_stays_text(page: Page) -> None:
    turn = ask(page, "Who is the mayor of Quuxville that opened the marble bridge?")
    source = follow(page, turn.locator(".cite").first)
    source.get_by_role("button", name="Whole article").click()
    text = page.get_by_role("dialog").locator(".text")
    expect(text).to_contain_text(HOSTILE)
    assert text.locator("script, img, b:not(mark b), a").count() == 0
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#articles").get_by_text("Bridge <b>opened</b> <script>")).to_be_visible()


def test_upload_is_answerable_at_once(page: Page, served: Served, tmp_path: Path) -> None:
    article = tmp_path / "Новости lantern.txt"
    article.write_text(
        "Lanterns\n\nThe Gribblewick lantern festival drew 4,321 visitors to Snorefield.", "utf-8"
    )
    empty = tmp_path / "empty.md"
    empty.touch()
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG")
    note = upload(page, article, empty, picture)
    expect(note).to_contain_text("1 article added: Новости lantern.txt", timeout=SLOW)
    expect(note.get_by_role("alert")).to_contain_text("empty.md: is empty")
    expect(note.get_by_role("alert")).to_contain_text("picture.png: its ending")
    expect(page.locator("#articles").get_by_text("Lanterns")).to_be_visible()
    expect(upload(page, article)).to_contain_text("1 article unchanged")
    article.write_text(
        "Lanterns\n\nThe Gribblewick lantern festival drew 9,876 visitors to Snorefield.", "utf-8"
    )
    expect(upload(page, article)).to_contain_text("1 article replaced")
    kept = served.index.with_name("index-uploads")
    assert [file.name for file in kept.iterdir()] == ["Новости lantern.txt"]
    page.get_by_role("tab", name="Ask").click()
    turn = ask(page, "How many visitors did the Gribblewick lantern festival draw?")
    expect(turn).to_contain_text("9,876")
    expect(turn).not_to_contain_text("4,321")


def test_filters_limit_the_list_and_the_questions(page: Page) -> None:
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Languages").click()
    page.get_by_role("option", name="French").click()
    page.keyboard.press("Escape")
    page.get_by_label("From").fill("soon")
    expect(page.locator("#filter-note").get_by_role("alert")).to_contain_text("'soon' is not a date")
    page.get_by_label("From").fill("2023-01-01")
    expect(page.locator("#filter-note")).to_have_text("Only: French · from 1 January 2023")
    turn = ask(page, "who met Mirziyoyev?")
    assert turn.locator(".cite").count() >= 1
    abouts = page.locator("#sources .about").all_inner_texts()
    assert abouts
    assert all(about.endswith("French") for about in abouts)
    page.get_by_role("tab", name="Articles").click()
    listed = page.locator("#articles .about").all_inner_texts()
    assert listed
    assert all(about.endswith("French") for about in listed)
    page.locator("#articles .title").first.click()
    expect(page.get_by_role("dialog").locator(".text")).to_be_visible()


# ---- the page itself


def test_the_page_is_served_quickly_and_has_a_name(page: Page, served: Served) -> None:
    expect(page).to_have_title("Ask the Articles")
    assert page.locator("html").get_attribute("lang") == "en"
    # Alone on two cores it takes about 4 s; the limit leaves room for a test machine that does other things as well.
    assert served.seconds < 20


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    turn = ask(page, "who met Mirziyoyev?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    chat, sources = page.locator("#conversation").bounding_box(), page.locator("#sources").bounding_box()
    assert chat is not None
    assert sources is not None
    assert sources["y"] >= chat["y"] + chat["height"]
    # With a query in the address a citation must not load the page anew.
    source = follow(page, turn.locator(".cite").first)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    source.get_by_role("link", name="Back to the answer").click()
    expect(turn).to_be_in_viewport()
    dark = "__theme=dark" in page.url
    assert page.evaluate("document.body.classList.contains('dark')") is dark
    for selector in (
        ".said",
        ".cite",
        ".about",
        ".source blockquote",
        ".source mark",
        ".status",
        ".actions button",
    ):
        assert page.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector


# WCAG 2.2 contrast ratio of an element's text with what is painted behind it.
CONTRAST = """element => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  let behind = element;
  const painted = (node) => (rgb(getComputedStyle(node).backgroundColor)[3] ?? 1) > 0;
  while (behind.parentElement && !painted(behind)) behind = behind.parentElement;
  const [a, b] = [light(rgb(getComputedStyle(element).color)), light(rgb(getComputedStyle(behind).backgroundColor))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


def _eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.05)
