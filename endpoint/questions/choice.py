"""Names that are not clear, over HTTP: what may be meant, each with the address that asks for it.

A browser and who takes JSON get 300 and the choice; other formats get an error, so that no client takes a
choice for rows. https://www.rfc-editor.org/rfc/rfc9110#name-300-multiple-choices
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, request

from endpoint.errors import PROBLEM_JSON, problem_of, respond
from endpoint.show.addresses import link
from graph.names.suggest import Candidate
from queries.resolve import AmbiguousName, UnclearName

_JSON_SUFFIX = "json"
_JSON_TYPES = ("application/json", PROBLEM_JSON, "application/sparql-results+json")


@dataclass(frozen=True)
class Choice:
    """A place that may be meant, and the path of the same question about it."""

    candidate: Candidate
    href: str


def list_choices(unclear: UnclearName) -> list[Choice]:
    """Return what may be meant, with the address of this request where the id takes the place of the name."""
    return [
        Choice(candidate, link(request.path, {**request.args.to_dict(), unclear.parameter: candidate.id}))
        for candidate in unclear.candidates
    ]


def status_of_choice(unclear: UnclearName) -> int:
    """Return the status of a page or JSON with a choice: 300 for a name of several, 400 for one of none."""
    is_choice = isinstance(unclear, AmbiguousName)
    return HTTPStatus.MULTIPLE_CHOICES if is_choice else HTTPStatus.BAD_REQUEST


def answer_choice(unclear: UnclearName, suffix: str | None) -> Response:
    """Return the answer for programs: a problem with the candidates, 300 only for those that take JSON."""
    problem = problem_of(unclear)
    candidates = [_describe(choice) for choice in list_choices(unclear)]
    status = status_of_choice(unclear) if _takes_json(suffix) else HTTPStatus.BAD_REQUEST
    return respond(problem.with_extra(status, candidates=candidates))


def _takes_json(suffix: str | None) -> bool:
    if suffix is not None:
        return suffix == _JSON_SUFFIX
    return request.accept_mimetypes.best_match([*_JSON_TYPES, "text/csv"], "") in _JSON_TYPES


def _describe(choice: Choice) -> dict[str, object]:
    candidate = choice.candidate
    return {
        "id": candidate.id,
        "iri": candidate.iri,
        "label": candidate.label,
        "name": candidate.name,
        "kind": candidate.description,
        "country": candidate.country,
        "partners": candidate.partners,
        "url": request.host_url.rstrip("/") + choice.href,
    }
