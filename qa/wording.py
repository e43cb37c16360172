"""What an answer says around its quotes, in the language of the question: dates, languages, a few words."""

from __future__ import annotations

from datetime import date

from babel import Locale
from babel.dates import format_date

from index.languages import LANGUAGE_NAMES

_PLANNED = {
    "en": "planned",
    "fr": "prévu",
    "ru": "планируется",
    "de": "geplant",
    "es": "previsto",
    "tr": "planlanıyor",
    "uz": "rejalashtirilgan",
    "kk": "жоспарланған",
}
_ONE_TEXT = {
    "en": "{} articles, 1 text",
    "fr": "{} articles, 1 texte",
    "ru": "статей: {}, текст один",
    "de": "{} Artikel, 1 Text",
    "es": "{} artículos, 1 texto",
    "tr": "{} haber, 1 metin",
    "uz": "{} ta maqola, 1 ta matn",
    "kk": "{} мақала, 1 мәтін",
}


def known(language: str) -> str:
    """The language itself where it is one of ours, else English."""
    return language if language in LANGUAGE_NAMES else "en"


def planned(language: str) -> str:
    """The word for what is announced and has not happened."""
    return _PLANNED[known(language)]


def one_text(articles: int, language: str) -> str:
    """So many articles have the same words."""
    return _ONE_TEXT[known(language)].format(articles)


def name_of(spoken: str, language: str) -> str:
    """The name of the language `spoken` in `language`, or its code.

    >>> name_of("ru", "fr")
    'russe'
    """
    return str(Locale.parse(known(language)).languages.get(spoken, spoken))


def day(published: str | None, language: str) -> str:
    """An ISO date written out, "" for none.

    >>> day("2025-11-07", "fr")
    '7 novembre 2025'
    """
    if not published:
        return ""
    try:
        return str(format_date(date.fromisoformat(published), format="long", locale=known(language)))
    except ValueError:
        return published


def about(source: str | None, published: str | None, spoken: str, language: str) -> str:
    """Outlet, day, and the article's language where it is not the question's."""
    foreign = name_of(spoken, language) if spoken not in (language, "und") else ""
    return ", ".join(part for part in (source, day(published, language), foreign) if part)
