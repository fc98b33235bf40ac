"""Cells as people and programs write them: words for nothing, entities, footnote marks, errors, ids."""

from __future__ import annotations

import html
import re
import unicodedata

_NOTHING = """
null nil none nan n/a n.a. #n/a na <na> (null) \\n undefined - -- --- – — . .. ... ? ?? ??? -99 -999 -9999
unknown unbekannt inconnu desconocido desconhecido sconosciuto onbekend k.a. n.d. s.d. o.d. tbd tba
"""
_NOTHING_IN_WORDS = (
    "not known", "not available", "not applicable", "no data", "no date", "tidak ada", "tidak diketahui",
    "tidak tersedia", "belum ada", "belum diketahui", "k. a.", "keine angabe", "keine angaben",
    "ohne datum", "non connu", "non disponible", "sans date", "sin datos", "sin fecha", "no disponible",
    "não informado", "não disponível", "sem data", "non noto", "non disponibile", "brak danych", "нет данных",
    "không rõ", "لا يوجد", "غير معروف", "غير متوفر",
)  # fmt: skip
_NOTHING_ELSEWHERE = """
keine keiner unbek. entfällt néant inconnue ninguno ninguna desconocida nenhum nenhuma desconhecida nessuno
nessuna sconosciuta geen nihil bilinmiyor nieznany nieznana неизвестно неизвестен неизвестна нет 不明 なし
未定 未知 无 無 不详 不詳 없음 미상 ไม่ทราบ ไม่มี s/d o.j.
"""
"""The same in further languages; not what is a town as well: Aucun, Ohne, Brak, Kosong."""
NOTHING = frozenset((*_NOTHING.split(), *_NOTHING_IN_WORDS, *_NOTHING_ELSEWHERE.split()))
"""What stands in a cell that says nothing, in small letters."""
_MEANT = {"country": {"NA"}, "party": {"Na", "Nan"}, "region": {"Na", "Nan"}, "longitude": {"-99"}}
"""What means something all the same, by the field: Namibia's code, a town of Thailand, a meridian."""
NO_RESULT = "#FORMULA!"
"""What stands for a formula whose result no program has stored."""
_FAILED = ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
ERRORS = {name: f"the error {name}" for name in _FAILED} | {
    NO_RESULT: "a formula without its result: save the workbook with a spreadsheet program"
}
"""What a spreadsheet shows where a formula fails, and what it is; #N/A only says that there is no value."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NOTE = re.compile(r"<(sup|ref)\b[^<>]*>.*?</\1\s*>|<ref\b[^<>]*/>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|br|em|font|i|p|small|span|strong|sub|u|nowiki)\b[^<>]*>", re.IGNORECASE
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
_MARK = r"(?:\[(?:\d{1,3}|[a-z]{1,3}|(?:nb|note|n|fn|ref)\.? ?\d+|citation needed)\]|[*†‡§¶※]|[¹²³⁰⁴-⁹ᵃᵇᶜᵈᵉ])"
_MARKS = re.compile(rf"(?<=[^\s[*])\s*(?:{_MARK}[\s,]*)+$|^(?:{_MARK}\s*)+(?=[^\s])", re.IGNORECASE)
_ITEM = re.compile(
    r"(?:<?(?:https?:)?//)?(?:(?:www|m)\.)*wikidata\.org/"
    r"(?:(?:entity|wiki)/(?:Special:Entity(?:Page|Data)/|Item:)?|w/index\.php\?title=)(?P<a>Q[1-9]\d*)(?:\.\w+)?"
    r"|(?:(?:wd|wikidata|item):)?(?P<b>Q[1-9]\d*)",
    re.IGNORECASE,
)
_GEONAMES = re.compile(
    r"(?:(?:https?://)?(?:www\.|sws\.)?geonames\.org/|(?:geonames|gn):)?0*(?P<id>[1-9]\d{0,9})(?:\.0+)?(?:/.*)?",
    re.IGNORECASE,
)
_ENCODED_TWICE = re.compile("[\xc2-\xf4][^\x00-\x7f]")
_UNUSUAL = re.compile("[<&]|  |^=")
_AS_TEXT = re.compile(r'="([^"]*)"')
"""How a file tells a spreadsheet that a cell is text and no number."""
_SHOWN, _MOST = 80, 2000
"""How much of a cell a message shows; in a longer cell nobody looks for marks and tags."""


def clean_cell(written: str) -> str:
    """Return a cell without entities and tags of HTML and without what nobody sees, one space between words.

    Lines of a cell stay lines. Letters are composed (Unicode NFC); what was encoded twice is decoded twice.
    """
    text = written
    if as_text := _AS_TEXT.fullmatch(text):
        text = as_text[1]
    if text.isascii() and text.isprintable() and not _UNUSUAL.search(text):
        return text.strip()
    if "<" in text and len(text) <= _MOST:
        text = _TAG.sub(" ", _NOTE.sub("", text))
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _encode_once(text))
    text = _INVISIBLE.sub("", text)
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def _encode_once(text: str) -> str:
    """Return a text of which UTF-8 was read as windows-1252, perhaps twice, as it was meant ("MÃ¼nchen")."""
    while _ENCODED_TWICE.search(text):
        try:
            text = b"".join(map(_western_byte, text)).decode()
        except UnicodeError:
            break
    return text


def _western_byte(char: str) -> bytes:
    """Return the byte of a letter in windows-1252, or of one that is not there in ISO 8859-1."""
    try:
        return char.encode("windows-1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")


def is_nothing(cell: str, field: str, more: frozenset[str] = frozenset()) -> bool:
    """Return whether a cell of a field says that there is no value; `more` are further words of the list."""
    if cell in more:
        return True
    return cell.casefold() in NOTHING and cell not in _MEANT.get(field, ())


def strip_marks(cell: str) -> str:
    """Return a cell without marks of footnotes at its ends: "Lyon[1]", "Lyon*", "†Lyon", "1985²"."""
    return (_MARKS.sub("", cell) or cell) if len(cell) <= _MOST else cell


def read_item(written: str) -> str:
    """Return the id of the Wikidata item that a cell names by id or address, empty when it names none.

    Understood are "Q456", "q456", "wd:Q456" and addresses of the item, its page and its data, with what
    follows a ``?`` or ``#``; an address of another site is none.
    """
    address = re.split(r"[#&]|\?(?!title=)", written.strip().rstrip("/>"), maxsplit=1)[0]
    match = _ITEM.fullmatch(address)
    return (match["a"] or match["b"]).upper() if match else ""


def read_geonames_id(written: str) -> str:
    """Return the GeoNames id that a cell names by its number or an address, empty when it names none."""
    match = _GEONAMES.fullmatch(written.strip())
    return match["id"] if match else ""


def quote(written: str) -> str:
    """Return what is written as a message shows it: in quotation marks, cut when it is long."""
    return repr(written if len(written) <= _SHOWN else f"{written[: _SHOWN - 1]}…")
