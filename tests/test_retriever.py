"""Our retrieval in somebody else's LangChain chain."""

from __future__ import annotations

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import PromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from index import ArticleIndex, Filters
from qa import ask
from qa.retriever import ArticlesRetriever


def test_it_finds_what_the_product_finds(samples: ArticleIndex) -> None:
    question = "When did Chandrayaan-3 land on the Moon?"
    documents = ArticlesRetriever(index=samples, k=3).invoke(question)
    hits = ask(samples, question).hits[:3]
    assert [document.page_content for document in documents] == [hit.passage.text for hit in hits]
    first = documents[0].metadata
    article = samples.article(first["article_id"])
    assert article is not None
    assert article.text[first["start"] : first["end"]] == documents[0].page_content
    assert documents[0].id == f"{article.id}:{first['start']}-{first['end']}"
    assert 0 <= first["score"] <= 1


def test_it_keeps_to_the_filters(samples: ArticleIndex) -> None:
    retriever = ArticlesRetriever(index=samples, k=4, filters=Filters(languages=("ru",)))
    assert {document.metadata["language"] for document in retriever.invoke("Who met Mirziyoyev?")} == {"ru"}


def test_three_lines_in_a_chain(samples: ArticleIndex) -> None:
    retriever = ArticlesRetriever(index=samples, k=2)
    prompt = PromptTemplate.from_template("{context} Question: {question}")
    chain = (
        {
            "context": retriever | (lambda documents: documents[0].page_content),
            "question": RunnablePassthrough(),
        }
        | prompt
        | RunnableLambda(lambda value: value.to_string())
        | StrOutputParser()
    )
    said = chain.invoke("When did Chandrayaan-3 land on the Moon?")
    assert "Question: When did" in said
    assert "Chandrayaan" in said
