"""The reader of one canned query: grlc's ``#+`` YAML header, read strictly, and the SPARQL below it.

The header has grlc's keys ``summary``, ``description``, ``tags``, ``defaults`` and ``enumerate``, and our own
under ``kembar``. Parameters are variables in the notation that grlc and BASIL share: ``?_city_iri``,
``?_min_integer``, optional ``?__country_iri``; the public name is the middle part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from graph.errors import InputError
from queries.canned import LANG, LANGUAGES, LIMIT, VARIABLE_SUFFIXES, CannedQuery, Count, Parameter

DISPLAYS = frozenset({"bars", "columns", "map"})
LIMIT_LINE = re.compile(r"^( *LIMIT )[0-9]+$", re.MULTILINE)

_KEYS = frozenset({"summary", "description", "tags", "defaults", "enumerate", "kembar"})
_KEMBAR_KEYS = frozenset({"title", "summary", "description", "parameters", "columns", "display", "counts"})
_MARKED = re.compile(r"\?(_\w*)")
_VARIABLE = re.compile(r"_{1,2}([a-zA-Z0-9]+)(?:_(iri|integer))?")
_CONDITION = re.compile(r"# when (.*)$", re.MULTILINE)
_PROJECTED = re.compile(r"[()]|\?([A-Za-z]\w*)")


class _Header:
    """A header being read: every fault names the file and the key."""

    def __init__(self, file: str, data: object) -> None:
        self.file = file
        self.data = self.mapping("the header", data, _KEYS)
        self.kembar = self.mapping("kembar", self.data.get("kembar"), _KEMBAR_KEYS)

    def fault(self, key: str, what: str) -> InputError:
        return InputError(f"{self.file}: {key} {what}")

    def mapping(self, key: str, value: object, allowed: frozenset[str] | None = None) -> dict[str, Any]:
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            raise self.fault(key, "must be a map with names as keys")
        for name in value:
            if allowed is not None and name not in allowed:
                raise self.fault(
                    key, f"has the unknown key {name!r}; it may have: {', '.join(sorted(allowed))}"
                )
        return value

    def string(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.fault(key, "must be a text that is not empty")
        return value.strip()

    def texts(self, key: str, value: object) -> dict[str, str]:
        by_language = self.mapping(key, value, frozenset(LANGUAGES))
        return {lang: self.string(f"{key}: {lang}", by_language.get(lang)) for lang in LANGUAGES}

    def translated(self, key: str) -> dict[str, str]:
        """Read a grlc key (English) with its Indonesian twin under kembar."""
        return {
            "en": self.string(key, self.data.get(key)),
            "id": self.string(f"kembar: {key}", self.kembar.get(key)),
        }

    def strings(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self.fault(key, "must be a list")
        return tuple(self.string(key, item) for item in value)

    def one_key_maps(self, key: str) -> dict[str, Any]:
        """Read grlc's form of defaults and enumerate: a list of maps with one parameter each."""
        found: dict[str, Any] = {}
        items = self.data.get(key, [])
        for item in items if isinstance(items, list) else [items]:
            entry = self.mapping(key, item)
            if len(entry) != 1 or entry.keys() & found.keys():
                raise self.fault(key, "must be a list of maps, each with one parameter")
            found |= entry
        return found


def read_query(slug: str, text: str) -> CannedQuery:
    """Return the canned query of one file `<slug>.rq`.

    Raises InputError that names the file and the key when the header is not YAML, has an unknown key, or
    does not agree with the parameters and columns of the SPARQL.
    """
    file = f"{slug}.rq"
    marked, body = _split(file, text)
    try:
        header = _Header(file, yaml.safe_load(marked))
    except yaml.YAMLError as exc:
        raise InputError(f"{file}: the header is not YAML: {exc}") from exc
    columns = _read_columns(header, body)
    return CannedQuery(
        slug=slug,
        title=header.texts("kembar: title", header.kembar.get("title")),
        summary=header.translated("summary"),
        description=header.translated("description"),
        tags=header.strings("tags", header.data.get("tags")),
        parameters=_read_parameters(header, body),
        columns=tuple(columns),
        text=body,
        column_labels=columns,
        display=_read_display(header, columns),
        counts=_read_counts(header),
    )


def _split(file: str, text: str) -> tuple[str, str]:
    lines = text.split("\n")
    count = next((number for number, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    body = "\n".join(lines[count:]).strip() + "\n"
    if not count or any(line.startswith("#+") for line in lines[count:]):
        raise InputError(f"{file}: the header must be one block of #+ lines at the top")
    return "\n".join(line[2:].removeprefix(" ") for line in lines[:count]), body


def _read_parameters(header: _Header, body: str) -> tuple[Parameter, ...]:
    variables = _find_variables(header, body)
    wants_lang = variables.pop(LANG.name, None) is not None
    declared = header.mapping("kembar: parameters", header.kembar.get("parameters", {}))
    expected = variables.keys() | ({LIMIT} if LIMIT_LINE.search(body) else set())
    if declared.keys() != expected:
        odd = ", ".join(sorted(declared.keys() ^ expected))
        raise header.fault("kembar: parameters", f"and the variables of the query differ in: {odd}")
    defaults, choices = header.one_key_maps("defaults"), header.one_key_maps("enumerate")
    if odd_names := (defaults.keys() | choices.keys()) - declared.keys():
        raise header.fault(
            "defaults, enumerate", f"name what is no parameter: {', '.join(sorted(odd_names))}"
        )
    found = [
        _read_parameter(header, name, entry, variables.get(name), defaults.get(name), choices.get(name, []))
        for name, entry in declared.items()
    ]
    if stray := set(_CONDITION.findall(body)) - {
        parameter.name for parameter in found if parameter.is_optional
    }:
        raise header.fault("# when", f"must name an optional parameter, not {', '.join(sorted(stray))}")
    return (*found, LANG) if wants_lang else tuple(found)


def _find_variables(header: _Header, body: str) -> dict[str, re.Match[str]]:
    """Return the parameters' names, each with the parts of its variable."""
    found: dict[str, re.Match[str]] = {}
    for variable in sorted(set(_MARKED.findall(body))):
        match = _VARIABLE.fullmatch(variable)
        if match is None or match[1] in found:
            raise header.fault(
                f"?{variable}", "is no name for a parameter: write ?_name_iri or ?__name_integer, once"
            )
        found[match[1]] = match
    return found


def _read_parameter(
    header: _Header, name: str, entry: object, match: re.Match[str] | None, default: object, choices: object
) -> Parameter:
    key = f"kembar: parameters: {name}"
    fields = header.mapping(key, entry, frozenset({"kind", "example", *LANGUAGES}))
    kind = header.string(f"{key}: kind", fields.get("kind"))
    suffix = (match[2] or "") if match else "integer"
    if VARIABLE_SUFFIXES.get(kind) != suffix:
        kinds = ", ".join(VARIABLE_SUFFIXES)
        raise header.fault(f"{key}: kind", f"{kind!r} does not fit the variable; kinds: {kinds}")
    variable = match[0] if match else ""
    is_required = default is None and not variable.startswith("__")
    if "example" in fields and not is_required:
        raise header.fault(f"{key}: example", "is for a parameter without a default")
    return Parameter(
        name=name,
        variable=variable,
        kind=kind,
        required=is_required,
        default=None if default is None else str(default),
        label=header.texts(key, {lang: fields.get(lang) for lang in LANGUAGES}),
        choices=header.strings(f"enumerate: {name}", choices),
        example=header.string(f"{key}: example", str(fields["example"])) if "example" in fields else "",
    )


def _read_columns(header: _Header, body: str) -> dict[str, dict[str, str]]:
    declared = header.mapping("kembar: columns", header.kembar.get("columns"))
    projected = _projection(body)
    if list(declared) != projected:
        raise header.fault(
            "kembar: columns", f"must be those of the SELECT, in order: {', '.join(projected)}"
        )
    return {name: header.texts(f"kembar: columns: {name}", value) for name, value in declared.items()}


def _projection(body: str) -> list[str]:
    """Return the variables that the first SELECT projects; in parentheses the last one (after AS) counts."""
    clause = re.search(r"^SELECT (?:DISTINCT )?(.*?)WHERE \{", body, re.MULTILINE | re.DOTALL)
    found: list[str] = []
    depth, last = 0, ""
    for match in _PROJECTED.finditer(clause[1] if clause else ""):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        last = match[1] or last
        if depth == 0:
            found.append(last)
    return found


def _read_display(header: _Header, columns: Mapping[str, object]) -> dict[str, str]:
    display = header.mapping("kembar: display", header.kembar.get("display", {}), DISPLAYS)
    for kind, column in display.items():
        if column not in columns:
            raise header.fault(f"kembar: display: {kind}", f"names no column: {column!r}")
    return display


def _read_counts(header: _Header) -> tuple[Count, ...]:
    """Read what is counted beside the answer: for each name its texts and a graph pattern."""
    found = []
    for name, entry in header.mapping("kembar: counts", header.kembar.get("counts", {})).items():
        key = f"kembar: counts: {name}"
        fields = header.mapping(key, entry, frozenset({"where", *LANGUAGES}))
        texts = header.texts(key, {lang: fields.get(lang) for lang in LANGUAGES})
        found.append(Count(name, texts, header.string(f"{key}: where", fields.get("where"))))
    return tuple(found)
