"""Names that are made of names of towns, whatever joins them: "Nürnberg-Fürth", "Mainz sowie Bonn"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from graph.matching.gazetteer.bearer import LARGE_PEOPLE, SIGNIFICANT_PEOPLE, Bearer, NameKind
from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.gazetteer.towns import may_name_one
from graph.matching.known.names import HYPHENS, is_large, normalize_name, read_name
from graph.matching.mentions.districts import is_district

_SHORTEST = 3
"""Letters of the name of a town that is looked for within another name."""
_MOST_WORDS, _MOST_BETWEEN = 12, 3
"""So many words a name has that is looked into, and so many join two names: "as well as"."""
_WORD = re.compile(r"[^\W_]+(?:['’ʻ`][^\W_]+)*\.?")
_MARK = re.compile(r"[^\w\s'’.]|_")
"""What stands between two names and in none, or a hyphen."""
_BESIDE = re.compile(rf"[,،/()\[\]]|\s[{HYPHENS}]\s")
"""What parts a name from what says where it is."""
_OF = frozenset(
    """
    a d da das de del della dem den der des di do dos du e el em en i la las le les los lès y of the am an auf
    bei im in ob on pod nad por près sub sur to under upon von vor near
    """.split()  # noqa: SIM905 - a table of words, not of quotation marks
)
"""Words within one name."""
_SAINTS = {"saint", "sainte"}

_Words = Sequence[re.Match[str]]


def find_joined_towns(
    name: str, country: str, finder: BearerFinder, *, is_located: bool = False
) -> tuple[Bearer, ...]:
    """Return two towns of whose names a name is made; none when it says that it is a district or the like.

    It begins with the one and ends with the other, or a mark parts what follows, and at most three words
    stand between. Both are larger towns of the country. A name that a comma, a slash or brackets part may say
    where it is when it has a point (`is_located`), and beside a state or province it does. Smaller towns side
    by side may have given their names to a district that has a point.
    """
    text = unicodedata.normalize("NFKC", name)
    words = [*_WORD.finditer(text)]
    is_qualified = is_located and _BESIDE.search(text) is not None
    is_long = not 1 < len(words) <= _MOST_WORDS
    if not country or is_long or is_qualified or is_large(read_name(name)) or is_district(name):
        return ()
    start = 1 if words[0][0].rstrip(".").isdecimal() else 0
    for end in range(len(words) - 1, start, -1):
        first = _find_town(words[start:end], country, finder)
        others = _find_second(words, end, first, country, finder) if first else ()
        if first and (second := next((one for one in others if one.id != first.id), None)):
            return () if is_located and may_name_one(first, second) else (first, second)
    return ()


def _find_second(
    words: _Words, end: int, first: Bearer, country: str, finder: BearerFinder
) -> Iterator[Bearer]:
    """Yield towns whose names follow the first one, which ends before the word at `end`.

    Where nothing stands between, both are large towns by their own names, and the second is no region.
    """
    for at in range(end, min(end + _MOST_BETWEEN + 1, len(words))):
        if _OF & {word[0].casefold() for word in words[end:at]}:
            continue
        mark = _between(words[end - 1], words[at])
        is_bare = at == end and not _MARK.search(mark)
        for stop in range(len(words), at, -1):
            is_whole = stop == len(words) or _MARK.search(_between(words[stop - 1], words[stop]))
            town = _find_town(words[at:stop], country, finder) if is_whole else None
            if town is None or (is_bare and not _are_plain(first, town)):
                continue
            says_where = is_bare or _BESIDE.search(mark)
            if not (says_where and finder.region_codes(_text(words[at:stop]), country)):
                yield town


def _find_town(words: _Words, country: str, finder: BearerFinder) -> Bearer | None:
    """Return the largest town that is called so: a larger one by its own name, a large one by another."""
    text = _text(words)
    if len(text) < _SHORTEST or normalize_name(text) in _SAINTS:
        return None
    towns = finder.towns_named(text, country)[:1]
    least = {NameKind.OWN: SIGNIFICANT_PEOPLE, NameKind.ROMANIZED: float("inf")}
    return next((one for one in towns if one.population >= least.get(one.kind, LARGE_PEOPLE)), None)


def _are_plain(*towns: Bearer) -> bool:
    """Return whether towns are large, and called so as their own name."""
    return all(one.kind is NameKind.OWN and one.population >= LARGE_PEOPLE for one in towns)


def _between(word: re.Match[str], following: re.Match[str]) -> str:
    return word.string[word.end() : following.start()]


def _text(words: _Words) -> str:
    return words[0].string[words[0].start() : words[-1].end()]
