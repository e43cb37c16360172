"""The conversation as HTML. Everything that came from an article, a reader, a browser or a model is escaped.

The conversation is not a `gr.Chatbot`: that reads each message as Markdown, HTML and formulas, loads images that an
article names, and reads the raw markup aloud as the message's accessible name.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from html import escape

from index import Hit
from page.conversation import Step, Turn
from page.exports import as_markdown, as_text
from page.limits import address, described
from page.sources import mark, peeks
from page.text import about, lang_attribute, plain_about, shortened
from page.wording import ENGLISH, TEXTS, Words
from qa import Answer, Citation, Named
from qa.types import Statement

EXAMPLES = (
    ("en", "who met Mirziyoyev?"),
    ("fr", "Qui a rencontré Mirzioïev ?"),
    ("ru", "Кто встретился с Мирзиёевым?"),
    ("uz", "Mirziyoyev bilan kim uchrashdi?"),
    ("en", "When did Notre-Dame reopen after the fire?"),
    ("es", "¿Quién ganó el Premio Nobel de Literatura en 2024?"),
)
"""Questions that the sample articles answer, with their languages."""

_LONGEST_SHOWN = 600  # characters of a question; the rest is folded
_NEAREST = 3  # passages offered when the articles do not say
_SPACE = "\N{NARROW NO-BREAK SPACE}"  # between the words and their numbers
_STEPS: tuple[Step, ...] = ("searching", "reading")

Piece = tuple[str, Statement | None]
"""A stretch of an answer and the sentence that it is; None for what stands between sentences."""


def conversation(turns: Sequence[Turn], say: Words = ENGLISH) -> str:
    """All turns, the last one with everything that can be done with it; examples when there is none."""
    if not turns:
        return f'<div class="pane" data-pane>{_welcome(say)}</div>'
    shown = "".join(_turn(turn, say, is_last=turn is turns[-1]) for turn in turns)
    return (
        f'<div class="pane" data-pane tabindex="0" role="region" aria-label="{escape(say("conversation"))}">'
        f"{shown}</div>"
    )


def _welcome(say: Words) -> str:
    buttons = "".join(
        f'<button type="button" data-act="ask" data-question="{escape(question)}"{lang_attribute(language)}>'
        f'<span class="code" aria-hidden="true">{language}</span>{escape(question)}</button>'
        for language, question in EXAMPLES
    )
    return (
        f'<div class="welcome"><h2>{escape(say("welcome"))}</h2><p>{escape(say("welcome_text"))}</p>'
        f'<div class="examples">{buttons}</div></div>'
    )


def announcement(turn: Turn, say: Words = ENGLISH) -> str:
    """One line about an answer for those who listen to the page; "" as long as it is not there."""
    if turn.step is not None or turn.answer is None or turn.error is not None:
        return ""
    if turn.answer.text is None:
        return say("nothing")
    seconds = say.number(round(turn.answer.seconds, 2 if turn.answer.seconds < 1 else 1))
    return say.count("answered", len(turn.answer.citations), seconds=seconds)


def _turn(turn: Turn, say: Words, *, is_last: bool) -> str:
    limits = described(turn.filters, say)
    return (
        f'<section class="turn" id="q{turn.number}" tabindex="-1"{" data-latest" if is_last else ""}>'
        f'<div class="question" dir="auto"><span class="sr">{escape(say("you_asked"))} </span>'
        f"{_question(turn.question, say)}</div>"
        + (f'<p class="limits">{escape(say("only", what=limits))}</p>' if limits else "")
        + f'<div class="answer">{_answer(turn, say)}{_actions(turn, say, is_last=is_last)}</div></section>'
    )


def _question(question: str, say: Words) -> str:
    if len(question) <= _LONGEST_SHOWN:
        return escape(question)
    length = escape(say.count("characters", len(question)))
    return (
        f"<details><summary>{escape(question[:200])}… <small>({length})</small></summary>"
        f"{escape(question)}</details>"
    )


def _answer(turn: Turn, say: Words) -> str:
    parts: list[str] = []
    answer = turn.answer
    if answer is not None:
        if answer.understood.strip() != answer.question.strip():
            searched = say("searched_for", what=shortened(answer.understood, 200))
            parts.append(f'<p class="limits">{escape(searched)}</p>')
        if answer.text is not None:
            parts.append(_said(turn.number, answer, say))
        elif answer.complete:
            parts.append(_nothing(turn, answer, say))
        parts.append(_withheld(answer, say))
        if answer.notice and not _none_passes(turn, answer):
            # These come from below the page, in English.
            parts.append(f'<p class="notice" role="note" lang="en">{escape(answer.notice)}</p>')
    if turn.error is not None:
        why = f'<span lang="en">{escape(turn.error)}</span>' if turn.error else escape(say("broke_off"))
        parts.append(
            f'<p class="failure" role="alert"><strong>{escape(say("cannot_answer"))}</strong> {why}</p>'
        )
    if turn.step is not None:
        parts.append(_steps(turn, turn.step, say))
    return "".join(parts)


def _steps(turn: Turn, now: Step, say: Words) -> str:
    """What has been done for the question, what is being done, and how far that is."""
    done = list(itertools.takewhile(lambda step: step != now, _STEPS)) if now in (*_STEPS, "writing") else []
    tick = f'<span aria-hidden="true">✓</span><span class="sr"> {escape(say("step_done"))}</span>'
    lines = [f"<li>{escape(say(f'step_{step}'))} {tick}</li>" for step in done]
    how_far = f": {say.progress(turn.progress)}" if turn.progress is not None else ""
    lines.append(
        f'<li class="now"><span class="dot" aria-hidden="true"></span>{escape(say(f"step_{now}") + how_far)}…</li>'
    )
    return f'<ol class="steps" role="status">{"".join(lines)}</ol>'


# ---- what is said


def _said(turn: int, answer: Answer, say: Words) -> str:
    links = _Links(turn, {citation.number: citation for citation in answer.citations}, say)
    lead = _lead(answer.lead, links, say) if answer.lead else ""
    if answer.written_by == "quotes" and answer.sentences:
        statements = answer.sentences[1 if answer.lead else 0 :]
        body = "".join(_quote(statement, links, say) for statement in statements)
    else:
        body = _written(answer, links, say)
        if answer.written_by != "quotes":
            body += f'<p class="by">{escape(say("written_by", who=answer.written_by))}</p>'
    return lead + body + peeks(turn, answer.citations, say)


class _Links:
    """The numbers of one answer; each occurrence is an element of its own, to which the focus can return."""

    def __init__(self, turn: int, cited: Mapping[int, Citation], say: Words) -> None:
        self.cited = cited
        self._turn, self._say = turn, say
        self._places = itertools.count(1)

    def to(self, numbers: Sequence[int]) -> str:
        """Links to these citations, on one line; a number that stands for nothing gets none."""
        links = [
            mark(self._turn, self.cited[number], next(self._places), self._say)
            for number in numbers
            if number in self.cited
        ]
        # The names of the numbers are in the language of the page, whatever the words around them are in.
        return f'<span class="cites" lang="{self._say.language}">{"".join(links)}</span>' if links else ""

    def first(self, numbers: Sequence[int]) -> Citation | None:
        return next((self.cited[number] for number in numbers if number in self.cited), None)

    def within(self, text: str) -> str:
        """Text, escaped, with its marks ``[n]`` as links, behind the full stop and on the line of what they belong to.

        A mark that stands for nothing is left as it is written.
        """

        def linked(found: re.Match[str]) -> str:
            word, gap, marks, stop = found.groups("")
            numbers = [int(number) for number in re.findall(r"\d+", marks)]
            others = "".join(f"[{number}]" for number in numbers if number not in self.cited)
            links = self.to(numbers)
            before = f"{word}{gap}{others}{stop}" if others else f"{word}{stop}"
            return f'<span class="glued">{before}{_SPACE}{links}</span>' if links else before

        # Escaping leaves brackets, digits and full stops alone, and a word stays a word.
        return _WORD_AND_MARKS.sub(linked, escape(text))


_WORD_AND_MARKS = re.compile(r"(?:(?<!\S)([^\s\[\]]{1,40}))?([ \u00a0]?)((?:\[\d{1,9}\])+)([.!?…,;:]*)")


def _glued(text: str, after: str) -> str:
    """Text, escaped, with HTML behind its last word that must not begin a line."""
    found = re.fullmatch(r"(.*\s)?(\S{1,40})", text, re.DOTALL)
    if found is None or not after:
        return escape(text) + after
    return f'{escape(found[1] or "")}<span class="glued">{escape(found[2])}{after}</span>'


def _lead(lead: Sequence[Named], links: _Links, say: Words) -> str:
    """The words that answer, each in its own language; links stay on the line of the last word."""
    named: list[str] = []
    for one in lead:
        first = links.first(one.citations)
        lang = lang_attribute(first.language) if first else ""
        planned = (
            f' <span class="planned" lang="{say.language}">({escape(say("planned"))})</span>'
            if one.planned
            else ""
        )
        links_to = links.to(one.citations)
        comma = "" if one is lead[-1] else ","
        after = planned + comma + (f"{_SPACE}{links_to}" if links_to else "")
        named.append(f'<span dir="auto"{lang}>{_glued(one.text, after)}</span>')
    return f'<p class="lead">{" ".join(named)}</p>'


def _quote(statement: Statement, links: _Links, say: Words) -> str:
    """One quote with its sources, and where and when it was published."""
    first = links.first(statement.citations)
    lang, where = "", ""
    if first is not None:
        lang = lang_attribute(first.language)
        told = [plain_about(first.source, first.published, first.language, say)]
        copies = sum(
            links.cited[number].copy_of is not None for number in statement.citations if number in links.cited
        )
        if copies:
            told.append(say.count("one_text", copies + 1))
        where = f' <span class="where">{escape(" · ".join(filter(None, told)))}</span>'
    numbers = links.to(statement.citations)
    text = _glued(statement.text, f"{_SPACE}{numbers}" if numbers else "")
    judged = _judged(text, statement, say, f' dir="auto"{lang}')
    return f'<p class="said">{judged}{where}</p>'


def _written(answer: Answer, links: _Links, say: Words) -> str:
    """The text of a language model in its paragraphs, with what is only partly supported marked."""
    parts: list[str] = []
    for text, statement in pieces(answer.text or "", answer.sentences):
        if statement is None:
            between = re.sub(r"\n{2,}", "\n\n", links.within(text))
            parts.append(between.replace("\n\n", '</p><p class="said" dir="auto">').replace("\n", "<br>"))
        else:
            parts.append(_judged(links.within(text).replace("\n", "<br>"), statement, say))
    return f'<p class="said" dir="auto">{"".join(parts)}</p>'


_TAIL = re.compile(r"(?:[ \u00a0]?\[\d+\])*[.!?…]*[\"”»“]*(?:[ \u00a0]?\[\d+\])*")


def pieces(text: str, sentences: Sequence[Statement]) -> list[Piece]:
    """An answer cut into its sentences, with their marks, and what stands between them; joined it is the answer.

    Args:
        text: Of the answer.
        sentences: Those that it says, in order, and perhaps withheld ones, which are not looked for.
    Returns:
        The sentences one after the other when they cannot be found in the text: a verdict must not get lost.
    """
    shown = [sentence for sentence in sentences if not is_withheld(sentence)]
    found: list[Piece] = []
    at = 0
    for sentence in shown:
        core = sentence.text.rstrip(' .!?…"”»“')
        start = text.find(core, at)
        if not core or start < 0:
            return _one_after_the_other(shown)
        tail = _TAIL.match(text, start + len(core))
        end = tail.end() if tail else start + len(core)
        found += [(text[at:start], None), (text[start:end], sentence)]
        at = end
    found.append((text[at:], None))
    return [piece for piece in found if piece[0]]


def _one_after_the_other(sentences: Sequence[Statement]) -> list[Piece]:
    found: list[Piece] = []
    for sentence in sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations)
        found += [(f"{sentence.text} {marks}".strip(), sentence), (" ", None)]
    return found


def _judged(html: str, statement: Statement, say: Words, attributes: str = "") -> str:
    """A sentence marked as what it is, in words and by a line under it or through it."""
    if statement.verdict == "supported":
        return f"<span{attributes}>{html}</span>" if attributes else html
    if statement.verdict == "partly":
        words = say("partly", why=reasons(statement, say))
        return f'<span class="partly"{attributes}>{html}</span> <span class="why">({escape(words)})</span>'
    return f'<span class="gone"{attributes}>{html}</span> <span class="why">({escape(say("gone"))})</span>'


def is_withheld(statement: Statement) -> bool:
    """Whether it is kept out of the answer's text; a quote that has gone from its article since is not."""
    return statement.verdict == "not" and "changed" not in statement.faults


def reasons(statement: Statement, say: Words) -> str:
    """What is wrong with a sentence, in words."""
    keys = [f"fault_{fault}" for fault in statement.faults]
    known = [say(key if key in TEXTS else "fault_other") for key in keys]
    return ", ".join(dict.fromkeys(known)) or say("fault_other")


def _withheld(answer: Answer, say: Words) -> str:
    """The sentences that a language model wrote and nothing supports, folded, struck through, with the reasons."""
    if answer.written_by == "quotes":
        return ""
    # "Here is what the articles say:" claims nothing, has no faults, and is nobody's loss.
    kept_out = [statement for statement in answer.sentences if is_withheld(statement) and statement.faults]
    if not kept_out:
        return ""
    lines = "".join(
        f'<li><del dir="auto">{escape(statement.text)}</del> <span class="why">{escape(reasons(statement, say))}'
        "</span></li>"
        for statement in kept_out
    )
    count = escape(say.count("withheld", len(kept_out)))
    return f'<details class="withheld"><summary>{count}</summary><ul>{lines}</ul></details>'


def _none_passes(turn: Turn, answer: Answer) -> bool:
    return bool(turn.filters) and answer.searched == 0


def _nothing(turn: Turn, answer: Answer, say: Words) -> str:
    """That the articles do not say, out of how many, and what comes nearest, folded."""
    searched = say("none_passes") if _none_passes(turn, answer) else say.count("searched", answer.searched)
    said = f'<p class="nothing">{escape(say("nothing"))}</p><p class="limits searched">{escape(searched)}</p>'
    if not answer.hits:
        return said
    nearest = "".join(
        _near(turn.number, place, hit, say) for place, hit in enumerate(answer.hits[:_NEAREST], start=1)
    )
    return said + (
        f'<details class="nearest"><summary>{escape(say("nearest"))}</summary><ul>{nearest}</ul></details>'
    )


def _near(turn: int, place: int, hit: Hit, say: Words) -> str:
    article, passage = hit.article, hit.passage
    lang = lang_attribute(article.language)
    return (
        f'<li><button type="button" class="title" id="n{turn}-{place}" dir="auto"{lang} data-act="read" '
        f'data-article="{escape(article.id)}" data-start="{passage.start}" data-end="{passage.end}">'
        f'{escape(article.title)}</button><span class="about">'
        f"{about(article.source, article.published, article.language, say)}</span>"
        f'<p dir="auto"{lang}>{escape(passage.text)}</p></li>'
    )


# ---- what can be done


def _actions(turn: Turn, say: Words, *, is_last: bool) -> str:
    if turn.step is not None:
        return ""
    number = turn.number
    buttons: list[str] = []
    if turn.answer is not None:
        copied = escape(say("copied"))
        link = address(turn.question, turn.filters)
        for key, attributes in (
            ("copy", f'data-copy="{escape(as_text(turn.answer, say))}"'),
            ("copy_markdown", f'data-copy="{escape(as_markdown(turn.answer, say))}"'),
            ("link", f'data-link="{escape(link)}" title="{escape(say("link_title"))}"'),
        ):
            buttons.append(_button(say(key), f'{attributes} data-copied="{copied}"'))
        for liked, key in ((True, "good"), (False, "bad")):
            state = f'aria-pressed="{"true" if turn.liked is liked else "false"}" data-liked="{int(liked)}"'
            buttons.append(_button(say(key), f'data-act="like" data-turn="{number}" {state}'))
    if is_last:
        buttons.append(_button(say("again"), f'data-act="retry" data-turn="{number}"'))
        back = escape(turn.question)
        buttons.append(_button(say("undo"), f'data-act="undo" data-turn="{number}" data-question="{back}"'))
    return f'<div class="actions">{"".join(buttons)}</div>'


def _button(label: str, attributes: str) -> str:
    return f'<button type="button" {attributes}><span class="label">{escape(label)}</span></button>'
