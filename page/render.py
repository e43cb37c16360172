"""The conversation and its sources as HTML. Everything that came from an article, a reader or a model is escaped.

The conversation is not a `gr.Chatbot`: that reads each message as Markdown, HTML and formulas, loads images that an
article names, and reads the raw markup aloud as the message's accessible name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape

from index import Article, Filters, Hit
from page.conversation import Turn
from page.text import (
    about,
    day,
    highlighted,
    lang_attribute,
    language_name,
    paragraph_around,
    web_address,
)
from qa import NOT_IN_THE_ARTICLES, Answer, Citation, Named

EXAMPLES = (
    ("en", "who met Mirziyoyev?"),
    ("fr", "Qui a rencontré Mirzioïev ?"),
    ("ru", "Кто встретился с Мирзиёевым?"),
    ("uz", "Mirziyoyev bilan kim uchrashdi?"),
    ("en", "When did Notre-Dame reopen after the fire?"),
    ("es", "¿Quién ganó el Premio Nobel de Literatura en 2024?"),
)
"""Questions that the sample articles answer, with their languages."""

_LONGEST_SHOWN = 600  # characters of a question; the rest is folded
_NEAREST = 3  # passages offered when the articles do not say

FindArticle = Callable[[str], Article | None]


# ---- the conversation


def conversation(turns: Sequence[Turn]) -> str:
    """All turns, the last one with everything that can be done with it; examples when there is none."""
    if not turns:
        return f'<div class="pane" data-pane>{_welcome()}</div>'
    shown = "".join(_turn(turn, is_last=turn is turns[-1]) for turn in turns)
    return f'<div class="pane" data-pane tabindex="0" role="region" aria-label="Conversation">{shown}</div>'


def _welcome() -> str:
    buttons = "".join(
        f'<button type="button" data-act="ask" data-question="{escape(question)}"{lang_attribute(language)}>'
        f'<span class="code" aria-hidden="true">{language}</span>{escape(question)}</button>'
        for language, question in EXAMPLES
    )
    return (
        '<div class="welcome"><h2>What would you like to know?</h2>'
        "<p>Ask in any language. Every answer is made of exact quotes, and each number leads to its passage in the "
        f'article.</p><div class="examples">{buttons}</div></div>'
    )


def announcement(turn: Turn) -> str:
    """One line about an answer for those who listen to the page; "" as long as it is not there."""
    if turn.waiting is not None or turn.answer is None or turn.error is not None:
        return ""
    if turn.answer.text is None:
        return NOT_IN_THE_ARTICLES
    seconds = f"{turn.answer.seconds:.2f}" if turn.answer.seconds < 1 else f"{turn.answer.seconds:.1f}"
    return f"Answered from {_plural(len(turn.answer.citations), 'passage')} in {seconds} s."


def _turn(turn: Turn, *, is_last: bool) -> str:
    limits = describe_filters(turn.filters)
    return (
        f'<section class="turn" id="q{turn.number}" tabindex="-1"{" data-latest" if is_last else ""}>'
        f'<div class="question" dir="auto"><span class="sr">You asked: </span>{_question(turn.question)}</div>'
        + (f'<p class="limits">Only: {escape(limits)}</p>' if limits else "")
        + f'<div class="answer">{_answer(turn)}{_actions(turn, is_last=is_last)}</div></section>'
    )


def _question(question: str) -> str:
    if len(question) <= _LONGEST_SHOWN:
        return escape(question)
    return (
        f"<details><summary>{escape(question[:200])}… <small>({len(question):,} characters)</small></summary>"
        f"{escape(question)}</details>"
    )


def _answer(turn: Turn) -> str:
    parts: list[str] = []
    answer = turn.answer
    if answer is not None:
        if answer.understood.strip() != answer.question.strip():
            parts.append(f'<p class="searched">Searched for: {escape(_short(answer.understood, 200))}</p>')
        if answer.text is not None:
            parts.append(_answer_text(turn.number, answer))
        elif answer.complete:
            parts.append(_nothing(answer.hits))
        if answer.notice:
            parts.append(f'<p class="notice" role="note">{escape(answer.notice)}</p>')
    if turn.error is not None:
        parts.append(
            f'<p class="failure" role="alert"><strong>This question could not be answered.</strong> '
            f"{escape(turn.error)}</p>"
        )
    if turn.waiting is not None:
        parts.append(
            f'<p class="waiting"><span class="dot" aria-hidden="true"></span>{escape(turn.waiting)}</p>'
        )
    return "".join(parts)


def _answer_text(number: int, answer: Answer) -> str:
    """Paragraphs with each mark ``[n]`` as a link to the source n of this very answer."""
    cited = {citation.number: citation for citation in answer.citations}

    def link(match: re.Match[str]) -> str:
        citation = cited.get(int(match.group(1)))
        return match.group() if citation is None else _link(number, citation)

    paragraphs: list[str] = []
    said = (answer.text or "").split("\n\n")
    if answer.lead:
        # The first paragraph of the text, with each name in its own language.
        named = ", ".join(_named(number, one, cited) for one in answer.lead)
        paragraphs.append(f'<p class="lead">{named}</p>')
        said = said[1:]
    for paragraph in said:
        first = re.search(r"\[(\d+)\](?:\[\d+\])*$", paragraph)
        quoted = cited.get(int(first.group(1))) if first and answer.written_by == "quotes" else None
        lang = lang_attribute(quoted.language) if quoted else ""
        # Escaping leaves brackets and digits alone, so the marks are still there afterwards.
        # A mark stays on the line of what it belongs to.
        text = escape(paragraph)
        if quoted:
            # Only what stands behind the quote is a mark of ours; an article may hold a "[1]" of its own.
            quote, marks = re.fullmatch(r"(.*?)((?: ?\[\d+\])*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
            text = quote + re.sub(r"\[(\d+)\]", link, marks).replace(" ", "\N{NO-BREAK SPACE}", 1)
        else:
            text = re.sub(r" (?=\[\d+\])", "\N{NO-BREAK SPACE}", text)
            text = re.sub(r"\[(\d+)\]", link, text)
        text = text.replace("\n", "<br>")
        paragraphs.append(f'<p class="said" dir="auto"{lang}>{text}</p>')
    by = "" if answer.written_by == "quotes" else f'<p class="by">Written by {escape(answer.written_by)}</p>'
    return "".join(paragraphs) + by


def _link(turn: int, citation: Citation) -> str:
    name = escape(f"Source {citation.number}: {citation.title}")
    return (
        f'<a class="cite" href="#a{turn}-{citation.number}" aria-label="{name}" title="{name}">'
        f"{citation.number}</a>"
    )


def _named(turn: int, named: Named, cited: Mapping[int, Citation]) -> str:
    """Words that answer, with links to what they stand in; the links stay on the line of the last word."""
    citations = [cited[number] for number in named.citations]
    links = "".join(_link(turn, citation) for citation in citations)
    return (
        f'<span dir="auto"{lang_attribute(citations[0].language)}>{escape(named.text)}</span>'
        f"\N{NO-BREAK SPACE}{links}"
    )


def _nothing(hits: Sequence[Hit]) -> str:
    said = f'<p class="nothing">{escape(NOT_IN_THE_ARTICLES)}</p>'
    if not hits:
        return said
    nearest = "".join(
        f'<li><button type="button" class="title" data-act="read" data-article="{escape(hit.article.id)}" '
        f'data-start="{hit.passage.start}" data-end="{hit.passage.end}">{escape(hit.article.title)}</button>'
        f'<span class="about">{about(hit.article.source, hit.article.published, hit.article.language)}</span>'
        f'<p dir="auto"{lang_attribute(hit.article.language)}>{escape(hit.passage.text)}</p></li>'
        for hit in hits[:_NEAREST]
    )
    return said + (
        '<details class="nearest"><summary>The nearest passages, which do not answer it</summary>'
        f"<ul>{nearest}</ul></details>"
    )


def _actions(turn: Turn, *, is_last: bool) -> str:
    if turn.waiting is not None:
        return ""
    buttons: list[str] = []
    if turn.answer is not None:
        buttons.append(_button("copy", "Copy", f'data-copy="{escape(as_text(turn.answer))}"'))
        for liked, label in ((True, "Good answer"), (False, "Bad answer")):
            state = f'aria-pressed="{"true" if turn.liked is liked else "false"}" data-liked="{int(liked)}"'
            buttons.append(_button("like", label, f'data-act="like" data-turn="{turn.number}" {state}'))
    if is_last:
        buttons.append(_button("retry", "Ask again", f'data-act="retry" data-turn="{turn.number}"'))
        buttons.append(_button("undo", "Take back", f'data-act="undo" data-turn="{turn.number}"'))
    return f'<div class="actions">{"".join(buttons)}</div>'


def _button(kind: str, label: str, attributes: str) -> str:
    return f'<button type="button" class="{kind}" {attributes}><span class="label">{label}</span></button>'


def as_text(answer: Answer) -> str:
    """An answer as plain text with its sources, for the clipboard."""
    lines = [answer.question, "", answer.text or NOT_IN_THE_ARTICLES]
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        where = ", ".join(
            part for part in (citation.title, citation.source, day(citation.published), citation.url) if part
        )
        lines.append(f"[{citation.number}] {where}")
    return "\n".join(lines)


def describe_filters(filters: Filters) -> str:
    """What the filters let through, in words; "" when they let everything through."""
    parts = [", ".join(language_name(code) for code in filters.languages), ", ".join(filters.sources)]
    if filters.published_from:
        parts.append(f"from {day(filters.published_from)}")
    if filters.published_to:
        parts.append(f"until {day(filters.published_to)}")
    return " · ".join(part for part in parts if part)


# ---- the sources


def sources(turns: Sequence[Turn], find: FindArticle) -> str:
    """The passages that each answer stands on, the latest answer first and open, earlier ones folded."""
    answered = [turn for turn in turns if turn.answer is not None and turn.answer.citations]
    if not answered:
        return (
            '<div class="pane" data-pane><p class="hint">The passages that an answer quotes appear here, '
            "highlighted in their articles.</p></div>"
        )
    latest = turns[-1]
    groups = [
        f'<details class="sources-of"{" open" if turn is latest else ""}><summary>'
        f"<span>{'Earlier: ' if turn is not latest else ''}{escape(_short(turn.question))}</span>"
        f'<span class="count">{_plural(len(turn.answer.citations), "source")}</span></summary>'
        + "".join(
            _source(turn.number, citation, find(citation.article_id)) for citation in turn.answer.citations
        )
        + "</details>"
        for turn in reversed(answered)
        if turn.answer is not None
    ]
    if latest not in answered and latest.waiting is None:
        groups.insert(0, '<p class="hint">The last answer quotes no article.</p>')
    return (
        f'<div class="pane" data-pane tabindex="0" role="region" aria-label="Sources">{"".join(groups)}</div>'
    )


def _source(turn: int, citation: Citation, article: Article | None) -> str:
    anchor = f"a{turn}-{citation.number}"
    address = web_address(citation.url)
    links = [
        f'<button type="button" data-act="read" data-turn="{turn}" data-number="{citation.number}">'
        f'Whole article<span class="sr"> of source {citation.number}</span></button>'
    ]
    if address:
        links.append(
            f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">Original'
            f'<span class="sr"> of source {citation.number} (opens in a new tab)</span></a>'
        )
    links.append(f'<a class="back" href="#q{turn}">Back to the answer</a>')
    return (
        f'<article class="source" id="{anchor}" tabindex="-1" aria-labelledby="{anchor}-title">'
        f'<header><span class="number" aria-hidden="true">{citation.number}</span><div>'
        f'<h3 id="{anchor}-title" dir="auto"><span class="sr">Source {citation.number}: </span>'
        f'{escape(citation.title)}</h3><p class="about">'
        f"{about(citation.source, citation.published, citation.language)}</p></div></header>"
        f'<blockquote dir="auto"{lang_attribute(citation.language)}>{_passage(citation, article)}</blockquote>'
        f"<footer>{''.join(links)}</footer></article>"
    )


def _passage(citation: Citation, article: Article | None) -> str:
    """The quote in its paragraph; alone when the article has been removed or changed since."""
    if article is None or article.text[citation.start : citation.end] != citation.quote:
        return f"<mark>{escape(citation.quote)}</mark>"
    within = paragraph_around(article.text, citation.start, citation.end)
    return highlighted(article.text, (citation.start, citation.end), within, citation.marks)


def _short(text: str, most: int = 90) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
