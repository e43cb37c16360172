"""Our retrieval as a LangChain retriever, for those who have a chain of their own.

from qa.retriever import ArticlesRetriever
retriever = ArticlesRetriever(index=ArticleIndex("data/index"), k=5)
documents = retriever.invoke("who met Mirziyoyev?")
"""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from index import ArticleIndex, Filters
from qa.answering import ask


class ArticlesRetriever(BaseRetriever):  # type: ignore[misc]
    """The passages that the product itself would answer from, best first: searched, read, and ranked anew.

    Each `Document` holds a passage; its metadata say article_id, title, source, published, language, url, start and end
    (characters in the article), and score (estimated probability that it answers, in [0, 1]). Its id is
    "article_id:start-end".
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: ArticleIndex
    k: int = Field(default=5, ge=1)
    """How many passages at most, from 1."""
    filters: Filters | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        answer = ask(self.index, query, k=max(self.k, 10), filters=self.filters)
        return [
            Document(
                id=f"{hit.article.id}:{hit.passage.start}-{hit.passage.end}",
                page_content=hit.passage.text,
                metadata={
                    "article_id": hit.article.id,
                    "title": hit.article.title,
                    "source": hit.article.source,
                    "published": hit.article.published,
                    "language": hit.article.language,
                    "url": hit.article.url,
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "score": hit.score,
                },
            )
            for hit in answer.hits[: self.k]
        ]
