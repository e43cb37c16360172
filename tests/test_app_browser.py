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
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
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
    box(page).fill(question)
    box(page).press("Enter")
    expect(turns).to_have_count(before + 1)
    turn = turns.nth(before)
    expect(turn.locator(".actions")).to_be_visible(timeout=SLOW)
    return turn


def box(page: Page) -> Locator:
    return page.locator("textarea[name=question]")


def read(page: Page, opener: Locator) -> Locator:
    """Open an article beside the conversation at its quote, by a click, and return it."""
    opener.click()
    article = page.locator("dialog.reader[open]")
    expect(article.locator("mark")).to_be_in_viewport()
    assert article.locator("mark").evaluate("mark => mark === document.activeElement")
    return article


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def upload(page: Page, *files: Path) -> Locator:
    page.get_by_role("tab", name="Articles").click()
    page.locator("#upload input[type=file]").set_input_files([str(file) for file in files])
    return page.locator("#upload-note")


# ---- questions and answers


def test_an_example_is_answered_with_quotes_that_are_in_their_articles(page: Page, served: Served) -> None:
    page.get_by_role("button", name="who met Mirziyoyev?").click()
    expect(page.locator(".turn .actions")).to_be_visible(timeout=SLOW)
    number = page.locator(".turn .cite").first
    assert re.match(r"Source 1: \w.*, \w+ \d+, 20\d\d$", number.get_attribute("aria-label") or "")
    size = number.bounding_box()
    assert size is not None
    assert min(size["width"], size["height"]) >= 24
    source = page.locator("#a1-1")
    expect(source.locator(".verdict")).to_contain_text("stands in the article")
    quote = source.locator("mark").inner_text()
    assert " ".join(quote.split()) in " ".join(page.locator(".said").first.inner_text().split())
    article = read(page, number)
    assert article.locator("mark").inner_text() == quote
    assert "Indexing" in served.log.read_text("utf-8")


def test_the_article_stands_beside_the_conversation_and_gives_the_focus_back(page: Page) -> None:
    turn = ask(page, "When did Macron visit Samarkand?")
    number = turn.locator(".cite").first
    article = read(page, number)
    beside, chat = article.bounding_box(), page.locator("#conversation").bounding_box()
    assert beside is not None
    assert chat is not None
    assert beside["x"] >= chat["x"] + chat["width"]
    expect(number).to_have_class(re.compile("opened"))
    expect(page.locator("#sources")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(article).to_be_hidden()
    expect(page.locator("#sources .source").first).to_be_visible()
    expect(number).to_be_focused()
    # The same again, by keyboard alone, and back by the button.
    page.keyboard.press("Enter")
    expect(article.locator("mark")).to_be_in_viewport()
    article.get_by_role("button", name="Back to the sources").press("Enter")
    expect(number).to_be_focused()
    read(page, page.locator("#sources").get_by_role("button", name="Whole article").first)
    ask(page, "And whom did he meet there?")
    expect(article).to_be_hidden()


def test_what_opens_over_a_number_by_pointer_and_by_keyboard(page: Page) -> None:
    turn = ask(page, "When did Macron visit Samarkand?")
    number = turn.locator(".cite").first
    peek = page.locator(f"#{number.get_attribute('data-peek')}")
    expect(peek).to_be_hidden()
    number.hover()
    expect(peek).to_be_visible()
    quote = page.locator("#a1-1 mark").inner_text()
    assert peek.locator(".words").inner_text() == quote
    expect(peek.locator(".about")).to_have_text(re.compile(r"^\w.* · \w+ \d+, 20\d\d · [A-Z][a-z]+$"))
    expect(peek.locator(".verdict")).to_contain_text("stands in the article")
    peek.hover()
    page.wait_for_timeout(300)
    expect(peek).to_be_visible()
    page.mouse.move(5, 5)
    expect(peek).to_be_hidden()
    turn.focus()
    page.keyboard.press("Tab")
    expect(number).to_be_focused()
    expect(peek).to_be_visible()
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    expect(number).to_be_focused()


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
    expect(follow_up.locator(".limits").first).to_contain_text("Macron")
    assert follow_up.locator(".cite").count() >= 1
    assert (first.locator(".cite").first.get_attribute("data-turn")) == "1"
    older = read(page, first.locator(".cite").first)
    page.locator("#conversation").get_by_text("When did Macron").click()
    older.get_by_role("button", name="Close").click()
    # Back at the sources, among those of the older answer.
    expect(page.locator("#a1-1 mark")).to_be_in_viewport()


def test_the_next_question_may_be_asked_while_one_is_being_answered(page: Page) -> None:
    for question in ("When did Macron visit Samarkand?", "When did Notre-Dame reopen after the fire?"):
        box(page).fill(question)
        box(page).press("Enter")
    for turn in page.locator(".turn").all():
        expect(turn.locator(".actions")).to_be_visible(timeout=SLOW)
    expect(page.locator(".turn .question")).to_have_text([re.compile("Macron"), re.compile("Notre-Dame")])


def test_what_is_not_in_the_articles(page: Page) -> None:
    turn = ask(page, "What does a litre of paint cost in Antarctica?")
    expect(turn.locator(".nothing")).to_have_text(NOT_IN_THE_ARTICLES)
    expect(turn.locator(".searched")).to_have_text(re.compile(r"^\d+ articles were searched\.$"))
    expect(turn.locator(".failure")).to_have_count(0)
    turn.get_by_text("The nearest passages").click()
    read(page, turn.locator(".nearest .title").first)


def test_odd_questions(page: Page) -> None:
    box(page).press("Enter")
    expect(page.locator("#note")).to_have_text("Type a question first.")
    expect(page.locator(".turn")).to_have_count(0)
    for question in ("🎉🎉", "x " * 10_000, '"AND (title:* OR [x](javascript:1) <b>$$x$$'):
        turn = ask(page, question)
        expect(turn.locator(".failure")).to_have_count(0)
    expect(page.locator(".question").last).to_contain_text("[x](javascript:1) <b>$$x$$")


def test_ask_again_take_back_copy_and_like(page: Page, served: Served) -> None:
    question = "When did Notre-Dame reopen after the fire?"
    ask(page, question)
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#q2 .actions")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    text = copied(page)
    assert text.startswith(f"{question}\n\n")
    assert "\n[1] " in text
    page.get_by_role("button", name="Copy Markdown").click()
    expect(page.get_by_role("button", name="Copied")).to_have_count(2)
    assert re.match(
        rf"## {re.escape(question)}\n\n.*\[1\].*\n\n1\. \[.*\]\(<https://.*>\), ", copied(page), re.DOTALL
    )
    page.get_by_role("button", name="Good answer").click()
    feedback = served.index.with_name("index-feedback.jsonl")
    _eventually(lambda: feedback.exists() and feedback.read_text("utf-8").endswith("\n"))
    assert json.loads(feedback.read_text("utf-8").splitlines()[-1])["liked"] is True
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(box(page)).to_have_value(question)
    expect(box(page)).to_be_focused()


def test_a_thread_is_saved_as_a_file(page: Page) -> None:
    page.get_by_role("button", name="Export").click()
    expect(page.locator("#note")).to_have_text("There is nothing to export yet.")
    ask(page, "When did Notre-Dame reopen after the fire?")
    ask(page, "What does a litre of paint cost in Antarctica?")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export").click()
    file = downloading.value
    assert re.fullmatch(
        r"20\d\d-\d\d-\d\d-when-did-notre-dame-reopen-after-the-fire\.md", file.suggested_filename
    )
    text = Path(file.path()).read_text("utf-8")
    assert text.startswith("# When did Notre-Dame reopen after the fire?\n\n## ")
    assert text.count("\n## ") == 2
    assert NOT_IN_THE_ARTICLES in text


# ---- addresses, threads, languages


def test_an_address_sets_the_filters_and_asks(page: Page) -> None:
    turn = ask(page, "Qui a rencontré Mirzioïev ?")
    turn.get_by_role("button", name="Link").click()
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    assert copied(page).endswith("/?q=Qui+a+rencontr%C3%A9+Mirzio%C3%AFev+%3F")
    page.goto(f"{copied(page)}&lang=fr&from=2023-01-01")
    turn = page.locator(".turn")
    expect(turn.locator(".actions")).to_be_visible(timeout=SLOW)
    expect(turn.locator(".question")).to_contain_text("Qui a rencontré Mirzioïev ?")
    expect(turn.locator("> .limits")).to_have_text("Only: French · from January 1, 2023")
    expect(page.locator("#limits")).to_contain_text("Only: French · from January 1, 2023")
    expect(page.locator(".badge")).to_have_text("2")
    expect(page.locator("input[name=languages]:checked")).to_have_value("fr")
    expect(page.locator("input[name=from]")).to_have_value("2023-01-01")
    turn.get_by_role("button", name="Link").click()
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    assert copied(page).endswith("%3F&lang=fr&from=2023-01-01")
    page.goto(
        page.url.split("?")[0] + "?q=who%3F&from=soon&source=%3Cimg+src%3Dx+onerror%3Dwindow.hacked%3D5%3E"
    )
    expect(page.locator("#note").get_by_role("alert")).to_contain_text("“soon” is not a date")
    expect(page.locator(".turn")).to_have_count(0)


def test_a_saved_thread_comes_back_and_knows_what_has_changed(page: Page, tmp_path: Path) -> None:
    article = tmp_path / "Wobblethorpe.txt"
    article.write_text("Ferry\n\nThe Wobblethorpe ferry carried 1,250 goats to Plimsey on Friday.", "utf-8")
    expect(upload(page, article)).to_contain_text("1 article added", timeout=SLOW)
    page.get_by_role("tab", name="Ask").click()
    question = "How many goats did the Wobblethorpe ferry carry?"
    expect(ask(page, question)).to_contain_text("1,250 goats")
    page.reload()
    expect(page.locator(".examples")).to_be_visible()
    menu = page.locator("#threads")
    page.get_by_role("button", name="Threads").click()
    saved = menu.get_by_role("button", name=question).first
    saved.click()
    turn = page.locator(".turn")
    expect(turn.locator(".said")).to_contain_text("1,250 goats")
    expect(turn.locator(".gone")).to_have_count(0)
    read(page, turn.locator(".cite").first)

    article.write_text("Ferry\n\nThe Wobblethorpe ferry carried 730 geese to Plimsey on Friday.", "utf-8")
    expect(upload(page, article)).to_contain_text("1 article replaced", timeout=SLOW)
    page.get_by_role("tab", name="Ask").click()
    page.get_by_role("button", name="Threads").click()
    saved.click()
    expect(turn.locator(".gone").first).to_contain_text("1,250 goats")
    expect(turn.locator(".why").first).to_have_text("(no longer stands in the article)")
    expect(page.locator("#a1-1 .verdict")).to_contain_text("no longer stands there")
    turn.locator(".cite").first.click()
    expect(page.locator(".reader .notice")).to_contain_text("1,250 goats")
    expect(page.locator(".reader mark")).to_have_count(0)


def test_saved_threads_may_be_broken_and_can_be_deleted(page: Page) -> None:
    ask(page, "When did Notre-Dame reopen after the fire?")
    page.wait_for_function("localStorage.getItem('ask-the-articles.threads')")
    page.evaluate(
        """() => {
          const key = "ask-the-articles.threads", rows = JSON.parse(localStorage.getItem(key));
          const title = "<img src=x onerror=window.hacked=6>";
          const odd = { id: "0".repeat(32), title, day: "2025-11-06", turns: [1] };
          localStorage.setItem(key, JSON.stringify([...rows, odd, null, { id: "<b>" }]));
        }"""
    )
    page.get_by_role("button", name="Threads").click()
    menu = page.locator("#threads")
    expect(menu.locator(".notice")).to_have_text("2 saved threads could not be read and were dropped.")
    expect(menu.locator("li")).to_have_count(2)
    menu.get_by_role("button", name="<img src=x onerror=window.hacked=6>").first.click()
    expect(page.locator("#note").get_by_role("alert")).to_have_text("This thread could not be read.")
    expect(page.locator(".turn")).to_have_count(1)
    page.get_by_role("button", name="Threads").click()
    menu.get_by_role("button", name="Delete the thread “<img").click()
    expect(menu.locator("li")).to_have_count(1)
    menu.get_by_role("button", name="Delete all").click()
    expect(menu).to_contain_text("No saved threads yet")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.get_by_role("button", name="Threads")).to_be_focused()
    page.evaluate("localStorage.setItem('ask-the-articles.threads', '{broken')")
    page.keyboard.press("Enter")
    expect(menu.locator(".notice")).to_have_text("1 saved thread could not be read and was dropped.")


def test_the_page_speaks_three_languages_and_remembers_which(page: Page) -> None:
    turn = ask(page, "When did Notre-Dame reopen after the fire?")
    said = turn.locator(".said > span").first.inner_text()
    box(page).fill("half a question")
    page.get_by_label("Language of the page").select_option("fr")
    expect(page.get_by_role("tab", name="Demander")).to_be_visible()
    expect(turn.get_by_role("button", name="Copier", exact=True)).to_be_visible()
    expect(page.locator("#sources .about").first).to_contain_text("décembre 2024")
    assert turn.locator(".said > span").first.inner_text() == said
    expect(box(page)).to_have_value("half a question")
    assert page.locator("html").get_attribute("lang") == "fr"
    page.reload()
    expect(page.get_by_role("button", name="Fils")).to_be_visible()
    expect(page.get_by_text("Que voulez-vous savoir ?")).to_be_visible()


def test_the_browser_s_language_is_the_first(served: Served, browser: Browser) -> None:
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    page.goto(served.url)
    expect(page.get_by_text("Что вы хотите узнать?")).to_be_visible()
    expect(page.get_by_role("tab", name="Статьи")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    context.close()


# ---- articles


def test_hostile_article_stays_text(page: Page) -> None:
    turn = ask(page, "Who is the mayor of Quuxville that opened the marble bridge?")
    turn.locator(".cite").first.hover()
    text = read(page, turn.locator(".cite").first).locator(".text")
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
    assert "Новости lantern.txt" in [file.name for file in kept.iterdir()]
    page.get_by_role("tab", name="Ask").click()
    turn = ask(page, "How many visitors did the Gribblewick lantern festival draw?")
    expect(turn).to_contain_text("9,876")
    expect(turn).not_to_contain_text("4,321")


def test_filters_beside_the_box_limit_the_list_and_the_questions(page: Page) -> None:
    filters = page.locator(".filters summary")
    filters.click()
    page.get_by_label("French").check()
    expect(page.locator("#limits")).to_contain_text("Only: French")
    expect(page.locator(".badge")).to_have_text("1")
    page.get_by_label("From").fill("2025-12-01")
    page.get_by_label("To", exact=True).fill("2025-11-01")
    expect(page.locator("#limits").get_by_role("alert")).to_contain_text("the wrong way round")
    page.get_by_label("To", exact=True).fill("")
    page.get_by_label("From").fill("2023-01-01")
    expect(page.locator("#limits")).to_contain_text("Only: French · from January 1, 2023")
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    expect(filters).to_be_focused()
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
    expect(page.locator(".reader .text")).to_be_visible()
    page.get_by_role("tab", name="Ask").click()
    page.locator("#limits").get_by_role("button", name="Clear the filters").click()
    expect(page.locator("#limits")).to_have_text("")
    expect(page.locator(".badge")).to_be_hidden()
    expect(page.locator("input[name=languages]:checked")).to_have_count(0)


# ---- the page itself


def test_the_page_is_served_quickly_and_has_a_name(page: Page, served: Served) -> None:
    expect(page).to_have_title("Ask the Articles")
    assert page.locator("html").get_attribute("lang") == "en"
    # Alone on two cores it takes about 4 s; the limit leaves room for a test machine that does other things as well.
    assert served.seconds < 20


def test_only_the_named_endpoints_can_be_called_from_outside(served: Served) -> None:
    with urllib.request.urlopen(f"{served.url}gradio_api/info", timeout=30) as response:
        info = json.load(response)
    assert set(info["named_endpoints"]) == {"/ask", "/search", "/add"}
    assert info["unnamed_endpoints"] == {}


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    turn = ask(page, "who met Mirziyoyev?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    chat, sources = page.locator("#conversation").bounding_box(), page.locator("#sources").bounding_box()
    assert chat is not None
    assert sources is not None
    assert sources["y"] >= chat["y"] + chat["height"]
    dark = "__theme=dark" in page.url
    assert page.evaluate("document.body.classList.contains('dark')") is dark
    turn.locator(".cite").first.hover()
    expect(page.locator(".peek:popover-open")).to_be_in_viewport(ratio=1)
    for selector in (
        ".said", ".where", ".cite span", ".about", ".verdict", ".source blockquote", ".source mark", ".status",
        ".actions button", ".peek .about", ".tools button", ".send", ".filters summary", ".source .number",
    ):  # fmt: skip
        assert page.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector
    # Over the whole page there, with the same ways back.
    article = read(page, turn.locator(".cite").first)
    over = article.bounding_box()
    assert over is not None
    assert (over["width"], over["height"]) == (390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Escape")
    expect(article).to_be_hidden()
    expect(turn.locator(".cite").first).to_be_focused()
    # With a query in the address a link within the page must not load it anew.
    page.locator("#sources").get_by_role("link", name="Back to the answer").first.click()
    expect(turn).to_be_in_viewport()
    expect(box(page)).to_be_in_viewport(ratio=1)
    page.locator(".filters summary").click()
    expect(page.locator(".panel")).to_be_in_viewport(ratio=1)


def test_a_tap_shows_the_quote_and_another_opens_the_article(served: Served, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(served.url)
    expect(page.locator(".examples button").first).to_be_visible()
    number = ask(page, "When did Macron visit Samarkand?").locator(".cite").first
    number.tap()
    peek = page.locator(".peek:popover-open")
    expect(peek).to_be_visible()
    expect(page.locator("dialog.reader")).to_have_count(0)
    number.tap()
    expect(page.locator("dialog.reader mark")).to_be_in_viewport()
    expect(peek).to_have_count(0)
    context.close()


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
