"""From bytes to text: which character encoding a file is in, and whether it is text at all.

The steps, in order, each surer than the next; the first that fits decides:

1. a byte order mark;
2. strict UTF-8;
3. UTF-16 without a mark, recognised by where its zero bytes stand;
4. the encoding the document declares for itself (HTML ``<meta charset>``, XML declaration);
5. UTF-8 with a few damaged bytes, each shown as U+FFFD: one bad byte must not spoil the whole article;
6. charset-normalizer, choosing only among the encodings that our languages were really written in;
7. cp1252.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter

from index.errors import BadArticle

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# With all its encodings charset-normalizer calls short French texts cp1250, which gives wrong letters. cp1252
# is not among these, as Turkish was taken for it: cp1254 differs in six letters, ÐÝÞðýþ, that ours lack.
_LIKELY = ["cp1251", "koi8_r", "koi8_u", "cp1254", "cp866", "iso8859_5"]
# What pages that declare these really are: https://encoding.spec.whatwg.org/#names-and-labels
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254"}
# Python has codecs that are no character encodings (rot13, unicode_escape); a page cannot ask for those.
_CHARACTER_ENCODINGS = (
    "cp",
    "iso8859",
    "koi8",
    "mac",
    "gb",
    "big5",
    "euc_",
    "shift_jis",
    "kz1048",
    "ptcp154",
)
_DECLARED = re.compile(
    rb"""<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
_HIGH = bytes(range(0x80, 0x100))
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_DECLARED_WITHIN = 4096  # bytes from the start of the document
_SAMPLE = 65_536  # bytes or characters that are looked at where all of them would be slow
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]"
)  # not white space, escape or next line
_MAX_CONTROL = 0.02  # share of characters above which the file is not text
_MAX_DAMAGED = 0.1  # U+FFFD per character that is not ASCII


def decode(data: bytes, declared: str | None = None, where: str = "the text") -> tuple[str, str]:
    """Decode `data` to text: byte order mark dropped, line ends as ``\\n``, nothing else changed.

    Args:
        data: The bytes of a whole document.
        declared: The encoding that the document says it is in; used if the bytes do not tell for certain.
        where: Named in the error.
    Returns:
        The text, and the step that decided: "mark", "utf-8", "utf-16", "declared", "damaged utf-8",
        "guessed" or "cp1252".
    Raises:
        BadArticle: The bytes are not text.
    """
    text, step = _decode(data, declared)
    if text is None or "\x00" in text or _mostly_control(text):
        raise BadArticle(
            where, "looks like a binary file, not text: convert it to a text format, or leave it out"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), step


def declared_encoding(data: bytes) -> str | None:
    """The encoding that an HTML or XML document declares in its first bytes, as written there."""
    found = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def _decode(data: bytes, declared: str | None) -> tuple[str | None, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strict(_whole_units(data[len(mark) :], encoding), encoding)
            if text is not None or encoding != "utf-8":
                return text, "mark"
            data = data[len(mark) :]
    # UTF-16 in which every character is ASCII is valid UTF-8 too, but full of zero bytes.
    if (text := _strict(data, "utf-8")) is not None and "\x00" not in text:
        return text, "utf-8"
    if (order := _unmarked_utf16(data)) is not None:
        return _strict(_whole_units(data, order), order), "utf-16"
    if declared is not None and (known := _character_encoding(declared)) is not None:
        text = _strict(data, known)
        if text is not None:
            return text, "declared"
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") <= _MAX_DAMAGED * (len(text) - len(data.translate(None, _HIGH))):
        return text, "damaged utf-8"
    from charset_normalizer import from_bytes  # late: most files never come this far

    first = _NOT_ASCII.search(data)
    begin = max(0, first.start() - 1024) if first else 0
    sample = data[begin : begin + _SAMPLE]
    best = from_bytes(sample, cp_isolation=_LIKELY).best()
    if best is not None and (text := _strict(data, best.encoding)) is not None:
        return text, "guessed"
    return data.decode("cp1252", "replace"), "cp1252"


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _whole_units(data: bytes, encoding: str) -> bytes:
    """Without the half character at the end of a file that was cut off."""
    unit = {"utf-16": 2, "utf-32": 4}.get(encoding[:6], 1)
    return data[: len(data) - len(data) % unit]


def _unmarked_utf16(data: bytes) -> str | None:
    """The byte order, if one byte of every pair is often zero and the other hardly ever.

    In Latin text nearly every high byte is zero; in Cyrillic those of spaces and punctuation, one in six.
    """
    sample = data[: _SAMPLE // 2 * 2]
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 0.05 * pairs or min(even, odd) > 0.01 * pairs or pairs < 2:
        return None
    # Text keeps to few blocks of Unicode, that is, to few high bytes; other data with zeros in it does not.
    high = sample[1::2] if odd > even else sample[0 : 2 * pairs : 2]
    common = sum(count for _, count in Counter(high).most_common(3))
    return None if common < 0.9 * pairs else "utf-16-le" if odd > even else "utf-16-be"


def _character_encoding(declared: str) -> str | None:
    """Python's name for a declared encoding; None for an unknown one or no character encoding."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return None
    name = _MEANT.get(name, name)
    return name if name.startswith(_CHARACTER_ENCODINGS) else None


def _mostly_control(text: str) -> bool:
    sample = text[:_SAMPLE]
    return len(_CONTROL.findall(sample)) > _MAX_CONTROL * len(sample)
