"""What stands in the cell of a name and is none: markup, sums, notes, words for what stands above."""

from __future__ import annotations

import re

from loaders.lists.words.cells import quote

_MARKUP = re.compile(r"%[0-9A-F]{2}|\\u[0-9a-f]{4}|\[\[|\]\]|\{\{|\}\}|://|\]\(|^=|^www\.|<\w+[^<>]*>")
"""What stands in no name of a place, but in the text of a page or a formula."""
_LOST = re.compile("[?？\ufffd]")
"""What programs write for a letter that their encoding lacks."""
_AS_ABOVE = re.compile(
    r"(?:ditto|idem|dto|dito|id|sda|s\. ?o|same as above|see above|siehe oben|wie oben|voir ci-dessus"
    r"|(?:sama )?seperti di atas|lo mismo|同上|〃)\.?",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"(?:grand |sub-?)?(?:totale?s?|totaal|summe|gesamt|insgesamt|jumlah|razem|итого|всего)"
    r"(?:\W+[\d.,' ]+\w*)?"
    r"|(?:合計|合计|总计|總計|합계).{0,8}"
    r"|\d+ (?:cities|towns|partners|places|countries|kota|mitra|städte|villes|ciudades|città|cidades)",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:sources?|quellen?|sumber|fuentes?|fontes?|fonti|źródło|источники?|notes?|notas?|catatan"
    r"|anmerkung(?:en)?|hinweise?|keterangan|remarks?|légende|legend|stand|(?:last )?updated?"
    r"|примечани[ея]|出典|資料|注)\s?[:：].*",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"(?:various|several|diverse|verschiedene|berbagai|multiple|mehrere|plusieurs|varios|diversos|others?|andere"
    r"|autres|lainnya|dan lain-lain|dll|etc)\.?"
    r"(?: (?:cities|towns|partners|places|kota|städte|villes|ciudades|città|cidades))?",
    re.IGNORECASE,
)
_WRITE_OUT = "write the name out, or let the cell be empty and say fill_down in [table]"
_MEND = "write the name, or give an id"
_KINDS = (
    (_MARKUP.search, "is markup or an address, and no name"),
    (_LOST.search, f"is doubted by the list, or has lost a letter when it was saved: {_MEND}"),
    (_AS_ABOVE.fullmatch, f"means what stands above, and is no name: {_WRITE_OUT}"),
    (_SUM.fullmatch, "is a sum or a number of places, and no name"),
    (_NOTE.fullmatch, "is a note on the table, and no name"),
    (_SEVERAL.fullmatch, "means several places, and is no name: write a row for each"),
)
"""How what is no name is told, and the reason. None of the words is the name of a town that GeoNames has."""


def find_no_name(name: str) -> str:
    """Return why a text is the name of no place, empty when it may be one."""
    if name and not any(map(str.isalpha, name)):
        return f"{quote(name)} has no letters, so that it is no name"
    return next((f"{quote(name)} {why}" for is_it, why in _KINDS if is_it(name)), "")
