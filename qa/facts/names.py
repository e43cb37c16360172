"""The names and the countries that a text states; names of countries are CLDR's, by Babel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from babel import Locale

from index.languages import LANGUAGE_NAMES
from index.names import Name, find_names
from qa.facts.dates import forms_of, is_written
from qa.facts.shared import Span, fold, mask_of
from qa.kinds import date_spans

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
                for form in _inflected(fold(name), _NOUN_ENDINGS.get(language, ("",))):
                    nouns.setdefault(form, code)
    for code, words in _OTHER_NAMES.items():
        for word in words.split():
            cyrillic = bool(re.search("[а-я]", word))
            for form in _inflected(fold(word), _NOUN_ENDINGS["ru" if cyrillic else "uz"]):
                nouns[form] = code
    said: dict[str, str] = {}
    for code, words in _NATIONS.items():
        for word in map(fold, words.split()):
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
    folded = re.sub(r"^(?:l|d)'", "", fold(words))
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
    aside = mask_of(text, [*countries(text), *date_spans(text)])
    months, weekdays = forms_of(language)
    found = [
        name
        for name in find_names(text)
        if not aside[name.start]
        and not ((form := fold(name.text)) in weekdays and is_written(name.text, text, name.start, language))
        and not (form in months and is_written(name.text, text, name.start, language))
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
