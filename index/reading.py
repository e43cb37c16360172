"""Where articles come from: files and folders in, `Article`s out, or a `BadArticle` and its reason.

One bad file or record never stops the rest: what cannot be read is handed out beside what can.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from index.errors import BadArticle
from index.formats import READERS, Draft, read_record
from index.languages import detect_language
from index.types import Article

READER_VERSION = b"reading 1\n"
"""Raised when the same file would be read differently than before, so that unchanged files are read anew."""

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Largest file that is one article; JSONL, which is read line by line, may be of any size."""
MAX_LINE_BYTES = 16 * 1024 * 1024
"""Longest line of a JSONL file."""

ENDINGS = (*READERS, ".jsonl")
"""The file endings that are read, in lower case."""

# ISO 639-2 (both its kinds) to 639-1, and two country codes that people write for the language.
_SHORT_CODES = {
    **{
        "eng": "en",
        "fra": "fr",
        "fre": "fr",
        "rus": "ru",
        "uzb": "uz",
        "deu": "de",
        "ger": "de",
        "spa": "es",
    },
    **{"tur": "tr", "kaz": "kk", "ita": "it", "por": "pt", "ukr": "uk", "kz": "kk", "ua": "uk"},
}


@dataclass(frozen=True)
class Origin:
    """One file to be read."""

    path: Path
    """The absolute path."""
    id: str
    """The article's id: the POSIX path relative to the folder that was added, or a single file's name.

    For JSONL it is not an article's id: each record brings its own.
    """


def find_files(paths: Sequence[Path]) -> tuple[list[Origin], list[BadArticle]]:
    """The files to read in `paths`, folders with all their subfolders, each folder in sorted order.

    In folders, files with other endings than `ENDINGS`, hidden files and folders (".name") and Word's lock
    files ("~$name") are passed over. Links to folders are not followed, nor are links to files out of the
    folder. A file that is reached twice is read once.

    Returns:
        What to read, with ids that are unique; and what was asked for but cannot be read: a path that does
        not exist, a named file with another ending, a folder that may not be listed, a link that leads out of
        its folder, a second file with the same id.
    """
    found: dict[str, Origin] = {}
    bad: list[BadArticle] = []
    seen: set[str] = set()
    for given in paths:
        top = Path(os.path.abspath(given))
        base = top if top.is_dir() else top.parent
        for path in _walk(top, bad) if top.is_dir() else _named(top, bad):
            real = os.path.realpath(path)
            if real in seen:
                continue
            seen.add(real)
            origin = Origin(path, path.relative_to(base).as_posix())
            other = found.setdefault(origin.id, origin)
            if not _is_unicode(origin.id):
                del found[origin.id]
                bad.append(BadArticle(_shown(path), "its name is not valid UTF-8: rename it"))
            elif other is not origin:
                both = _shown(Path(os.path.commonpath([other.path, path])))
                reason = (
                    f"{_shown(other.path)} has the id {origin.id!r} already: add {both}, which holds both"
                )
                bad.append(BadArticle(_shown(path), reason))
    return list(found.values()), bad


def read_bytes(origin: Origin) -> bytes:
    """The bytes of a file.

    Raises:
        BadArticle: It cannot be opened, is no regular file, or is over `MAX_FILE_BYTES` and not JSONL.
    """
    limit = -1 if origin.path.suffix.lower() == ".jsonl" else MAX_FILE_BYTES
    with _opened(origin) as file:
        try:
            data = file.read(limit + 1 if limit >= 0 else -1)
        except OSError as error:
            raise _unreadable(origin.path, error) from error
    if 0 <= limit < len(data):
        raise BadArticle(
            _shown(origin.path), f"is larger than {limit // 2**20} MiB: split it into articles, or use JSONL"
        )
    return data


def read_file(origin: Origin, data: bytes) -> Iterator[Article | BadArticle]:
    """What the bytes of a file hold: many articles for JSONL, else one.

    Text is as given: decoded, byte order mark dropped, line ends as ``\\n``, nothing else changed; for HTML,
    PDF and DOCX it is what was extracted. What cannot be read is yielded, not raised.
    """
    ending = origin.path.suffix.lower()
    where = _shown(origin.path)
    if ending == ".jsonl":
        yield from _records(io.BytesIO(data), where)
        return
    try:
        reader = READERS.get(ending)
        if reader is None:
            raise BadArticle(where, f"is not read: convert it to one of {' '.join(ENDINGS)}")
        if not data.strip():
            raise BadArticle(where, "is empty: write the article into it, or delete it")
        yield _article(origin.id, reader(data, where), where, _readable(origin.path.stem))
    except BadArticle as error:
        yield error


def read_jsonl_file(origin: Origin) -> Iterator[Article | BadArticle]:
    """The articles of a JSONL file, one a line, in memory that does not grow with the file but for the ids.

    Errors are named ``path:line``. A line over `MAX_LINE_BYTES` and an id that came before are refused.
    """
    try:
        with _opened(origin) as file:
            yield from _records(file, _shown(origin.path))
    except BadArticle as error:
        yield error
    except OSError as error:
        yield _unreadable(origin.path, error)


def normalise_language(code: str | None) -> str | None:
    """The ISO 639-1 code meant by "FR", "fr-FR", "fr_CA" or "fra"; None for what is no such code."""
    part = re.split("[-_]", (code or "").strip().lower(), maxsplit=1)[0]
    part = _SHORT_CODES.get(part, part)
    return part if re.fullmatch("[a-z]{2}", part) else None


def _walk(top: Path, bad: list[BadArticle]) -> list[Path]:
    """The readable files in a folder, links last: of two ways to a file its own path gives the id."""
    files: list[Path] = []
    links: list[Path] = []
    real_top = os.path.realpath(top)
    for folder, subfolders, names in os.walk(top, onerror=lambda error: bad.append(_unlisted(error))):
        subfolders[:] = [name for name in subfolders if not _is_hidden(name)]
        for name in (*subfolders, *names):
            path = Path(folder, name)
            is_article = path.suffix.lower() in ENDINGS and not _is_hidden(name)
            if path.is_symlink():
                target = Path(os.path.realpath(path))
                if not target.is_relative_to(real_top) and (is_article or name in subfolders):
                    bad.append(
                        BadArticle(_shown(path), f"is a link out of the folder: add {_shown(target)} itself")
                    )
                elif is_article and target.is_file():
                    links.append(path)
            elif is_article and path.is_file():
                files.append(path)
    return sorted(files) + sorted(links)


def _named(path: Path, bad: list[BadArticle]) -> list[Path]:
    """A file that was named itself, if it is one that is read."""
    if not path.exists():
        bad.append(BadArticle(_shown(path), "does not exist: check the path"))
    elif path.suffix.lower() not in ENDINGS:
        reason = f"its ending is none of those that are read ({' '.join(ENDINGS)}): rename or convert it"
        bad.append(BadArticle(_shown(path), reason))
    else:
        return [path]
    return []


def _records(file: BinaryIO, name: str) -> Iterator[Article | BadArticle]:
    ids: set[str] = set()
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        where = f"{name}:{number}"
        if len(line) > MAX_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_LINE_BYTES)
            yield BadArticle(
                where, f"the line is longer than {MAX_LINE_BYTES // 2**20} MiB: split it into articles"
            )
            continue
        if number == 1 and line.startswith((b"\xff\xfe", b"\xfe\xff")):
            yield BadArticle(where, "is UTF-16: save the file as UTF-8")
            return
        if not line.removeprefix(b"\xef\xbb\xbf").strip():
            continue
        try:
            article_id, draft = read_record(line, where)
            article = _article(article_id, draft, where, article_id)
        except BadArticle as error:
            yield error
            continue
        if article.id in ids:
            yield BadArticle(
                where, f"the id {article.id!r} was used on an earlier line: give each article its own"
            )
            continue
        ids.add(article.id)
        yield article


def _article(article_id: str, draft: Draft, where: str, fallback_title: str) -> Article:
    if not draft.text.strip():
        raise BadArticle(where, "its text is empty: write the article into it, or delete it")
    return Article(
        id=article_id,
        title=" ".join((draft.title or "").split()) or fallback_title,
        text=draft.text,
        language=normalise_language(draft.language) or detect_language(draft.text),
        url=draft.url or None,
        source=draft.source or None,
        published=draft.published,
    )


def _opened(origin: Origin) -> BinaryIO:
    try:
        if not stat.S_ISREG(os.stat(origin.path).st_mode):  # opening a pipe would wait for ever
            raise BadArticle(
                _shown(origin.path), "is not a regular file: add the file or folder that is meant"
            )
        return open(origin.path, "rb")
    except OSError as error:
        raise _unreadable(origin.path, error) from error


def _unreadable(path: Path, error: OSError) -> BadArticle:
    return BadArticle(
        _shown(path), f"cannot be read ({error.strerror}): check that it exists and may be read"
    )


def _unlisted(error: OSError) -> BadArticle:
    return _unreadable(Path(os.fsdecode(error.filename or "the folder")), error)


def _readable(stem: str) -> str:
    """A file name as a title: "paris_talks-end" -> "paris talks end"; the hyphens of a date stay."""
    return " ".join(re.sub(r"_|(?<!\d)-|-(?!\d)", " ", stem).split()) or stem


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$"))


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(path: Path) -> str:
    """The path for a message; a name that is not valid UTF-8 could not be printed."""
    return os.fsencode(path).decode("utf-8", "replace")
