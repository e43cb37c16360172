"""How a text states things: in somebody's words, denied, or planned."""

from __future__ import annotations

import re
import unicodedata

from qa.facts.shared import Span

_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‚": "‘"}
_SHORTEST_QUOTATION = 8  # characters: less is a word in inverted commas


def quotations(text: str) -> list[str]:
    """What stands between quotation marks, of eight characters or more."""
    found: list[str] = []
    at = 0
    while at < len(text):
        closing = _PAIRS.get(text[at]) or ('"' if text[at] == '"' else "")
        end = (
            next((place for place in range(at + 1, len(text)) if text[place] in closing), -1)
            if closing
            else -1
        )
        if end < 0:
            at += 1
            continue
        quoted = text[at + 1 : end].strip()
        if len(quoted) >= _SHORTEST_QUOTATION:
            found.append(quoted)
        at = end + 1
    return found


_DENIED = {
    "en": r"not|never|no|nor|neither|without|cannot|none|nobody|nothing|n['’]t\b|\w+n['’]t",
    "fr": r"pas|jamais|aucune?|ni|sans|non|personne n\w*|rien|(?:n['’]|ne )\w+ plus",
    "ru": r"не|ни|нет|без|никогда|никто|ничего|нельзя",
    "de": r"nicht|nie|niemals|kein\w*|ohne|niemand|nichts|weder",
    "es": r"no|nunca|sin|jamás|ning[uú]n[oa]?|nadie|nada|tampoco|ni",
    "tr": r"değil\w*|yok|hiç|\w{2,}m[ae](?:dı|di|yacak|yecek|mış|miş)\w*|\w{2,}[^\W\d_gö]m[ıiuü]yor\w*",
    "uz": r"emas\w*|yo['ʻʼ‘’]q|hech|\w{2,}ma(?:di|gan|ydi|s)\w*|эмас\w*|йўқ|\w{2,}ма(?:ди|ган|йди)\w*",
    "kk": r"емес\w*|жоқ|ешқашан|ешкім|\w{2,}(?:ма|ме|ба|бе|па|пе)(?:ды|ді|ған|ген|йды|йді)\w*",
}
_DENIALS = {
    language: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    for language, pattern in _DENIED.items()
}
_NOT_DENIED = re.compile(
    r"(?<!\w)(?:not only|no longer than|no fewer than|no less than|nothing less|no later than|no\. ?\d+|non seulement|"
    r"sans doute|pas-de-\w+|pas moins|rien de moins|не только|не менее|не более|не позднее|не исключ\w+|nicht nur|"
    r"nicht zuletzt|no solo|no sólo|nada menos|sin embargo|hech bo['ʻ‘’]lmaganda)(?!\w)",
    re.IGNORECASE,
)


def denials(text: str, language: str) -> int:
    """How often a sentence denies; in a language that we do not serve, and for "und", 0."""
    pattern = _DENIALS.get(language)
    return 0 if pattern is None else len(pattern.findall(_NOT_DENIED.sub(" ", text)))


# Only what hardly means anything else: a false "planned" would be worse than none.
_PLANS = {
    "en": r"(?<!the )(?<!his )(?<!her )(?<!their )(?<!a )(?-i:will)|shall|plans? to|(?:is|are) planned|is to|are to|"
    r"(?:is|are) (?:expected|scheduled|due) to|intends? to|(?:is|are) going to",
    "fr": r"doi(?:t|vent) (?:se |y |en )?\w+(?:er|ir|re|oir)|devrai(?:t|ent)|prévoi(?:t|ent)|envisagent?|sera|seront|"
    r"auront|(?-i:[a-zà-ÿ]{3,}(?:era|eront|iront|vra|vront|dra|dront))",
    "ru": r"будет|будут|планиру(?:ет|ют|ется|ются)|намерен[аы]?|собира(?:ется|ются)|предстоит|состоится|состоятся|"
    r"ожидается|запланирован[аоы]?|намечен[аоы]?|прибудет|встретится|встретятся|посетит",
    "de": r"soll(?:en)?(?!.*\b(?:haben|sein)\b)|plant|planen|ist geplant|vorgesehen|beabsichtigt",
    "es": r"será|serán|prevén?|está previst[oa]|planean?|tendrá|tendrán|(?-i:[a-zà-ÿ]{3,}[aei]rá)",
    "tr": r"planlan(?:ıyor|dı)|bekleniyor",
    "uz": r"rejalashtir(?:ilgan|moqda|ildi|ilyapti)|kutil(?:moqda|yapti)|mo['ʻʼ‘’]ljallan(?:gan|moqda)|"
    r"режалаштир(?:илган|моқда)|кутилмоқда",
    "kk": r"жоспарла(?:нып|нған|п)|күтіл(?:уде|іп)",
}
_PLANNED = {
    language: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    for language, pattern in _PLANS.items()
}
_CLAUSE_ENDS = re.compile(r"[,;:()–—]")


def is_planned(text: str, language: str, span: Span | None = None) -> bool:
    """Whether a sentence speaks of what is to come; False in languages that we do not serve.

    Args:
        text: The sentence.
        language: ISO 639-1.
        span: Characters of it; then only the clause that holds them is looked at.
    """
    pattern = _PLANNED.get(language)
    if pattern is None:
        return False
    if span is not None:
        low = max((m.end() for m in _CLAUSE_ENDS.finditer(text, 0, span[0])), default=0)
        high = next((m.start() for m in _CLAUSE_ENDS.finditer(text, span[1])), len(text))
        text = text[low:high]
    return pattern.search(text) is not None


def normalised(text: str) -> str:
    """For comparing quotations: compatibility forms, one kind of quotation mark, apostrophe and dash, single spaces,
    lower case."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub("[ʻʼ‘’`´]", "'", text)
    text = re.sub('[“”„«»"]', '"', text)
    text = re.sub("[‐‑‒–—−]", "-", text)
    return " ".join(text.split())
