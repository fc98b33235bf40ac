"""Names of places in forms that can be compared: in full, without what is around them, and by their sound."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

CITY, MUNICIPALITY, RURAL = "city", "municipality", "rural"
BOROUGH, DISTRICT, PROVINCE = "borough", "district", "province"

_KINDS = {
    CITY: "city town kota kotamadya stadt hansestadt ciudad ville citta comune corporation shi si ort"
    " landeshauptstadt bundeshauptstadt bundesstadt universitatsstadt kreisstadt pemkot ayuntamiento mairie"
    " prefeitura город місто",
    MUNICIPALITY: "municipality kommune kommun gemeinde gmina municipio township commune opcina opstina"
    " communaute amt marktgemeinde stadtgemeinde municipalite gemeente camara",
    RURAL: "rural landgemeinde",
    BOROUGH: "borough ward stadtbezirk",
    DISTRICT: "district distrikt county landkreis kreis kabupaten kab regency powiat raion rajon rayon bezirk"
    " kleingebiet arrondissement gun komitat gespanschaft judet megye zupanija lan"
    " pemkab",
    PROVINCE: "province provinz provinsi propinsi prov daerah provincia prefecture prafektur oblast"
    " voivodeship woiwodschaft"
    " region departement department departamento state kanton canton",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_FILLERS = {
    "the", "of", "de", "di", "du", "von", "do", "urban", "local", "metropolitan", "royal", "london",
    "autonomous", "administrasi", "government", "pemerintah", "municipal", "council", "zhuang",
    "general", "special", "istimewa",
}  # fmt: skip
"""Words that come off together with a word for a kind: "the city of", "local municipality"."""

_LETTERS = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ə": "e", "ħ": "h",
    "ŋ": "n", "ŧ": "t",
}  # fmt: skip
"""Letters that Unicode does not take apart."""

_SPELLINGS = {"st": "saint", "sankt": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_SURROUNDINGS = re.compile(
    r"^(?P<core>.+?) (?:(?:am|an|im|in|bei|auf|vor|ob|unter|nad|pod|pri|upon|on|sur|bij|aan|op|under)"
    r"(?: (?:der|dem|den|de|the|la|le|het))?|[aiov] d|de (?:la|las|los)|del) (?P<where>.+)$"
)
_CODE = re.compile(r"(?P<part>.*[a-z].*) (?!II|IV|IX|LX|VI|XI|XL|XV|XX)(?P<code>[A-Z]{2})")
"""A name and a code of a state or province ("Wil SG"); Roman numbers are those of parts of a city."""
_SLASH = re.compile(r"(?: [aiosv]\.?)?\s*/\s*")
"""What parts a name from where it is ("Halle/Saale", "Frankfurt a/Main", "Villeneuve s/Lot")."""
_SHORT_SURROUNDINGS = re.compile(r"(?P<part>\S.*?) [abiouv]\. ?(?:d\. ?)?(?P<where>\S.*)")
"""The same with the word between them cut short ("Frankfurt a. M.", "Rothenburg o.d.T.")."""
_SUFFIX = re.compile(r"(?<=\w)-(?:(?P<province>ken|fu|do)|(?P<borough>ku|gu))$")
"""What stands behind names of Japan and Korea: "Aomori-ken", "Gyeonggi-do", "Kita-ku"."""
_PART_NUMBER = re.compile(r"(?<=\w{3}) (?:\d+|[ivx]+)$")
_CUT_SHORT = re.compile(r"\b[^\W\d]{1,4}\.")
_INITIALS = re.compile("[A-Z]{2,4}")
_BRACKETS = re.compile(r"\(([^()]*)\)")
HYPHENS = "‐‑‒–—―−-"
"""What stands for a hyphen; that of ASCII last, as a class of a regular expression wants it."""
_CONTAINER = re.compile(rf"\s[{HYPHENS}]\s")
_HYPHEN = re.compile(f"[{HYPHENS}]")
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ph", "f"), ("th", "t"), ("gh", "g"), ("tsch|tch|ch|kh", "h"),
        ("dsch|dzh|sch|sh|zh|cz|sz|dz|ts|tz|c(?=[ei])|z", "s"), ("x", "ks"), ("[cq]", "k"), ("w", "v"),
        ("[jy]", "i"), (r"(?<=[aeiou])h\b", ""), (r"(?<=.)[aeiou]", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
"""How languages write the same sounds, in the order in which they are made equal; vowels go last."""


class _Plain(dict[int, str]):
    """Translates casefolded, decomposed text: Latin letters to plain ones, all that is no letter to space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if 0x0300 <= code <= 0x036F:
            plain = ""
        elif unicodedata.category(char)[0] in "PSZC" or 0x02B0 <= code <= 0x02FF:
            plain = " "
        else:
            plain = _LETTERS.get(char, char)
        self[code] = plain
        return plain


_PLAIN = _Plain()


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart; all parts are normalized.

    `core` is the name without what says where or what the place is: "frankfurt" for "Frankfurt am Main".
    `where` holds what said where it is ("main", "jiangsu", "seoul"), `inside` those of them that it is a part
    of (not "main"), `kinds` what it is (CITY, DISTRICT ...); they are empty when the name does not say.
    `part` is the name without what stands apart from it, but with words for its kind: "kansas city" for
    "Kansas City, MO". `short` holds those of `where` that are cut short: "thur" for "Mühlhausen/Thür.", and
    `beside` those that a slash or a hyphen joins to it, which may be a second place: "portland" for
    "Portland – Vancouver".
    """

    full: str
    core: str
    where: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    part: str = ""
    short: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()


@lru_cache(maxsize=1 << 16)
def normalize_name(text: str) -> str:
    """Return a name in lower case, without accents and punctuation, words with one space between.

    Nothing else is dropped: "Kota Malang" and "Malang" differ. Apostrophes and hyphens are spaces, "St." and
    "Sankt" are "saint". Letters that are not Latin stay ("北九州市"); an empty text gives an empty text.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    words = unicodedata.normalize("NFC", folded.translate(_PLAIN)).split()
    return " ".join(_SPELLINGS.get(word, word) for word in words)


def squeeze(form: str) -> str:
    """Return a normalized name without spaces, so that "Xi'an" and "Xian" are equal."""
    return form.replace(" ", "")


@lru_cache(maxsize=1 << 16)
def sound_of(form: str) -> str:
    """Return the consonants of a normalized name, roughly: equal for most romanisations of one name.

    "Zhytomyr" and "Schytomyr" are alike, "Kharkiv" and "Charkiw", "Shkodër" and "Shkodra".
    """
    for pattern, sound in _SOUNDS:
        form = pattern.sub(sound, form)
    return squeeze(form)


def name_forms(names: Iterable[str]) -> frozenset[str]:
    """Return all normalized forms of the names of one place: in full, and without what is around them."""
    read = [read_name(name) for name in names]
    return frozenset(form for name in read for form in (name.full, name.part, name.core) if form)


@lru_cache(maxsize=1 << 16)
def read_name(text: str) -> Name:
    """Return a name taken apart.

    Understood are "Kota Malang", "Varna, Bulgaria", "Frankfurt (Oder)", "Celle (district)", "Halle/Saale",
    "Wil SG", "Seoul – Gangnam" and "Frankfurt am Main". Whether a slash stands between two names of one place
    ("Biel/Bienne") only a gazetteer knows.
    """
    return _read_word(text) or _take_apart(text)


def _read_word(text: str) -> Name | None:
    """Return the name that is one word of letters, as most are: there is nothing to take apart."""
    if not text.isalpha() or " " in (full := normalize_name(text)):
        return None
    return Name(full, full, part=full)


def _take_apart(text: str) -> Name:
    bare, *after_comma = _BRACKETS.sub(" ", text).split(",")
    *containers, part = _CONTAINER.split(bare.strip())
    part, *after_slash = _SLASH.split(part)
    part, kind = _strip_suffix(part.strip())
    code, beside = _CODE.fullmatch(part), _SHORT_SURROUNDINGS.fullmatch(part)
    codes = [code["code"]] if code else []
    written = (*_BRACKETS.findall(text), *after_comma, *after_slash, *codes, *containers)
    notes = {note: _without_part_number(normalize_name(note)) for note in written}
    kinds = kind.union(*map(_kinds_of, notes.values()))
    inside = frozenset(note for note in notes.values() if note and not _kinds_of(note))
    around = {beside["where"]: normalize_name(beside["where"])} if beside else {}
    short = frozenset(note for as_written, note in (notes | around).items() if as_written.endswith("."))
    own = normalize_name(code["part"] if code else beside["part"] if beside else part)
    core, core_kinds, surroundings = _strip(own)
    full = normalize_name(text)
    where = frozenset({*inside, *around.values(), surroundings} - {""})
    joined = frozenset(notes[note] for note in (*after_slash, *containers))
    return Name(
        full, core or full, where, inside, kinds | core_kinds, own or full, short & where, joined & where
    )


def _without_part_number(note: str) -> str:
    """Return a note without the number of a part of a city; one that only counts parts ("ward 2") stays."""
    bare = _PART_NUMBER.sub("", note)
    return note if bare != note and _kinds_of(bare) else bare


def split_at_hyphens(text: str) -> tuple[str, ...]:
    """Return what stands between the hyphens of a name, the name when it has none."""
    return tuple(part.strip() for part in _HYPHEN.split(text))


def is_large(name: Name) -> bool:
    """Return whether a name says that it is a district, a province or the like."""
    return bool(name.kinds & {DISTRICT, PROVINCE}) and BOROUGH not in name.kinds


def says_kind_only(text: str) -> bool:
    """Return whether a text only says what kind of place follows: "Stadt", "Ciudad de"."""
    return bool(_kinds_of(normalize_name(text)))


def _strip_suffix(part: str) -> tuple[str, frozenset[str]]:
    """Return a name without what a hyphen puts behind it for its kind, and the kind."""
    found = _SUFFIX.search(part)
    if not found:
        return part, frozenset()
    return part[: found.start()], frozenset([PROVINCE if found["province"] else BOROUGH])


def is_cut_short(text: str) -> bool:
    """Return whether a name is not written in full: letters for words ("DIY"), or a word with a full stop."""
    words = {normalize_name(word) for word in _CUT_SHORT.findall(text)}
    return bool(words - {*_SPELLINGS.values(), *_KIND_OF}) or bool(_INITIALS.fullmatch(text))


@lru_cache(maxsize=1 << 16)
def telling_words(note: str) -> frozenset[str]:
    """Return the words of what says where a place is that name something: "clark" of "clark county".

    Of one that only says what kind of place it is they are all.
    """
    words = frozenset(note.split())
    return (words - _KIND_OF.keys() - _FILLERS) or words


def _kinds_of(note: str) -> frozenset[str]:
    """Return the kinds that a remark such as "rural gmina" names; none when it says anything else."""
    words = note.split()
    kinds = frozenset(_KIND_OF[word] for word in words if word in _KIND_OF)
    return kinds if all(word in _KIND_OF or word in _FILLERS for word in words) else frozenset()


def _strip(form: str) -> tuple[str, frozenset[str], str]:
    """Return a normalized name without words for its kind and surroundings, and both of these."""
    words = form.split()
    first = _count_kind_words(words)
    last = _count_kind_words(words[first:][::-1])
    stop = len(words) - last
    kinds = _kinds_of(" ".join(words[:first] + words[stop:]))
    core = " ".join(words[first:stop])
    found = _SURROUNDINGS.match(core)
    return (found["core"], kinds, found["where"]) if found else (core, kinds, "")


def _count_kind_words(words: list[str]) -> int:
    """Return how many words from the start on say what kind of place it is; one word is always left.

    Words like "of" count only after a word for a kind, or before one.
    """
    count = 0
    while count < len(words) - 1 and (words[count] in _KIND_OF or words[count] in _FILLERS):
        count += 1
    return count if any(word in _KIND_OF for word in words[:count]) else 0
