"""Files and folders to articles: encodings, formats, and that one bad file never stops the rest."""

from __future__ import annotations

import codecs
import io
import json
import os
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import formats, reading
from index.decoding import declared_encoding, decode
from index.errors import BadArticle
from index.formats import parse_date
from index.reading import Origin, find_files, normalise_language, read_bytes, read_file, read_jsonl_file
from index.types import Article

RUSSIAN = "Президент Узбекистана прибыл в Самарканд. Переговоры продлятся два дня."
FRENCH = "Le président a été reçu à l’Élysée, où il a évoqué « l’été » et signé l’accord."
TURKISH = "Cumhurbaşkanı Erdoğan, Ankara'da yapılan görüşmede anlaşmayı imzaladı. Şimdi ışıklar yandı."
GERMAN = "Bundeskanzler Scholz ist in Samarkand eingetroffen. Die Gespräche über Öl sollen fünf Tage dauern."
UKRAINIAN = "Президент України прибув до Києва, де відбулася зустріч з міністрами. Її учасники задоволені."
PNG = codecs.decode("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex")


def read(name: str, data: bytes) -> Article | BadArticle:
    """The one thing that a file of this name and content gives."""
    (item,) = read_file(Origin(Path("/news") / name, name), data)
    return item


def article(name: str, data: bytes | str) -> Article:
    item = read(name, data if isinstance(data, bytes) else data.encode())
    assert isinstance(item, Article), item
    return item


def refusal(name: str, data: bytes | str) -> str:
    item = read(name, data if isinstance(data, bytes) else data.encode())
    assert isinstance(item, BadArticle), item
    return str(item)


def records(*lines: object) -> list[Article | BadArticle]:
    data = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return list(read_file(Origin(Path("/news/a.jsonl"), "a.jsonl"), data))


# ---- decoding


@pytest.mark.parametrize(
    ("text", "data", "step"),
    [
        (FRENCH, FRENCH.encode(), "utf-8"),
        (FRENCH, codecs.BOM_UTF8 + FRENCH.encode(), "mark"),
        (RUSSIAN, codecs.BOM_UTF16_LE + RUSSIAN.encode("utf-16-le"), "mark"),
        (RUSSIAN, codecs.BOM_UTF16_BE + RUSSIAN.encode("utf-16-be"), "mark"),
        (RUSSIAN, codecs.BOM_UTF32_LE + RUSSIAN.encode("utf-32-le"), "mark"),
        (RUSSIAN, codecs.BOM_UTF32_BE + RUSSIAN.encode("utf-32-be"), "mark"),
        (RUSSIAN, RUSSIAN.encode("utf-16-le"), "utf-16"),
        (RUSSIAN, RUSSIAN.encode("utf-16-be"), "utf-16"),
        ("All in ASCII.", "All in ASCII.".encode("utf-16-le"), "utf-16"),
        (FRENCH, FRENCH.encode("utf-16-be"), "utf-16"),
        (RUSSIAN, RUSSIAN.encode("cp1251"), "guessed"),
        (RUSSIAN, RUSSIAN.encode("koi8_r"), "guessed"),
        (RUSSIAN, RUSSIAN.encode("cp866"), "guessed"),
        (UKRAINIAN, UKRAINIAN.encode("cp1251"), "guessed"),
        (FRENCH, FRENCH.encode("cp1252"), "guessed"),
        (GERMAN, GERMAN.encode("cp1252"), "guessed"),
        (TURKISH, TURKISH.encode("cp1254"), "guessed"),
        ("Ankara'da görüşme başladı.", "Ankara'da görüşme başladı.".encode("cp1254"), "guessed"),
        ("Žižek à Paris – « été ».", "Žižek à Paris – « été ».".encode("cp1252"), "cp1252"),
        ("x" * 200_000 + RUSSIAN, ("x" * 200_000 + RUSSIAN).encode("cp1251"), "guessed"),
    ],
)
def test_decodes(text: str, data: bytes, step: str) -> None:
    assert decode(data) == (text, step)


def test_a_cut_off_utf16_file_loses_only_its_last_half_character() -> None:
    assert decode(codecs.BOM_UTF16_LE + RUSSIAN.encode("utf-16-le")[:-1])[0] == RUSSIAN[:-1]


def test_one_damaged_byte_does_not_spoil_a_utf8_file() -> None:
    data = bytearray(RUSSIAN.encode())
    data[0] = 0xFF
    text, step = decode(bytes(data))
    assert step == "damaged utf-8"
    assert text.endswith(RUSSIAN[1:])


@pytest.mark.parametrize("declared", ["windows-1251", "CP1251"])
def test_a_declared_encoding_decides_where_the_bytes_do_not(declared: str) -> None:
    assert decode("Ба".encode("cp1251"), declared) == ("Ба", "declared")


@pytest.mark.parametrize("declared", ["rot13", "unicode_escape", "base64", "no-such", "", "utf-7", "\x00"])
def test_a_declared_encoding_that_is_none_is_passed_over(declared: str) -> None:
    assert decode(RUSSIAN.encode("cp1251"), declared) == (RUSSIAN, "guessed")


def test_a_page_that_declares_latin_1_means_cp1252() -> None:
    assert decode("l’été – €".encode("cp1252"), "iso-8859-1") == ("l’été – €", "declared")


@pytest.mark.parametrize(
    ("head", "declared"),
    [
        (b'<meta charset="windows-1251">', "windows-1251"),
        (b'<META http-equiv=Content-Type content="text/html; charset=koi8-r">', "koi8-r"),
        (b'<?xml version="1.0" encoding="cp1254"?><html>', "cp1254"),
        (b"<p>charset=koi8-r</p>", None),
        (b" " * 5000 + b'<meta charset="koi8-r">', None),
    ],
)
def test_declared_encoding(head: bytes, declared: str | None) -> None:
    assert declared_encoding(head) == declared


@pytest.mark.parametrize(
    "data",
    [
        PNG,
        b"text\x00text",
        bytes(range(256)),
        b"\x00" * 100,
        b"\x01\x02\x03 abc",
        b"\xff\xfe\x00\xd8\x41\x00",
    ],
)
def test_binary_is_refused(data: bytes) -> None:
    assert "binary file" in refusal("a.txt", data)
    with pytest.raises(BadArticle):
        decode(data)


# ---- text and Markdown


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx"])
@pytest.mark.parametrize("data", [b"", b" \n\t\n", codecs.BOM_UTF8 + b"\n"])
def test_empty_files_are_refused(name: str, data: bytes) -> None:
    message = refusal(name, data)
    assert message.startswith(f"/news/{name}: ")


def test_text_is_stored_as_given_but_for_line_ends() -> None:
    given = "  Title \r\n\r\ntwo\rthree\u2028e\u0301 \n\n"
    assert article("a.txt", given).text == "  Title \n\ntwo\nthree\u2028e\u0301 \n\n"
    assert article("a.txt", given).title == "Title"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\n\r\t")))
def test_any_utf8_text_comes_back(text: str) -> None:
    item = read("a.txt", text.encode())
    if isinstance(item, BadArticle):
        assert not text.removeprefix("\ufeff").strip()
    else:
        assert item.text == text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


@given(st.binary(max_size=400), st.sampled_from([".txt", ".md", ".html", ".jsonl", ".pdf", ".docx"]))
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_give_articles_or_reasons(data: bytes, ending: str) -> None:
    for item in read_file(Origin(Path(f"/news/a{ending}"), "a"), data):
        assert isinstance(item, Article | BadArticle)
        if isinstance(item, Article):
            assert item.text.strip()
            assert item.title
            item.text.encode()


def test_five_megabytes_in_one_line() -> None:
    text = "слово " * 500_000
    item = article("long_line.txt", text)
    assert item.text == text
    assert item.title == "long line"
    assert article("a.txt", text.encode("cp1251")).text == text


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.txt", "\n\n  The title  \n\nText.", "The title"),
        ("paris_talks-end.txt", "x" * 121 + "\n\nText.", "paris talks end"),
        ("2022-09-17-the-summit.txt", "x" * 121, "2022-09-17 the summit"),
        ("a.txt", "x" * 120, "x" * 120),
        ("the-talks.md", "Text.\n\n## Not this\n", "the talks"),
        ("a.md", "Text.\n\n# The  title #\n\n# Second", "The title"),
        ("a.md", "---\ntitle: In front\n---\n# Heading\n", "In front"),
        ("a.md", "---\nlang: en\n---\n# Heading\n", "Heading"),
    ],
)
def test_titles(name: str, text: str, title: str) -> None:
    item = article(name, text)
    assert item.title == title
    assert item.text in text


def test_front_matter() -> None:
    head = (
        '---\r\ntitle: "He said: \\"yes\\""\ndate: 2025-11-06T23:30:00-05:00\nlanguage: fr-FR\n'
        "source: 'L''Est'\nURL: https://example.org/a\nid: other\ntags:\n  - title\n# note\n\n---  \n"
    )
    item = article("sub/a.md", head + "\n Text. \n")
    assert item == Article(
        id="sub/a.md",
        title='He said: "yes"',
        text="\n Text. \n",
        language="fr",
        url="https://example.org/a",
        source="L'Est",
        published="2025-11-06",
    )


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: Never closed\n\nText.",
        "---\nProse between rules\n---\nText.",
        "---\n---\nText.",
        "\n---\ntitle: not first\n---\nText.",
        "----\ntitle: four\n----\nText.",
        "---",
    ],
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    assert article("a.md", text).text == text


def test_front_matter_without_a_text_is_refused() -> None:
    assert "empty" in refusal("a.md", "---\ntitle: A\n---\n")


def test_a_txt_file_has_no_front_matter() -> None:
    assert article("a.txt", "---\ntitle: A\n---\nText.").text == "---\ntitle: A\n---\nText."


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2025-11-06", "2025-11-06"),
        (" 2025-11-06 ", "2025-11-06"),
        ("2025-11-06T10:00:00Z", "2025-11-06"),
        ("2025-11-06 23:59:59 +0500", "2025-11-06"),
        ("Thu, 06 Nov 2025 10:00:00 +0500", "2025-11-06"),
        ("6 Nov 2025 10:00:00 GMT", "2025-11-06"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_dates(written: str, iso: str) -> None:
    assert parse_date(written) == iso


@pytest.mark.parametrize(
    "written",
    [
        "6 novembre 2025",
        "2025-02-29",
        "2025-13-01",
        "06/11/2025",
        "20251106",
        "2025-W45-4",
        "yesterday",
        "2025",
        "²",
    ],
)
def test_bad_dates_are_refused_with_the_format_that_is_wanted(written: str) -> None:
    assert "write it as 2025-11-06" in refusal("a.md", f"---\ndate: {written}\n---\nText.")


@pytest.mark.parametrize(
    ("code", "normal"),
    [
        *[("FR", "fr"), ("fr-FR", "fr"), ("fr_CA", "fr"), ("fra", "fr"), ("fre", "fr"), (" uz-Latn ", "uz")],
        *[("UZB", "uz"), ("ger", "de"), ("ua", "uk"), ("zh-Hans", "zh"), ("", None), (None, None)],
        *[("und", None), ("English", None), ("f", None), ("12", None), ("ру", None)],
    ],
)
def test_language_codes(code: str | None, normal: str | None) -> None:
    assert normalise_language(code) == normal


def test_a_language_that_is_junk_or_not_given_is_recognised() -> None:
    assert article("a.md", f"---\nlang: français\n---\n{FRENCH}").language == "fr"
    assert article("a.txt", RUSSIAN).language == "ru"


# ---- HTML

PAGE = """<!doctype html><html lang="fr-FR"><head><title>Titre | Gazette</title>
<meta property="og:title" content="Le titre"><meta property="og:site_name" content="La Gazette">
<meta property="article:published_time" content="2025-11-06T10:00:00Z">
<link rel="canonical" href="https://example.org/a"><script>var secret = "one"</script>
<style>p { color: red }</style></head><body><nav>Menu Accueil</nav><article><h1>Le titre</h1>
<p>Premier paragraphe assez long pour être pris, avec des détails sur la rencontre de Samarcande.</p>
<script>alert("two")</script><p>Deuxième paragraphe, lui aussi assez long, <b>en gras</b> et la suite.</p>
</article><footer>Pied de page</footer></body></html>"""


def test_html_article() -> None:
    item = article("a.html", PAGE)
    assert item == Article(
        id="a.html",
        title="Le titre",
        text="Le titre\n\nPremier paragraphe assez long pour être pris, avec des détails sur la rencontre de "
        "Samarcande.\n\nDeuxième paragraphe, lui aussi assez long, en gras et la suite.",
        language="fr",
        url="https://example.org/a",
        source="La Gazette",
        published="2025-11-06",
    )


def test_html_in_a_declared_encoding() -> None:
    page = f'<html><head><meta charset="koi8-r"></head><body><p>{RUSSIAN}</p></body></html>'
    assert article("a.htm", page.encode("koi8_r")).text == RUSSIAN


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Kurz.", "Kurz."),
        ("<nav>Menu</nav><div>one <b>two</b> three</div><footer>Foot</footer>", "one two three"),
        ("Menu<article><p>one <b>two</b> three</p></article>Foot", "one two three"),
        ("<html><body><p>one<p>two <b>three</p></i><div>four<br>five", "one\n\ntwo three\n\nfour\nfive"),
        ("<script>no()</script>plain <!-- no --> words<style>no</style>", "plain words"),
        ("<?xml version='1.0' encoding='utf-8'?><html><body>été</body></html>", "été"),
        ("<html><body><p>unclosed <a href='x", "unclosed"),
        ("<div>" * 1000 + "deep", "deep"),
    ],
)
def test_broken_and_short_html(page: str, text: str) -> None:
    assert article("a.html", page).text == text


@pytest.mark.parametrize(
    "page", ["<html><body><script>x()</script></body></html>", "<!-- x -->", "<p></p>", "<html/>"]
)
def test_html_without_text_is_refused(page: str) -> None:
    assert "no article text found" in refusal("a.html", page)


def test_html_fetches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*args: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", no_network)
    page = PAGE.replace(
        "<nav>", '<img src="http://example.org/i.png"><iframe src="http://example.org/"></iframe><nav>'
    )
    assert article("a.html", page).title == "Le titre"


@given(
    st.lists(
        st.sampled_from(
            [*PAGE.split(), "<p>", "</div>", "<table><tr><td>", "&#0;", "&amp", "<![CDATA[", "<br"]
        )
    )
)
@settings(deadline=None, max_examples=100)
def test_any_tag_soup_is_read_or_refused(pieces: list[str]) -> None:
    assert isinstance(read("a.html", " ".join(pieces).encode()), Article | BadArticle)


# ---- PDF and DOCX


def pdf(*pages: str, title: str | None = None, extra_trailer: str = "") -> bytes:
    """A minimal PDF, a page for each text, with its cross-reference table."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    font = "/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding"
    box = f"/MediaBox [0 0 612 792] /Resources << /Font << /F1 << {font} >> >> >>"
    for text in pages:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        lines = "".join(f"({line}) Tj 0 -20 Td " for line in text.split("\n"))
        stream = f"BT /F1 12 Tf 72 700 Td {lines} ET" if text else ""
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {number + 1} 0 R >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    if title is not None:
        objects.append(f"<< /Title ({title}) >>")
        extra_trailer += f"/Info {len(objects)} 0 R"
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R {extra_trailer} >>\nstartxref\n{len(out)}\n%%EOF\n"
    return f"{out}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("cp1252")


def test_pdf() -> None:
    item = article("a.pdf", pdf("Le sommet\nest terminé.", "", "Page three.", title="The summit"))
    assert item.text == "Le sommet\nest terminé.\n\nPage three."
    assert item.title == "The summit"


@pytest.mark.parametrize("title", [None, "", "Microsoft Word - a.doc", "summit.indd", "untitled"])
def test_a_pdf_without_a_real_title_is_called_by_its_first_line(title: str | None) -> None:
    assert article("a.pdf", pdf("Le sommet\nText.", title=title)).title == "Le sommet"


def test_pdf_without_text_is_refused() -> None:
    assert "no text layer" in refusal("a.pdf", pdf("", ""))


def test_encrypted_pdf_is_refused() -> None:
    key = f"<{'41' * 32}>"
    identity = f"/ID [<{'00' * 16}> <{'00' * 16}>]"
    encryption = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >> {identity}"
    assert "password" in refusal("a.pdf", pdf("Secret.", extra_trailer=encryption))


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"hello", PNG, pdf("Some text here")[:60]])
def test_broken_pdf_is_refused(data: bytes) -> None:
    assert "not a PDF, or is damaged" in refusal("a.pdf", data)


def word(*paragraphs: str, heading: str | None = None, title: str = "") -> bytes:
    document = docx.Document()
    if heading is not None:
        document.add_heading(heading, level=1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.core_properties.title = title
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_docx() -> None:
    item = article("a.docx", word("First part.", "", "Вторая часть.", heading="The heading"))
    assert item.text == "The heading\n\nFirst part.\n\nВторая часть."
    assert item.title == "The heading"
    assert article("a.docx", word("Text.", heading="The heading", title="The title")).title == "The title"


def test_docx_tables_are_read_in_place() -> None:
    document = docx.Document()
    document.add_paragraph("Before.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip([cell for row in table.rows for cell in row.cells], "abcd", strict=True):
        cell.text = text
    document.add_paragraph("After.")
    file = io.BytesIO()
    document.save(file)
    assert article("a.docx", file.getvalue()).text == "Before.\n\na | b\n\nc | d\n\nAfter."


def without(data: bytes, name: str, replacement: bytes | None = None) -> bytes:
    """A zip file with one member left out or replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
            elif replacement is not None:
                new.writestr(member, replacement)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0 an old .doc",
        word("Text.")[:2000],
        without(word("Text."), "word/document.xml"),
        without(word("Text."), "[Content_Types].xml"),
        without(word("Text."), "_rels/.rels"),
        without(word("Text."), "word/document.xml", b"<w:document"),
        without(word("Text."), "word/document.xml", b"<html/>"),
    ],
)
def test_broken_docx_is_refused(data: bytes) -> None:
    assert "not a Word document" in refusal("a.docx", data)


def test_docx_without_text_is_refused() -> None:
    assert "empty" in refusal("a.docx", word(""))


def test_a_docx_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_UNPACKED_BYTES", 10_000)
    assert "unpacks to" in refusal("a.docx", word("x" * 20_000))


# ---- JSONL


def test_jsonl_fields() -> None:
    assert records(
        {
            "id": 7,
            "title": "T",
            "text": "a\r\nb ",
            "lang": "fr-FR",
            "date": "2025-11-06",
            "source": "S",
            "url": "u",
        },
        b"",
        {
            "id": "x",
            "text": "Text.",
            "language": "en",
            "published": "2025-11-07T10:00:00Z",
            "title": None,
            "more": [1],
        },
    ) == [
        Article("7", "T", "a\nb ", "fr", "u", "S", "2025-11-06"),
        Article("x", "Text.", "Text.", "en", None, None, "2025-11-07"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{not json", "is not JSON"),
        (b'{"id": "a", "text": "cut', "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'["a"]', "is not a JSON object"),
        (b"null", "is not a JSON object"),
        ({"text": "t"}, 'has no "id"'),
        ({"id": "a"}, 'has no "text"'),
        ({"id": "a", "text": None}, 'has no "text"'),
        ({"id": "a", "text": " \n"}, "empty"),
        ({"id": " ", "text": "t"}, '"id" is empty'),
        ({"id": "a", "text": 5}, '"text" is not a string'),
        ({"id": 1.5, "text": "t"}, '"id" is not a string'),
        ({"id": True, "text": "t"}, '"id" is not a string'),
        ({"id": "a", "text": "t", "title": ["x"]}, '"title" is not a string'),
        ({"id": "a", "text": "t", "date": 20251106}, '"date" is not a string'),
        ({"id": "a", "text": "t", "date": "6 novembre 2025"}, "write it as 2025-11-06"),
        (b'{"id": "a", "text": "half \\ud800"}', '"text" has half a character'),
        (b'{"id": "a\\udc00", "text": "t"}', '"id" has half a character'),
        (b'{"id": "a", "text": "zero \\u0000"}', '"text" has half a character or a zero'),
        (b'{"id": "a", "text": "\x00\x01\x02"}', "binary"),
        ({"id": "first", "text": "t"}, "earlier line"),
    ],
)
def test_a_bad_record_is_named_by_its_line_and_stops_nothing(line: object, reason: str) -> None:
    first, bad, last = records({"id": "first", "text": "One."}, line, {"id": "last", "text": "Two."})
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(bad, BadArticle)
    assert bad.origin == "/news/a.jsonl:2"
    assert reason in bad.reason


def test_jsonl_encodings() -> None:
    line = json.dumps({"id": "a", "text": RUSSIAN}, ensure_ascii=False)
    for data in (codecs.BOM_UTF8 + line.encode(), line.encode("cp1251"), b"\r\n" + line.encode() + b"\r\n"):
        (item,) = records(data)
        assert isinstance(item, Article)
        assert item.text == RUSSIAN
    (bad,) = records(line.encode("utf-16"))
    assert isinstance(bad, BadArticle)
    assert "UTF-16" in bad.reason


def test_an_emoji_written_as_two_escapes_is_one_character() -> None:
    (item,) = records(b'{"id": "a", "text": "\\ud83d\\ude00"}')
    assert isinstance(item, Article)
    assert item.text == "\U0001f600"


def test_jsonl_files_are_streamed_and_long_lines_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_LINE_BYTES", 1000)
    path = tmp_path / "a.jsonl"
    lines = [{"id": "a", "text": "One."}, {"id": "b", "text": "x" * 5000}, {"id": "c", "text": "Three."}]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    first, bad, last = read_jsonl_file(Origin(path, "a.jsonl"))
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(bad, BadArticle)
    assert bad.origin == f"{path}:2"
    assert "longer than" in bad.reason
    whole = list(read_file(Origin(path, "a.jsonl"), path.read_bytes()))
    assert [str(item) for item in whole] == [str(item) for item in (first, bad, last)]


def test_a_jsonl_file_that_is_gone_is_a_reason_not_a_crash(tmp_path: Path) -> None:
    (bad,) = read_jsonl_file(Origin(tmp_path / "gone.jsonl", "gone.jsonl"))
    assert isinstance(bad, BadArticle)
    assert "cannot be read" in bad.reason


# ---- files and folders


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"Text of {name}.", encoding="utf-8")


def ids(*paths: Path) -> list[str]:
    origins, bad = find_files(paths)
    assert not bad, bad
    return [origin.id for origin in origins]


def reasons(*paths: Path) -> list[str]:
    return [str(bad) for bad in find_files(paths)[1]]


def test_folders_are_walked_in_order_and_other_files_passed_over(tmp_path: Path) -> None:
    make(
        tmp_path, "b.TXT", "a/2.md", "a/1.markdown", "a/deep/er/x.PDF", "a.html", "c.htm", "d.jsonl", "e.docx"
    )
    make(tmp_path, ".hidden.txt", ".git/x.txt", "~$e.docx", "picture.png", "noending", "a/.DS_Store")
    expected = ["a/1.markdown", "a/2.md", "a/deep/er/x.PDF", "a.html", "b.TXT", "c.htm", "d.jsonl", "e.docx"]
    assert ids(tmp_path) == expected
    origins, _ = find_files([tmp_path])
    assert all(origin.path.is_absolute() for origin in origins)


def test_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "news/a.txt")
    monkeypatch.chdir(tmp_path)
    assert ids(Path("news")) == ["a.txt"]
    assert ids(Path("news/a.txt")) == ["a.txt"]
    assert ids(Path()) == ["news/a.txt"]


def test_a_named_file_that_is_not_read_or_not_there_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "good.txt")
    assert ".txt .md .markdown .html .htm .pdf .docx .jsonl" in reasons(tmp_path / "a.png")[0]
    assert "does not exist" in reasons(tmp_path / "gone.txt")[0]
    origins, bad = find_files([tmp_path / "gone", tmp_path / "a.png", tmp_path / "good.txt"])
    assert [origin.id for origin in origins] == ["good.txt"]
    assert len(bad) == 2


def test_a_second_file_with_the_same_id_is_refused_with_the_repair(tmp_path: Path) -> None:
    make(tmp_path, "x/a.txt", "y/a.txt", "y/b.txt")
    origins, bad = find_files([tmp_path / "x", tmp_path / "y"])
    assert [origin.path for origin in origins] == [tmp_path / "x/a.txt", tmp_path / "y/b.txt"]
    reason = f"{tmp_path}/x/a.txt has the id 'a.txt' already: add {tmp_path}, which holds both"
    assert [str(error) for error in bad] == [f"{tmp_path}/y/a.txt: {reason}"]


def test_a_file_reached_twice_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "a/x.txt")
    assert ids(tmp_path, tmp_path, tmp_path / "a", tmp_path / "a/x.txt") == ["a/x.txt"]


def test_links(tmp_path: Path) -> None:
    make(tmp_path, "news/a.txt", "news/.store/kept.txt", "outside/secret.txt", "outside/more/x.txt")
    news = tmp_path / "news"
    (news / "loop").symlink_to(news)
    (news / "self.txt").symlink_to(news / "self.txt")
    (news / "again.txt").symlink_to(news / "a.txt")
    (news / "annexed.txt").symlink_to(".store/kept.txt")
    (news / "nothing.txt").symlink_to("gone.txt")
    assert ids(news) == ["a.txt", "annexed.txt"]
    (news / "leak.txt").symlink_to(tmp_path / "outside/secret.txt")
    (news / "folder").symlink_to(tmp_path / "outside")
    origins, bad = find_files([news])
    assert [origin.id for origin in origins] == ["a.txt", "annexed.txt"]
    assert sorted(Path(error.origin).name for error in bad) == ["folder", "leak.txt"]
    assert all("link out of the folder" in error.reason for error in bad)
    (tmp_path / "to_news").symlink_to(tmp_path / "outside")
    assert ids(tmp_path / "to_news") == ["more/x.txt", "secret.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert ids(tmp_path) == []
    with pytest.raises(BadArticle, match="not a regular file"):
        read_bytes(Origin(tmp_path / "pipe.txt", "pipe.txt"))


def test_names_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        with open(name, "wb") as file:
            file.write(b"Text.")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    (message,) = reasons(tmp_path)
    assert "not valid UTF-8" in message
    message.encode()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_a_reason(tmp_path: Path) -> None:
    make(tmp_path, "shut/a.txt", "b.txt")
    (tmp_path / "shut").chmod(0)
    (tmp_path / "b.txt").chmod(0)
    try:
        origins, bad = find_files([tmp_path])
        assert len(bad) == 1
        with pytest.raises(BadArticle, match="cannot be read"):
            read_bytes(origins[0])
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_read_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.txt", "a.jsonl")
    assert read_bytes(Origin(tmp_path / "a.txt", "a.txt")) == b"Text of a.txt."
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 5)
    with pytest.raises(BadArticle, match="larger than"):
        read_bytes(Origin(tmp_path / "a.txt", "a.txt"))
    assert read_bytes(Origin(tmp_path / "a.jsonl", "a.jsonl"))
    with pytest.raises(BadArticle, match="cannot be read"):
        read_bytes(Origin(tmp_path / "gone.txt", "gone.txt"))
    with pytest.raises(BadArticle, match="not a regular file"):
        read_bytes(Origin(tmp_path, "folder"))


def test_one_bad_file_among_hundreds(tmp_path: Path) -> None:
    make(tmp_path, *(f"{number:03}.txt" for number in range(300)))
    (tmp_path / "150.txt").write_bytes(PNG)
    origins, bad = find_files([tmp_path])
    assert not bad
    items = [item for origin in origins for item in read_file(origin, read_bytes(origin))]
    assert sum(isinstance(item, Article) for item in items) == 299
    (refused,) = [item for item in items if isinstance(item, BadArticle)]
    assert refused.origin == str(tmp_path / "150.txt")
