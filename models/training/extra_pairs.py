"""English <-> other training pairs out of packages of free software, mostly for Uzbek and Kazakh.

    python -m models.training.extra_pairs --data ../shared/data --out FOLDER --download

`--download` fetches the packages of `PACKAGES` with `apt-get download` into FOLDER/debs (about 700 MB, a minute);
without it they must lie there already.  Nothing is installed: packages are read as archives.  Written are

* `catalogues.tsv.xz`: interface texts, names of places, languages, currencies, things (gettext, Qt, Firefox,
  MediaWiki and Unicode CLDR);
* `dictionaries.tsv.xz`: FreeDict words that `parallel/dictionary.tsv.xz` lacks;
* `forms.tsv.xz`: inflected forms of that dictionary's words, by the lemma lists of `simplemma` (pip).

Format: language, English, other, source (the package), tab-separated.  Uzbek is `uz` in either script.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import hashlib
import html
import importlib
import io
import json
import lzma
import re
import struct
import subprocess
import tarfile
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ALL = ("uz", "kk", "tr", "ru", "de", "fr", "es")
NEEDY = ("uz", "kk")
MAX_CHARACTERS = 200
MAX_PER_ENGLISH = 4  # different translations kept of one English text in one language
MAX_PER_DICTIONARY = 80_000
MAX_FORMS = 6  # of one lemma
MAX_FORMS_PER_LANGUAGE = 80_000


class Row(NamedTuple):
    """One training pair; `source` is the package it came from."""

    language: str
    english: str
    other: str
    source: str


class Package(NamedTuple):
    """A Debian package to read: how, for which languages, under which licence."""

    name: str
    licence: str
    kind: str = "gettext"
    languages: tuple[str, ...] = NEEDY


def gettext_packages(licence: str, names: str) -> list[Package]:
    """Rows of the table for packages that hold ordinary gettext catalogues."""
    return [Package(name, licence) for name in names.split()]


# Licences as Debian's copyright files state them for the package (for several: for its main part).
PACKAGES: tuple[Package, ...] = (
    Package("unicode-cldr-core", "Unicode-DFS-2016", "cldr", ALL),
    Package("kgeography-data", "GPL-2+", "gettext", ALL),
    Package("libgweather-4-common", "GPL-2+", "gettext", ALL),
    Package("iso-codes", "LGPL-2.1+", "gettext", ALL),
    Package("gcompris-qt-data", "GPL-3+", "qt", ALL),
    Package("mediawiki", "GPL-2+", "mediawiki", ("uz", "kk", "tr")),
    Package("firefox-esr", "MPL-2.0", "mozilla"),
    Package("thunderbird", "MPL-2.0", "mozilla"),
    *gettext_packages("MPL-2.0", "libreoffice-l10n-uz libreoffice-l10n-kk"),
    *gettext_packages(
        "GPL-2+",
        """vlc-l10n kstars-data kmail konqueror geany-common kalarm gnome-software-common korganizer akregator
        gnome-calculator parley-data konq-plugins yelp gnome-disk-utility juk network-manager-gnome gparted-common
        kwordquiz pidgin-data xfce4-settings cervisia kcalc gnome-nettool xfdesktop4-data kwalletmanager kfloppy
        gnome-panel-data plasma-workspace-data ktorrent-data kalzium-data plasma-desktop-data okular mate-panel-common
        pluma-common atril-common engrampa-common mate-calc-common kmymoney-common gnome-shell-common kile-l10n
        gnome-settings-daemon-common gdm3 gnome-session-common shared-mime-info eog""",
    ),
    *gettext_packages("GPL-2 or GPL-3", "tellico-data lokalize kde-cli-tools-data transmission-gtk"),
    *gettext_packages("GPL-2+ with OpenSSL exception", "remmina-common"),
    *gettext_packages("GPL-1+ or Artistic", "clamtk"),
    *gettext_packages(
        "GPL-3(+)",
        """nautilus-data epiphany-browser-data cairo-dock-core cairo-dock-plug-in-data gnome-terminal-data bleachbit
        cherrytree modem-manager-gui gajim""",
    ),
    *gettext_packages(
        "GPL-2+ and LGPL-2+",
        """calligrasheets-data calligra-data calligrawords-data krita-l10n kdevelop-l10n thunar-data evolution-common
        caja-common mate-control-center-common budgie-control-center-data libmateweather-common""",
    ),
    *gettext_packages(
        "LGPL-2(.1)+",
        """kio kate5-data libkf5kdelibs4support-data kf5-messagelib-data ktexteditor-data kexi-data kdepim-runtime
        libkf5unitconversion-data libkf5khtml-data libkf5textwidgets-data libokteta-l10n libgtk2.0-common
        libgtk-4-common evolution-data-server-common shotwell-common uget""",
    ),
    *gettext_packages("BSD-2-clause", "audacious-plugins-data audacious"),
    *gettext_packages("BSD-3-clause", "python3-django"),
    *gettext_packages("MIT", "poedit-common"),
    Package("dict-freedict-eng-tur", "GPL-2+", "freedict", ("tr",)),
    Package("dict-freedict-eng-rus", "GPL-2+", "freedict", ("ru",)),
    Package("dict-freedict-fra-eng", "GPL-2+", "freedict", ("fr",)),
    Package("dict-freedict-deu-eng", "GPL-3 and AGPL-3 (Ding)", "freedict", ("de",)),
)
# simplemma (pip, 2.0.0): MIT; its lemma lists: ODbL, CC BY-SA (Wiktionary), CC BY 4.0, FreeLing, UniMorph, spaCy.

# --- reading packages ---------------------------------------------------------------------------------------------


def find_deb(folder: Path, name: str) -> Path | None:
    """The downloaded file of a package, if there is one."""
    return next(iter(sorted(folder.glob(f"{name}_*.deb"))), None)


def members(deb: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, bytes]]:
    """Paths and contents of a package's files whose path matches, without unpacking it to disk."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE) as unpacker:
        assert unpacker.stdout is not None
        with tarfile.open(fileobj=unpacker.stdout, mode="r|") as archive:
            for member in archive:
                if member.isfile() and wanted.search(member.name):
                    content = archive.extractfile(member)
                    if content is not None:
                        yield member.name, content.read()


def language_of(name: str, languages: Iterable[str]) -> str | None:
    """`uz@cyrillic`, `uz_UZ`, `kk-cyrl` -> `uz`, `uz`, `kk`; None for a language that is not asked for.

    Regional variants of the large languages (`es_MX`, `de_CH`) are left out: they repeat the language itself.
    """
    base, variant = re.match(r"([a-z]*)(.*)", name).groups()  # type: ignore[union-attr]
    if base not in languages or (variant and base not in NEEDY):
        return None
    return None if re.search(r"(?i)arab|^-latn|^_latn$", variant) and base == "kk" else base


# --- formats ------------------------------------------------------------------------------------------------------


def read_mo(data: bytes) -> Iterator[tuple[str, str]]:
    """(English, translation) of a compiled gettext catalogue; of plurals, the plural and the last form."""
    if len(data) < 20:
        return
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, originals, translations = struct.unpack(order + "3I", data[8:20])
    for index in range(count):
        texts = []
        for table in (originals, translations):
            length, start = struct.unpack_from(order + "2I", data, table + 8 * index)
            texts.append(data[start : start + length].decode("utf-8", "replace").split("\0")[-1])
        original, translation = texts
        if original:
            yield original.rpartition("\x04")[2], translation


def read_po(text: str) -> Iterator[tuple[str, str]]:
    """(English, translation) of a gettext source catalogue; unsure ("fuzzy") ones and plurals are left out."""
    for block in re.split(r"\n\s*\n", text):
        if re.search(r"^#, .*fuzzy|^#~|^msgid_plural", block, re.M):
            continue
        values = []
        for field in ("msgid", "msgstr"):
            found = re.search(rf'^{field}((?:\s*"(?:[^"\\]|\\.)*")+)', block, re.M)
            parts = re.findall(r'"((?:[^"\\]|\\.)*)"', found[1]) if found else []
            values.append("".join(parts).replace(r"\n", "\n").replace(r"\"", '"'))
        if all(values):
            yield values[0], values[1]


def read_qm(data: bytes) -> Iterator[tuple[str, str]]:
    """(English, translation) of a compiled Qt catalogue."""
    position, messages = 16, b""
    while position + 5 <= len(data):
        tag, length = struct.unpack_from(">BI", data, position)
        if tag == 0x69:
            messages = data[position + 5 : position + 5 + length]
        position += 5 + length
    position, source, translation = 0, "", ""
    while position < len(messages):
        tag = messages[position]
        position += 1
        if tag == 1:  # end of a message
            if source and translation:
                yield source, translation
            source = translation = ""
            continue
        if tag == 5:
            position += 4
            continue
        (length,) = struct.unpack_from(">I", messages, position)
        position += 4
        if length == 0xFFFFFFFF:
            continue
        value = messages[position : position + length]
        position += length
        if tag == 3:
            translation = value.decode("utf-16-be", "replace")
        elif tag == 6:
            source = value.decode("utf-8", "replace")


def read_ftl(text: str) -> dict[str, str]:
    """Key -> text of a Fluent file; messages that choose between variants are left out."""
    found: dict[str, str] = {}
    name, key = "", ""
    for line in text.splitlines():
        if message := re.match(r"([a-zA-Z][\w-]*)\s*=\s*(.*)", line):
            name = key = message[1]
            found[key] = message[2]
        elif attribute := re.match(r"\s+\.([\w-]+)\s*=\s*(.*)", line):
            key = f"{name}.{attribute[1]}"
            found[key] = attribute[2]
        elif key and line.startswith(" "):
            found[key] = f"{found[key]} {line.strip()}".strip()
        elif line.strip():
            key = ""
    return {k: v for k, v in found.items() if "->" not in v and not k.endswith(("key", "style"))}


def read_keyed(path: str, text: str) -> dict[str, str]:
    """Key -> text of a Firefox file (Fluent, properties or entities)."""
    if path.endswith(".ftl"):
        return read_ftl(text)
    if path.endswith(".dtd"):
        return dict(re.findall(r'<!ENTITY\s+([\w.-]+)\s+"([^"]*)"', text))
    return dict(re.findall(r"^([\w.-]+)\s*=[ \t]*(.+)$", text, re.M))


# --- one reader for each kind of package ---------------------------------------------------------------------------


def gettext_rows(package: Package, debs: Path) -> Iterator[Row]:
    """Compiled and source catalogues below `locale/LANGUAGE/`, `resource/LANGUAGE/` or named `LANGUAGE.po`."""
    deb = find_deb(debs, package.name)
    skip = re.compile(r"/iso_639-[35]\.mo")  # thousands of names of small languages
    for path, data in members(deb, re.compile(r"\.(mo|po)$")) if deb else ():
        place = re.search(r"/(?:locale|resource)/([^/]+)/|/([\w@-]+)\.po$", path)
        language = language_of(place[1] or place[2], package.languages) if place else None
        if language is None or skip.search(path):
            continue
        pairs = read_mo(data) if path.endswith(".mo") else read_po(data.decode("utf-8", "replace"))
        for english, other in pairs:
            yield Row(language, english, other, package.name)


def qt_rows(package: Package, debs: Path) -> Iterator[Row]:
    """Compiled Qt catalogues named `LANGUAGE.qm` or `program_LANGUAGE.qm`."""
    deb = find_deb(debs, package.name)
    for path, data in members(deb, re.compile(r"\.qm$")) if deb else ():
        language = language_of(Path(path).stem.rpartition("_")[2], package.languages)
        if language:
            for english, other in read_qm(data):
                yield Row(language, english, other, package.name)


def mozilla_rows(package: Package, debs: Path) -> Iterator[Row]:
    """Texts of Firefox or Thunderbird: language packs joined by key with the English of the program itself."""
    product = package.name.partition("-")[0].capitalize()

    def texts(archives: Iterable[bytes], language: str) -> dict[str, str]:
        found = {}
        for archive in archives:
            with zipfile.ZipFile(io.BytesIO(archive)) as file:
                for path in file.namelist():
                    if f"/{language}/" in path and path.endswith((".ftl", ".properties", ".dtd")):
                        within = path.rpartition(f"/{language}/")[2]
                        for key, text in read_keyed(path, file.read(path).decode("utf-8", "replace")).items():
                            text = re.sub(r"\{\s*-brand-[\w-]+[^}]*\}|&brand\w+;|&vendor\w+;", product, text)
                            found[f"{within}:{key}"] = text
        return found

    program = find_deb(debs, package.name)
    if program is None:
        return
    english = texts((data for _, data in members(program, re.compile(r"omni\.ja$"))), "en-US")
    for language in package.languages:
        pack = find_deb(debs, f"{package.name}-l10n-{language}")
        if pack is None:
            continue
        for key, text in texts((data for _, data in members(pack, re.compile(r"\.xpi$"))), language).items():
            if key in english:
                yield Row(language, english[key], text, f"{package.name}-l10n-{language}")


def mediawiki_rows(package: Package, debs: Path) -> Iterator[Row]:
    """Texts of MediaWiki, joined by key; a message of several lines is left out with all of its wiki markup."""
    deb = find_deb(debs, package.name)
    if deb is None:
        return
    names = {"en": "en", "uz": "uz", "kk-cyrl": "kk", "tr": "tr"}
    tables: dict[str, dict[str, dict[str, str]]] = collections.defaultdict(dict)
    for path, data in members(deb, re.compile(rf"/i18n/(?:[\w/]+/)?(?:{'|'.join(names)})\.json$")):
        folder, _, name = path.rpartition("/")
        values = {k: v for k, v in json.loads(data).items() if isinstance(v, str)}
        tables[folder][names[name.removesuffix(".json")]] = values
    for table in tables.values():
        for language in package.languages:
            for key, other in table.get(language, {}).items():
                english = table.get("en", {}).get(key, "")
                if "\n" not in english and "{{" not in english + other:
                    yield Row(language, wiki_text(english), wiki_text(other), package.name)


def wiki_text(text: str) -> str:
    """Wiki markup without its brackets and quotes."""
    text = re.sub(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]|\[\S+ ([^\]]*)\]", r"\1\2", text)
    return text.replace("'''", "").replace("''", "")


def cldr_rows(package: Package, debs: Path) -> Iterator[Row]:
    """Names of places, languages, scripts, currencies, units, times and emoji in Unicode's locale data."""
    deb = find_deb(debs, package.name)
    if deb is None:
        return
    folders = "main|annotations|subdivisions"
    files = "|".join((*package.languages, "uz_Cyrl", "en"))
    tables: dict[tuple[str, str], dict[str, str]] = {}
    for path, data in members(deb, re.compile(rf"/(?:{folders})/(?:{files})\.xml$")):
        folder, name = path.split("/")[-2:]
        tables[folder, name.removesuffix(".xml")] = cldr_names(ET.fromstring(data))
    for (folder, name), table in tables.items():
        for key, other in table.items() if name != "en" else ():
            if english := tables[folder, "en"].get(key):
                yield Row(name.partition("_")[0], english, other, package.name)


CLDR_NAMES = {"language", "script", "territory", "variant", "subdivision", "exemplarCity", "displayName"}
CLDR_NAMES |= {"month", "day", "dayPeriod", "relative", "annotation", "characterLabel", "type", "quarter"}


def cldr_names(root: ET.Element) -> dict[str, str]:
    """Path -> text of a locale's names; of annotations only the name, not the list of search words."""
    found: dict[str, str] = {}

    def walk(element: ET.Element, path: str) -> None:
        marks = [f"{k}={v}" for k, v in sorted(element.attrib.items()) if k not in ("draft", "references")]
        path = f"{path}/{element.tag}[{','.join(marks)}]"
        if re.search(r"alt=|type=(?:abbreviated|narrow|short)\]|unitLength\[type=(?:short|narrow)", path):
            return
        is_name = element.tag in CLDR_NAMES and (element.tag != "annotation" or "type=tts" in path)
        if is_name and element.text and element.text.strip() and element.text != "↑↑↑":
            found[path] = element.text.strip()
        for child in element:
            walk(child, path)

    walk(root, "")
    return {re.sub(r"identity.*", "", k): v for k, v in found.items()}


STAND_IN = re.compile(r"\b(?:sth|sb|smb|etw|jdn?|jd[ms]|jmd[mns]?|oneself)\b|'")  # for somebody, something


def freedict_rows(package: Package, debs: Path) -> Iterator[Row]:
    """Words of a FreeDict dictionary: head word, then lines of translations parted by commas."""
    deb = find_deb(debs, package.name)
    if deb is None:
        return
    left = package.name.split("-")[-2]
    data = {Path(p).suffix: d for p, d in members(deb, re.compile(r"\.(dict\.dz|index)$"))}
    entries = gzip.decompress(data[".dz"])
    digits = {c: i for i, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")}

    def number(text: str) -> int:
        value = 0
        for character in text:
            value = value * 64 + digits[character]
        return value

    seen: set[tuple[int, int]] = set()
    for line in data[".index"].decode().splitlines():
        word, offset, length = line.split("\t")[:3]
        span = (number(offset), number(length))
        if word.startswith("00") or span in seen:
            continue
        seen.add(span)
        head, *body = entries[span[0] : sum(span)].decode("utf-8", "replace").splitlines()
        head = re.sub(r"\s*/.*|\s*<.*", "", head).strip()
        senses = []
        for sense in body:
            if re.match(r"\s*(?:Synonym|Antonym|Note|see:|Usage|Hypernym|Example|\")", sense):
                continue
            plain = re.sub(r"<[^>]*>|\[[^\]]*\]|\{[^}]*\}|\([^)]*\)|/[^/]*/|^\s*\d+\.", " ", sense)
            first = re.split(r"\.\s", plain.strip().rstrip("."))[0]  # what follows a full stop are idioms
            senses.append([re.sub(r"\s+", " ", part).strip(" -") for part in re.split(r"[,;]", first)])
        for translation in [w for words in senses for w in words[:2]][:3]:
            if (
                len(translation.split()) <= 5
                and len(head.split()) <= 4
                and not STAND_IN.search(f"{head} {translation}")
            ):
                pair = (head, translation) if left == "eng" else (translation, head)
                yield Row(
                    package.languages[0], pair[0].replace("‐", "-"), pair[1].replace("‐", "-"), package.name
                )


READERS: dict[str, Callable[[Package, Path], Iterator[Row]]] = {
    "gettext": gettext_rows,
    "qt": qt_rows,
    "mozilla": mozilla_rows,
    "mediawiki": mediawiki_rows,
    "cldr": cldr_rows,
    "freedict": freedict_rows,
}

# --- cleaning -----------------------------------------------------------------------------------------------------

PLACEHOLDER = re.compile(
    r"%\d*\$?[-#0+]*\d*(?:\.\d+)?(?:l{0,2}[sdifuxcgnS]\b|\([\w ]+\)[sd])|%\([\w ]+\)[sd]|%[A-Z_a-z]{3,}%?|%L?\d+"
    r"|%[A-Za-z]\b|\$\{[^}]*\}|\$\([^)]*\)|\$\w+\$?|\{\{?[^{}]*\}?\}|@\w+@|#\{\w+\}|&[a-zA-Z.]+;"
)
QUOTES = "\"'“”„«»‘’‹›`"
EMPTY_QUOTES = re.compile(rf"[{QUOTES}]\s*[{QUOTES}]|\(\s*\)|\[\s*\]")
UNWANTED = re.compile(
    r"[<>{}|\\=_~^#\uFFFD@]|https?:|www\.|[a-z]/[a-z]+/|^\w+/\w+$|\w;\w|^[A-Z]{2}\.\w+$|\w\.\w+\.\w|(?<!\w)--\w|[a-z][A-Z][a-z]"
)
CREDITS = re.compile(r"(?i)translator-credits|your (?:names|emails)|credit_for_translators|copyright|©|\(c\)")
CYRILLIC = re.compile(r"[\u0400-\u04FF]")
LATIN = re.compile(r"[A-Za-z]")


def strip_accelerator(text: str) -> str:
    """Menu texts without the mark before the letter that selects them: `&Open`, `_Open`, `Fo~rm`, `O_pen (_X)`."""
    text = re.sub(r"\s*\([&_~]\w\)", "", text)
    for mark in "&_~":
        if len(re.findall(rf"{mark}\w", text)) == 1 and text.count(mark) == 1:
            text = text.replace(mark, "")
    return text.replace("&&", "&")


def tidy(text: str) -> tuple[str, int]:
    """A text without markup, accelerators and placeholders, and how many placeholders it had."""
    text = (
        html.unescape(text).replace("%PRODUCTNAME", "LibreOffice").replace("\\n", " ").replace("\u00ad", "")
    )
    text = re.sub(r"</?[A-Za-z][^<>]*>|<br\s*/?>", " ", text)
    text, count = PLACEHOLDER.subn("", strip_accelerator(text))
    text = EMPTY_QUOTES.sub("", EMPTY_QUOTES.sub("", text))
    text = re.sub(r"\s+([.,;:!?…])", r"\1", re.sub(r"\s+", " ", text)).strip()
    return re.sub(r"(?:\.\.\.|[:…\s,-])+$", "", text).strip(" *•-"), count


def fits_language(language: str, text: str) -> bool:
    """Kazakh and Russian are written in Cyrillic, the large languages in Latin, Uzbek in either but not both."""
    cyrillic, latin = len(CYRILLIC.findall(text)), len(LATIN.findall(text))
    if language in ("kk", "ru"):
        return cyrillic > latin
    if language == "uz":
        return max(cyrillic, latin) >= 4 * min(cyrillic, latin)
    return cyrillic == 0


def clean(row: Row) -> Row | None:
    """The row as it is worth training on, or None."""
    if CREDITS.search(row.english):
        return None
    (english, gaps), (other, other_gaps) = tidy(row.english), tidy(row.other)
    if gaps != other_gaps or gaps > 1 or (gaps and len(english.split()) < 4):
        return None
    lengths = sorted((len(english), len(other)))
    if lengths[1] > MAX_CHARACTERS or (lengths[1] > 30 and lengths[1] > 3 * lengths[0]):
        return None
    if any(UNWANTED.search(t) or len(re.findall(r"[^\W\d_]", t)) < 3 for t in (english, other)):
        return None
    words, other_words = set(english.casefold().split()), set(other.casefold().split())
    if english.casefold() == other.casefold() or len(words & other_words) > max(1, len(words) / 2):
        return None  # untranslated, wholly or for the most part
    if sum(c.isdigit() for c in english) > len(english) / 3 or not fits_language(row.language, other):
        return None
    return Row(row.language, english, other, row.source)


def read_tsv(path: Path) -> Iterator[list[str]]:
    """Lines of a compressed table."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n").split("\t")


def measured_texts(shared: Path) -> set[str]:
    """Everything in the sentence pairs that are for measuring only."""
    files = sorted((shared / "eval" / "pairs").glob("*.tsv.xz"))
    return {cell.casefold() for file in files for columns in read_tsv(file) for cell in columns[1:3]}


def known_pairs(shared: Path) -> set[tuple[str, str, str]]:
    """The pairs there are already, except Europarl's, which interface texts do not repeat."""
    names = ("dictionary", "names", "general")
    files = [shared / "parallel" / f"{name}.tsv.xz" for name in names]
    return {(c[0], c[1].casefold(), c[2].casefold()) for file in files for c in read_tsv(file) if len(c) > 2}


def select(rows: Iterable[Row], known: set[tuple[str, str, str]], measured: set[str]) -> list[Row]:
    """Clean, new and different rows; `known` grows by them."""
    kept: list[Row] = []
    variants: collections.Counter[tuple[str, str]] = collections.Counter()
    for raw in rows:
        row = clean(raw)
        if row is None:
            continue
        english, other = row.english.casefold(), row.other.casefold()
        key = (row.language, english, other)
        if key in known or english in measured or other in measured:
            continue
        if variants[row.language, english] < MAX_PER_ENGLISH:
            variants[row.language, english] += 1
            known.add(key)
            kept.append(row)
    return kept


def thin(rows: list[Row], limit: int) -> list[Row]:
    """At most `limit` rows, the same ones each time: shortest English first, then by a hash."""

    def rank(row: Row) -> tuple[int, bytes]:
        words = max(len(row.english.split()), len(row.other.split()))
        return words > 2, hashlib.blake2b(f"{row.english}\t{row.other}".encode(), digest_size=8).digest()

    return sorted(rows, key=rank)[:limit] if len(rows) > limit else rows


TURKISH_DERIVED = re.compile(r"[cç][aeıiuü]$|l[ıiuü]k$|s[ıiuü]z$")  # words of their own, not forms


def form_rows(shared: Path) -> Iterator[Row]:
    """(English, inflected form) for dictionary words with one or two translations, by simplemma's lemma lists."""
    lists = importlib.import_module(
        "simplemma.strategies.dictionaries.dictionary_factory"
    ).DefaultDictionaryFactory()
    translations: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
    for columns in read_tsv(shared / "parallel" / "dictionary.tsv.xz"):
        language, english, other = columns[:3]
        if " " not in other and len(english.split()) <= 2:
            translations[language, other].append(english)
    for language in ("tr", "ru", "de", "fr", "es"):
        forms: dict[str, list[str]] = collections.defaultdict(list)
        for form, lemma in lists.get_dictionary(language).items():
            if form == lemma or "'" in form or (language == "tr" and TURKISH_DERIVED.search(form)):
                continue
            if 1 <= len(translations.get((language, lemma), ())) <= 2:
                forms[lemma].append(form)
        rows = [
            Row(language, english, form, "simplemma")
            for lemma, found in forms.items()
            for form in sorted(found, key=lambda f: (abs(len(f) - len(lemma)), f))[:MAX_FORMS]
            if (language, form) not in translations
            for english in translations[language, lemma]
        ]
        yield from thin(rows, MAX_FORMS_PER_LANGUAGE)


# --- the command --------------------------------------------------------------------------------------------------


def download(debs: Path) -> None:
    """All packages of the table, with the language packs of the Mozilla programs, as files in a folder."""
    debs.mkdir(parents=True, exist_ok=True)
    names = [p.name for p in PACKAGES]
    names += [
        f"{p.name}-l10n-{language}" for p in PACKAGES if p.kind == "mozilla" for language in p.languages
    ]
    missing = [name for name in names if find_deb(debs, name) is None]
    if missing:
        subprocess.run(["apt-get", "download", *missing], cwd=debs, check=True)


def write(rows: Iterable[Row], path: Path) -> None:
    """A compressed table, and its counts on the screen."""
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    with lzma.open(path, "wt", encoding="utf-8") as file:
        for row in rows:
            file.write("\t".join(row) + "\n")
            counts[row.language, row.source] += 1
    total = collections.Counter[str]()
    for (language, _), count in counts.items():
        total[language] += count
    print(path, dict(total), flush=True)


def main() -> None:
    """Read the packages and write the three tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the tables and the packages")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="the data folder: pairs there are already, and those to leave out",
    )
    parser.add_argument("--download", action="store_true", help="fetch the packages first (apt-get download)")
    arguments = parser.parse_args()
    debs = arguments.out / "debs"
    if arguments.download:
        download(debs)
    measured, known = measured_texts(arguments.data), known_pairs(arguments.data)

    catalogues = (p for p in PACKAGES if p.kind != "freedict")
    rows = (row for package in catalogues for row in READERS[package.kind](package, debs))
    write(select(rows, known, measured), arguments.out / "catalogues.tsv.xz")

    words: list[Row] = []
    for package in PACKAGES:
        if package.kind == "freedict":
            words += thin(select(freedict_rows(package, debs), known, measured), MAX_PER_DICTIONARY)
    write(words, arguments.out / "dictionaries.tsv.xz")
    write(select(form_rows(arguments.data), known, measured), arguments.out / "forms.tsv.xz")


if __name__ == "__main__":
    main()
