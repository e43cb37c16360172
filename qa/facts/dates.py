"""The dates that a text states, as far as each is given; names of months and days are CLDR's, by Babel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale

from index import UNKNOWN_LANGUAGE
from index.languages import LANGUAGE_NAMES
from qa.facts.shared import LETTERS, fold, mask_of
from qa.kinds import date_spans


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is given; None: not said."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    """Monday is 0."""

    def is_within(self, other: Day) -> bool:
        """Whether `other` says all that this one says, and the same."""
        mine, theirs = self._said(), other._said()
        weekday = other.weekday
        if weekday is None and None not in (other.year, other.month, other.day):
            weekday = _weekday(other)
        same = all(value is None or value == given for value, given in zip(mine, theirs, strict=True))
        return same and (self.weekday is None or self.weekday == weekday)

    def _said(self) -> tuple[int | None, int | None, int | None]:
        return self.year, self.month, self.day


def _weekday(day: Day) -> int | None:
    try:
        return date(day.year or 0, day.month or 0, day.day or 0).weekday()
    except ValueError:
        return None


_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_NUMERIC = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:1[5-9]|20)\d\d)(?!\d)")
_DAY_NUMBER = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
_BEFORE_MONTH = {
    "en": "in since by until before after last next early late mid to from between of",
    "fr": "en fin début depuis courant dès avant après mi d de",
    "de": "im seit ab ende anfang mitte bis zum vor nach",
    "es": "en desde para hasta de finales principios mediados",
    "ru": "в с к до по за после начале конце середине",
}
"""Words behind which a month may stand without a day or a year; in the Turkic languages its case says so."""
_WRITTEN_SMALL = ("fr", "es", "ru", "uz", "kk")
"""Languages that write months and days of the week with a small letter: with a capital it is a name."""
_ENDINGS = {
    "ru": ("", "а", "у", "е", "ом"),
    "uz": ("", "da", "dagi", "ga", "dan", "ning", "gacha", "да", "даги", "га", "дан", "нинг"),
    "tr": ("", "da", "de", "ta", "te", "dan", "den", "a", "e", "ın", "in", "daki", "deki"),
    "kk": ("", "да", "де", "та", "те", "дан", "ден", "нан", "нен", "дағы", "дегі", "ның", "нің", "ға", "ге"),
}
_SOFT = ("я", "ю", "е", "и", "ем")
_MONTH_WORD = {"uz": ("oyi", "ойи"), "tr": ("ay",), "kk": ("ай",)}
"""Behind the name, in some form: "noyabr oyida"."""


def days(text: str, language: str = UNKNOWN_LANGUAGE) -> list[Day]:
    """The dates of a text, as far as each is given: days, months, years and days of the week.

    Args:
        text: Any text.
        language: ISO 639-1; "und": in any of ours, and months that stand alone are not looked for.
    """
    spans = date_spans(text)
    found: list[Day] = []
    for low, high in spans:
        found += _parse(text[low:high])
    covered = mask_of(text, spans)
    months, weekdays = forms_of(language)
    words = list(LETTERS.finditer(text))
    for at, word in enumerate(words):
        if covered[word.start()]:
            continue
        folded = fold(word[0])
        if folded in weekdays and is_written(word[0], text, word.start(), language):
            found.append(Day(weekday=weekdays[folded]))
        elif folded in months and language != UNKNOWN_LANGUAGE and _stands_alone(text, words, at, language):
            found.append(Day(month=months[folded]))
    return list(dict.fromkeys(found))


def is_written(word: str, text: str, start: int, language: str) -> bool:
    """Whether a day or a month may be written so: "Mardi" inside a French sentence is a name."""
    opens = not text[:start].rstrip(" «»“”„\"'(—–-") or text[:start].rstrip()[-1:] in ".!?\n"
    if language in _WRITTEN_SMALL:
        return word[0].islower() or opens
    return language == UNKNOWN_LANGUAGE or word[0].isupper()


def _stands_alone(text: str, words: Sequence[re.Match[str]], at: int, language: str) -> bool:
    word = words[at]
    if not is_written(word[0], text, word.start(), language):
        return False
    if language in _MONTH_WORD:
        behind = fold(words[at + 1][0]) if at + 1 < len(words) else ""
        cased = fold(word[0]) not in _plain_months(language)
        return cased or behind.startswith(_MONTH_WORD[language])
    before = fold(words[at - 1][0]) if at else ""
    return before in _BEFORE_MONTH.get(language, "").split()


def _parse(written: str) -> Iterator[Day]:
    iso = _ISO.fullmatch(written)
    if iso:
        yield Day(int(iso[1]), int(iso[2]), int(iso[3]))
        return
    numeric = _NUMERIC.fullmatch(written)
    if numeric:
        one, two, given = int(numeric[1]), int(numeric[2]), int(numeric[3])
        century = 2000 if given < 100 else 0
        # Day first, as in all our languages but American English; both readings where both are dates.
        for when, of_year in {(one, two), (two, one)}:
            if 1 <= of_year <= 12 and 1 <= when <= 31:
                yield Day(century + given, of_year, when)
        return
    years = _YEAR.findall(written)
    year = int(years[0]) if years else None
    months, _ = forms_of(UNKNOWN_LANGUAGE)
    words = (fold(word).rstrip(".") for word in LETTERS.findall(written))
    month = next((months[word] for word in words if word in months), None)
    rest = _YEAR.sub(" ", written)
    numbered = [int(number) for number in _DAY_NUMBER.findall(rest)] if month is not None else []
    if not numbered:
        yield Day(year, month)
    yield from (Day(year, month, number) for number in numbered if 1 <= number <= 31)


@lru_cache(maxsize=16)
def forms_of(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """The months and the days of the week of a language in all forms, folded; "und": of all our languages."""
    months: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    for one in LANGUAGE_NAMES if language == UNKNOWN_LANGUAGE else (language,):
        if one not in LANGUAGE_NAMES:
            continue
        locale = Locale.parse(one)
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[form][width].items():
                    months |= dict.fromkeys(_cases(name, one, wide=width == "wide"), number)
        for number, name in locale.days["format"]["wide"].items():
            weekdays |= dict.fromkeys(_cases(name, one, wide=True), number)
    if language in ("uz", UNKNOWN_LANGUAGE):
        months |= {
            form: number for name, number in _CYRILLIC_UZBEK.items() for form in _cases(name, "uz", wide=True)
        }
    if language in ("ru", UNKNOWN_LANGUAGE):
        weekdays |= {"среду": 2, "пятницу": 4, "субботу": 5}
        weekdays.pop("среда", None)  # also the environment
    if language in ("de", UNKNOWN_LANGUAGE):
        months["janner"] = 1
    return months, weekdays


_CYRILLIC_UZBEK = {
    name: number
    for number, name in enumerate(
        (
            "январ",
            "феврал",
            "март",
            "апрел",
            "май",
            "июн",
            "июл",
            "август",
            "сентябр",
            "октябр",
            "ноябр",
            "декабр",
        ),
        start=1,
    )
}


@lru_cache(maxsize=16)
def _plain_months(language: str) -> frozenset[str]:
    months = Locale.parse(language).months["format"]["wide"].values()
    return frozenset(map(fold, months)) | (frozenset(_CYRILLIC_UZBEK) if language == "uz" else frozenset())


def _cases(name: str, language: str, *, wide: bool) -> Iterator[str]:
    folded = fold(name).rstrip(".")
    yield folded
    if not wide:
        return
    if language == "ru" and folded[-1] in "ьйя":
        yield from (folded[:-1] + ending for ending in _SOFT)
    else:
        yield from (folded + ending for ending in _ENDINGS.get(language, ()))
    if language == "es":
        yield folded + "s"
    if language == "fr":
        yield folded + "s"
    if language == "en":
        yield folded + "s"


def resolved(found: Iterable[Day], published: str | None) -> list[Day]:
    """Dates of an article with what its day of publication adds: the year, and which Thursday.

    Args:
        found: From `days`.
        published: ISO date; None: nothing is added.
    """
    today = _date(published)
    known: list[Day] = []
    for day in found:
        known.append(day)
        if today is None:
            continue
        if day.weekday is not None:
            back = (today.weekday() - day.weekday) % 7
            dates = (today - timedelta(back), today + timedelta(7 - back))
            known += [Day(when.year, when.month, when.day) for when in dates]
        elif day.year is None and day.month is not None:
            nearest = min(
                (today.year - 1, today.year, today.year + 1),
                key=lambda year: abs((date(year, day.month or 1, min(day.day or 15, 28)) - today).days),
            )
            known.append(Day(nearest, day.month, day.day))
    return known


def _date(published: str | None) -> date | None:
    """The day of publication; None where the years beside it are beyond what a calendar has."""
    try:
        found = date.fromisoformat(published or "")
    except ValueError:
        return None
    return found if 2 < found.year < 9998 else None
