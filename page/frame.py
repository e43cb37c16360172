"""What stands around the conversation, as HTML: the head of the page, and the box with the question and its filters.

The box is a form of our own: so the filters go to the server together with the question, whatever was changed a moment
before, and what is being typed stays when the page is shown in another language.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from page.limits import Limits, described
from page.text import lang_attribute
from page.wording import LANGUAGES, Words

_MANY_SOURCES = 12  # from so many on a box narrows their list


def masthead(say: Words) -> str:
    """Name, saved threads, export, and the language of the page."""
    options = "".join(
        f'<option value="{code}"{lang_attribute(code)}{" selected" if code == say.language else ""}>{name}</option>'
        for code, name in LANGUAGES.items()
    )
    threads, export = escape(say("threads")), escape(say("export"))
    return (
        f'<header class="masthead"><h1 lang="en">Ask the Articles</h1>'
        f'<p class="tagline">{escape(say("tagline"))}</p><div class="tools">'
        f'<button type="button" data-menu aria-expanded="false" aria-controls="threads">{threads}</button>'
        f'<button type="button" data-act="export" title="{escape(say("export_title"))}">{export}</button>'
        f'<label><span class="sr">{escape(say("language"))}</span><select '
        f'value="{say.language}">{options}</select></label></div></header>'
    )


def composer(
    limits: Limits, languages: Mapping[str, int], sources: Mapping[str, int], say: Words, setting: int = 0
) -> str:
    """The question box with its filters.

    Args:
        limits: What is chosen.
        languages: Codes of the languages that there are, each with its number of articles.
        sources: Outlets, likewise.
        say: The texts of the interface.
        setting: Counts up when `limits` were not set in this very form, which then takes them over.
    """
    shown_languages = sorted({*languages, *limits.languages} - {""}, key=say.name_of)
    shown_sources = sorted({*sources, *limits.sources} - {""}, key=str.casefold)
    find = (
        f'<input type="search" class="find" aria-label="{escape(say("find_source"))}" '
        f'placeholder="{escape(say("find_source"))}" autocomplete="off">'
        if len(shown_sources) >= _MANY_SOURCES
        else ""
    )
    names = {code: say.name_of(code) for code in shown_languages}
    language_boxes = _choices("languages", say("filter_languages"), names, languages, limits.languages)
    outlets = {source: source for source in shown_sources}
    source_boxes = _choices("sources", say("filter_sources"), outlets, sources, limits.sources, find)
    label, ask = escape(say("question")), escape(say("ask"))
    return (
        f'<form class="composer" data-setting="{setting}" data-empty="{escape(say("type_first"))}">'
        f'<details class="filters"><summary><span>{escape(say("filters"))}</span> '
        f'<span class="badge" data-badge="{limits.set}">{limits.set or ""}</span></summary>'
        f'<div class="panel" role="group" aria-label="{escape(say("filters"))}">'
        f"{language_boxes}{source_boxes}"
        f'<fieldset class="dates"><legend>{escape(say("filter_dates"))}</legend>'
        f'<label>{escape(say("from"))} <input type="date" name="from" value="{escape(limits.first)}"></label>'
        f'<label>{escape(say("to"))} <input type="date" name="to" value="{escape(limits.last)}"></label></fieldset>'
        f'<p class="foot"><button type="button" data-clear>{escape(say("clear_filters"))}</button>'
        f'<button type="button" data-shut>{escape(say("close"))}</button></p></div></details>'
        f'<textarea name="question" rows="1" aria-label="{label}" placeholder="{escape(say("placeholder"))}" '
        f'autocomplete="off" enterkeyhint="send" dir="auto"></textarea>'
        f'<button type="submit" class="send" aria-label="{ask}"><span class="wide">{ask}</span>'
        '<span class="slim" aria-hidden="true">↑</span></button></form>'
    )


def _choices(
    name: str,
    legend: str,
    labels: Mapping[str, str],
    counts: Mapping[str, int],
    chosen: tuple[str, ...],
    before: str = "",
) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="{name}" value="{escape(value)}"'
        f"{' checked' if value in chosen else ''}><span>{escape(label)}</span>"
        f'<small aria-hidden="true">{counts.get(value, 0)}</small></label>'
        for value, label in labels.items()
    )
    return (
        f'<fieldset class="choices"><legend>{escape(legend)}</legend>{before}'
        f'<div class="scroll">{boxes}</div></fieldset>'
    )


def errand(name: str, number: int, values: object) -> str:
    """Something for the browser to do ("keep", "download") with these JSON values; each `number` is done once."""
    data = escape(json.dumps(values, ensure_ascii=False))
    return f'<div data-errand="{name}" data-number="{number}" data-json="{data}"></div>'


def limits_line(limits: Limits, say: Words) -> str:
    """What is set, with a button that clears it, or what is wrong with it; "" when nothing is set."""
    if not limits.set:
        return ""
    clear = f'<button type="button" data-clear>{escape(say("clear_filters"))}</button>'
    wrong = limits.wrong(say)
    if wrong is not None:
        return f'<p class="failure set" role="alert"><span>{escape(say("filters_wrong", why=wrong))}</span>{clear}</p>'
    what = escape(say("only", what=described(limits.filters(), say)))
    return f'<p class="set" role="status"><span>{what}</span>{clear}</p>'
