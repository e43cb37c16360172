"""One small reader per file format: bytes in, a `Draft` of an article out.

Every reader takes ``(data, where)``, the bytes of a file and the name that its errors carry, and raises
`BadArticle`.
Libraries are imported where they are used, so that a folder of plain text waits for none of them.
"""

from __future__ import annotations

import io
import json
import logging
import re
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

from index.decoding import declared_encoding, decode
from index.errors import BadArticle

MAX_TITLE = 120
"""Characters up to which a first line is taken for a title."""
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""What a DOCX may unpack to: a few kilobytes of zip can unpack to gigabytes."""

_FIELD = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(.*))?")
_HEADING = re.compile(r"^# +(.*?)(?: +#+)? *$", re.MULTILINE)
_ISO_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{1,2}:\d{2}.*)?", re.DOTALL)
_RFC_2822_DATE = re.compile(r"(?:[A-Za-z]{3}, *)?\d{1,2} [A-Za-z]{3} \d{4} \d{1,2}:\d{2}.*", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SAID = ("title", "url", "source", "language", "lang", "date", "published")
_DROPPED = ("script", "style", "noscript", "template", "nav", "footer")
_BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main",
    "nav", "ol", "option", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
_HTML_SPACE = re.compile("[ \t\n\r\f]+")
_PDF_HYPHEN = re.compile("[\x02\ufffe]\n?")  # how PDFium marks a hyphen that is there only for the line end
_NO_TITLE = re.compile(
    r"untitled\b.*|microsoft word - .*|.*\.(?:docx?|indd|qxd|pdf|rtf|odt|tex)", re.IGNORECASE
)
_PDFIUM = threading.Lock()  # PDFium may only be used by one thread at a time


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file says about itself; language not yet normalised, title not yet made up if there is none."""

    text: str
    title: str | None = None
    language: str | None = None
    url: str | None = None
    source: str | None = None
    published: str | None = None
    """ISO date, "2025-11-06"."""


def read_text(data: bytes, where: str) -> Draft:
    """Plain text, exactly as it is; a short first line is also the title."""
    text, _ = decode(data, where=where)
    return Draft(text, first_line(text))


def read_markdown(data: bytes, where: str) -> Draft:
    """Markdown, kept as it is written, with an optional block of ``key: value`` lines between two ``---``.

    The text begins right after the line that closes the block. Keys: title, date or published, language or
    lang, source, url; values may be quoted. Other keys are passed over, `id` too: a file's id is its path. A
    block that is never closed, or that holds anything else than such lines, is text. If there is no title,
    the first ``# heading`` is it.
    """
    text, _ = decode(data, where=where)
    fields, body = _front_matter(text)
    heading = _HEADING.search(body)
    return _draft(fields, body, where, title=heading[1] if heading else None)


def read_html(data: bytes, where: str) -> Draft:
    """The article of an HTML page without navigation, scripts and styles, paragraphs parted by blank lines.

    Where no article stands out, all text of the page. Nothing is fetched.
    """
    import lxml.etree
    import lxml.html
    import trafilatura
    from trafilatura.metadata import extract_metadata

    # It warns about every page without an article; of those we hand out the whole page, or say so.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    html, _ = decode(data, declared_encoding(data), where)
    # Bytes, because lxml refuses a `str` that declares an encoding; huge_tree for pages nested over 256 deep.
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = lxml.html.document_fromstring(html.encode(), parser=parser)
    except lxml.etree.LxmlError as error:
        raise BadArticle(where, "no article text found: check that it is a saved web page") from error
    about = found = None
    try:
        lxml.etree.strip_elements(tree, "noscript", with_tail=False)
        # The date that a page declares, none guessed from its text: no date is better than a wrong one.
        about = extract_metadata(tree, date_config={"extensive_search": False, "original_date": True})
        found = trafilatura.bare_extraction(tree, include_comments=False)
    except (lxml.etree.LxmlError, LookupError, AttributeError, ArithmeticError, ValueError, RecursionError):
        logging.getLogger(__name__).debug("%s: read as a plain page", where, exc_info=True)
    text = _page_text(tree) if found is None or _is_rescue(found.body) else _paragraphs(found.text)
    if not text:
        raise BadArticle(where, "no article text found: check that the page was saved with its text")
    return Draft(
        text,
        title=(about and about.title) or first_line(text),
        language=tree.get("lang") or tree.get("xml:lang") or None,
        url=about and about.url,
        source=about and about.sitename,
        published=_date_or_none(about and about.date),
    )


def read_pdf(data: bytes, where: str) -> Draft:
    """The text of a PDF, its pages parted by blank lines."""
    import pypdfium2

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            locked = "password" in str(error).lower()
            reason = (
                "is locked with a password: save it without one" if locked else "is not a PDF, or is damaged"
            )
            raise BadArticle(where, f"{reason} (PDFium: {error})") from error
        try:
            pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
            title = _pdf_title(document)
        except pypdfium2.PdfiumError as error:
            raise BadArticle(
                where, f"has a page that cannot be read (PDFium: {error}): save it anew"
            ) from error
        finally:
            document.close()
    text = "\n\n".join(filter(None, map(_pdf_page, pages)))
    if not text:
        raise BadArticle(where, "has no text layer (scanned?): run text recognition (OCR) on it first")
    return Draft(text, title=title or first_line(text))


def read_docx(data: bytes, where: str) -> Draft:
    """The paragraphs and table rows of a Word document, parted by blank lines."""
    import docx
    import lxml.etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise BadArticle(
                where, f"unpacks to {unpacked / 2**20:.0f} MiB: save its text as a smaller document"
            )
        document = docx.Document(io.BytesIO(data))
        blocks = list(_docx_blocks(document))
        properties = document.core_properties
        title, language = properties.title, properties.language
    # What zipfile, lxml and python-docx raise on damaged packages (RuntimeError: an encrypted zip).
    except (
        zipfile.BadZipFile,
        zlib.error,
        lxml.etree.LxmlError,
        docx.opc.exceptions.OpcError,
        LookupError,
        ValueError,
        AttributeError,
        TypeError,
        EOFError,
        OSError,
        RuntimeError,
    ) as error:
        raise BadArticle(
            where, f"is not a Word document (.docx), or is damaged: save it anew ({error})"
        ) from error
    text = "\n\n".join(block for block, _ in blocks)
    heading = next((block for block, is_heading in blocks if is_heading), None)
    return Draft(text, title=title or heading or first_line(text), language=language)


READERS: dict[str, Callable[[bytes, str], Draft]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
"""File ending in lower case -> its reader, for the formats that hold one article a file."""


def read_record(line: bytes, where: str) -> tuple[str, Draft]:
    """One line of JSONL: its id, and the article.

    ``{"id": "a1", "text": "...", "title": "...", "lang": "fr", "date": "2025-11-06", "source": "...",
    "url": "..."}``; `id` (a string or a whole number) and `text` are needed; `lang` may be called `language`,
    `date` may be called `published`.
    """
    try:
        record = json.loads(decode(line, where=where)[0])
    except (ValueError, RecursionError) as error:
        raise BadArticle(where, f"is not JSON ({error}): write one object per line") from error
    if not isinstance(record, dict):
        raise BadArticle(where, 'is not a JSON object: write {"id": "...", "text": "..."}')
    for key in ("id", "text"):
        if record.get(key) is None:
            raise BadArticle(where, f'has no "{key}": every line needs "id" and "text"')
    if isinstance(record["id"], int) and not isinstance(record["id"], bool):
        record["id"] = str(record["id"])
    used: dict[str, str] = {}
    for key in ("id", "text", *_SAID):
        value = record.get(key)
        if value is None:
            continue
        if not isinstance(value, str):
            raise BadArticle(where, f'"{key}" is not a string: put it in quotation marks')
        if _SURROGATE.search(value) or "\x00" in value:
            raise BadArticle(
                where, f'"{key}" has half a character or a zero character: write it anew as UTF-8'
            )
        used[key] = value
    if not used["id"].strip():
        raise BadArticle(where, '"id" is empty: give each article its own')
    text = used["text"].removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return used["id"], _draft(used, text, where, title=first_line(text))


def first_line(text: str) -> str | None:
    """The first line that is not blank, if it is short enough for a title (`MAX_TITLE`)."""
    line = text.lstrip().partition("\n")[0].strip()
    return line if 0 < len(line) <= MAX_TITLE else None


def parse_date(value: str) -> str:
    """The ISO date in "2025-11-06", "2025-11-06T10:00:00Z" or "Thu, 06 Nov 2025 10:00:00 +0500" (RFC 2822).

    A time is cut off, the date stays that of the place where it was written.

    Raises:
        ValueError: Anything else; the message says which formats are read.
    """
    value = value.strip()
    try:
        if iso := _ISO_DATE.fullmatch(value):
            return date.fromisoformat(iso[1]).isoformat()
        if _RFC_2822_DATE.fullmatch(value):
            return parsedate_to_datetime(value).date().isoformat()
    except (ValueError, OverflowError):  # a day that no calendar has
        pass
    raise ValueError(f"the date {value[:40]!r} cannot be read: write it as 2025-11-06")


def _date_or_none(value: str | None) -> str | None:
    try:
        return parse_date(value) if value else None
    except ValueError:
        return None


def _draft(said: dict[str, str], text: str, where: str, title: str | None) -> Draft:
    """Put together what front matter or a JSON record says; `title` is for when it gives none."""
    said = {key: value.strip() for key, value in said.items() if value.strip()}
    published = said.get("date") or said.get("published")
    try:
        return Draft(
            text,
            title=said.get("title") or title,
            language=said.get("language") or said.get("lang"),
            url=said.get("url"),
            source=said.get("source"),
            published=parse_date(published) if published else None,
        )
    except ValueError as error:
        raise BadArticle(where, str(error)) from error


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The fields of the front matter, and the text after it; without one, no fields and all of the text."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return {}, text
    fields: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---" and fields:
            return fields, "\n".join(lines[number + 1 :])
        if field := _FIELD.fullmatch(line.rstrip()):
            fields[field[1].lower()] = _unquoted((field[2] or "").strip())
        elif line.rstrip() == "---" or (line.strip() and line[0] not in " \t#-"):
            break  # prose between two horizontal rules, not fields
    return {}, text


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(r'\\(["\\])', r"\1", value[1:-1])
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return value


def _is_rescue(body: Any) -> bool:
    """Whether trafilatura found no article and took everything: one paragraph, a line break at every tag."""
    return len(body) == 1 and body[0].tag == "p" and "\n" in (body[0].text or "")


def _paragraphs(text: str) -> str:
    """trafilatura's text, one line a paragraph, with blank lines between but in lists and tables."""
    return re.sub(r"\n+(?!- |\|)", "\n\n", re.sub(" {2,}", " ", text)).strip()


def _page_text(tree: Any) -> str:
    """All text of a page or its only ``<article>``, but for scripts, styles and navigation.

    White space is as in a browser, with a blank line between blocks.
    """
    import lxml.etree

    articles = tree.findall(".//article")
    body = articles[0] if len(articles) == 1 else tree.find("body")
    if body is None:
        return ""
    hidden = (lxml.etree.Comment, lxml.etree.ProcessingInstruction, *_DROPPED)
    lxml.etree.strip_elements(body, *hidden, with_tail=False)
    for node in body.iter():
        gap = "\n\n" if node.tag in _BLOCKS else ""
        node.text = ("\n" if node.tag == "br" else gap) + _HTML_SPACE.sub(" ", node.text or "")
        node.tail = gap + _HTML_SPACE.sub(" ", node.tail or "")
    text = re.sub(" *\n *", "\n", re.sub(" +", " ", "".join(body.itertext())))
    return re.sub("\n{3,}", "\n\n", text).strip()


def _pdf_title(document: Any) -> str | None:
    """The title in the metadata, unless it is the name of the file that was printed."""
    try:
        title = document.get_metadata_value("Title").replace("\x00", "").strip()
    except UnicodeDecodeError:
        return None
    return None if _NO_TITLE.fullmatch(title) else title


def _pdf_page(text: str) -> str:
    """A page's text with words joined that were parted at a line end, and without what only PDF has."""
    text = _PDF_HYPHEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub("[\x00\f]", "", text).strip()


def _docx_blocks(container: Any) -> Iterator[tuple[str, bool]]:
    """Each paragraph and table row in order: its text, and whether it is a heading."""
    from docx.table import Table

    for block in container.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = dict.fromkeys(
                    cell.text.strip() for cell in row.cells
                )  # a merged cell comes several times
                if any(cells):
                    yield " | ".join(filter(None, cells)), False
        elif block.text.strip():
            style = block.style.name if block.style is not None else ""
            yield block.text, (style or "").startswith(("Heading", "Title"))
