"""The script that a name is written in, by its ISO 15924 code."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel.core import get_global
from babel.languages import get_official_languages

_CODES = {
    "ARABIC": "Arab", "ARMENIAN": "Armn", "BENGALI": "Beng", "CANADIAN SYLLABICS": "Cans", "CHEROKEE": "Cher",
    "CJK": "Hani", "COPTIC": "Copt", "CYRILLIC": "Cyrl", "DEVANAGARI": "Deva", "ETHIOPIC": "Ethi",
    "GEORGIAN": "Geor", "GOTHIC": "Goth", "GREEK": "Grek", "GUJARATI": "Gujr", "GURMUKHI": "Guru",
    "HANGUL": "Hang", "HEBREW": "Hebr", "HIRAGANA": "Hira", "JAVANESE": "Java", "KANNADA": "Knda",
    "KATAKANA": "Kana", "KHMER": "Khmr", "LAO": "Laoo", "LATIN": "Latn", "MALAYALAM": "Mlym",
    "MONGOLIAN": "Mong", "MYANMAR": "Mymr", "NKO": "Nkoo", "OL CHIKI": "Olck", "ORIYA": "Orya",
    "SINHALA": "Sinh", "SYRIAC": "Syrc", "TAMIL": "Taml", "TELUGU": "Telu", "THAANA": "Thaa", "THAI": "Thai",
    "TIBETAN": "Tibt", "TIFINAGH": "Tfng", "YI": "Yiii",
}  # fmt: skip
"""The codes by how Unicode's names of the letters begin."""

_TOGETHER = {
    frozenset({"Hani", "Hira"}): "Jpan", frozenset({"Hani", "Kana"}): "Jpan",
    frozenset({"Hira", "Kana"}): "Jpan", frozenset({"Hani", "Hira", "Kana"}): "Jpan",
    frozenset({"Hani", "Hang"}): "Kore",
}  # fmt: skip
"""The scripts that one language writes together."""

_WRITTEN_AS = {
    "Jpan": {"Hani", "Hira", "Kana", "Jpan"}, "Kore": {"Hang", "Hani", "Kore"},
    "Hans": {"Hani"}, "Hant": {"Hani"},
}  # fmt: skip
"""The codes that `script_of` gives for names in a script of CLDR."""
_CODE_LENGTH = 4


def script_of(text: str) -> str:
    """Return the script of a text; empty when it has no letters, or of scripts that nobody writes together.

    Kanji alone are "Hani", with kana "Jpan".
    """
    if text.isascii():
        return "Latn" if any(map(str.isalpha, text)) else ""
    scripts = frozenset(script for char in set(text) if (script := _script(char)))
    return next(iter(scripts)) if len(scripts) == 1 else _TOGETHER.get(scripts, "")


@cache
def scripts_of_country(iso: str) -> frozenset[str]:
    """Return the scripts of the official languages of a country (ISO 3166-1) but Latin, by CLDR."""
    likely = get_global("likely_subtags")
    languages = get_official_languages(iso, de_facto=True)
    written = {likely.get(language, language) for language in languages}
    scripts = {part for tag in written for part in tag.split("_") if len(part) == _CODE_LENGTH}
    return frozenset(one for script in scripts for one in _WRITTEN_AS.get(script, {script})) - {"Latn"}


@cache
def _script(char: str) -> str:
    """Return the script of a letter; empty for digits, marks, and letters that several scripts share."""
    if unicodedata.category(char) not in {"Ll", "Lu", "Lt", "Lo"}:
        return ""
    name = unicodedata.name(char, "")
    return next((code for start, code in _CODES.items() if name.startswith(f"{start} ")), "Zzzz")
