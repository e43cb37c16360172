"""Pieces of article text as HTML: escaped, with the quote highlighted at its exact characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from page.wording import ENGLISH, Words

_AROUND = 600  # characters shown on each side of a quote when its paragraph is longer than that


def about(source: str | None, published: str | None, language: str, say: Words = ENGLISH) -> str:
    """Source, date and language in one line, escaped."""
    return escape(plain_about(source, published, language, say))


def plain_about(source: str | None, published: str | None, language: str, say: Words = ENGLISH) -> str:
    """The same as plain text, for an attribute or a list of references."""
    parts = [source or "", say.day(published), say.name_of(language)]
    return " · ".join(part for part in parts if part)


def lang_attribute(language: str) -> str:
    """` lang="fr"` for a known language, so that it is read aloud and hyphenated as what it is."""
    return f' lang="{escape(language)}"' if re.fullmatch("[a-z]{2}", language) else ""


def web_address(url: str | None) -> str | None:
    """The address if it is one of the web; ``javascript:`` and the like are none."""
    return url if url and re.match(r"https?://[^\s]+$", url, re.IGNORECASE) else None


def paragraph_around(text: str, start: int, end: int, most: int = _AROUND) -> tuple[int, int]:
    """The paragraph or paragraphs that hold ``text[start:end]``, at most `most` characters more on each side.

    Paragraphs end at blank lines; one that is too long is cut at the end of a line, else between words.
    """
    first = max(0, start - most)
    before = text[first:start]
    blank = list(re.finditer(r"\n\s*\n", before))
    if blank:
        first += blank[-1].end()
    elif first > 0:
        cut = before.find("\n") if "\n" in before else before.find(" ")
        first += cut + 1
    last = min(len(text), end + most)
    after = text[end:last]
    gap = re.search(r"\n\s*\n", after)
    if gap:
        last = end + gap.start()
    elif last < len(text):
        cut = max(after.rfind("\n"), after.rfind(" ") if "\n" not in after else -1)
        last = end + cut if cut >= 0 else last
    return first, last


def highlighted(
    text: str,
    span: tuple[int, int],
    within: tuple[int, int] | None = None,
    asked_for: Iterable[tuple[int, int]] = (),
    attributes: str = "",
) -> str:
    """``text[within]`` escaped, with ``text[span]`` in one ``<mark>`` and what was asked for inside it in ``<b>``.

    Args:
        span: Characters of the quote, end exclusive.
        within: Characters to show; None for all.
        asked_for: Characters to emphasise; what lies outside the quote is left alone.
        attributes: Further attributes of the ``<mark>``, as HTML.
    """
    start, end = span
    first, last = within or (0, len(text))
    inner: list[str] = []
    at = start
    for one, two in _merged(asked_for, start, end):
        inner += [escape(text[at:one]), "<b>", escape(text[one:two]), "</b>"]
        at = two
    inner.append(escape(text[at:end]))
    space = " " if attributes else ""
    return (
        escape(text[first:start])
        + f"<mark{space}{attributes}>{''.join(inner)}</mark>"
        + escape(text[end:last])
    )


def _merged(spans: Iterable[tuple[int, int]], start: int, end: int) -> Sequence[tuple[int, int]]:
    """The spans clipped to [start, end), in order, those that touch made one, so that the tags nest."""
    merged: list[tuple[int, int]] = []
    for one, two in sorted((max(start, one), min(end, two)) for one, two in spans):
        if one >= two:
            continue
        if merged and one <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(two, merged[-1][1]))
        else:
            merged.append((one, two))
    return merged


def shortened(text: str, most: int = 90) -> str:
    """The text on one line, cut off with "…" when it is longer than that."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
