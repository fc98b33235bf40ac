"""What [source] of a collection.toml says: the list as a publication."""

from __future__ import annotations

from urllib.parse import urlsplit

from graph.model.claims import CollectionInfo, Source
from graph.model.dates import PartialDate, parse_date
from graph.model.iris import source_id
from graph.model.terms import address, is_language
from loaders.section import Section
from ontology import concepts


def read_source(info: CollectionInfo, section: Section) -> Source:
    """Return the list as a source; its language is empty when nobody states it.

    Raises ValueError for what is unknown or missing, and for an address that is none.
    """
    url, issued = section.text("url"), section.word("issued")
    source = Source(
        id=source_id(url) if url else "",
        url=url,
        title=section.text("title") or dict(info.title)["en"],
        publisher=section.text("publisher") or info.creator,
        language=section.text("language"),
        source_type=section.text("type"),
        issued=parse_date(issued) if issued else None,
        compiled=PartialDate(info.compiled.year, info.compiled.month, info.compiled.day),
        creator=section.text("creator"),
        part_of=section.text("part_of"),
    )
    section.done()
    known = concepts("source-type")
    if source.source_type not in known:
        raise ValueError(f"[source] type is {source.source_type!r}, not one of {', '.join(sorted(known))}")
    if source.language and not is_language(source.language):
        raise ValueError(f'[source] language is {source.language!r}, not a code such as "de" or "pt-BR"')
    for written in filter(None, (source.url, source.part_of)):
        if not is_address(written):
            raise ValueError(f"[source] {written!r} is no web address")
    return source


def is_address(text: str) -> bool:
    """Return whether a text is a web address that can stand in RDF as it is (RFC 3987) and names a host."""
    try:
        parts = urlsplit(text)
        return bool(address(text) and parts.hostname and parts.port != 0)
    except ValueError:  # no host can be called so, such as a\u2100b, or the port is over 65,535
        return False
