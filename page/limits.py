"""What a reader limits a question to, as it comes from a form or an address, and the address of a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from index import BadRequest, Filters
from index.article_index import whole_characters
from index.settings import make_filters
from page.wording import Words

_MOST = 100  # languages or sources; more come only from an address that nobody made here
_LONGEST = 200  # characters of each
_LONGEST_QUESTION = 2_000  # characters that are taken from or put into an address


@dataclass(frozen=True, slots=True)
class Limits:
    """Filters as they were typed; the dates may be none."""

    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    first: str = ""
    last: str = ""

    @property
    def set(self) -> int:
        """How many of the three are set: languages, sources, dates."""
        return bool(self.languages) + bool(self.sources) + bool(self.first or self.last)

    def filters(self) -> Filters:
        """What the index understands.

        Raises:
            BadRequest: A date is not one, or the first is after the last.
        """
        return make_filters(list(self.languages), list(self.sources), self.first, self.last)

    def wrong(self, say: Words) -> str | None:
        """What is wrong with the dates, None for nothing."""
        for text in (self.first, self.last):
            try:
                make_filters(published_from=text)
            except BadRequest:
                return say("bad_date", text=text)
        try:
            self.filters()
        except BadRequest:
            return say("dates_reversed")
        return None


def from_form(data: object) -> Limits:
    """Limits from what a browser sent, which may be anything."""
    values: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    return Limits(
        _texts(values.get("languages")),
        _texts(values.get("sources")),
        *(next(iter(_texts([values.get(key)])), "") for key in ("from", "to")),
    )


def address(question: str, filters: Filters) -> str:
    """The query of an address that asks this question with these filters, only what is set.

    >>> address("who?", Filters(languages=("fr",)))
    '?q=who%3F&lang=fr'
    """
    parts = [("q", whole_characters(question[:_LONGEST_QUESTION]))]
    parts += [("lang", language) for language in filters.languages]
    parts += [("source", source) for source in filters.sources]
    parts += [("from", filters.published_from or ""), ("to", filters.published_to or "")]
    return "?" + urlencode([(key, value) for key, value in parts if value])


def from_address(parts: Iterable[tuple[str, str]]) -> tuple[str, Limits]:
    """The question ("" for none) and the limits of such an address; what else it says is passed over."""
    values: dict[str, list[str]] = {}
    for key, value in parts:
        values.setdefault(key, []).append(value)
    question = values.get("q", [""])[0][:_LONGEST_QUESTION]
    first, last = (values.get(key, [""])[0] for key in ("from", "to"))
    return whole_characters(question).strip(), from_form(
        {"languages": values.get("lang"), "sources": values.get("source"), "from": first, "to": last}
    )


def described(filters: Filters, say: Words) -> str:
    """What the filters let through, in words; "" when they let everything through."""
    parts = [", ".join(say.name_of(code) for code in filters.languages), ", ".join(filters.sources)]
    if filters.published_from:
        parts.append(say("from_day", day=say.day(filters.published_from)))
    if filters.published_to:
        parts.append(say("to_day", day=say.day(filters.published_to)))
    return " · ".join(part for part in parts if part)


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        return ()
    texts = (whole_characters(value[:_LONGEST]).strip() for value in values[:_MOST] if isinstance(value, str))
    return tuple(dict.fromkeys(text for text in texts if text))
