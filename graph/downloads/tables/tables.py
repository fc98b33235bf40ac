"""The release as four CSV tables, for people who work without RDF.

Form: RFC 4180 with LF line ends, UTF-8, a header, one row a thing, sorted by `id` (code points). An empty
cell is "not known" or "does not apply". A cell of several values joins them with `;` (a `;` inside a value
becomes a comma). Yes and no are `true` and `false`. A date is as precise as it is known (2018-03-19, 2018-03
or 2018); the column with `year` beside it is always an integer. Names of concepts (`mou`, `sister-city`,
`trade`) are the last part of their address under vocab/. In pandas read them with
`dtype=str, keep_default_na=False`: Namibia has the code NA, and 35.10 is a code and not a number.

**places.csv** (countries too)
`id` last part of the address; `iri` the address; `name_en`, `name_id` English and Indonesian name;
`native_names` with the language; `other_names`; `kind` country, city or other; `level` administrative level;
`comparable_levels` the levels it is level with; `country` ISO 3166-1 alpha-2; `country_name_en`,
`country_name_id`; `part_of`, `succeeds` ids of places; `wikidata` item; `kemendagri_code`, `iso_code` (3166),
`geonames_id`; `latitude`, `longitude` decimal degrees, WGS 84; `population`; `partners` number of accepted
partnerships.

**partnerships.csv** (accepted, intended and merely claimed pairs)
`id`, `iri`; `outcome` accepted, intent (only intended) or claimed (somebody says so, we do not accept it);
`label_en`, `label_id`; `party_a`, `party_b` ids of places, each with `_name_en`, `_name_id`, `_country`;
`domestic` both in one country; `relation` kind of relation; `status`, `status_as_of`, `status_as_of_year`;
`since`, `since_year`, `until`, `until_year`; `domains` of cooperation; `agreements` ids; `source_count`,
`claim_count`; `since_claim`, `until_claim`, `status_claim`, `relation_claim` the claim that this value rests
on; `claims` ids of all; `replaced_by` id of the pair that was meant.

**agreements.csv** (signed documents)
`id`, `iri`; `partnership` id, `outcome` of it; `label_en`, `label_id`; `party_a`, `party_b` as above;
`document_type`; `family` founding, intent, renewal, amendment, joint-declaration ...; `relation`;
`signed_on`, `signed_year`; `signed_at` id of a place, `signed_at_name_en`; `venue` as told; `term_years`;
`valid_until`, `valid_until_year`; `domains`; `signatories` name, office, place as far as known; `follows` id
of the agreement before; `source_count`; `signed_on_claim`, `document_type_claim` the claim that this value
rests on; `claims` ids of all.

**claims.csv** (what one source says, never changed by what others say)
`id`, `iri`; `collection`, `licence` of the collection; `partnership`, `agreements`, `events` ids of what it
is about, `about` addresses of all else; `party_a`, `party_b` as above, in the order stated;
`stated_parties` as written; `listed_by` id of the place whose page says so; `assertion` what it asserts
(founding, since, intent, continuation, ending, status, step, denial, context); `recorded_as` kind as
recorded; `date_of` what the date is of (signedOn, since, until, asOf, happenedOn), `date`, `year`;
`document_type`, `event_type`, `status`, `relation`; `term_years`; `valid_until`, `valid_until_year`; `venue`;
`signatories`; `domains`, `stated_domains` as written; `activities`, `benefits`, `challenges`, `motives`,
`stages`; `provider`, `recipient` ids of who helps whom; `stated_count` a number that it states;
`description`, `remark` in our words; `source` id, `source_url`, `source_title`, `source_publisher`,
`source_creator`, `source_type`, `source_language`, `source_issued`; `retrieved_on`; `statement` of Wikidata
that the claim repeats, `references` addresses that this cites.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import zip_longest
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from graph.model.claims import Claim, Source
from graph.model.conclusions import Agreement, Chosen, Model, Outcome, Pair
from graph.model.dates import PartialDate
from graph.model.iris import iri
from graph.store.files import ReleaseFile, write_file
from graph.triples.model import is_domestic, label_agreement, label_pair
from ontology import BASE

T = TypeVar("T")
Row = dict[str, str]

_PARTIES = " ".join(
    f"party_{side} party_{side}_name_en party_{side}_name_id party_{side}_country" for side in "ab"
)

_COLUMNS = {
    "places.csv": """
        id iri name_en name_id native_names other_names kind level comparable_levels country
        country_name_en country_name_id part_of succeeds wikidata kemendagri_code iso_code geonames_id
        latitude longitude population partners
        """,
    "partnerships.csv": f"""
        id iri outcome label_en label_id {_PARTIES} domestic relation
        status status_as_of status_as_of_year since since_year until until_year domains agreements
        source_count claim_count since_claim until_claim status_claim relation_claim claims replaced_by
        """,
    "agreements.csv": f"""
        id iri partnership outcome label_en label_id {_PARTIES} document_type family relation
        signed_on signed_year signed_at signed_at_name_en venue term_years valid_until valid_until_year
        domains signatories follows source_count signed_on_claim document_type_claim claims
        """,
    "claims.csv": f"""
        id iri collection licence partnership agreements events about {_PARTIES} stated_parties
        listed_by assertion recorded_as date_of date year document_type event_type status relation
        term_years valid_until valid_until_year venue signatories domains stated_domains activities
        benefits challenges motives stages provider recipient stated_count description remark
        source source_url source_title source_publisher source_creator source_type source_language
        source_issued retrieved_on statement references
        """,
}
COLUMNS = {name: tuple(columns.split()) for name, columns in _COLUMNS.items()}
"""The columns of each table in their order; the docstring above says what they hold."""


def write_tables(model: Model, folder: Path) -> list[ReleaseFile]:
    """Write the four tables and return what the manifest states of them."""
    return [
        write_file(folder, name, _csv_lines(COLUMNS[name], make_rows(model)), "text/csv", "table")
        for name, make_rows in ROWS.items()
    ]


def _csv_lines(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), lineterminator="\n")
    yield writer.writerow(columns).encode()
    for row in rows:
        yield writer.writerow([_unix_lines(row[column]) for column in columns]).encode()


class _Echo:
    """A file that gives each line back, so that csv can be asked line by line."""

    def write(self, line: str) -> str:
        return line


def _unix_lines(cell: str) -> str:
    """Return a cell with LF alone: versions of csv differ in whether they quote a carriage return."""
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def place_rows(model: Model) -> Iterator[Row]:
    """Yield the rows of places.csv, sorted like those of all tables by id."""
    partners = Counter(
        party for pair in model.pairs if pair.outcome is Outcome.ACCEPTED for party in pair.parties
    )
    for place in sorted(model.places.values(), key=attrgetter("id")):
        codes = dict(place.codes)
        yield {
            "id": place.id,
            "iri": iri("place", place.id),
            "name_en": place.label("en"),
            "name_id": place.label("id"),
            "native_names": _join(f"{name} ({language})" for language, name in place.native_names),
            "other_names": _join(place.other_names),
            "kind": "country" if place.is_country else "city" if place.is_city else "other",
            "level": place.level,
            "comparable_levels": _join(place.level_with),
            "country": _country_code(place.id, model),
            "country_name_en": _name(place.country, model, "en"),
            "country_name_id": _name(place.country, model, "id"),
            "part_of": place.part_of,
            "succeeds": place.succeeds,
            "wikidata": place.qid,
            "kemendagri_code": codes.get("kemendagri", ""),
            "iso_code": codes.get("iso", ""),
            "geonames_id": codes.get("geonames", ""),
            "latitude": place.latitude,
            "longitude": place.longitude,
            "population": _cell(place.population),
            "partners": str(partners[place.id]),
        }


def partnership_rows(model: Model) -> Iterator[Row]:
    """Yield the rows of partnerships.csv: every pair that the graph knows, steps alone are none."""
    for pair in _known(model):
        status = pair.status_claim
        yield {
            **_named("partnership", pair.id, partial(label_pair, pair, model)),
            "outcome": pair.outcome,
            **_parties(pair.parties, model),
            "domestic": _yes_no(is_domestic(pair, model)),
            "relation": _value(pair.relation),
            "relation_claim": _basis(pair.relation),
            "status": pair.status,
            "status_claim": status.id if status else "",
            **_dated("status_as_of", status.date if status else None, "status_as_of_year"),
            **_dated("since", _chosen(pair.since), "since_year"),
            "since_claim": _basis(pair.since),
            **_dated("until", _chosen(pair.until), "until_year"),
            "until_claim": _basis(pair.until),
            "domains": _domains(pair.claims),
            "agreements": _join(sorted(agreement.id for agreement in pair.agreements)),
            "source_count": str(len(pair.sources)),
            "claim_count": str(len(pair.claims)),
            "claims": _join(sorted(claim.id for claim in pair.claims)),
            "replaced_by": pair.replaced_by,
        }


def agreement_rows(model: Model) -> Iterator[Row]:
    """Yield the rows of agreements.csv, those of claimed pairs too."""
    signed = ((agreement, pair) for pair in _known(model) for agreement in pair.agreements)
    for agreement, pair in sorted(signed, key=lambda one: one[0].id):
        yield _agreement_row(agreement, pair, model)


def _agreement_row(agreement: Agreement, pair: Pair, model: Model) -> Row:
    return {
        **_named("agreement", agreement.id, partial(label_agreement, agreement, model)),
        "partnership": pair.id,
        "outcome": pair.outcome,
        **_parties(agreement.parties, model),
        "document_type": agreement.document_type.value,
        "document_type_claim": agreement.document_type.claim.id,
        "family": agreement.family,
        "relation": _value(agreement.relation),
        **_dated("signed_on", _chosen(agreement.signed), "signed_year"),
        "signed_on_claim": _basis(agreement.signed),
        "signed_at": agreement.signed_at,
        "signed_at_name_en": _name(agreement.signed_at, model, "en"),
        "venue": _value(agreement.venue),
        "term_years": _value(agreement.term_years),
        **_dated("valid_until", _chosen(agreement.valid_until), "valid_until_year"),
        "domains": _domains(agreement.claims),
        "signatories": _join(
            _signatory(_person(one.claim, one.person), one.role, one.party, model)
            for one in agreement.signatures
        ),
        "follows": agreement.follows,
        "source_count": str(len({claim.source.id for claim in agreement.claims})),
        "claims": _join(sorted(claim.id for claim in agreement.claims)),
    }


def claim_rows(model: Model) -> Iterator[Row]:
    """Yield the rows of claims.csv."""
    licences = {info.name: info.licence for info in model.collections}
    for claim in sorted(model.claims, key=attrgetter("id")):
        yield {
            "id": claim.id,
            "iri": iri("claim", claim.id),
            "collection": claim.collection,
            "licence": licences[claim.collection],
            **_subjects(model.about[claim.id]),
            **_parties(claim.parties, model),
            "stated_parties": _join(claim.stated_parties),
            "assertion": claim.assertion,
            "date_of": _cell(claim.date_role),
            **_dated("date", claim.date, "year"),
            **_dated("valid_until", claim.valid_until, "valid_until_year"),
            **{name: getattr(claim, name) for name in _PLAIN},
            **{name: _join(getattr(claim, name)) for name in _LISTS},
            "term_years": _cell(claim.term_years),
            "stated_count": _cell(claim.stated_count),
            "signatories": _join(
                _signatory(one.name, one.role, one.party, model) for one in claim.signatories
            ),
            **_source(claim.source),
            "retrieved_on": _cell(claim.retrieved_on),
        }


_PLAIN = (
    "listed_by", "recorded_as", "document_type", "event_type", "status", "relation", "venue",
    "stated_domains", "provider", "recipient", "description", "remark", "statement",
)  # fmt: skip
_LISTS = ("domains", "activities", "benefits", "challenges", "motives", "stages", "references")
ROWS: dict[str, Callable[[Model], Iterator[Row]]] = {
    "places.csv": place_rows,
    "partnerships.csv": partnership_rows,
    "agreements.csv": agreement_rows,
    "claims.csv": claim_rows,
}
"""What makes the rows of each table."""


def _known(model: Model) -> list[Pair]:
    known = (pair for pair in model.pairs if pair.outcome is not Outcome.NONE)
    return sorted(known, key=attrgetter("id"))


def _named(kind: str, local: str, label: Callable[[str], str]) -> Row:
    return {"id": local, "iri": iri(kind, local), "label_en": label("en"), "label_id": label("id")}


def _parties(parties: tuple[str, ...], model: Model) -> Row:
    """Return the cells of two, one or no parties, in the order given."""
    sides = zip_longest(("party_a", "party_b"), parties, fillvalue="")
    return {name: cell for side, party in sides for name, cell in _party(side, party, model).items()}


def _party(side: str, party: str, model: Model) -> Row:
    return {
        side: party,
        f"{side}_name_en": _name(party, model, "en"),
        f"{side}_name_id": _name(party, model, "id"),
        f"{side}_country": _country_code(party, model),
    }


def _name(place: str, model: Model, language: str) -> str:
    return model.places[place].label(language) if place else ""


def _country_code(place: str, model: Model) -> str:
    """Return the ISO 3166-1 alpha-2 code of the country of a place, or of a country itself."""
    country = model.places[place].country if place else ""
    return dict(model.places[country].codes).get("iso", "") if country else ""


def _chosen(chosen: Chosen[T] | None) -> T | None:
    return None if chosen is None else chosen.value


def _value(chosen: Chosen[T] | None) -> str:
    return "" if chosen is None else str(chosen.value)


def _basis(chosen: Chosen[T] | None) -> str:
    return "" if chosen is None else chosen.claim.id


def _dated(name: str, date: PartialDate | None, year: str) -> Row:
    return {name: _cell(date), year: "" if date is None else str(date.year)}


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"


def _join(values: Iterable[str]) -> str:
    return ";".join(value.replace(";", ",") for value in values)


def _domains(claims: Iterable[Claim]) -> str:
    return _join(sorted({domain for claim in claims for domain in claim.domains}))


def _person(claim: Claim, person: str) -> str:
    """Return the name of a signatory of a claim by the person's id; empty for an office alone."""
    return next((one.name for one in claim.signatories if person and one.person == person), "")


def _signatory(name: str, role: str, party: str, model: Model) -> str:
    return ", ".join(part for part in (name, role, _name(party, model, "en")) if part)


def _subjects(about: Iterable[str]) -> Row:
    """Return what a claim is about by kind: ids in the columns of the tables, addresses of all else."""
    found: dict[str, list[str]] = {"partnership": [], "agreement": [], "event": [], "": []}
    for thing in about:
        kind, _, local = thing.removeprefix(BASE).partition("/")
        known = kind in found
        found[kind if known else ""].append(local if known else thing)
    return {
        "partnership": _join(found["partnership"]),
        "agreements": _join(found["agreement"]),
        "events": _join(found["event"]),
        "about": _join(found[""]),
    }


def _source(source: Source) -> Row:
    return {
        "source": source.id,
        "source_url": source.url,
        "source_title": source.title,
        "source_publisher": source.publisher,
        "source_creator": source.creator,
        "source_type": source.source_type,
        "source_language": source.language,
        "source_issued": _cell(source.issued),
    }
