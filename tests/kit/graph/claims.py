"""Short ways to write claims and places in tests; ids count up so that order is plain."""

from __future__ import annotations

from itertools import count

from graph.model.claims import Assertion, Claim, DateRole, Place, Signatory, Source
from graph.model.dates import parse_date

_ids = count(1)

SURABAYA, LIVERPOOL, REGION = "Q11462", "Q24826", "x-gb-liverpool-city-region-000000"

_ROLES = {
    "founding": DateRole.SIGNED,
    "intent": DateRole.SIGNED,
    "since": DateRole.SINCE,
    "continuation": DateRole.AS_OF,
    "listing": DateRole.AS_OF,
    "status": DateRole.AS_OF,
    "denial": DateRole.AS_OF,
    "ending": DateRole.UNTIL,
    "step": DateRole.HAPPENED,
    "context": DateRole.AS_OF,
}
_DOCUMENTS = {"founding": ("mou", "founding"), "intent": ("statement-of-intent", "intent")}
_STATUS = {"ending": "terminated", "status": "dormant"}


def claim(assertion: str, date: str = "", source: str = "news", **fields: object) -> Claim:
    """A claim of Surabaya and Liverpool with the document and date role that its assertion usually has.

    `date` may be two, "stated/derived"; "/2017" is 2017 worked out from the day of the report.
    """
    date, _, derived = date.partition("/")
    document, family = _DOCUMENTS.get(assertion, ("", ""))
    name = f"test/C{next(_ids):04d}"
    values: dict[str, object] = {
        "id": name,
        "collection": "test",
        "source": Source(f"s-{name}", f"https://example.org/{name}", "A page", "", "en", source),
        "assertion": Assertion(assertion),
        "recorded_as": assertion,
        "description": "Says so",
        "parties": (SURABAYA, LIVERPOOL),
        "date": parse_date(date) if date else None,
        "date_role": _ROLES[assertion] if date or derived else None,
        "derived": parse_date(derived) if derived else None,
        "date_basis": "from-report" if derived else "",
        "document_type": document,
        "family": family,
        "status": _STATUS.get(assertion, ""),
    }
    return Claim(**{**values, **fields})  # type: ignore[arg-type]


def place(name: str, level: str = "city", also: tuple[str, ...] = (), **fields: object) -> Place:
    """A place of the given level (and comparable with `also`)."""
    values: dict[str, object] = {
        "id": name,
        "country": "Q252",
        "labels": (("en", name), ("id", name)),
        "level": level,
        "level_with": (level, *also),
        "is_city": level == "city",
    }
    return Place(**{**values, **fields})  # type: ignore[arg-type]


def signed(party: str, person: str) -> Signatory:
    """A named signatory of one party."""
    return Signatory(party, person.lower(), person, "mayor")
