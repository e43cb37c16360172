"""Where sentences and paragraphs begin and end, as character spans.

Spans are cut first and text is taken from them, so that a citation can never miss its place. The rules are those of a
copy editor: a sentence ends with . ! ? or … and the quotes that close with it, unless what stands before the dot is an
abbreviation, an initial or an ordinal, or what follows goes on in lower case. The lists are in `index.abbreviations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.abbreviations import (
    BEFORE_NUMBERS,
    DIGRAPH_INITIALS,
    LIKE_ACRONYMS,
    MAY_BE_LAST,
    MONTHS,
    NEVER_LAST,
    ORDINAL_LANGUAGES,
    PARTICLES,
    PRONOUN_LETTERS,
    YEARS,
)
from index.function_words import FUNCTION_WORDS, plain

Span = tuple[int, int]


def paragraph_spans(text: str) -> list[Span]:
    """Half-open character spans of the paragraphs of `text`: separated by blank lines, trimmed, in order."""
    edges = [0]
    for match in _BLANK_LINES.finditer(text):
        edges += match.span()
    edges.append(len(text))
    return _trimmed(text, zip(edges[::2], edges[1::2], strict=True))


def sentence_spans(text: str, language: str | None = None) -> list[Span]:
    """Half-open character spans of the sentences of `text`.

    They are in order, do not overlap, begin and end with characters other than white space, and together hold every
    character that is not white space. A blank line ends a sentence; so does the end of a heading or a list item. Takes
    time linear in the length of the text.

    Args:
        text: Any text.
        language: ISO 639-1 code if it is known; it tells a German ordinal ("am 3. Oktober") from the end of a sentence
            and which words often begin one.
    """
    spans: list[Span] = []
    for start, end in paragraph_spans(text):
        edges = sorted({*_line_ends(text, start, end), *_stops(text, start, end, language)})
        spans += _trimmed(text, zip([start, *edges], [*edges, end], strict=True))
    return spans


def _trimmed(text: str, spans: Iterable[Span]) -> list[Span]:
    trimmed = []
    for start, end in spans:
        piece = text[start:end].rstrip()
        if piece:
            trimmed.append((start + len(piece) - len(piece.lstrip()), start + len(piece)))
    return trimmed


# ---- lines

# Possessive quantifiers here and below: no character is tried twice, so no text takes more than linear time.
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*+\n)++")
_ITEM = re.compile(r"[^\S\n]*+(?:[-–—•*▪◦‣·]|\d{1,3}[.)])[^\S\n]")
_LONGEST_HEADING = 120  # characters
_HEADING_SHARE = (
    0.7  # of the length of the line below it; lines broken at a margin are about as long as one another
)


def _line_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Positions of the line ends of a paragraph that end a heading or come before a list item."""
    line, fresh = start, True
    while (line_end := text.find("\n", line, end)) >= 0:
        below = line_end + 1
        is_item = _ITEM.match(text, below, end) is not None
        fresh = is_item or (fresh and _is_heading(text, line, line_end, end))
        if fresh:
            yield below
        line = below


def _is_heading(text: str, line: int, line_end: int, end: int) -> bool:
    if line_end - line > _LONGEST_HEADING:
        return False
    heading = text[line:line_end].strip()
    below_end = text.find("\n", line_end + 1, end)
    below = text[line_end + 1 : end if below_end < 0 else below_end].strip()
    return (
        bool(heading and below)
        and len(heading) <= _HEADING_SHARE * len(below)
        and not heading[0].islower()
        and (heading[-1].isalnum() or heading[-1] in _CLOSING)
        and not below[0].islower()
    )


# ---- full stops

_FULL_WIDTH = "\u3002\uff01\uff1f"  # Chinese and Japanese: no space follows
_STOP = re.compile(rf"[.!?…‼⁇⁈⁉؟।]++|[{_FULL_WIDTH}]++")
_SPACES = re.compile(r"\s*+")
_CLOSING = frozenset("»”\"'’)]›“")
_OPENING = frozenset("«“”„\"'‘‹([¿¡*_")
_MARKS = "«»“”„\"'‘’([—–-"
_DASHES = frozenset("—–-―")
_GOES_ON = frozenset(",;:)]»%/&+=")
_PIECES = re.compile(r"[.\-]+")
_WORD = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(r"[IVXLC]+\b")
_ORDINAL = re.compile(r"\d{1,2}|[IVX]{2,5}")
_LONGEST_ABBREVIATION = 24  # characters looked at before a dot
_STARTERS = {language: words - PARTICLES for language, words in FUNCTION_WORDS.items()}
# Without the Turkic languages: their words for "who" and "you" are family names elsewhere (Kim, Sen, Ben).
_ANY_STARTERS = frozenset().union(*(_STARTERS[language] for language in ("en", "fr", "ru", "de", "es")))


def _stops(text: str, start: int, end: int, language: str | None) -> Iterator[int]:
    """Positions after the punctuation that ends a sentence of a paragraph."""
    for match in _STOP.finditer(text, start, end):
        after = _closed(text, match.end(), end)
        if match[0][0] in _FULL_WIDTH:
            yield after
            continue
        space = _SPACES.match(text, after, end)
        next_ = after if space is None else space.end()
        if after < next_ < end and _ends(
            text, match.start(), match.end(), after, next_, start, end, language
        ):
            yield after


def _closed(text: str, at: int, end: int) -> int:
    """Position after the quotes and brackets that close here: they belong to the sentence."""
    while at < end:
        if text[at] in _CLOSING:
            at += 1
        elif text[at] in " \u00a0\u202f" and text[at + 1 : at + 2] in ("»", "›"):
            at += 2
        else:
            break
    return min(at, end)


def _ends(
    text: str, stop: int, stop_end: int, after: int, next_: int, start: int, end: int, language: str | None
) -> bool:
    """Whether the punctuation text[stop:stop_end], closed at `after`, ends a sentence when text[next_] comes next."""
    if text[stop - 1 : stop] in ("[", "(") and stop > start:  # "[...]"
        return False
    first = _first_letter(text, next_, end)
    if text[first].islower() or text[next_] in _GOES_ON:
        return False
    if text[stop:stop_end] != ".":
        return True
    words = _before_dot(text, start, stop)
    following = text[first : first + _LONGEST_ABBREVIATION]
    ends = _abbreviation_ends(words, following, language)
    if ends is None:
        return not _is_ordinal(text, words[0], start, stop, following, language)
    return ends and ")" not in text[stop_end:after]


def _first_letter(text: str, at: int, end: int) -> int:
    """Position of the first character that is no quote, dash or space, looking a few characters ahead."""
    for position in range(at, min(at + 6, end)):
        character = text[position]
        if not (character in _OPENING or character in _DASHES or character.isspace()):
            return position
    return at


def _before_dot(text: str, start: int, stop: int) -> tuple[str, str, str]:
    """The word before a dot, with the abbreviations it continues ("и т. д" -> "т.д"), and the word before it."""
    words = text[max(start, stop - _LONGEST_ABBREVIATION) : stop].split()
    if not words or text[stop - 1].isspace():
        return "", "", ""
    word = words.pop().lstrip(_MARKS)
    whole = word
    while words and len(words[-1]) <= 3 and words[-1].endswith("."):
        whole = words.pop().lstrip(_MARKS) + whole
    return word, whole, words[-1] if words else ""


def _abbreviation_ends(words: tuple[str, str, str], following: str, language: str | None) -> bool | None:
    """Whether a sentence ends after an abbreviation when `following` comes next; None if it is no abbreviation."""
    word, whole, previous = words
    low = word.lower()
    initials = _is_initials(word)
    known = {word, whole, whole.lower()} - {low} if initials else {word, low, whole, whole.lower()}
    numbered = following[:1].isdigit()
    after_number = previous[:1].isdigit() or _ROMAN.fullmatch(previous) is not None
    if known & MAY_BE_LAST or (low in YEARS and after_number):
        return not numbered
    if known & NEVER_LAST or low in YEARS:
        return False
    if low in BEFORE_NUMBERS and (numbered or _ROMAN.match(following)):
        return False
    letter = (
        len(word) == 1
        and word.islower()
        and not (after_number or (word in PRONOUN_LETTERS and following[1:2] != "."))
    )
    if low in LIKE_ACRONYMS or initials or letter:
        return _begins_sentence(following, language)
    return None


def _is_initials(word: str) -> bool:
    """True for "Ш", "Ш.М", "J.-P", "Sh.M" and "U.S"."""
    pieces = [piece for piece in _PIECES.split(word) if piece]
    return bool(pieces) and all(
        piece[0].isupper() and (len(piece) == 1 or piece in DIGRAPH_INITIALS) for piece in pieces
    )


def _begins_sentence(following: str, language: str | None) -> bool:
    """Whether a word often opens a sentence and so tells "in the U.S. He" from "U.S. President"."""
    word = _WORD.match(following)
    return (
        word is not None
        and len(word[0]) > 1
        and plain(word[0]) in _STARTERS.get(language or "", _ANY_STARTERS)
    )


def _is_ordinal(text: str, word: str, start: int, stop: int, following: str, language: str | None) -> bool:
    """True for the dot of "3. Oktober" and of a list's "1."."""
    if not _ORDINAL.fullmatch(word):
        return False
    number = stop - len(word)
    line = text[max(start, number - 4) : number]
    opens = not line.strip() and (number - 4 <= start or "\n" in line)
    next_word = _WORD.match(following)
    month = next_word is not None and next_word[0].lower() in MONTHS
    return opens or month or (language in ORDINAL_LANGUAGES and not _begins_sentence(following, language))
