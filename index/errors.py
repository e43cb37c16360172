"""Everything that can go wrong in the index, by name. Each message ends with what repairs it.

ArticlesError
├── BadArticle          one file or record cannot be read as an article
├── BadRequest          the caller asked for something that makes no sense (an empty question, a bad date)
├── IndexMissing        there is no index in that folder
├── IndexBusy           another process is writing to the index
├── IndexReadOnly       the index folder cannot be written
├── IndexDamaged        the store itself cannot be read
├── WrongModel          the index was built, or meanwhile rebuilt, with another embedding model
└── ModelUnavailable    the embedding model or the reader cannot be loaded
"""

from __future__ import annotations


class ArticlesError(Exception):
    """Base of every error that this project raises on purpose."""


class BadArticle(ArticlesError):
    """One file or record that cannot be read as an article."""

    def __init__(self, origin: str, reason: str) -> None:
        super().__init__(f"{origin}: {reason}")
        self.origin = origin
        """The path, or the path and line number, that was refused."""
        self.reason = reason


class BadRequest(ArticlesError):
    """The caller asked for something that makes no sense, such as an empty question."""


class IndexMissing(ArticlesError):
    """There is no index in the folder that was named."""


class IndexBusy(ArticlesError):
    """Another process is writing to the index."""


class IndexReadOnly(ArticlesError):
    """The index folder cannot be written."""


class IndexDamaged(ArticlesError):
    """The store itself, not something derived from it, cannot be read."""


class WrongModel(ArticlesError):
    """The index was built with another embedding model than the one asked for."""


class ModelUnavailable(ArticlesError):
    """The embedding model or the reader cannot be loaded, or its weights are damaged."""
