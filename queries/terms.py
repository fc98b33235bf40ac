"""Terms of SPARQL from texts that people or the data give: written by the engine itself, never pasted."""

from __future__ import annotations

from pyoxigraph import Literal

from graph.errors import ParameterError
from graph.model.terms import is_iri, node
from queries.mistakes import Mistake

LONGEST_TEXT = 200
"""How many characters a text may have that is put into a query."""


def iri_term(iri: str, parameter: str = "iri") -> str:
    """Return the absolute IRI as a SPARQL term; raises ParameterError (of `parameter`) when it is none."""
    if not is_iri(iri):
        raise ParameterError(parameter, iri, Mistake.NO_IRI)
    return str(node(iri))


def text_term(text: str, parameter: str = "text", language: str | None = None) -> str:
    """Return the text as a SPARQL literal, with a language tag when given.

    Raises ParameterError when the text is longer than LONGEST_TEXT or cannot be written in UTF-8.
    """
    if len(text) > LONGEST_TEXT:
        raise ParameterError(parameter, text[:50] + "…", Mistake.TOO_LONG, most=LONGEST_TEXT)
    try:
        return str(Literal(text, language=language))
    except ValueError as exc:
        raise ParameterError(parameter, repr(text), Mistake.NO_TEXT) from exc
