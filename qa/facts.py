"""What a sentence states that can be compared exactly: its numbers, dates, names, countries, quotations, and whether it
denies. In the languages we serve, without a model.

Names of months, days, countries and languages are CLDR's, by Babel; numbers are read with the signs of all our
languages at once, so "1,500" is both 1500 and 1.5 and agrees with either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale

from index import UNKNOWN_LANGUAGE
from index.languages import LANGUAGE_NAMES, uzbek_to_latin
from index.names import Name, find_names
from qa.kinds import date_spans

Span = tuple[int, int]
Values = frozenset[float]
"""One number as it may be meant."""


# ---- numbers

_THOUSAND, _MILLION, _MILLIARD, _BILLION = 1e3, 1e6, 1e9, 1e12
_SCALES = (
    # Longest first: "milliard" begins like "million" ends.
    (r"milliard\w*|milyard\w*|milyar\w*|миллиард\w*|млрд|mlrd|mrd|md|bn", _MILLIARD),
    (r"mil millones|miles de millones", _MILLIARD),
    (r"trillions?|триллион\w*|трлн|trillion\w*|trilyon\w*|trln", _BILLION),
    (r"million\w*|millón|millones|миллион\w*|млн|mln|mio|milyon\w*|m(?=\s|$)", _MILLION),
    (r"thousands?|milliers?|mille|mil|tausend|тысяч\w*|тыс|bin|ming|мың|минг", _THOUSAND),
)
_LONG_SCALE = ("fr", "es", "de")
"""Where a billion is a million millions."""
_WORDS = {
    2: "two deux dos zwei два две двух двум двумя iki ikki екі икки both",
    3: "three trois tres drei три трёх трех трём трем тремя üç uch үш уч",
    4: "four quatre cuatro vier четыре четырёх четырех четырём dört to'rt төрт тўрт",
    5: "five cinq cinco fünf пять пяти пятью beş besh бес беш",
    6: "six seis sechs шесть шести altı olti алты олти",
    7: "seven sept siete sieben семь семи yedi yetti жеті етти",
    8: "eight huit ocho acht восемь восьми sekiz sakkiz сегіз саккиз",
    9: "nine neuf nueve neun девять девяти dokuz to'qqiz тоғыз тўққиз",
    10: "ten dix diez zehn десять десяти on o'n он ўн",
    11: "eleven onze once elf одиннадцать одиннадцати",
    12: "twelve douze doce zwölf двенадцать двенадцати dozen douzaine docena dutzend",
    13: "thirteen treize trece dreizehn тринадцать тринадцати",
    14: "fourteen quatorze catorce vierzehn четырнадцать четырнадцати",
    15: "fifteen quinze quince fünfzehn пятнадцать пятнадцати",
    16: "sixteen seize dieciséis sechzehn шестнадцать шестнадцати",
    17: "seventeen dix-sept diecisiete siebzehn семнадцать семнадцати",
    18: "eighteen dix-huit dieciocho achtzehn восемнадцать восемнадцати",
    19: "nineteen dix-neuf diecinueve neunzehn девятнадцать девятнадцати",
    20: "twenty vingt veinte zwanzig двадцать двадцати yirmi yigirma жиырма",
    30: "thirty trente treinta dreißig тридцать тридцати otuz o'ttiz отыз",
    40: "forty quarante cuarenta vierzig сорок сорока kırk qirq қырық",
    50: "fifty cinquante cincuenta fünfzig пятьдесят пятидесяти elli ellik елу",
    60: "sixty soixante sesenta sechzig шестьдесят шестидесяти altmış oltmish алпыс",
    70: "seventy setenta siebzig семьдесят семидесяти yetmiş yetmish жетпіс",
    80: "eighty quatre-vingts ochenta achtzig восемьдесят восьмидесяти seksen sakson сексен",
    90: "ninety noventa neunzig девяносто doksan to'qson тоқсан",
    100: "hundred cent cents cien ciento hundert сто ста yüz yuz жүз юз",
    200: "doscientos doscientas двести двухсот zweihundert",
    300: "trescientos trescientas триста трёхсот трехсот dreihundert",
    500: "quinientos quinientas пятьсот пятисот fünfhundert",
}
_VALUES = {word: float(value) for value, words in _WORDS.items() for word in words.split()}
_ONLY_IN = {
    "once": "es", "on": "tr", "он": "kk", "both": "en", "dos": "es", "tres": "es", "cent": "fr", "cents": "fr",
    "mil": "es", "seis": "es", "ming": "uz", "bin": "tr", "elli": "tr", "doce": "es", "uch": "uz", "ста": "ru",
    "сто": "ru", "tausend": "de", "mille": "fr", "юз": "uz", "уч": "uz", "бес": "kk", "elf": "de", "md": "fr",
}  # fmt: skip
"""Words that mean something else in another of our languages."""
_DIGITS = re.compile(
    r"(?<![\w.,])[+−-]?\d+(?:[\u00a0\u202f\u2009 '’]\d{3}(?!\d))*(?:[.,]\d+)*(?![\w]*\d)", re.UNICODE
)
_LETTERS = re.compile(r"[^\W\d_]+(?:['ʻʼ‘’-][^\W\d_]+)*")
_SCALE = [(re.compile(rf"(?:{pattern})(?!\w)", re.IGNORECASE), value) for pattern, value in _SCALES]
_BILLIONS = re.compile(r"(?:billions?|billionen|billones|billón)(?!\w)", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s\u00a0\u202f-]*(?:de |d['’])?")


def numbers(text: str, language: str = UNKNOWN_LANGUAGE) -> list[Values]:
    """The numbers of a text, those of its dates aside, each as the values that it may have.

    >>> [sorted(values) for values in numbers("12,5 millions d'euros pour deux villes", "fr")]
    [[12500000.0], [2.0]]

    Args:
        text: Any text.
        language: ISO 639-1; "billion" and some words of few letters are told apart by it.
    """
    dates = date_spans(text)
    found: list[Values] = []
    taken: list[Span] = list(dates)
    for match in _DIGITS.finditer(text):
        if _overlaps(match.span(), dates):
            continue
        values = _of_digits(match[0])
        scale = _scale_at(text, match.end(), language)
        found.append(frozenset(value * scale for value in values))
    words = [
        (match.span(), _value_of(match[0], language))
        for match in _LETTERS.finditer(text)
        if not _overlaps(match.span(), taken)
    ]
    at = 0
    while at < len(words):
        (_, end), value = words[at]
        at += 1
        if value is None:
            continue
        # "twenty five", "двадцать пять", "deux cents": tens and units side by side are one number.
        while at < len(words) and words[at][1] is not None and text[end : words[at][0][0]].strip(" -") == "":
            further = words[at][1]
            assert further is not None
            if further < value and value % 10 == 0:
                value += further
            elif further == 100 and value < 10:
                value *= 100
            else:
                break
            end = words[at][0][1]
            at += 1
        found.append(frozenset({value * _scale_at(text, end, language)}))
    return found


def _of_digits(written: str) -> Values:
    """ "1,500" is 1500 in English and 1.5 in French; "1.234,5" is one thing only."""
    bare = re.sub(r"[\s\u00a0\u202f\u2009'’+−-]", "", written)
    signs = re.findall(r"[.,]", bare)
    readings: set[float] = set()
    if not signs:
        return frozenset({float(bare)})
    thousands = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare) is not None and len(set(signs)) == 1
    if thousands:
        readings.add(float(re.sub(r"[.,]", "", bare)))
    if len(signs) == 1:
        readings.add(float(bare.replace(",", ".")))
    elif not thousands:
        whole, _, part = bare.replace(",", ".").rpartition(".")
        readings.add(float(f"{whole.replace('.', '')}.{part}"))
    return frozenset(readings)


def _scale_at(text: str, end: int, language: str) -> float:
    gap = _BETWEEN.match(text, end)
    at = gap.end() if gap else end
    if _BILLIONS.match(text, at):
        return _BILLION if language in _LONG_SCALE else _MILLIARD
    for pattern, value in _SCALE:
        match = pattern.match(text, at)
        if match and _is_of(match[0].casefold(), language):
            return value
    return 1.0


def _value_of(word: str, language: str) -> float | None:
    folded = re.sub("[ʻʼ‘’]", "'", word.casefold())
    value = _VALUES.get(folded)
    if value is None and language == "de":
        return _german(folded)
    if value is None and "-" in folded:
        parts = [_VALUES.get(part) for part in folded.split("-")]
        known = [part for part in parts if part is not None]
        if len(known) == len(parts) == 2 and known[1] < 10 <= known[0]:
            return sum(known)
    return value if value is not None and _is_of(folded, language) else None


def _german(word: str) -> float | None:
    """ "fünfundzwanzig"."""
    units, joined, tens = word.partition("und")
    one, ten = {"ein": 1.0}.get(units, _VALUES.get(units)), _VALUES.get(tens)
    return one + ten if joined and one is not None and ten is not None and one < 10 <= ten else None


def _is_of(word: str, language: str) -> bool:
    return language == UNKNOWN_LANGUAGE or _ONLY_IN.get(word, language) == language


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < high and low < span[1] for low, high in others)


# ---- dates


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

    def contradicts(self, other: Day) -> bool:
        """Whether both say something of the same thing, and not the same."""
        pairs = zip((*self._said(), self.weekday), (*other._said(), other.weekday), strict=True)
        return any(a is not None and b is not None and a != b for a, b in pairs)

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
_MONTH_ALONE = re.compile(
    r"(?<!\w)(?:in|since|by|until|last|next|early|late|en|fin|début|depuis|courant|im|seit|ab|ende|anfang|mitte|в|с|к|до|"
    r"по|desde|a|para)\s(?:late |early |mid-|el mes de )?([^\W\d_]{3,})|"
    r"(?<!\w)([^\W\d_]{3,}(?:da|de|ta|te|да|де|та|те))(?!\w)",
    re.IGNORECASE,
)


def days(text: str) -> list[Day]:
    """The dates of a text, as far as each is given: days, months, years and days of the week."""
    found: list[Day] = []
    spans = date_spans(text)
    for low, high in spans:
        found += _parse(text[low:high])
    for match in _MONTH_ALONE.finditer(text):
        group = 1 if match[1] else 2
        month = _month(match[group], alone=True)
        if month is not None and not _overlaps(match.span(group), spans):
            found.append(Day(month=month))
    for match in _LETTERS.finditer(text):
        if not _overlaps(match.span(), spans):
            weekday = _weekday_of(match[0].casefold())
            if weekday is not None:
                found.append(Day(weekday=weekday))
    return list(dict.fromkeys(found))


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
    month = next((m for m in map(_month, _LETTERS.findall(written)) if m is not None), None)
    rest = _YEAR.sub(" ", written)
    numbered = [int(number) for number in _DAY_NUMBER.findall(rest)] if month is not None else []
    if not numbered:
        yield Day(year, month)
    yield from (Day(year, month, number) for number in numbered if 1 <= number <= 31)


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Names of months in all languages, in any form, without their last letters where these carry a case."""
    names: dict[str, int] = {}
    for language in LANGUAGE_NAMES:
        months = Locale.parse(language).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[form][width].items():
                    names[_fold(name).rstrip(".")] = number
    return names


def _month(word: str, alone: bool = False) -> int | None:
    folded = _fold(word)
    names = _months()
    if folded in names and not (alone and len(folded) < 4 and folded not in ("mai", "may")):
        return names[folded]
    for cut in range(1, 5):
        if len(folded) - cut >= 4:
            stem = folded[:-cut]
            for candidate in (stem, stem + "ь", stem + "й"):
                if candidate in names and len(candidate) >= 4:
                    return names[candidate]
    return None


@lru_cache(maxsize=1)
def _weekdays() -> dict[str, int]:
    return {
        _fold(name): number
        for language in LANGUAGE_NAMES
        for number, name in Locale.parse(language).days["format"]["wide"].items()
    }


_RUSSIAN_ACCUSATIVE = {"среду": 2, "пятницу": 4, "субботу": 5}


def _weekday_of(word: str) -> int | None:
    folded = _fold(word)
    if folded in _RUSSIAN_ACCUSATIVE:
        return _RUSSIAN_ACCUSATIVE[folded]
    names = _weekdays()
    # "Mardi" may be Turkish for nothing, but "mars" is no day: only whole names, with a plural or a case.
    for cut in range(5):
        if len(folded) - cut >= 4 and folded[: len(folded) - cut] in names:
            return names[folded[: len(folded) - cut]]
    return None


def resolved(found: Iterable[Day], published: str | None) -> list[Day]:
    """Dates of an article with what its day of publication adds: the year, and which Thursday.

    Args:
        found: From `days`.
        published: ISO date; None: nothing is added.
    """
    today = date.fromisoformat(published) if published else None
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


# ---- names and countries

_ALSO = {
    "US": "usa us u.s. сша америка americans american américain américaine américains américaines amerikanisch "
    "estadounidense estadounidenses американский aqsh ақш abd ee.uu. eeuu états-unis etats-unis amerikaner",
    "GB": "uk britain british britannique grande-bretagne großbritannien britisch британский британия británico",
    "RU": "russian russe russes russisch ruso rusa российский русский россия rossiya",
    "CN": "chinese chinois chinoise chinesisch chino китайский кнр xitoy",
    "KR": "korea corée korean coréen coréenne корея",
    "CH": "swiss suisse schweizer suizo швейцарский",
    "IN": "indian indien indienne indisch indio индийский",
    "TR": "türkiye turkey turquie turkish turc turque türkisch турция турецкий",
}
_FAMOUS_LANGUAGE = {
    "kk": "KZ", "uz": "UZ", "ky": "KG", "tg": "TJ", "tk": "TM", "fr": "FR", "de": "DE", "es": "ES", "tr": "TR",
    "it": "IT", "ja": "JP", "uk": "UA", "pl": "PL", "el": "GR", "hu": "HU", "fa": "IR", "az": "AZ", "hy": "AM",
    "ka": "GE", "mn": "MN", "ro": "RO", "bg": "BG", "sv": "SE", "fi": "FI", "nl": "NL", "pt": "PT", "he": "IL",
}  # fmt: skip
"""The country that is called by its language's name: an Uzbek president speaks for Uzbekistan."""


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGE_NAMES:
        locale = Locale.parse(language)
        for code, name in locale.territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(_fold(name), code)
        for spoken, country in _FAMOUS_LANGUAGE.items():
            if spoken in locale.languages:
                names.setdefault(_fold(locale.languages[spoken]), country)
    for code, words in _ALSO.items():
        names |= {_fold(word): code for word in words.split()}
    return names


_LONGEST_COUNTRY = 5  # words


def countries(text: str) -> dict[Span, str]:
    """Countries that a text names, by their stretch: ISO 3166 codes, also for adjectives ("Uzbek", "ouzbek")."""
    words = list(re.finditer(r"[^\W\d_](?:[^\W\d_]|[.'ʻʼ‘’-](?=[^\W\d_]))*", text))
    found: dict[Span, str] = {}
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_COUNTRY, len(words) - at), 0, -1):
            span = (words[at].start(), words[at + length - 1].end())
            code = _country(text[slice(*span)])
            if code is not None:
                found[span] = code
                at += length
                break
        else:
            at += 1
    return found


@lru_cache(maxsize=50_000)
def _country(words: str) -> str | None:
    folded = _fold(words)
    if folded == "us" and words != "US":
        return None
    names = _countries()
    folded = re.sub(r"^(?:l|d)'", "", folded)
    for cut in range(5):
        stem = folded[: len(folded) - cut]
        if cut and len(stem) < 5:
            break
        for candidate in (stem, stem + "я", stem + "а", stem + "ий", stem + "ch", stem + "h", stem + "e"):
            if candidate in names and (not cut or len(candidate) >= 6):
                return names[candidate]
        if not cut and folded in names:
            return names[folded]
    return None


def names(text: str, language: str) -> list[Name]:
    """The names of a text, countries and dates aside; in German no single noun.

    Args:
        text: A sentence.
        language: ISO 639-1.
    """
    aside = [*countries(text), *date_spans(text)]
    found = [
        name
        for name in find_names(text)
        if not _overlaps((name.start, name.end), aside)
        and _month(name.text) is None
        and _weekday_of(name.text.casefold()) is None
    ]
    if language != "de":
        return found
    # Every German noun has a capital: two in a row, or one that no article or adjective leads in, is a name.
    kept = []
    for name in found:
        before = re.search(r"(\w+)[\s\u00a0]$", text[: name.start])
        neighbour = any(
            abs(other.start - name.end) <= 2 or abs(name.start - other.end) <= 2
            for other in found
            if other is not name
        )
        if neighbour or (before is not None and before[1].islower() and before[1] in _BEFORE_GERMAN_NAMES):
            kept.append(name)
    return kept


_BEFORE_GERMAN_NAMES = frozenset(
    ("in", "nach", "aus", "von", "mit", "bei", "gegen", "über", "und", "durch", "traf", "empfing", "besuchte")
)


# ---- quotations and denial

_QUOTED = re.compile(r"“([^”“]{8,})”|„([^“”„]{8,})[“”]|«\s?([^»«]{8,}?)\s?»|\"([^\"]{8,})\"")


def quotations(text: str) -> list[str]:
    """What stands between quotation marks, of eight characters or more."""
    return [next(filter(None, match.groups())) for match in _QUOTED.finditer(text)]


_DENIED = {
    "en": r"not|never|no|nor|neither|without|cannot|none|nobody|nothing|n['’]t\b|\w+n['’]t",
    "fr": r"pas|jamais|aucune?|ni|sans|non|personne n\w*|rien",
    "ru": r"не|ни|нет|без|никогда|никто|ничего|нельзя",
    "de": r"nicht|nie|niemals|kein\w*|ohne|niemand|nichts|weder",
    "es": r"no|nunca|sin|jamás|ning[uú]n[oa]?|nadie|nada|tampoco|ni",
    "tr": r"değil\w*|yok|hiç|\w{2,}m[ae](?:dı|di|z|yacak|yecek|mış|miş)\w*|\w{2,}m[ıiuü]yor\w*",
    "uz": r"emas\w*|yo['ʻʼ‘’]q|hech|\w{2,}ma(?:di|gan|ydi|s)\w*|эмас\w*|йўқ|\w{2,}ма(?:ди|ган|йди)\w*",
    "kk": r"емес\w*|жоқ|ешқашан|ешкім|\w{2,}(?:ма|ме|ба|бе|па|пе)(?:ды|ді|ған|ген|йды|йді)\w*",
}
_DENIALS = {
    language: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    for language, pattern in _DENIED.items()
}
_NOT_DENIED = re.compile(
    r"(?<!\w)(?:not only|no longer than|no fewer than|no less than|non seulement|не только|не менее|не более|"
    r"nicht nur|no solo|no sólo|nada menos|pas moins|rien de moins|hech bo['ʻ‘’]lmaganda|nothing less|"
    r"no later than|не позднее)(?!\w)",
    re.IGNORECASE,
)


def denials(text: str, language: str) -> int:
    """How often a sentence denies; in a language that we do not serve, and for "und", 0."""
    pattern = _DENIALS.get(language)
    return 0 if pattern is None else len(pattern.findall(_NOT_DENIED.sub(" ", text)))


# Only what hardly means anything else: a false "planned" would be worse than none.
_PLANS = {
    "en": r"will|shall|plans? to|planned|is to|are to|expected to|scheduled|intends? to|going to",
    "fr": r"doit|doivent|devrait|devraient|prévoi(?:t|ent)|envisagent?|sera|seront|aura|"
    r"auront|(?-i:[a-zà-ÿ]{3,}(?:erai?t?|eront|ira|iront|dra|dront))",
    "ru": r"будет|будут|планиру(?:ет|ют|ется|ются)|намерен[аы]?|собира(?:ется|ются)|предстоит|состоится|состоятся|"
    r"ожидается|запланирован[аоы]?|намечен[аоы]?|прибудет|встретится|встретятся|посетит",
    "de": r"soll|sollen|plant|planen|geplant(?:e|en|er|es)?|erwartet wird|vorgesehen|beabsichtigt",
    "es": r"será|serán|prevén?|previst[oa]s?|planean?|tendrá|tendrán|"
    r"(?-i:[a-zà-ÿ]{3,}(?:[aei]rán?))",
    "tr": r"\w+(?:acak|ecek|acaklar|ecekler)|planlan(?:ıyor|dı)|bekleniyor",
    "uz": r"rejalashtir(?:ilgan|moqda|ildi|ilyapti)|kutil(?:moqda|yapti)|mo['ʻʼ‘’]ljallan(?:gan|moqda)|"
    r"режалаштир(?:илган|моқда)|кутилмоқда",
    "kk": r"жоспарла(?:нып|нған|п)|күтіл(?:уде|іп)",
}
_PLANNED = {
    language: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    for language, pattern in _PLANS.items()
}


def is_planned(text: str, language: str) -> bool:
    """Whether a sentence, or the clause given, speaks of what is to come; False in languages that we do not serve."""
    pattern = _PLANNED.get(language)
    return pattern is not None and pattern.search(text) is not None


def normalised(text: str) -> str:
    """For comparing quotations: compatibility forms, one kind of quotation mark, apostrophe and dash, single spaces,
    lower case."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub("[ʻʼ‘’`´]", "'", text)
    text = re.sub('[“”„«»"]', '"', text)
    text = re.sub("[‐‑‒–—−]", "-", text)
    return " ".join(text.split())


def _fold(word: str) -> str:
    word = uzbek_to_latin(word.casefold()) if re.search("[ўқғҳ]", word.casefold()) else word.casefold()
    word = re.sub("[ʻʼ‘’`´]", "'", word)
    letters = unicodedata.normalize("NFKD", word.replace("й", "\0").replace("ё", "е"))
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("\0", "й").replace("ı", "i")
