"""Articles that arrive through the page: a safe name, a copy beside the index, and into the index."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from index import AddReport, ArticleIndex, BadArticle, IndexReadOnly
from index.progress import Report

_LONGEST = 200  # bytes of a name; file systems stop at 255


def safe_name(name: str) -> str:
    """A file name that stays inside its folder: no path, no control characters, not hidden, not too long.

    >>> safe_name("../../etc/passwd.txt")
    'passwd.txt'
    """
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(letter for letter in name if letter.isprintable() and letter not in '<>:"|?*')
    name = name.strip(" .~$")
    stem, ending = os.path.splitext(name)
    while len((stem + ending).encode("utf-8", "replace")) > _LONGEST and stem:
        stem = stem[:-1]
    return (stem or "article") + ending


def add_uploads(
    index: ArticleIndex, folder: Path, files: list[Path], report: Report | None = None
) -> AddReport:
    """Add files to the index under their own names and keep a copy of each good one in `folder`.

    A file is kept only once it has been read as an article, so that a broken upload never replaces a good copy.

    Raises:
        IndexReadOnly: The folder of copies cannot be written.
        ArticlesError: The index cannot be written.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".arriving-", dir=folder) as arriving:
            copies = [Path(arriving, safe_name(file.name)) for file in files]
            for file, copy in zip(files, copies, strict=True):
                shutil.copyfile(file, copy)
            # Named one by one, not as a folder: then an ending that is not read is reported instead of passed over.
            result = index.add(list(dict.fromkeys(copies)), report=report)
            refused = {bad.origin for bad in result.bad}
            for copy in copies:
                if copy.exists() and str(copy) not in refused:
                    os.replace(copy, folder / copy.name)
            result.bad = [_without_folder(bad, arriving) for bad in result.bad]
            return result
    except OSError as error:
        raise IndexReadOnly(
            f"cannot keep the upload in {folder} ({error.strerror}): make it writable"
        ) from error


def _without_folder(bad: BadArticle, folder: str) -> BadArticle:
    """The same refusal, naming the file as its owner knows it."""
    return BadArticle(bad.origin.replace(folder + os.sep, ""), bad.reason.replace(folder + os.sep, ""))
