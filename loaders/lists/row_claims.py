"""What one row of a list claims: that it has the pair, since when, until when, under which source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.model.claims import Assertion, Claim, DateRole, Source
from graph.model.dates import PartialDate, parse_date
from graph.model.iris import source_id
from loaders.lists.parties import ListedParty, RowFault
from loaders.lists.settings import TableSettings, is_address
from ontology import concepts

Values = Mapping[str, str]
"""The cells of a row by field; fields that have neither a column nor a constant are not there."""


@dataclass
class ClaimReader:
    """Reads the claims of the rows of one list; rows that name one page share a source."""

    collection: str
    settings: TableSettings
    _pages: dict[str, Source] = field(default_factory=dict)

    def read(self, name: str, row: Values, parties: tuple[ListedParty, ListedParty]) -> list[Claim]:
        """Return the claims of a row whose id is `name`, without parties: one or more.

        `<name>` says since when, or else that the list has the pair; `<name>-as-of` that it had it on a day;
        `<name>-end` when it ended. Raises RowFault for a date, kind, domain or address that cannot be read.
        """
        since, until, as_of = (self._date(row, column) for column in ("date", "until", "as_of"))
        base = self._listed(name, row, parties)
        claims = []
        if since is not None:
            claims.append(_dated(base, Assertion.SINCE, since, DateRole.SINCE))
        if as_of is not None:
            listed = replace(base, id=f"{base.id}-as-of") if since is not None else base
            claims.append(_dated(listed, Assertion.CONTINUATION, as_of, DateRole.AS_OF))
        if until is not None:
            description = row.get("description") or _describe_end(base)
            ended = replace(base, id=f"{base.id}-end", status="terminated", description=description)
            claims.append(_dated(ended, Assertion.ENDING, until, DateRole.UNTIL))
        return claims or [base]

    def _listed(self, name: str, row: Values, parties: tuple[ListedParty, ListedParty]) -> Claim:
        """Return the claim that the list has the pair, without a date."""
        source, kind, domain = self._source(row), row.get("kind", ""), row.get("domain", "")
        remarks = (row.get("remark", ""), *(party.remark for party in parties))
        return Claim(
            id=f"{self.collection}/{name}",
            collection=self.collection,
            source=source,
            assertion=Assertion.CONTINUATION,
            recorded_as=self.settings.recorded_as or kind or "listed as partners",
            description=row.get("description") or self._describe(source, parties),
            stated_parties=tuple(party.mention.name for party in parties),
            relation=self._relation(kind),
            domains=self._domains(domain),
            stated_domains=domain,
            remark=" ".join(filter(None, remarks)),
        )

    def _describe(self, source: Source, parties: tuple[ListedParty, ListedParty]) -> str:
        first, second = (party.mention.name for party in parties)
        if self.settings.lister is None:
            return f"{source.publisher} lists {first} and {second} as partners."
        lister, partner = (second, first) if self.settings.lister else (first, second)
        return f"{source.publisher} lists {partner} as a partner of {lister}."

    def _relation(self, written: str) -> str:
        if not written:
            return "sister-city"
        known = self.settings.kinds or {slug: slug for slug in concepts("relation")}
        if written not in known:
            raise RowFault("unreadable-row", f"the kind {written!r} is not in [table.kinds]")
        return known[written]

    def _domains(self, written: str) -> tuple[str, ...]:
        found: list[str] = []
        for item in filter(None, map(str.strip, written.split(";"))):
            if item not in self.settings.domains:
                raise RowFault("unreadable-row", f"the domain {item!r} is not in [table.domains]")
            found += self.settings.domains[item]
        return tuple(dict.fromkeys(found))

    def _date(self, row: Values, column: str) -> PartialDate | None:
        written = row.get(column)
        try:
            return read_date(written, self.settings.date_formats) if written else None
        except ValueError as exc:
            raise RowFault("unreadable-row", f"{column}: {exc}") from exc

    def _source(self, row: Values) -> Source:
        """Return the page that a row names as its source, or else the list."""
        url, whole = row.get("source_url"), self.settings.source
        if not url and not whole.url:
            raise RowFault("unreadable-row", "it names no source, and [source] has no url")
        if not url:
            return whole
        if not is_address(url):
            raise RowFault("unreadable-row", f"source_url {url!r} is no web address")
        if url not in self._pages:
            self._pages[url] = _page(whole, url, row.get("source_title", ""))
        return self._pages[url]


def read_date(written: str, formats: Sequence[str]) -> PartialDate:
    """Return a date in one of the formats, or as YYYY, YYYY-MM or YYYY-MM-DD; the form tells the precision.

    Formats are those of datetime.strptime. Raises ValueError when the date has none of the forms.
    """
    for form in formats:
        try:
            day = dt.datetime.strptime(written, form)
        except ValueError:
            continue
        has_day = any(code in form for code in ("%d", "%j"))
        has_month = has_day or any(code in form for code in ("%m", "%b", "%B"))
        return PartialDate(day.year, day.month if has_month else None, day.day if has_day else None)
    return parse_date(written)


def _page(whole: Source, url: str, title: str) -> Source:
    """Return a page as a source: of the list's type and language, published by its host."""
    host = url.split("/")[2]
    return Source(source_id(url), url, title or url, host, whole.language, whole.source_type)


def _dated(claim: Claim, assertion: Assertion, date: PartialDate, role: DateRole) -> Claim:
    return replace(claim, assertion=assertion, date=date, date_role=role)


def _describe_end(claim: Claim) -> str:
    names = " and ".join(claim.stated_parties)
    return f"{claim.source.publisher} lists the partnership of {names} as ended."
