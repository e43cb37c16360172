"""Articles in, passages out: reading, splitting, embedding, storing and searching news articles in any language.

    >>> from index import ArticleIndex
    >>> index = ArticleIndex.create("data/index")
    >>> index.add([Path("articles")])
    >>> index.search("who met Mirziyoyev?", k=5)[0].passage

Importing this package is quick: the embedding model and its libraries are loaded when first needed.
"""

from index.article_index import ArticleIndex, IndexInfo
from index.embedder import DEFAULT_MODEL, Embedder
from index.errors import (
    ArticlesError,
    BadArticle,
    BadRequest,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexReadOnly,
    ModelUnavailable,
    WrongModel,
)
from index.progress import Progress
from index.rebuilding import RebuildReport
from index.types import UNKNOWN_LANGUAGE, Article, Filters, Hit, Passage, Why
from index.writing import AddReport

__all__ = [
    "DEFAULT_MODEL",
    "UNKNOWN_LANGUAGE",
    "AddReport",
    "Article",
    "ArticleIndex",
    "ArticlesError",
    "BadArticle",
    "BadRequest",
    "Embedder",
    "Filters",
    "Hit",
    "IndexBusy",
    "IndexDamaged",
    "IndexInfo",
    "IndexMissing",
    "IndexReadOnly",
    "ModelUnavailable",
    "Passage",
    "Progress",
    "RebuildReport",
    "Why",
    "WrongModel",
]
