"""Names across scripts: Mirziyoyev, Mirzioïev, Мирзиёев and Mirsijojew meet in one key, "mrsv".

A key is the consonants of a name after its spelling was made Latin (anyascii) and the habits of transliteration were
undone: "sch", "sh" and "ш" are one sound, so are "ou" and "u", "w" and "v", "ts" and "z". It is a hash: two spellings
are compared by equality, in an index field of their own. Where a spelling can be read in several ways ("ch" is one
sound in Tachkent, another in Rachmon, a third in Gorbachev), or may carry a case ending, a name has several keys.

Each rule was kept for what it brought. Names: 66 people and places in 332 spellings and inflected forms that were
looked at while the rules were made. Pairs: 5,000 English and Russian labels of Wikidata, of which some are not each
other's transliteration. Unrelated: pairs of two different labels that share a key, per million.

    rules                                          names, recall    pairs, recall    unrelated
    consonants of what anyascii gives, folded               .53              .66          134
    + inner vowels where there are two consonants           .56              .75          168
    + case endings cut                                      .80              .75          199
    + several readings of ch, g, gn, j, x                   .91              .79          237
    + one sign for all first vowels; q also as kh           .97              .80          271

Of 66 pairs of look-alikes chosen to deceive, 34 share a key: those that differ by inner vowels alone (Bush, Bosch;
Мирзиёев, Мирзоев). So a key is evidence for a name among other words, not proof. Known misses: Hollande (Олланд),
Moscow (Moskau), Paris (Париж), Witkoff (Уиткофф), Xinjiang (Синьцзян), Qozogʻiston (Казахстан), names of one
syllable without a second consonant (Xi), and silent French consonants (Barrot, Барро).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from index.function_words import ALL_FUNCTION_WORDS, FUNCTION_WORDS, plain
from index.languages import detect_language

_SHORTEST_KEY = 3  # letters
_LONGEST_WORD = 40  # letters; a longer one is a phrase in a script that puts no spaces
_MOST_KEYS = 6


@dataclass(frozen=True, slots=True)
class Name:
    """A word that may be a name or a part of one: ``text == whole[start:end]``, in characters, end exclusive."""

    start: int
    end: int
    text: str
    """Without an elided article before it ("l'") and without a suffix after an apostrophe ("'s", "'ın")."""
    keys: tuple[str, ...]
    """One to six. Two names may be spellings of one if they share a key; the first is the plainest reading."""


def find_names(text: str) -> list[Name]:
    """The words of `text` that may be names, in order: capitalised ones, and in scripts without case every word.

    The parts of "Kassym-Jomart" are two names. A function word that opens a sentence ("The", "Она") is no name;
    inside a sentence it may be one (Kim, Ben, Sen).
    """
    return [
        Name(start, end, text[start:end], keys)
        for start, end in _words(text)
        if _is_capital(text[start])
        and (keys := name_keys(text[start:end]))
        and not (plain(text[start:end]) in ALL_FUNCTION_WORDS and _opens_sentence(text, start))
    ]


def query_keys(question: str) -> list[Name]:
    """The words of a question that may be names, also where it is typed in lower case.

    Where a word other than the first is a capitalised name, the capitalised words are taken, else all words; function
    words never.
    """
    words = [(start, question[start:end]) for start, end in _words(question)]
    own = FUNCTION_WORDS.get(detect_language(question), ALL_FUNCTION_WORDS)
    names: list[Name] = []
    for start, word in words:
        # "Ким" is "who" in Uzbek and a president in Russian: a capital inside a sentence decides for the name.
        inside = _is_capital(word[0]) and not _opens_sentence(question, start)
        if plain(word) not in (own if inside else ALL_FUNCTION_WORDS) and (keys := name_keys(word)):
            names.append(Name(start, start + len(word), word, keys))
    first = words[0][0] if words else 0
    capitalised = [name for name in names if _is_capital(name.text[0])]
    return capitalised if any(name.start != first for name in capitalised) else names


@lru_cache(maxsize=100_000)
def name_keys(word: str) -> tuple[str, ...]:
    """All keys of one word, at most six, the plainest first; none for a word of one or two sounds ("Xi", "EU").

    A key is three or more lower-case ASCII letters; an upper-case letter in it is a sound: "C" as in church, "J" as in
    pleasure and in jungle.
    """
    keys: dict[str, None] = {}
    if len(word) <= _LONGEST_WORD:
        cyrillic = _CYRILLIC.search(word) is not None
        for form in _forms(_lower(word), cyrillic):
            for sounds in _readings(form, cyrillic):
                keys[_key(sounds)] = None
    keys.pop("", None)
    return tuple(keys)[:_MOST_KEYS]


# ---- words

_APOSTROPHE = "'’‘`´ʻʼ"
# Combining marks are not word characters; U+02BB and U+02BC are, and stand for letters only inside a word.
_WORD = re.compile(rf"[^\W\d_ʻʼ](?:[^\W\d_ʻʼ]|[\u0300-\u036f]|[{_APOSTROPHE}](?=[^\W\d_ʻʼ]))*")
_APOSTROPHES = re.compile(f"[{_APOSTROPHE}]")
_ELIDED = re.compile(
    rf"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|dell|nell|dall|sull|all)[{_APOSTROPHE}]", re.IGNORECASE
)
# English and Turkish; not after o and g, where the apostrophe makes the Uzbek letters oʻ and gʻ.
_APPENDED = re.compile(
    rf"(?:[{_APOSTROPHE}]s|(?<![oOgG])[{_APOSTROPHE}]"
    r"(?:[nys]?[ıiuüae]|[ny]?[ıiuü]n\w*|[dt][aeıiuü]\w*|l[aeıiuü]\w*|y[dlms]\w*))$"
)
_OPENING = frozenset("«»“”„\"'‘’([{-–—¿¡*•>#")
_ENDING = frozenset(".!?…:;\n")


def _words(text: str) -> Iterator[tuple[int, int]]:
    for match in _WORD.finditer(text):
        start, end = match.span()
        if _APOSTROPHES.search(match[0]):
            elided = _ELIDED.match(text, start, end)
            if elided:
                start = elided.end()
            appended = _APPENDED.search(text, start + 1, end)
            if appended:
                end = appended.start()
        if start < end:
            yield start, end


def _is_capital(letter: str) -> bool:
    """True for an upper-case letter and for any letter of a script without case."""
    return letter == letter.title()


def _opens_sentence(text: str, start: int) -> bool:
    for at in range(start - 1, max(-1, start - 20), -1):
        character = text[at]
        if character in _ENDING:
            return True
        if not character.isspace() and character not in _OPENING:
            return False
    return True


# ---- forms: a word without the endings it may carry

_CYRILLIC = re.compile("[\u0400-\u052f]")
# Case endings after the suffixes of Russian family names and adjectives; in these no name of another shape ends.
_RUSSIAN_NAME = re.compile(
    "(?<=[оеё]в|[иы]н)(?:ым|ых|ыми|ой|а|у|е|ы)$|(?<=ск)(?:ий|ого|ому|им|ом|ая|ой|ую|их)$|(?<=н)(?:ый|ого|ому|ым)$"
)
_RUSSIAN_CASE = re.compile("(?<=[бвгдзклмнпрстфхцчшь])(?:ом|ем|ам|ах|ами)$")
# Uzbek and Kazakh, in ASCII: plural, then case.
_TURKIC_CASE = re.compile(
    "(?:lar|ler)?(?:[tdn][iy]ng|dagi|[dtn][ae]n|[dt][ae]|[gkq][ae]|[ndt][iy]|[mbp]en|cha|lar|ler)$"
)
_GENITIVE_S = re.compile("(?<=[^aeiouys])s$")  # German: "Macrons"
_SHORTEST_FORM = (
    4  # letters that an ending must leave, one more of those endings that many names have by nature
)


def _lower(word: str) -> str:
    # These letters have one sound that their ASCII letters have not.
    lower = word.lower().replace("č", "tch").replace("ć", "tch").replace("ž", "zh")
    return re.sub("^ç", "tch", lower).replace("ç", "s")


def _forms(word: str, cyrillic: bool) -> list[str]:
    words = [word]
    if cyrillic:
        words = [_RUSSIAN_NAME.sub("", word) if len(word) > _SHORTEST_FORM + 1 else word]
        words += _cut(_RUSSIAN_CASE, words[0], _SHORTEST_FORM)
    forms: list[str] = []
    for spelling in words:
        form = re.sub("[^a-z]", "", anyascii(spelling).lower())
        forms += [form, *_cut(_TURKIC_CASE, form, _SHORTEST_FORM + 1)]
        if not cyrillic:
            forms += _cut(_GENITIVE_S, form, _SHORTEST_FORM)
    return forms


def _cut(ending: re.Pattern[str], word: str, shortest: int) -> list[str]:
    shorter = ending.sub("", word)
    return [shorter] if shorter != word and len(shorter) >= shortest else []


# ---- readings: what the letters may sound like; C as in church, J as in jungle, H as in loch

_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("schtsch|chtch|shch|tsch|tch|cz", "C"),
        ("dsch|dzh|dj|zh", "J"),
        ("sch|sh|t+[sz]|c(?=[eiy])", "s"),
        ("kh", "H"),
        ("ou", "u"),
        ("w|ph|f", "v"),
        ("ck|qu|^q", "k"),
        (r"(.)\1+", r"\1"),
    )
]
_AMBIGUOUS_LATIN = [
    (re.compile(pattern), sounds)
    for pattern, sounds in (
        ("ch", ("C", "s", "H")),  # Gorbachev, Tachkent, Rachmon
        ("x", ("ks", "H")),  # Maxim, Buxoro
        ("^j", ("J", "y")),  # Japarov, Jelzin
        ("(?<=.)j", ("y", "J")),  # Tokajew, Azerbaijan
        ("g(?=[eiy])", ("g", "J")),  # Guterres, Giorgia
        ("gn", ("gn", "n")),  # Magnus, Bologna
        ("q", ("k", "H")),  # Samarqand, Qazaqstan
    )
]
_AMBIGUOUS_CYRILLIC = [
    (re.compile("ch"), ("C",)),
    (re.compile("^g"), ("g", "h")),  # Гамбург
    (re.compile("q"), ("k", "H")),  # Тоқаев, Қазақстан
]


def _readings(word: str, cyrillic: bool) -> list[str]:
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    readings = [word]
    for pattern, sounds in _AMBIGUOUS_CYRILLIC if cyrillic else _AMBIGUOUS_LATIN:
        if pattern.search(word):
            readings = [pattern.sub(sound, reading) for reading in readings for sound in sounds]
    return readings


# ---- keys

_MERGED = str.maketrans("zckxjH", "skkkyh")
_FIRST_VOWEL = re.compile("^(?:[yj](?=[aeiou])|)[aeiouy]")
_SILENT = re.compile("[aeiouyh]")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile("[aeiouy]+")
_LAST_VOWEL = re.compile("(?<=.)[aeo]h?$")


def _key(sounds: str) -> str:
    """Consonants, after the first letter; all vowels are one as first letter: Oʻzbekiston, Uzbekistan."""
    word = _FIRST_VOWEL.sub("a", sounds.translate(_MERGED))
    if not word:
        return ""
    consonants = _DOUBLED.sub(r"\1", word[0] + _SILENT.sub("", word[1:]))
    if len(consonants) >= _SHORTEST_KEY:
        return consonants
    voiced = word[0] + _LAST_VOWEL.sub("", _VOWELS.sub(_vowel, word[1:]))
    return voiced if len(voiced) >= _SHORTEST_KEY and len(set(voiced)) > 1 else ""


def _vowel(run: re.Match[str]) -> str:
    """One letter for a run of vowels: Kiev, Kyiv and Киев agree on it."""
    clear = run[0].replace("y", "").replace("i", "")[:1] or "e"
    return "o" if clear == "u" else clear
