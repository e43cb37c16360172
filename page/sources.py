"""What an answer stands on, as HTML: the numbers in its sentences, what opens over them, and the cards beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from index import Article
from page.conversation import Turn
from page.text import about, highlighted, lang_attribute, paragraph_around, shortened, web_address
from page.wording import ENGLISH, Words
from qa import Citation
from qa.types import Verdict
from qa.verification import stands

FindArticle = Callable[[str], Article | None]

_SIGNS: dict[Verdict, str] = {"supported": "✓", "partly": "◐", "not": "✕"}


def mark(turn: int, citation: Citation, place: int, say: Words = ENGLISH) -> str:
    """The number of a citation in a sentence: it opens the article at the quote.

    Args:
        turn: Number of the turn.
        citation: What it stands for.
        place: Which number of the answer it is, from 1.
    """
    verdict = "" if citation.verdict == "supported" else f' data-verdict="{citation.verdict}"'
    return (
        f'<button type="button" class="cite" id="c{turn}-{place}" data-act="read" data-turn="{turn}" '
        f'data-number="{citation.number}" data-peek="p{turn}-{citation.number}"{verdict} '
        f'aria-label="{escape(name_of(citation, say))}" aria-describedby="p{turn}-{citation.number}-quote">'
        f"<span>{citation.number}</span></button>"
    )


def name_of(citation: Citation, say: Words) -> str:
    """What a listener hears for a number: "Source 1: title, outlet, date", and the verdict unless it is good."""
    told = [citation.title, citation.source or "", say.day(citation.published)]
    if citation.verdict != "supported":
        told.append(say(f"verdict_{citation.verdict}"))
    return f"{say('source', n=citation.number)}: {', '.join(part for part in told if part)}"


def peeks(turn: int, citations: Sequence[Citation], say: Words = ENGLISH) -> str:
    """For each citation what opens over its number: quote, outlet, day, language, verdict."""
    return f'<div class="peeks">{"".join(_peek(turn, citation, say) for citation in citations)}</div>'


def _peek(turn: int, citation: Citation, say: Words) -> str:
    anchor = f"p{turn}-{citation.number}"
    opening = (
        f'<button type="button" class="open" id="{anchor}-open" data-act="read" data-turn="{turn}" '
        f'data-number="{citation.number}">{escape(say("open"))}</button>'
    )
    return (
        f'<div class="peek" id="{anchor}" popover="manual"><div id="{anchor}-quote">'
        f'<p class="words" dir="auto"{lang_attribute(citation.language)}>{escape(citation.quote)}</p>'
        f'<p class="about">{about(citation.source, citation.published, citation.language, say)}</p>'
        f"{_verdict(citation.verdict, say)}</div>{opening}</div>"
    )


def _verdict(verdict: Verdict, say: Words, further: str = "") -> str:
    """In words, with a sign that is not only a colour."""
    more = f'<span class="copies">{escape(further)}</span>' if further else ""
    return (
        f'<p class="verdict" data-verdict="{verdict}"><span class="sign" aria-hidden="true">{_SIGNS[verdict]}</span>'
        f"<span>{escape(say(f'verdict_{verdict}'))}</span>{more}</p>"
    )


# ---- beside the conversation


def sources(turns: Sequence[Turn], find: FindArticle, say: Words = ENGLISH) -> str:
    """The passages that each answer stands on, the latest answer first and open, earlier ones folded."""
    answered = [turn for turn in turns if turn.answer is not None and turn.answer.citations]
    if not answered:
        return f'<div class="pane" data-pane><p class="hint">{escape(say("no_sources_yet"))}</p></div>'
    latest = turns[-1]
    groups = [_group(turn, find, say, is_latest=turn is latest) for turn in reversed(answered)]
    if latest not in answered and latest.step is None:
        groups.insert(0, f'<p class="hint">{escape(say("last_quotes_none"))}</p>')
    label = escape(say("sources_label"))
    return (
        f'<div class="pane" data-pane tabindex="0" role="region" aria-label="{label}">{"".join(groups)}</div>'
    )


def _group(turn: Turn, find: FindArticle, say: Words, *, is_latest: bool) -> str:
    citations = turn.answer.citations if turn.answer is not None else ()
    earlier = "" if is_latest else f"{say('earlier')} "
    cards = "".join(
        _card(turn.number, citation, citations, find(citation.article_id), say) for citation in citations
    )
    return (
        f'<details class="sources-of"{" open" if is_latest else ""}><summary>'
        f"<span>{escape(earlier + shortened(turn.question))}</span>"
        f'<span class="count">{escape(say.count("sources", len(citations)))}</span></summary>{cards}</details>'
    )


def _card(
    turn: int, citation: Citation, citations: Sequence[Citation], article: Article | None, say: Words
) -> str:
    anchor = f"a{turn}-{citation.number}"
    own = escape(say("of_source", n=citation.number))
    # The article may have been replaced since the answer was given.
    there = stands(citation.quote, article, citation.start, citation.end)
    links = [
        f'<button type="button" id="{anchor}-open" data-act="read" data-turn="{turn}" '
        f'data-number="{citation.number}">{escape(say("whole"))}<span class="sr"> {own}</span></button>'
    ]
    address = web_address(citation.url)
    if address:
        links.append(
            f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(say("original"))}'
            f'<span class="sr"> {own} {escape(say("new_tab"))}</span></a>'
        )
    links.append(f'<a class="back" href="#q{turn}">{escape(say("to_answer"))}</a>')
    return (
        f'<article class="source" id="{anchor}" tabindex="-1" aria-labelledby="{anchor}-title">'
        f'<header><span class="number" aria-hidden="true">{citation.number}</span><div>'
        f'<h3 id="{anchor}-title" dir="auto"><span class="sr">{escape(say("source", n=citation.number))}: </span>'
        f"<span{lang_attribute(citation.language)}>{escape(citation.title)}</span></h3>"
        f'<p class="about">{about(citation.source, citation.published, citation.language, say)}</p>'
        f"{_verdict(citation.verdict if there else 'not', say, _copies(citation, citations, say))}</div></header>"
        f'<blockquote dir="auto"{lang_attribute(citation.language)}>{_passage(citation, article)}</blockquote>'
        f"<footer>{''.join(links)}</footer></article>"
    )


def _copies(citation: Citation, citations: Sequence[Citation], say: Words) -> str:
    """Which other articles have the same words, "" for none."""
    if citation.copy_of is not None:
        return say("same_text", n=citation.copy_of)
    copies = sum(other.copy_of == citation.number for other in citations)
    return say.count("one_text", copies + 1) if copies else ""


def _passage(citation: Citation, article: Article | None) -> str:
    """The quote in its paragraph; alone and struck through when it does not stand there any more."""
    if not stands(citation.quote, article, citation.start, citation.end):
        return f"<del>{escape(citation.quote)}</del>"
    if article is None or article.text[citation.start : citation.end] != citation.quote:
        return f"<mark>{escape(citation.quote)}</mark>"
    within = paragraph_around(article.text, citation.start, citation.end)
    return highlighted(article.text, (citation.start, citation.end), within, citation.marks)
