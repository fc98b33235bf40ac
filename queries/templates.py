"""The questions as files for grlc, which makes an interface of SPARQL files (https://grlc.io).

They hold what grlc can do right: it puts texts in the place of variables, and nothing more. So the parameters
that may be left out are left out, defaults stand as terms, and nothing of ours is left in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml

from ontology import BASE
from queries.bind import is_found_by_names, leave_out_conditions
from queries.canned import CONCEPT_SCHEMES, LANG, CannedQuery, Parameter
from queries.examples import StatedNames
from queries.pages import cut

_OPTIONAL = re.compile(r"\?__(\w+)")
_WIDTH = 110


def as_template(query: CannedQuery, endpoint: str = BASE + "sparql") -> str | None:
    """Return a question as a file for grlc, None when its answer needs the index of names."""
    if is_found_by_names(query):
        return None
    head = yaml.safe_dump(_header(query, endpoint), allow_unicode=True, sort_keys=False, width=_WIDTH)
    marked = "".join(f"#+ {line}\n" for line in head.splitlines())
    body = _OPTIONAL.sub(r"?notGiven_\1", leave_out_conditions(cut(query.text, None)))
    return f"{marked}\n{body}"


def list_templates(queries: Mapping[str, CannedQuery], address: str) -> str:
    """Return the list of files that grlc reads by ``specUrl``; `address` is where they are, with a slash."""
    files = [f"{address}{slug}.rq" for slug, query in queries.items() if not is_found_by_names(query)]
    listed = {
        "title": "Kota Kembar",
        "description": "Questions about sister-city cooperation, each answered from dated, sourced claims",
        "contact": {"name": "The Kota Kembar contributors", "url": BASE},
        "queries": files,
    }
    return yaml.safe_dump(listed, allow_unicode=True, sort_keys=False, width=_WIDTH)


def _header(query: CannedQuery, endpoint: str) -> dict[str, object]:
    kept = [parameter for parameter in query.parameters if not parameter.is_optional]
    return {
        "summary": query.summary["en"],
        "description": query.description["en"],
        "endpoint": endpoint,
        "method": "GET",
        "tags": list(query.tags),
        "defaults": [{p.name: _value(p, p.default)} for p in kept if p.default is not None],
        "enumerate": [{p.name: [_value(p, choice) for choice in p.choices]} for p in kept if p.choices],
    }


def _value(parameter: Parameter, given: str) -> object:
    """Return a value as grlc puts it into the text: the IRI of a concept, a number, a text."""
    if parameter.kind in CONCEPT_SCHEMES:
        return StatedNames().find_concept(parameter.name, CONCEPT_SCHEMES[parameter.kind], given)
    return int(given) if given.isdecimal() and parameter != LANG else given
