"""Names across scripts: one short key for Mirziyoyev, Mirzioïev, Мирзиёев and Mirsijojew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from index.function_words import ALL_FUNCTION_WORDS, plain

_SHORTEST_KEY = 3
_MOST_KEYS = 6

_APOSTROPHE = "'’‘`´ʻʼ"
_MARKS = "\u0300-\u036f"
_WORD = re.compile(rf"[^\W\d_][^\W_{_APOSTROPHE}{_MARKS}]*(?:[{_MARKS}]|[{_APOSTROPHE}](?=[^\W\d_])|[^\W_{_APOSTROPHE}]+)*")


@dataclass(frozen=True, slots=True)
class Name:
    """A word that may be a name, where it stands, and the keys under which other spellings of it are found."""

    start: int
    end: int
    text: str
    keys: tuple[str, ...]

    @property
    def key(self) -> str:
        """The main key."""
        return self.keys[0]


# Cyrillic case endings
_RUSSIAN = re.compile(r"(?:(?<=[оеё]в)|(?<=[иы]н))(?:ым|ых|ыми|ой|а|у|е|ы)$|(?<=ск)(?:ий|ого|ому|им|ом|ая|ой|ую|их)$|(?<=н)(?:ый|ого|ому|ым|ом)$")
_RUSSIAN_OM = re.compile(r"(?<=[бвгдзклмнпрстфхц])(?:ом|ем|ам|ах|ами)$")
_SUFFIX = re.compile(
    r"(?:larning|lardan|larga|larda|larni|lar|ning|dagi|dan|da|ni|ga|ka|qa|cha|nyng|ning|tyng|ting|dyng|ding|ge|qa|ke|ta|te|de|tan|ten|den|nan|nen|men|ben|pen|ny|ty|dy|ti|di)$"
)

_FOLDS = [
    ("shch|schtsch|chtch|shsh", "c"),
    ("tsch|tch", "c"),
    ("dsch|dzh|dj|zh", "j"),
    ("sch|sh", "s"),
    ("kh", "h"),
    ("ou", "u"),
    ("w", "v"),
    ("q", "k"),
    ("ph", "f"),
    ("x", "ks"),
    ("ts|tz|cz", "s"),
    ("ck", "k"),
    ("c(?=[eiy])", "s"),
]
_FOLDS = [(re.compile(p), r) for p, r in _FOLDS]
_DOUBLED = re.compile(r"(.)\1+")
_MAP = str.maketrans({"f": "v", "z": "s", "c": "k"})
_DROP = re.compile("[aeiouyh]")


def _skeleton(word: str) -> str:
    for pattern, replacement in _FOLDS:
        word = pattern.sub(replacement, word)
    return word


def name_keys(word: str) -> tuple[str, ...]:
    return tuple(_k(word))

def _k(word):
    low = word.lower()
    return [x for x in [one(low)] if x]

def one(word):
    word=_RUSSIAN.sub("", word)
    a=re.sub("[^a-z0-9]","",anyascii(word).lower())
    a=_skeleton(a)
    a=_DOUBLED.sub(r"\1",a)
    if not a: return ""
    head, rest = a[0], a[1:]
    rest=re.sub("[aeiouyjh]","",rest)
    k=(head+rest).translate(_MAP)
    k=_DOUBLED.sub(r"\1",k)
    return k if len(k)>=3 else ""


def name_key(word: str) -> str:
    return next(iter(name_keys(word)), "")


def find_names(text: str) -> list[Name]:
    return [
        Name(m.start(), m.end(), m[0], keys)
        for m in re.finditer(r"[^\W\d_]+", text)
        if m[0][0] == m[0][0].title() and plain(m[0]) not in ALL_FUNCTION_WORDS and (keys := name_keys(m[0]))
    ]


def query_keys(question: str) -> list[Name]:
    found = find_names(question)
    return found
