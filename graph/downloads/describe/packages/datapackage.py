"""datapackage.json: the CSV tables with the types of their columns and what refers to what.

Data Package 2.0, https://datapackage.org/standard/data-package/ and its Table Schema. Parquet is not among
the resources: it has its types in itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.downloads.describe.licences import licence_name
from graph.downloads.describe.publication import (
    KEYWORDS,
    PUBLISHER,
    Publication,
    release_iri,
    write_description,
)
from graph.downloads.tables.schema.columns import Column, Kind, Table
from graph.downloads.tables.tables import ALL
from graph.store.files import ReleaseFile
from ontology import BASE

FILE = "datapackage.json"
_PROFILES = "https://datapackage.org/profiles/2.0"
_AS_KNOWN = r"\d{4}(-\d{2}(-\d{2})?)?"
"""A date as precise as it is known: the whole of a cell."""

Node = dict[str, Any]

_TYPES: Mapping[Kind, Node] = {
    Kind.TEXT: {"type": "string"},
    Kind.IRI: {"type": "string", "format": "uri"},
    Kind.LIST: {"type": "list", "delimiter": ";", "itemType": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.YES_NO: {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    Kind.DAY: {"type": "date"},
    Kind.DATE: {"type": "string", "constraints": {"pattern": _AS_KNOWN}},
}


def describe_package(publication: Publication) -> bytes:
    """Return the descriptor of the tables that a publication has."""
    present = [(table, file) for table in ALL if (file := publication.find(f"{table.name}.csv"))]
    names = {table.name for table, _ in present}
    return write_description(
        {
            "$schema": f"{_PROFILES}/datapackage.json",
            "name": f"kota-kembar-{publication.id}",
            "id": release_iri(publication.id),
            "title": publication.titles["en"],
            "description": publication.summaries["en"],
            "version": publication.id,
            "homepage": f"{BASE}data/{publication.id}/",
            "keywords": list(KEYWORDS),
            "licenses": [
                {"path": licence, "title": licence_name(licence)} for licence in publication.licences
            ],
            "contributors": [{"title": PUBLISHER[1], "path": BASE + PUBLISHER[0], "roles": ["publisher"]}],
            "sources": [
                {"title": dict(info.title)["en"], "path": f"{BASE}collection/{info.name}"}
                for info in publication.collections
            ],
            "resources": [_resource(table, file, names) for table, file in present],
        }
    )


def _resource(table: Table, file: ReleaseFile, tables: set[str]) -> Node:
    return {
        "name": table.name,
        "type": "table",
        "description": table.what,
        "path": file.name,
        "format": "csv",
        "mediatype": file.media_type,
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": _schema(table, tables),
    }


def _schema(table: Table, tables: set[str]) -> Node:
    key = {"primaryKey": [table.key]} if table.key else {}
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(column, is_key=column.name == table.key) for column in table.columns],
        "missingValues": [""],
        **key,
        "foreignKeys": [
            {"fields": [column.name], "reference": {"resource": column.of, "fields": ["id"]}}
            for column in table.columns
            if column.of in tables and column.kind is not Kind.LIST
        ],
    }


def _field(column: Column, *, is_key: bool) -> Node:
    made = {"name": column.name, **_TYPES[column.kind], "description": column.what, "example": column.example}
    return made | {"constraints": {"required": True, "unique": True}} if is_key else made
