"""What a sentence states that can be compared exactly: its numbers, dates, names, countries, quotations, and whether it
denies. In the languages we serve, without a model.

Names of months, days, countries and languages are CLDR's, by Babel; numbers are read with the signs of all our
languages at once, so "1,500" is both 1500 and 1.5 and agrees with either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
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
_SCALES = {
    _THOUSAND: "thousand thousands mille milliers millier mil tausend тысяча тысячи тысяч тысячу тысячам тыс bin ming "
    "мың минг",
    _MILLION: "million millions millón millones миллион миллиона миллионов млн mln mio millionen milyon",
    _MILLIARD: "milliard milliards milliarde milliarden миллиард миллиарда миллиардов млрд mlrd mrd milyar milyard bn "
    "миллиардный",
    _BILLION: "trillion trillions trillón trillones триллион триллиона триллионов трлн trilyon trln",
}
_SCALE_OF = {word: value for value, words in _SCALES.items() for word in words.split()}
_BILLIONS = frozenset(["billion", "billions", "billionen", "billones", "billón"])
_LONG_SCALE = ("fr", "es", "de")
"""Where a billion is a million millions."""
_AFTER_MONEY = {"k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12}
"""Letters that stand for a scale behind a sum of money alone: 200 m are metres."""
_ONE = frozenset(["one", "a", "un", "une", "uno", "una", "ein", "eine", "один", "одна", "одну", "bir"])
"""One of what follows, where that is a hundred or a scale."""
_WORDS = {
    2: "two deux dos zwei два две двух двум двумя двое двоих iki ikki екі икки",
    3: "three trois tres drei три трёх трех трём трем тремя трое троих üç uch үш уч",
    4: "four quatre cuatro vier четыре четырёх четырех четырём четверо dört to'rt төрт тўрт",
    5: "five cinq cinco fünf пять пяти пятью пятеро beş besh бес беш",
    6: "six seis sechs шесть шести шестеро altı olti алты олти",
    7: "seven sept siete sieben семь семи семеро yedi yetti жеті етти",
    8: "eight huit ocho acht восемь восьми sekiz sakkiz сегіз саккиз",
    9: "nine neuf nueve neun девять девяти dokuz to'qqiz тоғыз тўққиз",
    10: "ten dix diez zehn десять десяти on o'n он ўн",
    11: "eleven onze once elf одиннадцать одиннадцати",
    12: "twelve douze doce zwölf двенадцать двенадцати dozen douzaine docena dutzend",
    13: "thirteen treize trece dreizehn тринадцать тринадцати",
    14: "fourteen quatorze catorce vierzehn четырнадцать четырнадцати",
    15: "fifteen quinze quince fünfzehn пятнадцать пятнадцати",
    16: "sixteen seize dieciséis sechzehn шестнадцать шестнадцати",
    17: "seventeen diecisiete siebzehn семнадцать семнадцати",
    18: "eighteen dieciocho achtzehn восемнадцать восемнадцати",
    19: "nineteen diecinueve neunzehn девятнадцать девятнадцати",
    20: "twenty vingt vingts vingtaine veinte zwanzig двадцать двадцати yirmi yigirma жиырма",
    21: "veintiuno veintiún",
    22: "veintidós",
    23: "veintitrés",
    24: "veinticuatro",
    25: "veinticinco",
    26: "veintiséis",
    27: "veintisiete",
    28: "veintiocho",
    29: "veintinueve",
    30: "thirty trente trentaine treinta dreißig тридцать тридцати otuz o'ttiz отыз",
    40: "forty quarante cuarenta vierzig сорок сорока kırk qirq қырық",
    50: "fifty cinquante cinquantaine cincuenta fünfzig пятьдесят пятидесяти elli ellik елу",
    60: "sixty soixante sesenta sechzig шестьдесят шестидесяти altmış oltmish алпыс",
    70: "seventy setenta siebzig семьдесят семидесяти yetmiş yetmish жетпіс",
    80: "eighty ochenta achtzig восемьдесят восьмидесяти seksen sakson сексен",
    90: "ninety noventa neunzig девяносто doksan to'qson тоқсан",
    100: "hundred hundreds cent cents centaine cien ciento hundert сто ста yüz yuz жүз юз",
    200: "doscientos doscientas двести двухсот zweihundert",
    300: "trescientos trescientas триста трёхсот трехсот dreihundert",
    400: "cuatrocientos cuatrocientas четыреста четырёхсот vierhundert",
    500: "quinientos quinientas пятьсот пятисот fünfhundert",
    600: "seiscientos seiscientas шестьсот шестисот sechshundert",
    700: "setecientos setecientas семьсот семисот siebenhundert",
    800: "ochocientos ochocientas восемьсот восьмисот achthundert",
    900: "novecientos novecientas девятьсот девятисот neunhundert",
}
_VALUES = {word: float(value) for value, words in _WORDS.items() for word in words.split()}
_ONLY_IN = {
    "once": "es", "on": "tr", "он": "kk", "dos": "es", "tres": "es", "cent": "fr", "cents": "fr", "mil": "es",
    "seis": "es", "ming": "uz", "bin": "tr", "elli": "tr", "doce": "es", "uch": "uz", "ста": "ru", "сто": "ru",
    "tausend": "de", "mille": "fr", "юз": "uz", "уч": "uz", "бес": "kk", "elf": "de", "sept": "fr", "a": "en",
    "ein": "de", "eine": "de", "une": "fr", "una": "es", "uno": "es", "bir": "tr", "on'": "tr",
}  # fmt: skip
"""Words that mean something else in another of our languages."""
_ALONE_NO_NUMBER = frozenset(("yuz", "юз", "cent", "cents", "ciento", "hundreds"))
"""Words that count only beside another number: uz "yuz" is a face, "pour cent" a share."""
_JOINING = frozenset(["and", "et", "y", "und", "и"])
_PERCENT = re.compile(r"(?:pour|por|per)[\s\u00a0]$", re.IGNORECASE)
_MONEY = re.compile(r"[$€£₽¥]\s?$|(?:USD|EUR)\s?$")
_SPACES = "\u00a0\u202f\u2009"
_DIGITS = re.compile(rf"(?<![\w.,])(?:\d{{1,3}}(?:[{_SPACES}'’]\d{{3}})+(?!\d)|\d+)(?:[.,]\d+)*")
_SPACED_DIGITS = re.compile(rf"(?<![\w.,])(?:\d{{1,3}}(?:[ {_SPACES}'’]\d{{3}})+(?!\d)|\d+)(?:[.,]\d+)*")
_LETTERS = re.compile(r"[^\W\d_]+(?:['ʻʼ‘’][^\W\d_]+)*")
_GAP = re.compile(r"[\s\u00a0\u202f-]*(?:de |d['’])?")


def numbers(text: str, language: str = UNKNOWN_LANGUAGE) -> list[Values]:
    """The numbers of a text, those of its dates aside, each as the values that it may have.

    >>> [sorted(values) for values in numbers("12,5 millions d'euros pour deux villes", "fr")]
    [[12500000.0], [2.0]]

    Args:
        text: Any text.
        language: ISO 639-1; "billion" and some words of few letters are told apart by it.
    """
    covered = _covered(text, date_spans(text))
    found: list[Values] = []
    digits = _DIGITS if language == "en" else _SPACED_DIGITS
    for match in digits.finditer(text):
        if covered[match.start()]:
            continue
        end, scale = _scale_at(text, match, language)
        found.append(frozenset(value * scale for value in _of_digits(match[0])))
        covered[match.start() : end] = b"\1" * (end - match.start())
    words = [m for m in _LETTERS.finditer(text) if not covered[m.start()]]
    at = 0
    while at < len(words):
        used, value = _spelled(text, words, at, language)
        if value is not None:
            found.append(frozenset({value}))
        at += max(1, used)
    return found


def _covered(text: str, spans: Iterable[Span]) -> bytearray:
    mask = bytearray(len(text) + 1)
    for low, high in spans:
        mask[low:high] = b"\1" * (high - low)
    return mask


def _of_digits(written: str) -> Values:
    """ "1,500" is 1500 in English and 1.5 in French; "1.234,5" is one thing only."""
    bare = re.sub(r"[\s\u00a0\u202f\u2009'’]", "", written)
    signs = re.findall(r"[.,]", bare)
    if not signs:
        return frozenset({float(bare)})
    readings: set[float] = set()
    thousands = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare) is not None and len(set(signs)) == 1
    if thousands:
        readings.add(float(re.sub(r"[.,]", "", bare)))
    if len(signs) == 1:
        readings.add(float(bare.replace(",", ".")))
    elif not thousands:
        whole, _, part = bare.replace(",", ".").rpartition(".")
        readings.add(float(f"{whole.replace('.', '')}.{part}"))
    return frozenset(readings)


def _scale_at(text: str, match: re.Match[str], language: str) -> tuple[int, float]:
    """Where the scale words behind a number end, and what they multiply it by: "3 mil millones"."""
    end, scale = match.end(), 1.0
    while True:
        gap = _GAP.match(text, end)
        word = _LETTERS.match(text, gap.end() if gap else end)
        if word is None:
            return end, scale
        value = _scale(word[0], language)
        if value is None and _MONEY.search(text, 0, match.start()) and word.start() <= end + 1:
            value = _AFTER_MONEY.get(word[0].casefold())
        if value is None or (scale != 1.0 and (scale, value) != (_THOUSAND, _MILLION)):
            return end, scale
        end, scale = word.end(), scale * value


def _scale(word: str, language: str) -> float | None:
    folded = word.casefold()
    if folded in _BILLIONS:
        return _BILLION if language in _LONG_SCALE else _MILLIARD
    value = _SCALE_OF.get(folded)
    return value if value is not None and _is_of(folded, language) else None


def _spelled(text: str, words: Sequence[re.Match[str]], at: int, language: str) -> tuple[int, float | None]:
    """How many words from here on spell a number, and which: "two hundred and fifty", "mil quinientos"."""
    total = current = 0.0
    last: float | None = None
    used = counted = 0
    for place in range(at, len(words)):
        word = words[place]
        if place > at and text[words[place - 1].end() : word.start()].strip(" -\u00a0"):
            break
        folded = re.sub("[ʻʼ‘’]", "'", word[0].casefold())
        value, scale = _value_of(folded, language), _scale(word[0], language)
        if folded in _JOINING and last is not None and last >= 20:
            continue
        if scale is not None:
            if last is None and place == at and scale == _THOUSAND and language not in ("fr", "es", "und"):
                return 1, None  # "thousands of people" is no number
            total = (
                (total + (current or 1.0)) * scale
                if total and scale > _THOUSAND
                else total + (current or 1.0) * scale
            )
            current, last = 0.0, scale
        elif value is None:
            if folded in _ONE and last is None and _is_of(folded, language):
                current, last = 1.0, 1.0
            elif folded in _ONE and last is not None and 20 <= last < 100 and _is_of(folded, language):
                current, last = current + 1, 1.0
            else:
                break
        elif value == 100 and _PERCENT.search(text, 0, word.start()):
            break
        elif value == 100 and 1 <= current < 10:
            current, last = current * 100, 100.0
        elif language == "fr" and value == 20 and last == 4:
            current, last = current + 76, 80.0
        elif last is not None and not _adds(last, value, language):
            break
        else:
            current, last = current + value, value
        used, counted = place - at + 1, counted + 1
    result = total + current
    alone = counted == 1 and re.sub("[ʻʼ‘’]", "'", words[at][0].casefold()) in _ALONE_NO_NUMBER
    if (
        not used
        or alone
        or result == 1
        or (result == 100 and words[at][0].casefold() in _ONE and counted < 2)
    ):
        return used, None
    return used, result


def _adds(last: float, value: float, language: str) -> bool:
    """Whether a number word goes on from the one before: tens and units, sixty and thirteen in French, ten and five in
    the Turkic languages."""
    if last == 10:
        return value < 10 and language in ("tr", "uz", "kk", UNKNOWN_LANGUAGE)
    if last >= 100:
        return value < last
    return last >= 20 and (value < 10 or (last in (60, 80) and value < 20))


def _value_of(folded: str, language: str) -> float | None:
    value = _VALUES.get(folded)
    if value is None and language == "de":
        return _german(folded)
    return value if value is not None and _is_of(folded, language) else None


_GERMAN_SCALES = (("tausend", 1000.0), ("hundert", 100.0))


def _german(word: str) -> float | None:
    """ "fünfundzwanzig", "dreitausendfünfhundert"."""
    if word in _VALUES or word == "ein":
        return _VALUES.get(word, 1.0)
    for scale, value in _GERMAN_SCALES:
        before, found, after = word.partition(scale)
        if found:
            one = _german(before) if before else 1.0
            rest = _german(after.removeprefix("und")) if after else 0.0
            return None if one is None or rest is None else one * value + rest
    units, joined, tens = word.partition("und")
    one, ten = _VALUES.get(units, 1.0 if units == "ein" else None), _VALUES.get(tens)
    return one + ten if joined and one is not None and ten is not None and one < 10 <= ten else None


def _is_of(word: str, language: str) -> bool:
    if word == "bir":
        return language in ("tr", "uz", "kk", UNKNOWN_LANGUAGE)
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
    covered = _covered(text, spans)
    months, weekdays = _forms_of(language)
    words = list(_LETTERS.finditer(text))
    for at, word in enumerate(words):
        if covered[word.start()]:
            continue
        folded = _fold(word[0])
        if folded in weekdays and _is_written(word[0], text, word.start(), language):
            found.append(Day(weekday=weekdays[folded]))
        elif folded in months and language != UNKNOWN_LANGUAGE and _stands_alone(text, words, at, language):
            found.append(Day(month=months[folded]))
    return list(dict.fromkeys(found))


def _is_written(word: str, text: str, start: int, language: str) -> bool:
    """Whether a day or a month may be written so: "Mardi" inside a French sentence is a name."""
    opens = not text[:start].rstrip(" «»“”„\"'(—–-") or text[:start].rstrip()[-1:] in ".!?\n"
    if language in _WRITTEN_SMALL:
        return word[0].islower() or opens
    return language == UNKNOWN_LANGUAGE or word[0].isupper()


def _stands_alone(text: str, words: Sequence[re.Match[str]], at: int, language: str) -> bool:
    word = words[at]
    if not _is_written(word[0], text, word.start(), language):
        return False
    if language in _MONTH_WORD:
        behind = _fold(words[at + 1][0]) if at + 1 < len(words) else ""
        cased = _fold(word[0]) not in _plain_months(language)
        return cased or behind.startswith(_MONTH_WORD[language])
    before = _fold(words[at - 1][0]) if at else ""
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
    months, _ = _forms_of(UNKNOWN_LANGUAGE)
    words = (_fold(word).rstrip(".") for word in _LETTERS.findall(written))
    month = next((months[word] for word in words if word in months), None)
    rest = _YEAR.sub(" ", written)
    numbered = [int(number) for number in _DAY_NUMBER.findall(rest)] if month is not None else []
    if not numbered:
        yield Day(year, month)
    yield from (Day(year, month, number) for number in numbered if 1 <= number <= 31)


@lru_cache(maxsize=16)
def _forms_of(language: str) -> tuple[dict[str, int], dict[str, int]]:
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
    return frozenset(map(_fold, months)) | (frozenset(_CYRILLIC_UZBEK) if language == "uz" else frozenset())


def _cases(name: str, language: str, *, wide: bool) -> Iterator[str]:
    folded = _fold(name).rstrip(".")
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


# ---- names and countries

_NATIONS = {
    "US": "american americans américain américaine américains américaines amerikanisch amerikaner estadounidense "
    "estadounidenses американский американец amerikalik",
    "GB": "british britannique britanniques britisch británico británica британский english anglais anglaise englisch",
    "RU": "russian russians russe russes russisch ruso rusa rusos русский российский россиянин",
    "CN": "chinese chinois chinoise chinesisch chino китайский",
    "KR": "korean coréen coréenne корейский koreanisch coreano",
    "CH": "swiss suisse suisses schweizer suizo швейцарский",
    "IN": "indian indien indienne indisch indio индийский",
    "TR": "turkish turc turque turcs türkisch turco турецкий",
    "IR": "iranian iranien iranienne iranisch iraní иранский",
    "CA": "canadian canadien canadienne kanadisch canadiense канадский",
    "BE": "belgian belge belges belgisch belga бельгийский",
    "SY": "syrian syrien syrienne syrisch sirio сирийский",
    "IQ": "iraqi irakien irakienne irakisch iraquí иракский",
    "SA": "saudi saoudien saoudienne saudisch saudí саудовский",
    "IL": "israeli israélien israélienne israelisch israelí израильский",
    "EG": "egyptian égyptien égyptienne ägyptisch egipcio египетский",
    "AF": "afghan afghane afghanisch afgano афганский",
    "PK": "pakistani pakistanais pakistanaise pakistanisch pakistaní пакистанский",
    "BR": "brazilian brésilien brésilienne brasilianisch brasileño бразильский",
    "AR": "argentine argentinian argentin argentine argentinisch argentino argentina аргентинский",
    "MX": "mexican mexicain mexicaine mexikanisch mexicano мексиканский",
    "UA": "ukrainian ukrainien ukrainienne ukrainisch ucraniano украинский",
    "BY": "belarusian biélorusse belarussisch bielorruso белорусский",
    "AU": "australian australien australienne australisch australiano австралийский",
    "AT": "austrian autrichien autrichienne österreichisch austriaco австрийский",
    "NE": "nigérien nigérienne",
    "NG": "nigerian nigérian nigériane",
    "FR": "french français française françaises französisch francés francesa французский fransuz",
    "DE": "german allemand allemande allemands deutsch alemán alemana немецкий германский nemis alman",
    "ES": "spanish espagnol espagnole spanisch español española испанский",
    "IT": "italian italien italienne italienisch italiano italiana итальянский",
    "JP": "japanese japonais japonaise japanisch japonés японский",
    "UZ": "uzbek ouzbek ouzbèke ouzbèque ouzbeke usbekisch uzbeko uzbeka узбекский o'zbek ўзбек özbek өзбек",
    "KZ": "kazakh kazakhe kasachisch kazajo kazaja казахский казахстанский qozoq қозоқ kazak қазақ kazakhstani",
    "KG": "kyrgyz kirghiz kirghize kirgisisch kirguís киргизский кыргызский qirg'iz",
    "TJ": "tajik tadjik tadjike tadschikisch tayiko таджикский tojik",
    "TM": "turkmen turkmène turkmenisch turkmeno туркменский",
}
"""What is said of a country's people and things, by its code (ISO 3166), in the first form of those that decline."""
_OTHER_NAMES = {
    "US": "usa u.s. u.s u.s.a. сша aqsh ақш abd ee.uu eeuu america amérique amerika américa",
    "GB": "uk u.k. u.k britain england angleterre inglaterra großbritannien grande-bretagne англия británia ingiltere",
    "RU": "rossiya ресей",
    "CN": "xitoy хитой çin",
    "KR": "korea corée корея corea koreya",
    "TR": "türkiye turkey turquie",
    "KG": "кыргызстан киргизия qirg'iziston",
    "BY": "белоруссия biélorussie",
    "MD": "молдавия moldavie",
    "CD": "drc rdc",
    "AE": "uae оаэ baa",
    "CZ": "czechia tchéquie чехия",
}
_MAY_BE_PERSONS = frozenset(["jordan", "chad", "georgia", "maurice", "jersey", "israel"])
_NO_COUNTRIES = frozenset(["granada", "indiana"])
_NOUN_ENDINGS = {
    "ru": ("", "а", "у", "ом", "е", "ы", "и", "ой", "ей", "ю", "я", "ией", "ии", "ию", "ем"),
    "uz": ("", "da", "dan", "ga", "ni", "ning", "dagi", "lik", "liklar", "да", "дан", "га", "ни", "нинг", "даги"),
    "kk": ("", "да", "де", "та", "те", "дан", "ден", "тан", "тен", "нан", "нен", "ға", "ге", "қа", "ке", "ды", "ді",
           "ты", "ті", "ның", "нің", "дың", "дің", "тың", "тің", "мен"),
    "de": ("", "s"),
    "en": ("", "'s"),
}  # fmt: skip
_ADJECTIVE_ENDINGS = {
    "de": ("", "e", "er", "en", "es", "em"),
    "ru": ("ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими"),
    "fr": ("", "s"),
    "es": ("", "s", "es"),
    "en": ("", "s"),
}
_LONGEST_COUNTRY = 5  # words
_WORD_OF_COUNTRY = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'ʻʼ‘’-](?=[^\W\d_]))*")


@lru_cache(maxsize=1)
def _countries() -> tuple[dict[str, str], dict[str, str]]:
    """Forms of the names of countries, which have a capital, and of what is said of their people; folded -> code."""
    nouns: dict[str, str] = {}
    for language in LANGUAGE_NAMES:
        locale = Locale.parse(language)
        for code, name in locale.territories.items():
            if len(code) == 2 and code.isalpha():
                for form in _inflected(_fold(name), _NOUN_ENDINGS.get(language, ("",))):
                    nouns.setdefault(form, code)
    for code, words in _OTHER_NAMES.items():
        for word in words.split():
            cyrillic = bool(re.search("[а-я]", word))
            for form in _inflected(_fold(word), _NOUN_ENDINGS["ru" if cyrillic else "uz"]):
                nouns[form] = code
    said: dict[str, str] = {}
    for code, words in _NATIONS.items():
        for word in map(_fold, words.split()):
            if word.endswith(("ский", "цкий")):
                said |= dict.fromkeys((word[:-2] + ending for ending in _ADJECTIVE_ENDINGS["ru"]), code)
            else:
                endings = (
                    {*_ADJECTIVE_ENDINGS["de"], *_ADJECTIVE_ENDINGS["es"]}
                    if word.endswith("isch")
                    else ("", "s")
                )
                said |= dict.fromkeys((word + ending for ending in endings), code)
    for name in _NO_COUNTRIES:
        nouns.pop(name, None)
    nouns |= {"vereinigten staaten": "US", "dr congo": "CD", "rd congo": "CD"}
    return nouns, said


def _inflected(name: str, endings: Iterable[str]) -> Iterator[str]:
    yield name
    if "я" <= name[-1:] <= "я" or name[-1:] in "айьо":
        yield from (name[:-1] + ending for ending in endings if ending)
    yield from (name + ending for ending in endings)


def countries(text: str) -> dict[Span, str]:
    """Countries that a text names, by their stretch: ISO 3166 codes, also for adjectives ("Uzbek", "ouzbek")."""
    words = list(_WORD_OF_COUNTRY.finditer(text))
    found: dict[Span, str] = {}
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_COUNTRY, len(words) - at), 0, -1):
            span = (words[at].start(), words[at + length - 1].end())
            code = _country(text[slice(*span)])
            if code is not None and not _is_a_person(text, words, at, length):
                found[span] = code
                at += length
                break
        else:
            at += 1
    return found


def _is_a_person(text: str, words: Sequence[re.Match[str]], at: int, length: int) -> bool:
    """ "Michael Jordan"."""
    if length != 1 or words[at][0].casefold() not in _MAY_BE_PERSONS:
        return False
    before = at > 0 and words[at - 1][0][0].isupper() and words[at].start() == words[at - 1].end() + 1
    after = (
        at + 1 < len(words) and words[at + 1][0][0].isupper() and words[at + 1].start() == words[at].end() + 1
    )
    return before or after


@lru_cache(maxsize=50_000)
def _country(words: str) -> str | None:
    folded = re.sub(r"^(?:l|d)'", "", _fold(words))
    nouns, said = _countries()
    if folded == "us":
        return "US" if words == "US" else None
    name = re.sub(r"^(?:[lL]|[dD])['’]", "", words)
    # Turkish cases stand behind an apostrophe.
    stem = folded.partition("'")[0] if " " not in folded else folded
    if name[:1].isupper():
        for form in (folded, stem):
            if form in nouns:
                return nouns[form]
    return said.get(folded)


def names(text: str, language: str) -> list[Name]:
    """The names of a text, countries and dates aside; in German no single noun.

    Args:
        text: A sentence.
        language: ISO 639-1.
    """
    aside = _covered(text, [*countries(text), *date_spans(text)])
    months, weekdays = _forms_of(language)
    found = [
        name
        for name in find_names(text)
        if not aside[name.start]
        and not (
            (form := _fold(name.text)) in weekdays and _is_written(name.text, text, name.start, language)
        )
        and not (form in months and _is_written(name.text, text, name.start, language))
    ]
    if language != "de":
        return found
    # Every German noun has a capital: two in a row, or one behind a word that leads in persons and places, is a name.
    kept = []
    for place, name in enumerate(found):
        before = re.search(r"(\w+)[\s\u00a0]$", text[max(0, name.start - 30) : name.start])
        beside = [found[other] for other in (place - 1, place + 1) if 0 <= other < len(found)]
        neighbour = any(
            abs(other.start - name.end) <= 2 or abs(name.start - other.end) <= 2 for other in beside
        )
        if neighbour or (before is not None and before[1] in _BEFORE_GERMAN_NAMES):
            kept.append(name)
    return kept


_BEFORE_GERMAN_NAMES = frozenset(
    ("in", "nach", "aus", "von", "mit", "bei", "gegen", "über", "und", "durch", "traf", "empfing", "besuchte")
)


# ---- quotations and denial

_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‚": "‘"}
_SHORTEST_QUOTATION = 8  # characters: less is a word in inverted commas


def quotations(text: str) -> list[str]:
    """What stands between quotation marks, of eight characters or more."""
    found: list[str] = []
    at = 0
    while at < len(text):
        closing = _PAIRS.get(text[at]) or ('"' if text[at] == '"' else "")
        end = (
            next((place for place in range(at + 1, len(text)) if text[place] in closing), -1)
            if closing
            else -1
        )
        if end < 0:
            at += 1
            continue
        quoted = text[at + 1 : end].strip()
        if len(quoted) >= _SHORTEST_QUOTATION:
            found.append(quoted)
        at = end + 1
    return found


_DENIED = {
    "en": r"not|never|no|nor|neither|without|cannot|none|nobody|nothing|n['’]t\b|\w+n['’]t",
    "fr": r"pas|jamais|aucune?|ni|sans|non|personne n\w*|rien|(?:n['’]|ne )\w+ plus",
    "ru": r"не|ни|нет|без|никогда|никто|ничего|нельзя",
    "de": r"nicht|nie|niemals|kein\w*|ohne|niemand|nichts|weder",
    "es": r"no|nunca|sin|jamás|ning[uú]n[oa]?|nadie|nada|tampoco|ni",
    "tr": r"değil\w*|yok|hiç|\w{2,}m[ae](?:dı|di|yacak|yecek|mış|miş)\w*|\w{2,}[^\W\d_gö]m[ıiuü]yor\w*",
    "uz": r"emas\w*|yo['ʻʼ‘’]q|hech|\w{2,}ma(?:di|gan|ydi|s)\w*|эмас\w*|йўқ|\w{2,}ма(?:ди|ган|йди)\w*",
    "kk": r"емес\w*|жоқ|ешқашан|ешкім|\w{2,}(?:ма|ме|ба|бе|па|пе)(?:ды|ді|ған|ген|йды|йді)\w*",
}
_DENIALS = {
    language: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    for language, pattern in _DENIED.items()
}
_NOT_DENIED = re.compile(
    r"(?<!\w)(?:not only|no longer than|no fewer than|no less than|nothing less|no later than|no\. ?\d+|non seulement|"
    r"sans doute|pas-de-\w+|pas moins|rien de moins|не только|не менее|не более|не позднее|не исключ\w+|nicht nur|"
    r"nicht zuletzt|no solo|no sólo|nada menos|sin embargo|hech bo['ʻ‘’]lmaganda)(?!\w)",
    re.IGNORECASE,
)


def denials(text: str, language: str) -> int:
    """How often a sentence denies; in a language that we do not serve, and for "und", 0."""
    pattern = _DENIALS.get(language)
    return 0 if pattern is None else len(pattern.findall(_NOT_DENIED.sub(" ", text)))


# Only what hardly means anything else: a false "planned" would be worse than none.
_PLANS = {
    "en": r"(?<!the )(?<!his )(?<!her )(?<!their )(?<!a )(?-i:will)|shall|plans? to|(?:is|are) planned|is to|are to|"
    r"(?:is|are) (?:expected|scheduled|due) to|intends? to|(?:is|are) going to",
    "fr": r"doi(?:t|vent) (?:se |y |en )?\w+(?:er|ir|re|oir)|devrai(?:t|ent)|prévoi(?:t|ent)|envisagent?|sera|seront|"
    r"auront|(?-i:[a-zà-ÿ]{3,}(?:era|eront|iront|vra|vront|dra|dront))",
    "ru": r"будет|будут|планиру(?:ет|ют|ется|ются)|намерен[аы]?|собира(?:ется|ются)|предстоит|состоится|состоятся|"
    r"ожидается|запланирован[аоы]?|намечен[аоы]?|прибудет|встретится|встретятся|посетит",
    "de": r"soll(?:en)?(?!.*\b(?:haben|sein)\b)|plant|planen|ist geplant|vorgesehen|beabsichtigt",
    "es": r"será|serán|prevén?|está previst[oa]|planean?|tendrá|tendrán|(?-i:[a-zà-ÿ]{3,}[aei]rá)",
    "tr": r"planlan(?:ıyor|dı)|bekleniyor",
    "uz": r"rejalashtir(?:ilgan|moqda|ildi|ilyapti)|kutil(?:moqda|yapti)|mo['ʻʼ‘’]ljallan(?:gan|moqda)|"
    r"режалаштир(?:илган|моқда)|кутилмоқда",
    "kk": r"жоспарла(?:нып|нған|п)|күтіл(?:уде|іп)",
}
_PLANNED = {
    language: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    for language, pattern in _PLANS.items()
}
_CLAUSE_ENDS = re.compile(r"[,;:()–—]")


def is_planned(text: str, language: str, span: Span | None = None) -> bool:
    """Whether a sentence speaks of what is to come; False in languages that we do not serve.

    Args:
        text: The sentence.
        language: ISO 639-1.
        span: Characters of it; then only the clause that holds them is looked at.
    """
    pattern = _PLANNED.get(language)
    if pattern is None:
        return False
    if span is not None:
        low = max((m.end() for m in _CLAUSE_ENDS.finditer(text, 0, span[0])), default=0)
        high = next((m.start() for m in _CLAUSE_ENDS.finditer(text, span[1])), len(text))
        text = text[low:high]
    return pattern.search(text) is not None


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
