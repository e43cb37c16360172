"""What the environment and the command line may set about an index, read in this one place."""

from __future__ import annotations

import argparse
import os
import re
from datetime import date
from pathlib import Path

from index.errors import BadRequest
from index.types import Filters

DEFAULT_FOLDER = "data/index"


def index_folder(given: str | None = None) -> Path:
    """The index folder: what was given, else ``ARTICLES_INDEX``, else ``data/index``."""
    return Path(given or os.environ.get("ARTICLES_INDEX") or DEFAULT_FOLDER)


def model_name(given: str | None = None) -> str | None:
    """The embedding model: what was given, else ``ARTICLES_MODEL``, else None (see `ArticleIndex`)."""
    return given or os.environ.get("ARTICLES_MODEL") or None


def add_index_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--index`` and ``--model``."""
    parser.add_argument(
        "--index", metavar="DIR", help=f"index folder (default: $ARTICLES_INDEX, else {DEFAULT_FOLDER})"
    )
    parser.add_argument(
        "--model",
        metavar="NAME",
        help="sentence-transformers name or folder (default: $ARTICLES_MODEL, else the shipped one)",
    )


def add_filter_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--language``, ``--source``, ``--from`` and ``--to``."""
    parser.add_argument(
        "--language", action="append", default=[], metavar="CODE", help="only this language (repeatable)"
    )
    parser.add_argument(
        "--source", action="append", default=[], metavar="NAME", help="only this source (repeatable)"
    )
    parser.add_argument(
        "--from", dest="published_from", metavar="DATE", help="published on or after, 2025-11-01"
    )
    parser.add_argument(
        "--to", dest="published_to", metavar="DATE", help="published on or before, 2025-11-30"
    )


def filters_from(options: argparse.Namespace) -> Filters:
    """The filters that the options of `add_filter_options` ask for."""
    return make_filters(options.language, options.source, options.published_from, options.published_to)


def make_filters(
    languages: list[str] | None = None,
    sources: list[str] | None = None,
    published_from: str | None = None,
    published_to: str | None = None,
) -> Filters:
    """Filters from what a person typed; empty strings do not limit.

    Raises:
        BadRequest: A date is not one, or the first is after the last.
    """
    first, last = _iso_date(published_from), _iso_date(published_to)
    if first and last and first > last:
        raise BadRequest(f"the dates are the wrong way round: from {first} to {last}")
    return Filters(tuple(languages or ()), tuple(sources or ()), first, last)


def _iso_date(text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()):
            raise ValueError(text)
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise BadRequest(f"{text!r} is not a date: write it as 2025-11-06") from error
