"""The tools that agents call. Their docstrings are what an agent reads: rule, workflow, example."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from endpoint.engine.language import guard
from endpoint.engine.results import Cell, Table, tabulate
from endpoint.serving.current import service
from endpoint.serving.pinned import pin
from endpoint.show.names import KINDS, Candidate, suggest
from endpoint.site.files.tools.agents import reading
from endpoint.site.files.tools.agents.answers import MOST_ROWS, Json, build_answer, hash_call, read_cursor
from endpoint.site.files.tools.agents.checks import check_text
from endpoint.site.files.tools.agents.schema import describe_terms
from endpoint.sparql.editor.terms import find_unknown_terms
from graph.downloads.describe.publication import release_iri
from graph.errors import ParameterError, QueryRefused
from graph.names.meaning import LONGEST_NAME
from queries.canned import Parameter

_FOUND = ("label", "kind", "description", "country", "partners", "exact", "id", "iri")
_MOST_FOUND = 200
"""What a text may mean beyond this is not looked through: it is too short to mean anything."""


def find(text: str, kind: str = "", cursor: str = "") -> Json:
    """Find what a name, id, address or word may mean: places, partnerships, sources, questions, terms.

    Rule: nothing is guessed. `exact` says whether the text is that thing's own name; of several exact ones
    none is chosen, so ask the user, or tell them apart by country and description. Go on with `iri` or
    `id`, not with the name.
    Workflow: find -> read (one place or partnership) or ask (a question about it).
    Example: find(text="Surabaya", kind="place"); find(text="Köln, Germany"); find(text="Q11462").

    Args:
        text: What to look for, at most 200 characters; in any language and script.
        kind: place, partnership, source, question or term; empty for all.
        cursor: The `cursor` of the answer before; the other arguments as they were.
    """
    if kind and kind not in KINDS:
        raise ParameterError("kind", kind, f"is not one of {', '.join(KINDS)}")
    if not text.strip():
        raise ParameterError("text", text, "is empty; write a name, an id, an address or a word")
    if len(text) > LONGEST_NAME:
        raise ParameterError("text", text[:50], f"has more than {LONGEST_NAME} characters")
    call = hash_call("find", {"text": text, "kind": kind})

    def answer(start: int) -> Json:
        found = suggest(text, "en", _MOST_FOUND + 1, (kind,) if kind else KINDS)
        if len(found) > _MOST_FOUND:
            what = f"may mean more than {_MOST_FOUND} things; write more of the name"
            raise ParameterError("text", text, what)
        return build_answer(Table(_FOUND, [_describe_candidate(one) for one in found]), start, call)

    return _answer_from(cursor, call, answer)


def read(thing: str, cursor: str = "") -> Json:
    """Read one thing with its evidence: what the release says of it, and row by row who says so.

    Rule: a place gives its partners, a partnership what each source claims of it, with dates as stated and
    the verdicts of reviewers; anything else (agreement, claim, source, concept, class) its properties.
    Dates are as precise as known: 2018 is a year, not a day. Sources may disagree: report the disagreement,
    do not pick.
    Workflow: find -> read -> answer with the sources' `url`s and the release. While `complete` is false,
    call again with `cursor`, or say how many rows you have not seen.
    Example: read(thing="Q11462"); read(thing="https://w3id.org/kota-kembar/partnership/Q11462-Q24826").

    Args:
        thing: An IRI, a path (partnership/Q11462-Q24826), or the id of a place (Q11462).
        cursor: The `cursor` of the answer before; the other arguments as they were.
    """
    call = hash_call("read", {"thing": thing})

    def answer(start: int) -> Json:
        iri = reading.find_iri(thing)
        facts, beside, table = reading.read_thing(iri, start + MOST_ROWS)
        page = reading.address_of(iri)
        return build_answer(table, start, call, thing=iri, page=page, facts=facts, beside=beside)

    return _answer_from(cursor, call, answer)


def list_questions() -> Json:
    """List the questions that can be asked without writing SPARQL, each with its parameters.

    Rule: prefer a question to a query of your own; it counts what it leaves out, and is tested.
    Workflow: list_questions -> ask.
    Example: list_questions()
    """
    questions = [
        {
            "question": query.slug,
            "asks": query.summary["en"],
            "gives": query.description["en"],
            "parameters": [_describe_parameter(parameter) for parameter in query.parameters],
        }
        for query in service().questions.values()
    ]
    release = service().release.id
    return {"release": release, "total": len(questions), "complete": True, "questions": questions}


def ask(question: str, values: dict[str, str] | None = None, cursor: str = "") -> Json:
    """Answer one of the questions, with the sources of each row, and how much was counted and left out.

    Rule: `beside` tells what the answer counts or leaves out; say so when it matters. A name of several
    places is an error with the candidates: take the id of the one that is meant.
    Workflow: list_questions -> find (for ids) -> ask; while `complete` is false, call again with `cursor`.
    Example: ask(question="partners-of-a-city", values={"city": "Q11462"})

    Args:
        question: The `question` of list_questions.
        values: Its parameters by name, all as texts; those that are not required may be left out.
        cursor: The `cursor` of the answer before; the other arguments as they were.
    """
    given = values or {}
    call = hash_call("ask", {"question": question, "values": given})

    def answer(start: int) -> Json:
        found = reading.ask_question(question, given, start + MOST_ROWS)
        address = f"{release_iri(service().release.id)}/queries/{question}.csv"
        again = address + ("?" + urlencode(given) if given else "")
        more = {"question": found.asks, "beside": found.beside, "sparql": found.sparql, "again": again}
        return build_answer(found.table, start, call, **more)

    return _answer_from(cursor, call, answer)


def describe_schema(term: str = "") -> Json:
    """Describe what queries can be written of: classes and properties with their meaning and exact counts.

    Rule: what is not listed here is not in the data; do not invent properties. Counts are of this release.
    Workflow: describe_schema() for all classes -> describe_schema(term="kk:Partnership") for the properties
    of one and what their values are -> check_query -> run_query.
    Example: describe_schema(term="kk:Partnership"); describe_schema(term="kk:since")

    Args:
        term: A class or property as kk:Partnership or as an IRI; empty for the list of classes.
    """
    return {"release": service().release.id, **describe_terms(term)}


def check_query(query: str) -> Json:
    """Check a SPARQL query before it is run: its syntax, its terms, its prefixes, and what it costs.

    Rule: `unknown_terms` match nothing, in silence: mend them first. `costs` tells how long a trial took
    and what is likely to be slow. A query that is valid and matches nothing is still wrong if a term is
    unknown.
    Workflow: describe_schema -> check_query -> run_query.
    Example: check_query(query="SELECT ?p WHERE { ?p a kk:Partnership }") says that PREFIX kk: is missing.

    Args:
        query: The text of a SPARQL 1.1 query: SELECT, ASK, CONSTRUCT or DESCRIBE.
    """
    return {"release": service().release.id, **check_text(query)}


def run_query(query: str, cursor: str = "") -> Json:
    """Run a SPARQL 1.1 query and return its rows, each with the sources of what it names.

    Rule: select the IRIs of partnerships, claims or sources as well as their labels: a row's sources are
    found by its IRIs. Rows that name none (counts, sums) say `computed_from` which collections they are
    computed from. The default graph is the union of all graphs. Updates and SERVICE are refused. Only a
    query with ORDER BY has an order that means something.
    Workflow: describe_schema -> check_query -> run_query; while `complete` is false, call again with
    `cursor`, or count in the query itself instead of counting rows.
    Example: run_query(query="PREFIX kk: <https://w3id.org/kota-kembar/ontology#> SELECT ?pair ?since WHERE
    { ?pair a kk:Partnership ; kk:since ?since } ORDER BY ?since")

    Args:
        query: The text of the query.
        cursor: The `cursor` of the answer before; the query as it was.
    """
    call = hash_call("run_query", {"query": query})

    def answer(start: int) -> Json:
        state = service()
        read_text = guard.admit(query, state.config)
        most, shown = state.config.result_rows, start + MOST_ROWS
        table = tabulate(state.engine, read_text, most_rows=most, shown_rows=shown)
        if not read_text.stable and len(table.rows) + table.unread > MOST_ROWS:
            raise QueryRefused(
                f"the query gives other rows each time, and more than {MOST_ROWS}, so it has no pages",
                "Leave RAND(), NOW(), UUID() and new blank nodes out, or add a LIMIT",
            )
        unknown = [str(term) for term in find_unknown_terms(read_text.tokens)]
        again = f"{release_iri(state.release.id)}/sparql"
        return build_answer(table, start, call, unknown_terms=unknown, again=again)

    return _answer_from(cursor, call, answer)


TOOLS = (find, read, list_questions, ask, describe_schema, check_query, run_query)
"""All tools, in the order in which an agent that knows nothing needs them."""


def _answer_from(cursor: str, call: str, answer: Callable[[int], Json]) -> Json:
    """Return an answer from its beginning, or from where a cursor says, in the release that it names."""
    if not cursor:
        return answer(0)
    at = read_cursor(cursor, call)
    with pin(at.release):
        return answer(at.start)


def _describe_candidate(candidate: Candidate) -> dict[str, Cell]:
    texts = {
        "label": candidate.label,
        "kind": candidate.kind,
        "description": candidate.description,
        "country": candidate.country,
        "partners": "" if candidate.partners is None else str(candidate.partners),
        "exact": str(candidate.exact).lower(),
        "id": candidate.id,
    }
    said = {name: Cell("literal", text) for name, text in texts.items() if text}
    return {**said, "iri": Cell("iri", candidate.iri)}


def _describe_parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "required": parameter.required,
        "default": parameter.default,
        "choices": list(parameter.choices),
        "example": parameter.example,
        "means": parameter.label["en"],
    }
