"""What kind of thing a question asks for, and where such a thing stands in a sentence.

Rules on question words, capitals, months and digits for the languages we serve: no model, the same result everywhere.
They mark and prefer, they never exclude: a sentence without a recognised date may still answer "when".
"""

from __future__ import annotations

import re

from index.names import find_names

Span = tuple[int, int]

_QUESTION_WORDS: dict[str, str] = {
    # "what year" and "combien de" are longer than "what" and "de", so longer patterns are tried first.
    "number": r"how many|how much|how old|how long|how far|combien|"
    r"quel (?:est le )?(?:nombre|montant|score|chiffre|âge)|"
    r"quelle (?:est la )?(?:part|proportion|somme|distance)|what (?:score|share|percentage|number|turnout)|сколько|"
    r"каков[ао]? (?:счёт|счет|доля|число)|какой (?:счёт|счет|процент)|qancha|nechta|necha|қанча|нечта|неча|"
    r"wie ?viele?|wie hoch|cuánt[oa]s?|cuant[oa]s?|kaç|ne kadar|қанша|неше",
    "date": r"when|what (?:year|date|day|month)|which (?:year|date|day|month)|in (?:what|which) year|quand|"
    r"en quelle année|à quelle date|quelle date|quel jour|когда|в каком году|какого числа|в какой день|qachon|"
    r"qaysi (?:yil|kun|sana)|қачон|қайси (?:йил|кун|сана)|wann|in welchem jahr|an welchem tag|cuándo|cuando|"
    r"en qué (?:año|fecha)|ne zaman|hangi yıl|қашан",
    "place": r"where|which (?:city|country|place|town)|what (?:city|country|place|town)|in (?:what|which) "
    r"(?:city|country)|où|dans quelle? (?:ville|pays)|quelle ville|quel pays|где|куда|откуда|в каком городе|"
    r"в какой стране|qayerda|qaerda|qayerga|qaysi (?:shahar|davlat)\w*|қаерда|қаерга|қайси (?:шаҳар|давлат)\w*|"
    r"wo|wohin|in welche[rm]? (?:stadt|land)|dónde|donde|en qué (?:ciudad|país)|nerede|hangi (?:şehir|ülke)\w*|қайда",
    "person": r"who|whom|whose|which (?:president|leader|player|minister)\w*|qui|quels? (?:dirigeant|président|joueur|"
    r"ministre)\w*|кто|кого|кому|кем|с кем|чей|чьи|kim|kimlar|kimni|kimga|kimning|ким|кимлар|кимни|кимга|wer|wen|wem|"
    r"wessen|quién|quiénes|quien|quienes|kimi|kime|kiminle|кіммен|кім",
}
_KINDS = {
    kind: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    for kind, pattern in _QUESTION_WORDS.items()
}

_MONTHS = (
    # en, fr, de, es, tr, uz, ru (also genitive), uz-Cyrillic, kk
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|"
    r"januar|jänner|februar|märz|april|juni|juli|oktober|dezember|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|"
    r"ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|"
    r"yanvar|fevral|aprel|iyun|iyul|avgust|sentabr|oktabr|noyabr|dekabr|"
    r"январ[ьяе]|феврал[ьяе]|март[ае]?|апрел[ьяе]|ма[йяе]|июн[ьяе]|июл[ьяе]|август[ае]?|сентябр[ьяе]|октябр[ьяе]|"
    r"ноябр[ьяе]|декабр[ьяе]|январ|феврал|апрел|июн|июл|сентябр|октябр|ноябр|декабр|"
    r"қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан"
)
# With or without a full stop; only beside a day or a year, so that "mar" and "dec" can hardly be anything else.
_SHORT_MONTHS = (
    r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|janv|févr|avr|juil|déc|okt|dez|ene|abr|ago|dic|янв|февр?|мар|"
    r"апр|авг|сент?|окт|нояб|дек)\.?"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_MONTH = rf"(?:(?:{_MONTHS})|{_SHORT_MONTHS})(?:da|dagi|ga|ning|да|даги|га|нинг|ında|inde)?"
_DATE = re.compile(
    rf"(?<!\w)(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|"
    # "6 and 7 November 2025", "6-7 ноября 2025", "3. Oktober", "1er novembre", "6 de noviembre de 2025"
    rf"(?:\d{{1,2}}(?:er|st|nd|rd|th|\.)?(?:\s?(?:[-–—]|and|et|и|und|y|va|ва|to|au|al|по|bis|dan)\s?(?:le )?"
    rf"\d{{1,2}}(?:st|nd|rd|th|\.)?)?[\s-](?:de |of )?{_MONTH})"
    rf"(?:,?\s(?:de )?{_YEAR})?|"
    # "November 6, 2025", "2025-yil 6-noyabr", "November 2025"
    rf"(?:{_YEAR}(?:[-\s]yil|[-\s]йил|\sжыл)\w*,?\s)\d{{1,2}}(?:[-–—]\d{{1,2}})?[- ]{_MONTH}|"
    rf"{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:\s?[-–—]\s?\d{{1,2}})?(?:,?\s{_YEAR})?(?!\d)|"
    rf"{_MONTH}\s(?:de )?{_YEAR}|{_YEAR}(?:-yil\w*|-йил\w*)?)(?!\w)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?:[$€£]\s?)?\d+(?:[\s\u00a0\u202f]\d{3})*(?:[.,:–-]\d+)*(?:\s?%|\s?[$€£])?"
    r"(?:\s(?:million|milliard|billion|trillion|миллион|миллиард|млн|млрд|Million|Milliarde|millones|mln|mlrd|foiz|"
    r"pour cent|percent|per cent|Prozent|por ciento|процент)\w*)?(?!\w)|"
    r"(?<!\w)(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|deux|trois|quatre|cinq|sept|huit|neuf|dix|"
    r"onze|douze|дв[ае]|двух|три|трёх|трех|четыре|четырёх|четырех|пять|пяти|шесть|семь|восемь|девять|десять|ikki|uch|"
    r"to[ʻ‘'’]rt|besh|olti|yetti|sakkiz|to[ʻ‘'’]qqiz|o[ʻ‘'’]n|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|dos|tres|"
    r"cuatro|cinco|seis|siete|ocho|nueve|diez)(?!\w)",
    re.IGNORECASE,
)
PLACE_BEFORE = re.compile(
    r"(?<!\w)(?:in|at|to|from|near|à|a|en|au|aux|dans|vers|de|в|во|на|из|под|près de|im|nach|aus|bei|en el|en la)\s"
    r"(?:the |la |le |l['’]|der |den |el )?$",
    re.IGNORECASE,
)
PLACE_AFTER = re.compile(
    r"^(?:[-'’]?(?:da|dagi|ga|dan|shahrida|shahriga|да|даги|га|дан))(?!\w)| shahr| viloyat| шаҳр| вилоят"
)


def kind_of(question: str) -> str:
    """ "person", "date", "place", "number" or "other": the kind whose question word comes first.

    "Who won and when?" asks for a person. At the same place the longer pattern wins: "how many" before "how".
    """
    found: list[tuple[int, int, str]] = []
    for kind, pattern in _KINDS.items():
        match = pattern.search(question)
        if match:
            found.append((match.start(), -(match.end() - match.start()), kind))
    return min(found)[2] if found else "other"


def find_kind(
    text: str, kind: str, known_keys: frozenset[str] = frozenset(), language: str = "und"
) -> list[Span]:
    """Spans in `text` that can be what is asked for, in order.

    Args:
        text: A sentence.
        kind: What `kind_of` said; "other" finds nothing.
        known_keys: Name keys of the question itself: "who met Macron" is not answered by "Macron".
        language: ISO 639-1; German writes every noun with a capital, so there one capital is no name.
    """
    if kind == "date":
        return date_spans(text)
    if kind == "number":
        dates = date_spans(text)
        numbers = [match.span() for match in _NUMBER.finditer(text)]
        # A year is a number, but not the one that "how many" asks for.
        return [span for span in numbers if not any(low <= span[0] < high for low, high in dates)]
    if kind in ("person", "place"):
        runs = _name_runs(text, known_keys)
        if kind == "place":
            return [
                run
                for run in runs
                if PLACE_BEFORE.search(text[: run[0]]) or PLACE_AFTER.search(text[run[1] :])
            ]
        several = [run for run in runs if re.search(r"\s", text[run[0] : run[1]])]
        return several or ([] if language == "de" else runs)
    return []


def date_spans(text: str) -> list[Span]:
    """Where dates stand in a text: days, months with a year, years."""
    return [match.span() for match in _DATE.finditer(text)]


def _name_runs(text: str, known_keys: frozenset[str]) -> list[Span]:
    """Neighbouring capitalised words joined, without those that the question already has."""
    runs: list[list[int]] = []
    known: list[bool] = []
    for name in find_names(text):
        mentioned = not known_keys.isdisjoint(name.keys)
        if runs and re.fullmatch(r"[\s\u00a0]|-|\.\s", text[runs[-1][1] : name.start]):
            runs[-1][1] = name.end
            known[-1] = known[-1] or mentioned
        else:
            runs.append([name.start, name.end])
            known.append(mentioned)
    return [(start, end) for (start, end), mentioned in zip(runs, known, strict=True) if not mentioned]
