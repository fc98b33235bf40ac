"""The questions as other people's tools read them: OpenAPI, SPARQL examples in RDF, files for grlc."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, json, request

from endpoint.engine.language.guard import QueryKind
from endpoint.errors import NotFound
from endpoint.serving.current import service
from endpoint.show.rendering import revalidated
from endpoint.site.files.tools.agents.http import is_installed
from endpoint.site.files.tools.openapi import MEDIA_TYPE, describe_service
from endpoint.sparql.negotiation import choose
from endpoint.sparql.request import QUERY
from graph.downloads.describe.description import convert
from graph.downloads.turtle import write_turtle
from queries.canned import CannedQuery
from queries.examples import EXAMPLE_PREFIXES, describe_examples
from queries.templates import as_template, list_templates

blueprint = Blueprint("catalogue", __name__)

_TEMPLATES = "queries/grlc/"


@blueprint.get("/openapi.json")
def show_openapi() -> Response:
    """Answer /openapi.json : this service in OpenAPI 3.1."""
    described = describe_service(service().questions.values(), request.host_url.rstrip("/"))
    return revalidated(Response(json.dumps(described) + "\n", content_type=MEDIA_TYPE))


@blueprint.get("/.well-known/sparql-examples")
def show_examples() -> Response:
    """Answer /.well-known/sparql-examples : the questions as examples, in the RDF format of Accept."""
    chosen = choose(QueryKind.GRAPH, request.accept_mimetypes, request.args.get("format"), for_quads=True)
    triples = describe_examples(service().questions.values(), request.host_url + "sparql")
    body = convert(write_turtle(triples, EXAMPLE_PREFIXES), chosen.media_type)
    response = revalidated(Response(body, content_type=chosen.content_type))
    response.vary.add("Accept")
    return response


@blueprint.get("/queries/grlc.yml")
def list_files() -> Response:
    """Answer /queries/grlc.yml : the list of files that grlc takes as its ``specUrl``."""
    listed = list_templates(service().questions, request.host_url + _TEMPLATES)
    return revalidated(Response(listed, content_type="application/yaml; charset=utf-8"))


@blueprint.get(f"/{_TEMPLATES}<slug>.rq")
def show_template(slug: str) -> Response:
    """Answer /queries/grlc/<slug>.rq : a question as a file for grlc; its parameters are variables."""
    query = service().questions.get(slug)
    template = as_template(query, request.host_url + "sparql") if query else None
    if template is None:
        raise NotFound(f"there is no file for grlc of {slug!r}; /queries/grlc.yml lists them")
    return revalidated(Response(template, content_type=f"{QUERY}; charset=utf-8"))


@blueprint.get("/llms.txt")
def tell_agents() -> Response:
    """Answer /llms.txt : what language models read first (https://llmstxt.org)."""
    questions = (
        f"- [{query.summary['en']}]({request.host_url}queries/{slug}.rq{_write_examples(query)})"
        for slug, query in service().questions.items()
    )
    door = _DOOR_FOR_AGENTS.format(base=request.host_url) if is_installed() else ""
    text = _LLMS.format(
        base=request.host_url, release=service().release.id, door=door, questions="\n".join(questions)
    )
    return revalidated(Response(text, content_type="text/plain; charset=utf-8"))


def _write_examples(query: CannedQuery) -> str:
    """Return the values that a question needs, as its header has them, for an address."""
    return f"?{urlencode(query.examples)}" if query.examples else ""


_DOOR_FOR_AGENTS = """\
- [Model Context Protocol]({base}mcp): tools to find, read, ask and query; streamable HTTP, no session, no key
"""

_LLMS = """# Kota Kembar

> An open, dated, sourced knowledge graph of sister-city cooperation. Every statement is a claim with a
> source, sources that disagree stay visible, and every answer is complete or an error. This is release
> {release}.

Say of each fact which source states it, and of which release it is. Dates are as precise as known. A name
that several places have is never guessed: ask which one is meant.

## Doors for programs
{door}- [OpenAPI 3.1]({base}openapi.json): every question with its parameters
- [SPARQL endpoint]({base}sparql): the SPARQL 1.1 protocol, for queries
- [Examples of SPARQL]({base}.well-known/sparql-examples): in RDF, in SIB's vocabulary
- [Classes and properties]({base}ontology.ttl), [what there is of them]({base}.well-known/void)
- [Releases and files]({base}data.json): dumps, tables, networks, with checksums
- [Limits]({base}limits.json)

## Questions, as SPARQL or (with .csv, .json, .xlsx) with their rows
{questions}
"""
