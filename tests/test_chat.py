"""`python -m qa chat`: question after question in a terminal."""

from __future__ import annotations

from index import ArticleIndex
from qa import NOT_IN_THE_ARTICLES
from qa.chat import HELP, chat


def talk(samples: ArticleIndex, *lines: str) -> list[str]:
    said: list[str] = []
    chat(samples, lines=iter(lines), write=said.append)
    assert said[0] == HELP
    return said[1:]


def test_a_follow_up_leans_on_what_was_asked(samples: ArticleIndex) -> None:
    _, second = talk(samples, "Who is Léon Marchand?", "And where did he win?")
    assert second.startswith("(searched for: And where did he win? ")
    assert "Marchand" in second.split("\n")[0]


def test_a_new_conversation_forgets(samples: ArticleIndex) -> None:
    _, new, third = talk(samples, "Who is Léon Marchand?", "/new", "When did Chandrayaan-3 land on the Moon?")
    assert new == "A new conversation."
    assert "(searched for" not in third


def test_sources_are_shown_in_their_passages(samples: ArticleIndex) -> None:
    none, _, sources = talk(samples, "/sources", "When did Chandrayaan-3 land on the Moon?", "/sources")
    assert none == "There are no sources yet."
    assert sources.startswith("[1] ")
    assert "»" in sources
    assert "«" in sources


def test_what_is_no_question(samples: ArticleIndex) -> None:
    said = talk(samples, "", "/help", "xylophone zeppelin quokka?", "/quit", "never asked")
    assert said[0] == HELP
    assert said[1].startswith(NOT_IN_THE_ARTICLES)
    assert len(said) == 2
