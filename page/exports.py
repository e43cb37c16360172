"""Answers as plain text and as Markdown, with numbered references, for the clipboard and for a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from page.conversation import Turn
from page.text import shortened, web_address
from page.wording import ENGLISH, Words
from qa import Answer, Citation

_SPECIAL = re.compile(r"([\\`*_\[\]<>#~|&])")
_BEGINS_A_BLOCK = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s))", re.MULTILINE)


def as_text(answer: Answer, say: Words = ENGLISH) -> str:
    """An answer as plain text with its sources as a numbered list."""
    lines = [answer.question, "", answer.text or say("nothing")]
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        told = [*_told(citation, say), web_address(citation.url) or citation.article_id]
        lines.append(f"[{citation.number}] {', '.join(part for part in told if part)}{_doubt(citation, say)}")
    return "\n".join(lines)


def as_markdown(answer: Answer, say: Words = ENGLISH) -> str:
    """An answer as Markdown: the question as a heading, the text, the sources as a numbered list.

    Nothing in it is markup that was not put there here: an article cannot smuggle in links, images or headings.
    """
    said = _marks_again(in_markdown(answer.text or say("nothing")), answer)
    lines = [f"## {in_markdown(_one_line(answer.question))}", "", said]
    if answer.citations:
        lines.append("")
    lines += [f"{citation.number}. {_reference(citation, say)}" for citation in answer.citations]
    return "\n".join(lines) + "\n"


def thread_as_markdown(turns: Sequence[Turn], say: Words = ENGLISH) -> str:
    """A whole thread as a Markdown file; questions without an answer are left out."""
    answers = [turn.answer for turn in turns if turn.answer is not None]
    title = in_markdown(shortened(answers[0].question)) if answers else ""
    return "\n".join([f"# {title}", "", *(as_markdown(answer, say) for answer in answers)])


def file_name(turns: Sequence[Turn], today: date) -> str:
    """A name for that file, of letters, digits and hyphens: day and first question.

    >>> file_name([Turn(1, "Who met Mirziyoyev?")], date(2025, 11, 6))
    '2025-11-06-who-met-mirziyoyev.md'
    """
    words = re.findall(r"[^\W_]+", turns[0].question.casefold())[:8] if turns else []
    return "-".join([today.isoformat(), *(word[:20] for word in words)]) + ".md"


def in_markdown(text: str) -> str:
    r"""The text so that Markdown shows it as it is.

    >>> in_markdown("[x](javascript:1) *b*")
    '\\[x\\](javascript:1) \\*b\\*'
    """
    text = _SPECIAL.sub(r"\\\1", text)
    return _BEGINS_A_BLOCK.sub(lambda found: f"{found[1]}{_escaped_start(found[2])}", text)


def _escaped_start(start: str) -> str:
    return f"{start[:-1]}\\{start[-1]}"


def _marks_again(text: str, answer: Answer) -> str:
    """The marks ``[1]`` of citations unescaped; one that would make a link with what follows stays escaped."""
    numbers = {citation.number for citation in answer.citations}

    def unescaped(found: re.Match[str]) -> str:
        return f"[{found[1]}]" if int(found[1]) in numbers else found[0]

    return re.sub(r"\\\[(\d{1,9})\\\](?![(:])", unescaped, text)


def _reference(citation: Citation, say: Words) -> str:
    title, *rest = _told(citation, say)
    address = web_address(citation.url)
    if address and not re.search(r"[<>\\]", address):
        parts = [f"[{in_markdown(title)}](<{address}>)", *map(in_markdown, rest)]
    else:
        parts = [in_markdown(title), *map(in_markdown, rest), in_markdown(_one_line(citation.article_id))]
    return ", ".join(part for part in parts if part) + _doubt(citation, say)


def _told(citation: Citation, say: Words) -> list[str]:
    return [_one_line(part) for part in (citation.title, citation.source or "", say.day(citation.published))]


def _doubt(citation: Citation, say: Words) -> str:
    return "" if citation.verdict == "supported" else f" ({say(f'verdict_{citation.verdict}')})"


def _one_line(text: str) -> str:
    return " ".join(text.split())
