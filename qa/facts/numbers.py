"""The numbers that a text states, in digits and in words; read with the signs of all our languages at once, so "1,500"
is both 1500 and 1.5 and agrees with either."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import UNKNOWN_LANGUAGE
from qa.facts.shared import LETTERS, mask_of
from qa.kinds import date_spans

Values = frozenset[float]
"""One number as it may be meant."""

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
_GAP = re.compile(r"[\s\u00a0\u202f-]*(?:de |d['’])?")


def numbers(text: str, language: str = UNKNOWN_LANGUAGE) -> list[Values]:
    """The numbers of a text, those of its dates aside, each as the values that it may have.

    >>> [sorted(values) for values in numbers("12,5 millions d'euros pour deux villes", "fr")]
    [[12500000.0], [2.0]]

    Args:
        text: Any text.
        language: ISO 639-1; "billion" and some words of few letters are told apart by it.
    """
    covered = mask_of(text, date_spans(text))
    found: list[Values] = []
    digits = _DIGITS if language == "en" else _SPACED_DIGITS
    for match in digits.finditer(text):
        if covered[match.start()]:
            continue
        end, scale = _scale_at(text, match, language)
        found.append(frozenset(value * scale for value in _of_digits(match[0])))
        covered[match.start() : end] = b"\1" * (end - match.start())
    words = [m for m in LETTERS.finditer(text) if not covered[m.start()]]
    at = 0
    while at < len(words):
        used, value = _spelled(text, words, at, language)
        if value is not None:
            found.append(frozenset({value}))
        at += max(1, used)
    return found


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
        word = LETTERS.match(text, gap.end() if gap else end)
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
