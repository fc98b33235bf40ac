"""Values that cannot be read, over HTTP: what is wrong, and what may be meant by a name that is not clear.

For a name of several a browser and who takes JSON get 300 and the choice; other formats get an error, so
that no client takes a choice for rows. https://www.rfc-editor.org/rfc/rfc9110#name-300-multiple-choices
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, request

from endpoint.errors import PROBLEM_JSON, problem_of, respond, status_of
from endpoint.show.addresses import link
from endpoint.show.texts import translate
from graph.errors import ParameterError
from graph.names.suggest import Candidate
from queries.mistakes import Mistake
from queries.resolve import AmbiguousName, UnclearName

_JSON_SUFFIX = "json"
_JSON_TYPES = ("application/json", PROBLEM_JSON, "application/sparql-results+json")


@dataclass(frozen=True)
class Fault:
    """What is wrong with the value of a parameter, in words of a language."""

    parameter: str
    text: str
    language: str = "en"


def install(app: Flask) -> None:
    """Let the templates of `app` say what is wrong with a value, those of errors among them."""
    app.jinja_env.globals.update(explain=explain, list_choices=list_choices)


def explain(error: Exception | None, language: str) -> Fault | None:
    """Return what is wrong with a value, in `language` where it has words for it; None for other errors."""
    if not isinstance(error, ParameterError):
        return None
    if isinstance(error, UnclearName):
        return Fault(error.parameter, _explain_name(error, language), language)
    what = error.what
    if said := isinstance(error.said, Mistake):
        what = translate(f"mistake.{error.said.key}", language, **error.details)
    text = f"“{error.value}” {what}" if error.value else what
    return Fault(error.parameter, text, language if said else "en")


def _explain_name(unclear: UnclearName, language: str) -> str:
    """Return what is unclear about a name, of which the page lists the candidates."""
    if isinstance(unclear, AmbiguousName):
        return translate("question.ambiguous", language, value=unclear.value)
    if unclear.candidates:
        return translate("question.alike", language, value=unclear.value)
    return translate("question.unknown", language, value=unclear.value)


@dataclass(frozen=True)
class Choice:
    """A place that may be meant, and the path of the same question about it."""

    candidate: Candidate
    href: str


def list_choices(error: Exception | None) -> list[Choice]:
    """Return what a name may mean, with the address of this request where the id takes the place of the name.

    There is none for an error of another kind.
    """
    if not isinstance(error, UnclearName):
        return []
    return [
        Choice(candidate, link(request.path, {**request.args.to_dict(), error.parameter: candidate.id}))
        for candidate in error.candidates
    ]


def status_of_choice(error: ParameterError) -> int:
    """Return the status of a page or JSON: 300 for a name of several, which is a choice, else the error's."""
    return HTTPStatus.MULTIPLE_CHOICES if isinstance(error, AmbiguousName) else status_of(error)


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
