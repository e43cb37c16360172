"""What the page shows as HTML: everything escaped, highlights at exact characters, names for every link."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import AddReport, Article, BadArticle, Filters, Hit, Passage, Progress, Why
from page import library, render
from page.conversation import Conversation, Turn
from page.feedback import keep_feedback
from page.newsroom import Status
from page.text import day, highlighted, paragraph_around, web_address
from page.uploads import safe_name
from qa import NOT_IN_THE_ARTICLES, Answer, Citation, Named

NASTY = "<script>window.hacked=1</script><img src=x onerror=alert(1)> **b** [x](javascript:alert(1)) $$x$$ \"'&amp;"
TEXT = f"First paragraph, before.\n\nAnna met Boris. {NASTY} So they said.\n\nLast paragraph, after."


def article(text: str = TEXT, **others: str) -> Article:
    return Article(
        id=others.pop("id", "a.md"), title=others.pop("title", NASTY), text=text, language="en", **others
    )


def cite(text: str, quote: str, number: int = 1, **others: object) -> Citation:
    start = text.index(quote)
    values: dict[str, object] = {
        "url": None,
        "source": NASTY,
        "published": "2025-11-06",
        "language": "en",
        **others,
    }
    return Citation(
        number=number,
        article_id="a.md",
        title=NASTY,
        start=start,
        end=start + len(quote),
        quote=quote,
        **values,  # type: ignore[arg-type]
    )


def answered(text: str | None, *citations: Citation, number: int = 1, **others: object) -> Turn:
    answer = Answer(question="who?", understood="who?", text=text, citations=citations, **others)  # type: ignore[arg-type]
    return Turn(number, "who?", answer=answer, waiting=None)


class Parsed(HTMLParser):
    """The tags, attributes and visible text of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def visible(html: str) -> str:
    return Parsed(html).text


def assert_harmless(html: str) -> None:
    parsed = Parsed(html)
    assert not parsed.tags & {"script", "img", "iframe", "object", "style", "link", "base"}
    for name, value in parsed.attributes:
        assert not name.startswith("on")
        if name in ("href", "src"):
            assert value.startswith(("#", "http://", "https://"))


# ---- highlights


@given(st.text(max_size=80), st.data())
def test_the_highlight_is_exactly_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first = data.draw(st.integers(0, start))
    last = data.draw(st.integers(end, len(text)))
    spot = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    html = highlighted(text, (start, end), (first, last), data.draw(st.lists(spot, max_size=4)))
    before, rest = html.split("<mark>", 1)
    inside, after = rest.split("</mark>", 1)
    assert unescape(before) == text[first:start]
    assert unescape(inside.replace("<b>", "").replace("</b>", "")) == text[start:end]
    assert unescape(after) == text[end:last]
    assert re.sub(r"</?b>", "", inside) == escape(text[start:end])


def test_what_was_asked_for_is_emphasised_inside_the_quote() -> None:
    assert highlighted("Anna met Boris & Co.", (0, 14), asked_for=[(9, 14), (0, 4), (2, 6), (15, 99)]) == (
        "<mark><b>Anna m</b>et <b>Boris</b></mark> &amp; Co."
    )


@given(st.text(alphabet="ab \n", max_size=120), st.data(), st.integers(1, 30))
def test_the_paragraph_holds_the_quote_and_stays_short(text: str, data: st.DataObject, most: int) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = paragraph_around(text, start, end, most)
    assert 0 <= first <= start <= end <= last <= len(text)
    assert start - first <= most
    assert last - end <= most
    assert not re.search(r"\n\s*\n\S", text[first:start])


def test_the_paragraph_is_the_whole_one_and_no_more() -> None:
    first, last = paragraph_around(TEXT, TEXT.index("So they"), TEXT.index("So they") + 7)
    assert TEXT[first:last] == TEXT.split("\n\n")[1]


# ---- the conversation


def test_marks_lead_to_the_sources_of_their_own_answer() -> None:
    turns = [
        answered("“Anna met Boris.” [1]", cite(TEXT, "Anna met Boris."), number=3),
        answered("“So they said.” [1][2] [7]", cite(TEXT, "So they said."), cite(TEXT, "Last", 2), number=4),
    ]
    chat, panel = render.conversation(turns), render.sources(turns, lambda _: article())
    targets = re.findall(r'class="cite" href="#([^"]+)"', chat)
    assert targets == ["a3-1", "a4-1", "a4-2"]
    assert all(panel.count(f'id="{target}"') == 1 for target in targets)
    assert "[7]" in visible(chat)  # stands for nothing, so it leads nowhere
    assert f'aria-label="{escape("Source 2: " + NASTY)}"' in chat
    assert panel.index("a4-1") < panel.index("a3-1")
    assert panel.count("<details") == 2
    assert panel.count('<details class="sources-of" open') == 1


def test_the_line_that_names_the_answer_leads_to_each_source_once() -> None:
    turn = answered(
        f"Anna [1][2], {NASTY} [2]\n\n“Anna met Boris.” [1]",
        cite(TEXT, "Anna met Boris."),
        cite(TEXT, "Last", 2, language="ru"),
        lead=(Named("Anna", (1, 2)), Named(NASTY, (2,))),
    )
    html = render.conversation([turn])
    assert_harmless(html)
    lead = html[html.index('<p class="lead">') : html.index('<p class="said"')]
    assert visible(lead) == f"Anna\N{NO-BREAK SPACE}12, {NASTY}\N{NO-BREAK SPACE}2"
    assert re.findall(r'href="#([^"]+)"', lead) == ["a1-1", "a1-2", "a1-2"]
    assert '<span dir="auto" lang="ru">' in lead
    assert html.count('<p class="said"') == 1


def test_everything_from_outside_is_escaped() -> None:
    hit = Hit(Passage("a.md", 0, len(TEXT), TEXT), article(), 0.1, Why(None, 0, 0))
    turns = [
        Turn(1, NASTY, error=NASTY, waiting=None),
        answered(
            f"{NASTY} [1]",
            cite(TEXT, NASTY, url="javascript:alert(1)"),
            number=2,
            notice=NASTY,
            written_by=NASTY,
        ),
        answered(None, number=3, hits=(hit,)),
        Turn(4, NASTY, filters=Filters(sources=(NASTY,)), waiting=NASTY),
    ]
    chat, panel = render.conversation(turns), render.sources(turns, lambda _: article())
    for html in (
        chat,
        panel,
        library.article_list([article(id=NASTY)]),
        library.reader(article(url="javascript:alert(1)"), (3, 30)),
        library.upload_report(AddReport(added=[NASTY], bad=[BadArticle(NASTY, NASTY)])),
        library.status(Status("failed", error=NASTY)),
        library.error(NASTY),
    ):
        assert_harmless(html)
        assert NASTY in visible(html)


def test_the_articles_do_not_say_is_not_an_error_and_an_error_is() -> None:
    hit = Hit(Passage("a.md", 0, 5, "First"), article(title="Near"), 0.1, Why(None, 0, 0))
    nothing = render.conversation([answered(None, hits=(hit,))])
    assert NOT_IN_THE_ARTICLES in visible(nothing)
    assert 'class="failure"' not in nothing
    assert "<details" in nothing
    assert "Near" in nothing
    failed = render.conversation([Turn(1, "who?", error="the index is gone", waiting=None)])
    assert 'role="alert"' in failed
    assert NOT_IN_THE_ARTICLES not in failed


def test_a_state_on_the_way_does_not_say_no() -> None:
    turn = answered(None, complete=False)
    turn.waiting = "Writing…"
    assert NOT_IN_THE_ARTICLES not in render.conversation([turn])


def test_a_quote_whose_article_changed_is_shown_alone() -> None:
    turns = [answered("“Anna met Boris.” [1]", cite(TEXT, "Anna met Boris."))]
    changed = article("Quite another text, long enough to hold the offsets of the old quote.")
    for find in (lambda _: None, lambda _: changed):
        assert '<blockquote dir="auto" lang="en"><mark>Anna met Boris.</mark></blockquote>' in render.sources(
            turns, find
        )


def test_what_was_searched_for_is_said_when_it_differs() -> None:
    answer = Answer(question="and when?", understood="and when? <Macron>", text=None)
    html = render.conversation([Turn(2, "and when?", answer=answer, waiting=None)])
    assert "Searched for: and when? <Macron>" in visible(html)


def test_copied_text_is_plain() -> None:
    answer = answered("“Anna met Boris.” [1]", cite(TEXT, "Anna met Boris.", source="The Post")).answer
    assert answer is not None
    assert render.as_text(answer).splitlines() == [
        "who?",
        "",
        "“Anna met Boris.” [1]",
        "",
        f"[1] {NASTY}, The Post, 6 November 2025",
    ]


def test_a_very_long_question_is_folded() -> None:
    html = render.conversation([Turn(1, "x" * 20_000, waiting=None, error="too long")])
    assert "(20,000 characters)" in html


# ---- the articles


def test_the_reader_keeps_the_text_and_marks_the_span() -> None:
    start = TEXT.index("Anna")
    html = library.reader(article(), (start, start + 4), opening=7)
    text = html.split('<div class="text"', 1)[1].split(">", 1)[1].split("</div>", 1)[0]
    assert unescape(re.sub(r"</?mark[^>]*>", "", text)) == TEXT
    assert ">Anna</mark>" in text
    assert "<mark" not in library.reader(article(), (5, 10**9))
    assert "no longer" in library.reader(None)


def test_progress_is_told_with_count_rate_and_time_left() -> None:
    html = library.status(Status("indexing", progress=Progress(done=30, fraction=0.5, seconds=10)))
    assert 'value="0.500"' in html
    assert "30 articles, 3.0/s, 0:10 left" in visible(html)


def test_dates_and_addresses() -> None:
    assert day("2025-11-06") == "6 November 2025"
    assert day("last week") == "last week"
    assert day(None) == ""
    assert web_address("https://example.org/a?b=c") == "https://example.org/a?b=c"
    assert web_address("javascript:alert(1)") is None
    assert web_address("data:text/html,x") is None
    assert web_address(None) is None


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\news\\статья.md", "статья.md"),
        ("..", "article"),
        (".hidden.md", "hidden.md"),
        ("a\x00b\n.txt", "ab.txt"),
        ("~$draft.docx", "draft.docx"),
    ],
)
def test_uploaded_names_stay_inside_their_folder(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=300))
def test_safe_names_are_names(name: str) -> None:
    safe = safe_name(name)
    assert safe not in ("", ".", "..")
    assert "/" not in safe
    assert not safe.startswith(".")
    assert len(safe.encode("utf-8", "replace")) <= 255


# ---- what is kept


def test_feedback_is_one_json_line_each(tmp_path: Path) -> None:
    answer = answered("“Anna met Boris.” [1]", cite(TEXT, "Anna met Boris.")).answer
    assert answer is not None
    for liked in (True, False, None):
        keep_feedback(tmp_path / "deep" / "feedback.jsonl", answer, liked)
    lines = [
        json.loads(line) for line in (tmp_path / "deep" / "feedback.jsonl").read_text("utf-8").splitlines()
    ]
    assert [line["liked"] for line in lines] == [True, False, None]
    assert lines[0]["citations"] == [{"article_id": "a.md", "start": 26, "end": 41}]


def test_taking_back_removes_the_turn_and_what_followed() -> None:
    conversation = Conversation(turns=[Turn(1, "one"), Turn(2, "two"), Turn(3, "three")], asked=3)
    assert conversation.take_back(2) == "two"
    assert [turn.question for turn in conversation.turns] == ["one"]
    assert conversation.take_back(9) == ""
    assert conversation.asked == 3
