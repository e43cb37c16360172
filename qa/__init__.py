"""Questions in, cited answers out.

>>> from index import ArticleIndex
>>> from qa import ask
>>> answer = ask(ArticleIndex("data/index"), "who met Mirziyoyev?")
>>> answer.text, answer.citations[0].quote
"""

from qa.answering import ask, stream
from qa.evaluation import GoldQuestion, Report, evaluate, load_gold
from qa.types import NOT_IN_THE_ARTICLES, Answer, Citation, Named

__all__ = [
    "NOT_IN_THE_ARTICLES",
    "Answer",
    "Citation",
    "GoldQuestion",
    "Named",
    "Report",
    "ask",
    "evaluate",
    "load_gold",
    "stream",
]
