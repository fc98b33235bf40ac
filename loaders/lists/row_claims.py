"""What one row of a list claims: that it has the pair, since when, until when, under which source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph.model.claims import Assertion, Claim, DateRole, Source
from graph.model.dates import PartialDate
from graph.model.iris import source_id
from graph.model.vocabulary import concepts_by_name
from loaders.lists.parties import ListedParty, RowFault
from loaders.lists.settings import TableSettings
from loaders.lists.source import is_address
from loaders.lists.words.cells import quote
from loaders.lists.words.dates import FIRST_DAY, DateReader
from loaders.lists.words.row_dates import RowDateReader, RowDates

_LISTED = "listed as partners"
"""What a row is recorded as of which nobody says more, in English."""
Values = Mapping[str, str]
"""The cells of a row by field; fields that have neither a column nor a constant are not there."""


@dataclass(frozen=True, slots=True)
class RowClaims:
    """What a row claims, and why some of its dates were left out."""

    claims: tuple[Claim, ...]
    dates: RowDates


@dataclass
class ClaimReader:
    """Reads the claims of the rows of one list; rows that name one page share a source."""

    collection: str
    settings: TableSettings
    _pages: dict[str, Source] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Know how the list writes its dates, and its day."""
        day = self.settings.compiled
        self._today = PartialDate(day.year, day.month, day.day)
        reader = DateReader(self.settings.date_formats, self.settings.source.language)
        self._dates = RowDateReader(reader, self._today)

    def read(
        self,
        name: str,
        row: Values,
        parties: tuple[ListedParty, ListedParty],
        remarks: Iterable[str],
        first_day: dt.date = FIRST_DAY,
    ) -> RowClaims:
        """Return the claims of a row whose id is `name`, without parties: one or more.

        `<name>` says since when, or else that the list has the pair; `<name>-as-of` that it had it on a day;
        `<name>-end` when it ended. A date that is vague or unsound stays in the remark, with `remarks`, and
        what it is the date of is claimed without it. Raises RowFault for a row that names no source.
        """
        dates = self._dates.read(row, first_day)
        base = self._listed(name, row, parties, [*remarks, *dates.remarks])
        since, as_of, until = (dates.sound.get(column) for column in ("date", "as_of", "until"))
        ends_later = until is not None and self._today.is_before(until)
        if ends_later:
            base = replace(base, valid_until=until)
        claims = []
        if since is not None:
            claims.append(_dated(base, Assertion.SINCE, since, DateRole.SINCE))
        elif "date" in dates.told and as_of is None:
            claims.append(base)
        if as_of is not None:
            listed = replace(base, id=f"{base.id}-as-of") if since is not None else base
            claims.append(_dated(listed, Assertion.LISTING, as_of, DateRole.AS_OF))
        if "until" in dates.told and not ends_later:
            claims.append(_ended(base, until, row.get("description", "")))
        return RowClaims(tuple(claims or [base]), dates)

    def _listed(
        self, name: str, row: Values, parties: tuple[ListedParty, ListedParty], remarks: Iterable[str]
    ) -> Claim:
        """Return the claim that the list has the pair, without a date."""
        kind, domain = row.get("kind", ""), row.get("domain", "")
        source, no_source = self._source(row)
        relation, no_kind = self._relation(kind)
        domains, no_domain = self._domains(domain)
        told = (row.get("remark", ""), *(party.remark for party in parties), *remarks)
        return Claim(
            id=f"{self.collection}/{name}",
            collection=self.collection,
            source=source,
            assertion=Assertion.LISTING,
            recorded_as=self.settings.recorded_as or kind or _LISTED,
            recorded_in=self._recorded_in(kind, source),
            description=row.get("description") or self._describe(source, parties),
            stated_parties=tuple(party.stated for party in parties),
            relation=relation,
            domains=domains,
            stated_domains=domain,
            remark=" ".join(filter(None, (*told, no_source, no_kind, no_domain))),
        )

    def _describe(self, source: Source, parties: tuple[ListedParty, ListedParty]) -> str:
        first, second = (party.mention.name for party in parties)
        if self.settings.lister is None:
            return f"{source.publisher} lists {first} and {second} as partners."
        lister, partner = (second, first) if self.settings.lister else (first, second)
        return f"{source.publisher} lists {partner} as a partner of {lister}."

    def _relation(self, written: str) -> tuple[str, str]:
        """Return a kind of link by the words of the list or ours, or none with a remark."""
        if not written:
            return "sister-city", ""
        found = self.settings.kinds.get(written) or concepts_by_name("relation").get(written.casefold(), "")
        return found, "" if found else f"The kind {quote(written)} is not in [table.kinds]."

    def _domains(self, written: str) -> tuple[tuple[str, ...], str]:
        """Return fields of cooperation by the words of the list or ours, and a remark on those unknown."""
        items = [item for item in map(str.strip, written.split(";")) if item]
        ours = concepts_by_name("domain")
        found = {item: self.settings.domains.get(item) or _one(ours.get(item.casefold())) for item in items}
        unknown = ", ".join(quote(item) for item, slugs in found.items() if not slugs)
        slugs = tuple(dict.fromkeys(slug for slugs in found.values() for slug in slugs))
        return slugs, f"Domains that are not in [table.domains]: {unknown}." if unknown else ""

    def _recorded_in(self, kind: str, source: Source) -> str:
        """Return the language of what a row is recorded as: its kind is in the source's, ours in English."""
        if self.settings.recorded_as:
            return ""
        return source.language if kind else "en"

    def _source(self, row: Values) -> tuple[Source, str]:
        """Return the page that a row names as its source, or else the list, with a remark when it is none."""
        url, whole = row.get("source_url", ""), self.settings.source
        if url and not is_address(url):
            if not whole.url:
                raise RowFault("unreadable-row", f"source_url {quote(url)} is no web address")
            return whole, f"The source is given as {quote(url)}, which is no web address."
        if not url and not whole.url:
            raise RowFault("unreadable-row", "it names no source, and [source] has no url")
        if url and url not in self._pages:
            self._pages[url] = _page(whole, url, row.get("source_title", ""))
        return self._pages[url] if url else whole, ""


def _one(slug: str | None) -> tuple[str, ...]:
    return (slug,) if slug else ()


def _page(whole: Source, url: str, title: str) -> Source:
    """Return a page as a source: of the list's type and language, published by its host."""
    host = url.split("/")[2]
    kind = whole.source_type
    return Source(source_id(url), url, title or url, host, whole.language, kind, compiled=whole.compiled)


def _dated(claim: Claim, assertion: Assertion, date: PartialDate, role: DateRole) -> Claim:
    return replace(claim, assertion=assertion, date=date, date_role=role)


def _ended(claim: Claim, until: PartialDate | None, description: str) -> Claim:
    """Return the claim that a partnership ended, on a day or nobody knows when."""
    names = " and ".join(claim.stated_parties)
    return replace(
        claim,
        id=f"{claim.id}-end",
        assertion=Assertion.ENDING,
        status="terminated",
        description=description or f"{claim.source.publisher} lists the partnership of {names} as ended.",
        date=until,
        date_role=DateRole.UNTIL if until else None,
    )
