"""The articles as HTML: the list, one article to read, what became of an upload, and how far indexing is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from index import AddReport, Article
from page.newsroom import Status
from page.text import about, highlighted, lang_attribute, web_address
from page.wording import ENGLISH, Words
from qa import Citation

_MOST_LISTED = 200
_MOST_NAMED = 20  # refused files


def article_list(articles: Sequence[Article], say: Words = ENGLISH) -> str:
    """Titles that open their article, newest first."""
    if not articles:
        return f'<div class="library"><p class="hint">{escape(say("no_article"))}</p></div>'
    rows = "".join(
        f'<li><button type="button" class="title" id="l{place}" dir="auto"{lang_attribute(article.language)} '
        f'data-act="read" data-article="{escape(article.id)}">{escape(article.title)}</button>'
        f'<span class="about">{about(article.source, article.published, article.language, say)}</span></li>'
        for place, article in enumerate(articles[:_MOST_LISTED], start=1)
    )
    more = len(articles) - _MOST_LISTED
    tail = f'<p class="hint">{escape(say.count("more_articles", more))}</p>' if more > 0 else ""
    count = escape(say.count("articles", len(articles)))
    return f'<div class="library"><p class="count">{count}</p><ul>{rows}</ul>{tail}</div>'


def cited_in(article: Article | None, citation: Citation, opening: int, say: Words = ENGLISH) -> str:
    """The article of a citation opened at its quote, or with a word that the quote does not stand there any more."""
    if article is not None and article.text[citation.start : citation.end] == citation.quote:
        return reader(article, (citation.start, citation.end), citation.marks, opening, say)
    # Found there letter for letter or not at all: offsets of another text lead anywhere.
    return reader(article, opening=opening, say=say, gone=citation.quote)


def reader(
    article: Article | None,
    span: tuple[int, int] | None = None,
    asked_for: Sequence[tuple[int, int]] = (),
    opening: int = 0,
    say: Words = ENGLISH,
    gone: str = "",
) -> str:
    """One whole article, its text exactly as it is indexed, opened at the highlighted span.

    It is shown beside the conversation on a wide window, over the page on a narrow one and over the list of articles.

    Args:
        article: None when it has been removed meanwhile.
        span: Characters to highlight; None or out of range: nothing.
        asked_for: Characters inside the span to emphasise.
        opening: Counts up, so that the same article opened again is something new to the browser.
        say: The texts of the interface.
        gone: A quote that was to be shown and does not stand in the article any more.
    """
    note = ""
    if article is None:
        title, meta, text, link = escape(say("article_gone")), "", "", ""
    else:
        title, meta = escape(article.title), about(article.source, article.published, article.language, say)
        if span is not None and 0 <= span[0] < span[1] <= len(article.text):
            text = highlighted(article.text, span, None, asked_for, 'tabindex="-1"')
        else:
            text = escape(article.text)
        address = web_address(article.url)
        link = (
            f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(say("original"))}'
            f'<span class="sr"> {escape(say("new_tab"))}</span></a>'
            if address
            else ""
        )
    if gone:
        note = (
            f'<p class="notice" role="note">{escape(say("quote_gone") if article else "")} '
            f'<del dir="auto">{escape(gone)}</del></p>'
        )
    lang = lang_attribute(article.language) if article is not None else ""
    return (
        f'<dialog class="reader" data-open="{opening}" aria-labelledby="reader-title">'
        f'<div class="bar"><button type="button" class="back-to-sources" data-close>'
        f'<span aria-hidden="true">←</span> {escape(say("to_sources"))}</button>{link}'
        f'<button type="button" class="close" data-close aria-label="{escape(say("close"))}">'
        '<span aria-hidden="true">✕</span></button></div>'
        f'<header><h2 id="reader-title" dir="auto"{lang} tabindex="-1">{title}</h2><p class="about">{meta}</p>'
        f"{note}</header>"
        f'<div class="text" dir="auto" tabindex="0"{lang}>{text}</div></dialog>'
    )


def upload_report(report: AddReport, say: Words = ENGLISH) -> str:
    """What became of uploaded files, each refused one with its reason."""
    said = [
        _line("added", len(report.added), say, report.added),
        _line("replaced", len(report.replaced), say, report.replaced),
        _line("unchanged", report.unchanged, say),
    ]
    good = "".join(line for line in said if line)
    bad = "".join(
        f'<li><strong>{escape(item.origin)}</strong>: <span lang="en">{escape(item.reason)}</span></li>'
        for item in report.bad[:_MOST_NAMED]
    )
    if len(report.bad) > _MOST_NAMED:
        bad += f"<li>{escape(say.count('and_more', len(report.bad) - _MOST_NAMED))}</li>"
    refused = (
        f'<div class="failure" role="alert"><p>{escape(say("not_added"))}</p><ul>{bad}</ul></div>'
        if bad
        else ""
    )
    return f'<div class="report" role="status">{good}{refused}</div>'


def _line(key: str, count: int, say: Words, ids: Sequence[str] = ()) -> str:
    if not count:
        return ""
    names = f": {', '.join(ids[:5])}{'…' if len(ids) > 5 else ''}" if ids else ""
    return f"<p>{escape(say.count(key, count) + names)}</p>"


def error(message: str, language: str = "") -> str:
    """Something that went wrong, visibly so; `language` where the message is not in that of the page."""
    return f'<p class="failure" role="alert"{lang_attribute(language)}>{escape(message)}</p>'


def said(message: str) -> str:
    """Something that went as it should, for those who listen to the page as well."""
    return f'<p class="note" role="status">{escape(message)}</p>' if message else ""


def status(now: Status, say: Words = ENGLISH) -> str:
    """How far starting up is, with a bar while the articles are being indexed."""
    if now.phase == "failed":
        return (
            f'<p class="failure" role="alert">{escape(say("failed"))} <span lang="en">{escape(now.error or "")}'
            "</span></p>"
        )
    if now.phase in ("indexing", "rebuilding"):
        fraction = 0.0 if now.progress is None else now.progress.fraction
        how_far = "" if now.progress is None else say.progress(now.progress)
        note = f" <span>{escape(say('rebuilding_note'))}</span>" if now.phase == "rebuilding" else ""
        return (
            f'<p class="status" role="status"><label>{escape(say(now.phase))} '
            f'<progress max="1" value="{fraction:.3f}"></progress></label> <span>{escape(how_far)}</span>{note}</p>'
        )
    if now.phase in ("opening", "loading"):
        return (
            '<p class="status" role="status"><span class="dot" aria-hidden="true"></span>'
            f"{escape(say('loading'))}</p>"
        )
    return f'<p class="status" role="status">{escape(say.count("ready", now.articles))}</p>'
