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
from qa.transcript import found_as_json


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
        found = [found_as_json(hit) for hit in answer.hits[: self.k]]
        return [
            Document(
                id=f"{row['article_id']}:{row['start']}-{row['end']}",
                page_content=row.pop("text"),
                metadata=row,
            )
            for row in found
        ]
