"""The articles as HTML: the list, one article to read, what became of an upload, and how far indexing is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from index import AddReport, Article
from page.newsroom import Status
from page.text import about, highlighted, lang_attribute, web_address

_MOST_LISTED = 200
_MOST_NAMED = 20  # refused files


def article_list(articles: Sequence[Article]) -> str:
    """Titles that open their article, newest first."""
    if not articles:
        return '<div class="library"><p class="hint">No article passes these filters.</p></div>'
    rows = "".join(
        f'<li><button type="button" class="title" dir="auto"{lang_attribute(article.language)} data-act="read" '
        f'data-article="{escape(article.id)}">{escape(article.title)}</button>'
        f'<span class="about">{about(article.source, article.published, article.language)}</span></li>'
        for article in articles[:_MOST_LISTED]
    )
    more = len(articles) - _MOST_LISTED
    tail = f'<p class="hint">and {more:,} more: narrow them with the filters</p>' if more > 0 else ""
    count = f"{len(articles):,} article{'' if len(articles) == 1 else 's'}"
    return f'<div class="library"><p class="count">{count}</p><ul>{rows}</ul>{tail}</div>'


def reader(
    article: Article | None,
    span: tuple[int, int] | None = None,
    asked_for: Sequence[tuple[int, int]] = (),
    opening: int = 0,
) -> str:
    """One whole article, its text exactly as it is indexed, opened at the highlighted span.

    Args:
        article: None when it has been removed meanwhile.
        span: Characters to highlight; None or out of range: nothing.
        asked_for: Characters inside the span to emphasise.
        opening: Counts up, so that the same article opened again is something new to the browser.
    """
    if article is None:
        title, meta, text, link = "This article is no longer in the index.", "", "", ""
    else:
        title, meta = escape(article.title), about(article.source, article.published, article.language)
        if span is not None and 0 <= span[0] < span[1] <= len(article.text):
            text = highlighted(article.text, span, None, asked_for, 'tabindex="-1"')
        else:
            text = escape(article.text)
        address = web_address(article.url)
        link = (
            f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">Original'
            '<span class="sr"> (opens in a new tab)</span></a>'
            if address
            else ""
        )
    lang = lang_attribute(article.language) if article is not None else ""
    return (
        f'<dialog class="reader" data-open="{opening}" closedby="any" aria-labelledby="reader-title">'
        f'<header><div><h2 id="reader-title" dir="auto"{lang}>{title}</h2><p class="about">{meta}</p></div>'
        f'<form method="dialog">{link}<button aria-label="Close the article">Close</button></form></header>'
        f'<div class="text" dir="auto" tabindex="0"{lang}>{text}</div></dialog>'
    )


def upload_report(report: AddReport) -> str:
    """What became of uploaded files, each refused one with its reason."""
    said = [
        _line(len(report.added), "added", report.added),
        _line(len(report.replaced), "replaced by its new text", report.replaced),
        _line(report.unchanged, "unchanged: already in the index, word for word"),
    ]
    good = "".join(line for line in said if line)
    bad = "".join(
        f"<li><strong>{escape(item.origin)}</strong>: {escape(item.reason)}</li>"
        for item in report.bad[:_MOST_NAMED]
    )
    if len(report.bad) > _MOST_NAMED:
        bad += f"<li>and {len(report.bad) - _MOST_NAMED:,} more</li>"
    refused = f'<div class="failure" role="alert"><p>Not added:</p><ul>{bad}</ul></div>' if bad else ""
    return f'<div class="report" role="status">{good}{refused}</div>'


def _line(count: int, what: str, ids: Sequence[str] = ()) -> str:
    if not count:
        return ""
    names = f": {escape(', '.join(ids[:5]))}{'…' if len(ids) > 5 else ''}" if ids else ""
    return f"<p>{count:,} article{'' if count == 1 else 's'} {what}{names}</p>"


def error(message: str) -> str:
    """Something that went wrong, visibly so."""
    return f'<p class="failure" role="alert">{escape(message)}</p>'


def said(message: str) -> str:
    """Something that went as it should, for those who listen to the page as well."""
    return f'<p class="note" role="status">{escape(message)}</p>' if message else ""


def status(now: Status) -> str:
    """How far starting up is, with a bar while the articles are being indexed."""
    if now.phase == "failed":
        return error(f"The articles cannot be searched. {now.error}")
    if now.phase == "indexing":
        fraction = 0.0 if now.progress is None else now.progress.fraction
        how_far = "" if now.progress is None else f"{now.progress}"
        return (
            f'<p class="status" role="status"><label>Indexing the articles <progress max="1" value="{fraction:.3f}">'
            f"</progress></label> <span>{escape(how_far)}</span></p>"
        )
    if now.phase == "rebuilding":
        fraction = 0.0 if now.progress is None else now.progress.fraction
        how_far = "" if now.progress is None else f"{now.progress}"
        return (
            f'<p class="status" role="status"><label>Preparing the articles for a new embedding model '
            f'<progress max="1" value="{fraction:.3f}"></progress></label> <span>{escape(how_far)}</span> '
            "<span>You can ask meanwhile; until it is done answers may be worse.</span></p>"
        )
    if now.phase in ("opening", "loading"):
        return (
            '<p class="status" role="status"><span class="dot" aria-hidden="true"></span>'
            "Loading the search across languages… You can already ask.</p>"
        )
    return f'<p class="status" role="status">{now.articles:,} articles, ready</p>'


MASTHEAD = (
    '<header class="masthead"><h1>Ask the Articles</h1>'
    "<p>Answers from the news, every sentence a quote you can see in its article</p></header>"
)
