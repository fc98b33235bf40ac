"""croissant.json: the typed tables as record sets, for whoever trains or evaluates models.

Croissant 1.1, https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html. The records are those of
the Parquet files, in which a code like NA is a text. Files are named relative to this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graph.downloads.describe.citation import bibtex
from graph.downloads.describe.publication import (
    KEYWORDS,
    PUBLISHER,
    Publication,
    release_iri,
    write_description,
)
from graph.downloads.tables.schema.columns import Column, Kind, Table
from graph.downloads.tables.schema.parquet import MEDIA_TYPE, typed_fields
from graph.downloads.tables.tables import ALL
from graph.store.files import ReleaseFile
from ontology import BASE

FILE = "croissant.json"
CONFORMS_TO = "http://mlcommons.org/croissant/1.1"

Node = dict[str, Any]

# https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html#appendix-1-json-ld-context
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES: Mapping[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("sc:Text",),
    Kind.IRI: ("sc:URL",),
    Kind.LIST: ("sc:Text",),
    Kind.INTEGER: ("sc:Integer",),
    Kind.NUMBER: ("sc:Float",),
    Kind.YES_NO: ("sc:Boolean",),
    Kind.DAY: ("sc:Date",),
    Kind.DATE: ("sc:Text", "sc:Text", "sc:Date", "sc:Date"),
}
"""The type of each column that Parquet has for one of the CSV."""

_ENCODING_FORMATS = {MEDIA_TYPE: ["application/x-parquet", MEDIA_TYPE]}
"""Readers know Parquet by the name that it had before it was registered."""


def describe_croissant(publication: Publication) -> bytes:
    """Return the metadata of a publication: every file, and a record set for each table in Parquet."""
    present = [(table, file) for table in ALL if (file := publication.find(f"{table.name}.parquet"))]
    agent = {"@type": "Organization", "@id": BASE + PUBLISHER[0], "name": PUBLISHER[1]}
    return write_description(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "@id": release_iri(publication.id),
            "name": publication.titles["en"],
            "description": publication.summaries["en"],
            "conformsTo": CONFORMS_TO,
            "url": f"{BASE}data/{publication.id}/",
            "version": publication.id,
            "datePublished": publication.compiled.isoformat(),
            "license": list(publication.licences),
            "keywords": list(KEYWORDS),
            "creator": agent,
            "publisher": agent,
            "isLiveDataset": False,
            "citeAs": bibtex(publication.id, publication.compiled),
            "distribution": [_file_object(file) for file in publication.files],
            "recordSet": [_record_set(table, file) for table, file in present],
        }
    )


def _file_object(file: ReleaseFile) -> Node:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": _ENCODING_FORMATS.get(file.media_type, file.served_type),
        "sha256": file.sha256,
    }


def _record_set(table: Table, file: ReleaseFile) -> Node:
    key = {"key": {"@id": f"{table.name}/{table.key}"}} if table.key else {}
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.what,
        **key,
        "field": [field for column in table.columns for field in _fields(table, column, file)],
    }


def _fields(table: Table, column: Column, file: ReleaseFile) -> Iterator[Node]:
    """Yield the fields that Parquet has for a column; what refers to what is told in datapackage.json alone.

    The reader of Croissant joins record sets that refer to one another, and fails where that is a circle or
    a chain.
    """
    array = {"isArray": True, "arrayShape": "-1"} if column.kind is Kind.LIST else {}
    for name, data_type in zip(typed_fields(column), _TYPES[column.kind], strict=True):
        part = name.removeprefix(column.name).replace("_", ", ")
        yield {
            "@type": "cr:Field",
            "@id": f"{table.name}/{name}",
            "name": name,
            "description": column.what + part,
            "dataType": data_type,
            **array,
            "source": {"fileObject": {"@id": file.name}, "extract": {"column": name}},
        }
