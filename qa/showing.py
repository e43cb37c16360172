"""An answer as plain text for a terminal."""

from __future__ import annotations

from qa.types import NOT_IN_THE_ARTICLES, Answer

_NEAREST = 3  # passages shown when the articles do not say
_FAULTS = {
    "quotation": "a quotation that nobody says there",
    "name": "another name",
    "country": "another country",
    "number": "another number",
    "date": "another date",
    "denial": "one denies what the other says",
    "roles": "who did it to whom",
    "meaning": "the sources speak of something else",
    "uncited": "no source is named",
    "changed": "the article has changed since",
}


def show(answer: Answer) -> str:
    """The answer with its sources, what was withheld from it, and how it was understood; several lines."""
    lines: list[str] = [f"note: {answer.notice}", ""] if answer.notice else []
    if answer.understood != answer.question:
        lines += [f"(searched for: {answer.understood})", ""]
    if answer.text is None:
        lines += [NOT_IN_THE_ARTICLES + f" ({answer.searched:,} searched)", *_nearest(answer)]
    else:
        lines += [answer.text, ""]
    for c in answer.citations:
        about = ", ".join(filter(None, [c.source, c.published, c.language]))
        verdict = {
            "supported": "",
            "partly": " (supports it partly)",
            "not": " (does not stand there any more)",
        }
        lines.append(f"[{c.number}] {c.title} ({about}) {c.article_id}:{c.start}-{c.end}{verdict[c.verdict]}")
    withheld = [sentence for sentence in answer.withheld if sentence.faults]
    if withheld:
        lines += ["", "Withheld, because its sources do not say it:"]
        lines += [
            f"  - {sentence.text} ({', '.join(_FAULTS[fault] for fault in sentence.faults)})"
            for sentence in withheld
        ]
    return "\n".join(lines)


def _nearest(answer: Answer) -> list[str]:
    if not answer.hits:
        return []
    return ["", "The nearest passages, which do not answer the question:"] + [
        f"  - {hit.article.title} ({hit.article.published or 'no date'}): {_short(hit.passage.text)}"
        for hit in answer.hits[:_NEAREST]
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else line[:159] + "…"
