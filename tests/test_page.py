"""What the page shows as HTML: everything escaped, highlights at exact characters, names for every link."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import AddReport, Article, BadArticle, Filters, Hit, Passage, Progress, Why
from index.article_index import whole_characters
from page import answers, exports, frame, library, sources, threads
from page.conversation import Conversation, Turn
from page.feedback import keep_feedback
from page.limits import Limits, address, described, from_address, from_form
from page.newsroom import Status
from page.text import highlighted, paragraph_around, web_address
from page.uploads import safe_name
from page.wording import LANGUAGES, TEXTS, Words, preferred, words
from qa import NOT_IN_THE_ARTICLES, Answer, Citation, Named
from qa.transcript import as_json
from qa.types import Statement

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
    """A turn that is over; without `sentences` each citation is one, quoted."""
    said = tuple(Statement(f"“{c.quote}”", (c.number,), "supported") for c in citations)
    values: dict[str, object] = {"sentences": said, "searched": 36, **others}
    answer = Answer(question="who?", understood="who?", text=text, citations=citations, **values)  # type: ignore[arg-type]
    return Turn(number, "who?", answer=answer, step=None)


def written(text: str, *sentences: Statement, citations: tuple[Citation, ...] = ()) -> Turn:
    """A turn that a language model answered."""
    turn = answered(text, sentences=sentences, written_by="some:model")
    assert turn.answer is not None
    turn.answer = replace(turn.answer, citations=citations)
    return turn


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


def test_numbers_open_the_sources_of_their_own_answer() -> None:
    turns = [
        answered("“Anna met Boris.” [1]", cite(TEXT, "Anna met Boris."), number=3),
        answered("…", cite(TEXT, "So they said."), cite(TEXT, "Last", 2), number=4),
    ]
    chat, panel = answers.conversation(turns), sources.sources(turns, lambda _: article())
    assert re.findall(r'class="cite" id="[^"]+" data-act="read" data-turn="(.)" data-number="(.)"', chat) == [
        ("3", "1"),
        ("4", "1"),
        ("4", "2"),
    ]
    peeks = re.findall(r'data-peek="([^"]+)"', chat)
    assert all(chat.count(f'id="{peek}"') == chat.count(f'id="{peek}-quote"') == 1 for peek in peeks)
    ids = re.findall(r'[ "]id="([^"]+)"', chat + panel)
    assert len(ids) == len(set(ids))
    assert f'aria-label="{escape("Source 2: " + NASTY + ", " + NASTY)}, November 6, 2025"' in chat
    assert panel.index('id="a4-1"') < panel.index('id="a3-1"')
    assert panel.count("<details") == 2
    assert panel.count('<details class="sources-of" open') == 1


def test_the_line_that_names_the_answer_leads_to_each_source_once() -> None:
    one, two = cite(TEXT, "Anna met Boris."), cite(TEXT, "Last", 2, language="ru")
    turn = answered(
        f"Anna [1][2], {NASTY} (planned) [2]\n\n“Anna met Boris.” [1]",
        one,
        two,
        lead=(Named("Anna", (1, 2)), Named(NASTY, (2, 9), planned=True)),
        sentences=(
            Statement(f"Anna, {NASTY}", (1, 2), "supported"),
            Statement("“Anna met Boris.”", (1,), "supported"),
        ),
    )
    html = answers.conversation([turn])
    assert_harmless(html)
    assert '<span class="glued">Anna,\N{NARROW NO-BREAK SPACE}<span class="cites" lang="en"><button' in html
    lead = html[html.index('<p class="lead">') : html.index('<p class="said"')]
    space = "\N{NARROW NO-BREAK SPACE}"
    assert visible(lead) == f"Anna,{space}12 {NASTY} (planned){space}2"
    assert re.findall(r'data-number="(.)"', lead) == ["1", "2", "2"]
    assert '<span dir="auto" lang="ru">' in lead
    assert html.count('<p class="said"') == 1


def test_everything_from_outside_is_escaped() -> None:
    hit = Hit(Passage("a.md", 0, len(TEXT), TEXT), article(), 0.1, Why(None, 0, 0))
    bad = cite(TEXT, NASTY, url="javascript:alert(1)")
    turns = [
        Turn(1, NASTY, error=NASTY, step=None),
        answered(f"{NASTY} [1]", bad, number=2, notice=NASTY, written_by=NASTY),
        answered(None, number=3, hits=(hit,)),
        Turn(4, NASTY, filters=Filters(sources=(NASTY,))),
        written(f"{NASTY} [1]", Statement(NASTY, (1,), "partly", ("name",)), citations=(bad,)),
        written("x", Statement(NASTY, (), "not", ("uncited",))),
        answered(
            "…", bad, sentences=(Statement(NASTY, (1,), "not", ("changed",)),), lead=(Named(NASTY, (1,)),)
        ),
    ]
    turns[4].number, turns[5].number, turns[6].number = 5, 6, 7
    limits = Limits((NASTY,), (NASTY,), NASTY, NASTY)
    summary = threads.Summary("0" * 32, NASTY, "2025-11-06")
    for html in (
        *(answers.conversation([turn]) for turn in turns if turn.number != 3),
        sources.sources(turns, lambda _: article()),
        library.article_list([article(id=NASTY)]),
        library.reader(article(url="javascript:alert(1)"), (3, 30)),
        library.reader(None, gone=NASTY),
        library.upload_report(AddReport(added=[NASTY], bad=[BadArticle(NASTY, NASTY)])),
        library.status(Status("failed", error=NASTY)),
        library.error(NASTY),
        frame.limits_line(limits, Words("en")),
        threads.menu([summary]),
    ):
        assert_harmless(html)
        assert NASTY in visible(html)
    for html in (
        answers.conversation(turns),
        frame.composer(limits, {NASTY: 1}, {NASTY: 2}, Words("fr")),
        frame.errand("keep", 1, {"title": NASTY}),
        frame.masthead(Words("ru")),
    ):
        assert_harmless(html)


def test_the_articles_do_not_say_is_not_an_error_and_an_error_is() -> None:
    hit = Hit(Passage("a.md", 0, 5, "First"), article(title="Near"), 0.1, Why(None, 0, 0))
    nothing = answers.conversation([answered(None, hits=(hit,))])
    assert NOT_IN_THE_ARTICLES in visible(nothing)
    assert "36 articles were searched." in visible(nothing)
    assert 'class="failure"' not in nothing
    assert "<details" in nothing
    assert "Near" in nothing
    for error, said in (("the index is gone", "the index is gone"), ("", "terminal")):
        failed = answers.conversation([Turn(1, "who?", error=error, step=None)])
        assert 'role="alert"' in failed
        assert said in visible(failed)
        assert NOT_IN_THE_ARTICLES not in failed


def test_filters_that_let_nothing_through_are_named() -> None:
    turn = answered(None, searched=0, notice="No article passes the filters.")
    turn.filters = Filters(languages=("fr",))
    html = answers.conversation([turn], Words("fr"))
    assert "Aucun article ne passe les filtres." in visible(html)
    assert "No article" not in html


def test_what_is_being_done_is_said_step_by_step() -> None:
    turn = Turn(1, "who?")
    said = []
    for step in ("indexing", "loading", "searching", "reading", "writing"):
        turn.step = step
        html = answers.conversation([turn])
        assert NOT_IN_THE_ARTICLES not in html
        assert 'class="actions"' not in html
        said.append((html.count("✓"), visible(html).rsplit("✓ done", 1)[-1].removeprefix("You asked: who?")))
    assert [done for done, _ in said] == [0, 0, 0, 1, 2]
    assert [text for _, text in said[2:]] == [
        "Searching the articles…",
        "Reading what was found…",
        "Writing, and checking each sentence…",
    ]


def test_a_state_on_the_way_does_not_say_no() -> None:
    turn = answered(None, complete=False)
    turn.step = "writing"
    assert NOT_IN_THE_ARTICLES not in answers.conversation([turn])


def test_a_model_s_sentences_carry_their_verdicts_in_words() -> None:
    text = "Anna met Boris on Monday [1]. They talked [1][2].\n\nThey dined [2]."
    sentences = (
        Statement("Anna met Boris on Monday.", (1,), "partly", ("date", "number")),
        Statement("They never met.", (1,), "not", ("denial",)),
        Statement("Here is what the articles say:", (), "not"),
        Statement("They talked.", (1, 2), "supported"),
        Statement("They dined.", (2,), "supported"),
    )
    turn = written(text, *sentences, citations=(cite(TEXT, "Anna met Boris."), cite(TEXT, "Last", 2)))
    html = answers.conversation([turn])
    partly = re.search(r'<span class="partly">(.*?)</span> <span class="why">\((.*?)\)</span>', html)
    assert partly is not None
    assert visible(partly[1]) == "Anna met Boris on Monday.\N{NARROW NO-BREAK SPACE}1"
    assert partly[2] == "partly supported: a date, a number"
    assert html.count('<p class="said"') == 2
    assert "1 sentence was withheld: its sources do not say it" in visible(html)
    withheld = html[html.index('<details class="withheld"') :]
    assert (
        '<del dir="auto">They never met.</del> <span class="why">one says it, the other denies it</span>'
        in withheld
    )
    assert "Here is what" not in html
    assert "Written by some:model" in visible(html)


@given(st.lists(st.sampled_from(["Anna met Boris.", "So “they said”!", "In 2,5 years?", "Нет."]), max_size=5))
def test_cut_into_sentences_an_answer_is_still_whole(said: list[str]) -> None:
    sentences = [Statement(text, (n,), "supported") for n, text in enumerate(said, start=1)]
    text = "\n\n".join(f"{one.text[:-1]} [{one.citations[0]}]{one.text[-1]}" for one in sentences)
    found = answers.pieces(text, sentences)
    assert "".join(piece for piece, _ in found) == text
    assert [statement for _, statement in found if statement] == sentences


def test_a_mark_that_stands_for_nothing_is_left_as_it_is_written() -> None:
    turn = written("It is [7] so [1][8]. See [x](javascript:1)", citations=(cite(TEXT, "Last"),))
    html = answers.conversation([turn])
    assert_harmless(html)
    assert "It is [7] so [8]. See [x](javascript:1)" in visible(html).replace(
        "\N{NARROW NO-BREAK SPACE}1", ""
    )


def test_a_verdict_is_never_lost() -> None:
    sentences = [Statement("Something else.", (1,), "partly", ("name",))]
    assert ("Something else. [1]", sentences[0]) in answers.pieces("Nothing of the kind [1].", sentences)


# ---- the sources


def test_a_card_says_whether_its_quote_stands_and_which_articles_share_it() -> None:
    text = TEXT.replace(NASTY, "")
    turn = answered(
        "…",
        cite(text, "Anna met Boris."),
        cite(text, "Anna met Boris.", 2, copy_of=1),
        cite(text, "Anna met Boris.", 3, copy_of=1),
        cite(text, "Last", 4, verdict="partly"),
        sentences=(Statement("“Anna met Boris.”", (1, 2, 3), "supported"),),
    )
    cards = visible(sources.sources([turn], lambda _: article(text)))
    assert cards.count("✓stands in the article") == 3
    assert "◐partly supports" in cards
    assert cards.count("3 articles, 1 text") == 1
    assert cards.count("the same text as source 1") == 2
    assert "3 articles, 1 text" in visible(answers.conversation([turn]))


def test_a_quote_whose_article_changed_does_not_pretend() -> None:
    turns = [answered("“Anna met Boris.” [1]", cite(TEXT, "Anna met Boris."))]
    changed = article("Quite another text, long enough to hold the offsets of the old quote.")
    for find in (lambda _: None, lambda _: changed):
        html = sources.sources(turns, find)
        assert '<blockquote dir="auto" lang="en"><del>Anna met Boris.</del></blockquote>' in html
        assert "✕no longer stands there" in visible(html)
        assert "<mark" not in html


def test_what_was_searched_for_is_said_when_it_differs() -> None:
    answer = Answer(question="and when?", understood="and when? <Macron>", text=None)
    html = answers.conversation([Turn(2, "and when?", answer=answer, step=None)])
    assert "Searched for: and when? <Macron>" in visible(html)


def test_a_very_long_question_is_folded() -> None:
    html = answers.conversation([Turn(1, "x" * 20_000, step=None, error="too long")])
    assert "(20,000 characters)" in html


# ---- copies and files


def test_copied_text_is_plain() -> None:
    answer = answered("“Anna met Boris.” [1]", cite(TEXT, "Anna met Boris.", source="The Post")).answer
    assert answer is not None
    assert exports.as_text(answer).splitlines() == [
        "who?",
        "",
        "“Anna met Boris.” [1]",
        "",
        f"[1] {NASTY}, The Post, November 6, 2025, a.md",
    ]


def test_markdown_has_numbered_references_and_no_markup_of_an_article() -> None:
    good = replace(
        cite(TEXT, "Anna met Boris.", url="https://example.org/a_(b)", source="The_Post"), title="A [b] *c*"
    )
    bad = replace(cite(TEXT, "Last", 2, url="javascript:alert(1)", verdict="not", source=None), title="# x")
    answer = answered("Anna [1](evil) and *Boris* [1][2] [7]\n\n1. <b>", good, bad).answer
    assert answer is not None
    assert exports.as_markdown(answer, Words("fr")).splitlines() == [
        "## who?",
        "",
        r"Anna \[1\](evil) and \*Boris\* [1][2] \[7\]",
        "",
        r"1\. \<b\>",
        "",
        r"1. [A \[b\] \*c\*](<https://example.org/a_(b)>), The\_Post, 6 novembre 2025",
        r"2. \# x, 6 novembre 2025, a.md (n’y figure plus)",
    ]


def test_a_thread_is_one_file() -> None:
    turns = [
        answered("Yes [1]", cite(TEXT, "Last")),
        Turn(2, "?", step=None, error="no"),
        answered(None, number=3),
    ]
    text = exports.thread_as_markdown(turns)
    assert text.startswith("# who?\n\n## who?\n\nYes [1]\n\n1. ")
    assert text.count("## who?") == 2
    assert NOT_IN_THE_ARTICLES in text
    assert (
        exports.file_name([Turn(1, "../Кто/\\ встретился?")], date(2025, 11, 6))
        == "2025-11-06-кто-встретился.md"
    )


# ---- filters and addresses


@given(
    st.text(min_size=1, max_size=200).map(str.strip).filter(bool),
    st.lists(st.sampled_from(["fr", "ru", "uz"]), unique=True),
    st.lists(st.sampled_from(["A & B", "Ipak yo‘li", "x=y#z"]), unique=True),
    st.sampled_from([None, "2025-11-06"]),
)
def test_an_address_brings_back_question_and_filters(
    question: str, languages: list[str], outlets: list[str], first: str | None
) -> None:
    filters = Filters(tuple(languages), tuple(outlets), first, None)
    query = address(question, filters)
    assert query.startswith("?q=")
    assert ("&lang=" in query) is bool(languages)
    assert "&to=" not in query
    asked, limits = from_address(parse_qsl(query[1:]))
    assert asked == whole_characters(question).strip()
    assert limits.filters() == filters


def test_what_an_address_or_a_form_says_may_be_anything() -> None:
    assert from_address([("q", " "), ("x", "y")]) == ("", Limits())
    assert (
        from_address([("from", "soon")])[1].wrong(Words("en"))
        == "“soon” is not a date: write it as 2025-11-06"
    )
    reversed_days = Limits(first="2025-11-07", last="2025-11-06")
    assert reversed_days.wrong(Words("fr")) == "les dates sont inversées"
    assert reversed_days.set == 1
    odd: object
    for odd in (None, 3, [], {"languages": "fr", "sources": [1, None, ["x"]], "from": {}, "to": 7}):
        assert from_form(odd) == Limits()
    assert len(from_form({"languages": [str(n) for n in range(10_000)]}).languages) == 100


def test_filters_are_described_in_the_language_of_the_page() -> None:
    filters = Filters(("fr", "uz"), ("The Post",), "2023-01-01", "2025-11-06")
    assert described(filters, Words("fr")) == (
        "français, ouzbek · The Post · à partir du 1 janvier 2023 · jusqu’au 6 novembre 2025"
    )
    assert described(Filters(), Words("ru")) == ""
    line = frame.limits_line(from_form({"languages": ["fr"]}), Words("ru"))
    assert visible(line) == "Только: французскийСбросить фильтры"
    assert frame.limits_line(Limits(), Words("en")) == ""


# ---- threads


def kept_thread(*turns: Turn) -> dict[str, Any]:
    """A thread as a browser gives it back."""
    conversation = Conversation(list(turns), len(turns), "0123456789abcdef" * 2)
    kept = threads.written(conversation, date(2025, 11, 6))
    assert kept is not None
    return cast(dict[str, Any], json.loads(json.dumps(kept)))


def test_a_thread_comes_back_as_it_was_answered() -> None:
    turn = answered("“Anna met Boris.” [1]", cite(TEXT, "Anna met Boris."))
    turn.filters, turn.liked = Filters(("fr",), (), "2025-01-01"), False
    thread = kept_thread(turn, Turn(2, "broken", step=None, error="x"))
    assert thread["title"] == "who?"
    again, dropped = threads.read(thread, lambda _: article())
    assert (again.id, again.asked, dropped) == ("0123456789abcdef" * 2, 1, 0)
    assert again.turns == [replace(turn, saved=True)]


def test_a_reloaded_quote_that_no_longer_stands_is_marked() -> None:
    thread = kept_thread(answered("“Anna met Boris.” [1]", cite(TEXT, "Anna met Boris.")))
    again, _ = threads.read(thread, lambda _: article("Anna never met anybody, as we now know for sure."))
    html = answers.conversation(again.turns)
    gone = html[html.index('<span class="gone" dir="auto" lang="en">') : html.index('<span class="why">')]
    assert visible(gone).split("\N{NARROW NO-BREAK SPACE}") == ["“Anna met Boris.”", "1 "]
    assert "(no longer stands in the article)" in visible(html)
    assert (
        'class="cite" id="c1-1" data-act="read" data-turn="1" data-number="1" data-peek="p1-1" data-verdict="not"'
        in html
    )
    assert "no longer stands there" in visible(html)
    text = exports.as_markdown(again.turns[0].answer or pytest.fail("no answer"))
    assert "(no longer stands there)" in text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_browser_may_send_anything(odd: Any) -> None:
    answer = answered("“Anna met Boris.” [1]", cite(TEXT, "Anna met Boris.")).answer
    assert answer is not None
    row = as_json(answer)
    rows = [odd, {"answer": odd}, {"answer": {**row, "citations": odd}}, {"answer": {**row, "lead": [odd]}}]
    rows += [
        {"answer": {**row, key: odd}, "filters": odd, "liked": odd}
        for key in ("confidence", "text", "searched")
    ]
    for thread in (odd, {"turns": odd}, {"id": odd, "turns": rows}):
        conversation, _ = threads.read(thread, lambda _: article())
        assert_harmless(answers.conversation(conversation.turns))
        assert_harmless(sources.sources(conversation.turns, lambda _: article()))
        exports.thread_as_markdown(conversation.turns)
    for said in (odd, [odd], [{"id": odd, "title": odd, "day": odd}]):
        assert threads.summaries(said)[0] == []


def test_bad_rows_are_dropped_and_counted() -> None:
    good = {"id": "a" * 32, "title": "\ud800 who?", "day": "2025-11-06"}
    rows, dropped = threads.summaries([good, {**good, "id": "<b>"}, {**good, "day": "soon"}, None, good])
    assert ([row.title for row in rows], dropped) == (["? who?"], 3)
    html = threads.menu(rows, dropped, "a" * 32, Words("ru"))
    assert "3 беседы не читаются и удалены." in visible(html)
    assert "6 ноября 2025" in visible(html)
    assert "aria-current=true" in html
    many, _ = threads.summaries([{**good, "id": f"{n:032x}"} for n in range(30)])
    assert [row.id for row in many] == [f"{n:032x}" for n in range(threads.MOST_KEPT)]
    halves, _ = threads.read(
        {
            "turns": [
                {
                    "answer": as_json(
                        replace(answered(None).answer or pytest.fail("no answer"), question="\ud800?")
                    )
                }
            ]
        },
        lambda _: None,
    )
    assert halves.turns[0].question == "??"


# ---- the articles


def test_the_reader_keeps_the_text_and_marks_the_span() -> None:
    start = TEXT.index("Anna")
    html = library.reader(article(), (start, start + 4), opening=7)
    text = html.split('<div class="text"', 1)[1].split(">", 1)[1].split("</div>", 1)[0]
    assert unescape(re.sub(r"</?mark[^>]*>", "", text)) == TEXT
    assert ">Anna</mark>" in text
    assert "<mark" not in library.reader(article(), (5, 10**9))
    assert "no longer" in library.reader(None)


def test_an_article_that_lost_its_quote_says_so() -> None:
    citation = cite(TEXT, "Anna met Boris.")
    assert ">Anna met Boris.</mark>" in library.cited_in(article(), citation, 1)
    for now in (article("Another text that is long enough for the offsets of the quote."), None):
        html = library.cited_in(now, citation, 1)
        assert '<del dir="auto">Anna met Boris.</del>' in html
        assert "<mark" not in html


def test_progress_is_told_with_count_rate_and_time_left() -> None:
    html = library.status(Status("indexing", progress=Progress(done=30, fraction=0.5, seconds=10)))
    assert 'value="0.500"' in html
    assert "30 articles, 3/s, 0:10 left" in visible(html)
    russian = library.status(Status("ready", articles=1234), Words("ru"))
    assert visible(russian) == "1\N{NO-BREAK SPACE}234 статьи, готово"


# ---- wording


def test_every_text_is_there_in_every_language_with_the_same_placeholders() -> None:
    for key, texts in TEXTS.items():
        assert set(texts) == set(LANGUAGES), key
        forms = {language: text.split("|") for language, text in texts.items()}
        counted = any(len(of_one) > 1 for of_one in forms.values())
        for language, of_one in forms.items():
            assert all(form.strip() == form != "" for form in of_one), (key, language)
            assert len(of_one) == (1 if not counted else 3 if language == "ru" else 2), (key, language)
        placeholders = {
            frozenset(re.findall(r"\{(\w*)\}", form)) for of_one in forms.values() for form in of_one
        }
        assert len(placeholders) == 1, key


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    code = "".join(
        file.read_text("utf-8")
        for file in [*Path("page").glob("*.py"), Path("app.py")]
        if file.name != "wording.py"
    )
    built = {"step_", "verdict_", "fault_"}
    for key in TEXTS:
        assert (
            f'"{key}"' in code
            or f"'{key}'" in code
            or any(key.startswith(start) for start in built)
            or key
            in (
                "ready",
                "articles",
                "passages",
                "progress",
                "indexing",
                "rebuilding",
            )
        ), key
    for key in re.findall(r"""\b(?:say|ENGLISH)(?:\.count)?\(["'](\w+)["']""", code):
        assert key in TEXTS, key
    assert TEXTS["nothing"]["en"] == NOT_IN_THE_ARTICLES


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 статей"), (1, "1 статья"), (3, "3 статьи"), (11, "11 статей"), (21, "21 статья")]
)
def test_russian_numbers(n: int, said: str) -> None:
    assert Words("ru").count("articles", n) == said


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("uz, ru-RU;q=0.8, en;q=0.5", "ru"),
        ("de", "en"),
        ("fr;q=0, en;q=0.1", "en"),
        ("fr;q=x;;, ,,\x00", "en"),
    ],
)
def test_the_browser_s_language(accepted: str | None, language: str) -> None:
    assert preferred(accepted) == language


def test_a_language_that_is_none_of_ours_is_english() -> None:
    for language in (None, 3, "de", "", ()):
        assert words(language).language == "en"
    assert Words("fr").day("2025-11-06") == "6 novembre 2025"
    assert Words("fr").day("last week") == "last week"
    assert Words("ru").name_of("fr") == "французский"
    assert Words("en").name_of("<b>") == "<b>"


def test_addresses_of_the_web() -> None:
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
