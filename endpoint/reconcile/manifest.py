"""The manifest of the reconciliation service: https://reconciliation-api.github.io/specs/0.2/#service-manifest."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

from flask import g, request, url_for

from endpoint.reconcile.answer import Json, describe_type
from endpoint.reconcile.draft import VERSION
from endpoint.reconcile.request import MOST_QUERIES
from endpoint.serving.current import service
from endpoint.show.texts import LANGUAGES, translate
from graph.names.index.entry import PLACES, TYPES
from ontology import KK

PREVIEW_WIDTH, PREVIEW_HEIGHT = 400, 120
"""In CSS pixels."""


def describe_service() -> Json:
    """Return the manifest: what the service is and offers, with addresses of the host that was asked."""
    lang, host = requested_language(), request.host_url.rstrip("/")
    return {
        **_describe_any(lang, host),
        "identifierSpace": PLACES,
        "schemaSpace": str(KK),
        "view": {"url": host + "/place/{{id}}"},
        "preview": {
            "url": host + _path(".preview", "id={{id}}"),
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {kind: _describe_suggest(kind, host) for kind in ("entity", "type", "property")},
        "extend": {
            "propose_properties": {"service_url": host, "service_path": _path(".propose")},
            "property_settings": [_describe_limit(lang)],
        },
    }


def describe_draft(lang: str) -> Json:
    """Return the manifest of version 1.0, whose other addresses follow from that of the service.

    https://reconciliation-api.github.io/specs/draft/#service-manifest
    """
    host = request.host_url.rstrip("/")
    limit = _describe_limit(lang)
    setting = {"id": limit["name"], "name": limit["label"], "helpText": limit["help_text"]}
    return {
        **_describe_any(lang, host),
        "view": {"url": host + "/place/{id}"},
        "preview": {"width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {
            "proposeProperties": True,
            "propertySettings": [setting | {"type": limit["type"], "default": limit["default"]}],
        },
        "standardizedScore": True,
        "lang": lang,
    }


def _describe_any(lang: str, host: str) -> Json:
    """Return what the manifests of all versions tell alike."""
    pinned = f" ({service().release.id})" if "reconciled_release" in g else ""
    return {
        "versions": ["0.1", "0.2", VERSION],
        "name": translate("reconcile.name", lang) + pinned,
        "defaultTypes": [describe_type(kind, lang) for kind in TYPES],
        "documentation": host + url_for(".reconcile"),
        "logo": host + url_for("assets.send_asset", name="favicon.svg"),
        "serviceVersion": version("kota-kembar"),
        "batchSize": MOST_QUERIES,
    }


def _describe_limit(lang: str) -> Json:
    return {
        "name": "limit",
        "label": translate("reconcile.limit", lang),
        "type": "number",
        "default": 0,
        "help_text": translate("reconcile.limit.help", lang),
    }


def _describe_suggest(kind: str, host: str) -> Json:
    return {
        "service_url": host,
        "service_path": _path(".suggest", kind=kind),
        "flyout_service_url": host,
        "flyout_service_path": _path(".flyout", "id=${id}", kind=kind),
    }


def _path(endpoint: str, query: str = "", **values: Any) -> str:
    """Return the path of one of our routes with a query string, and with the language that was asked for."""
    lang = urlencode({"lang": requested_language()}) if "lang" in request.args else ""
    parameters = "&".join(filter(None, (lang, query)))
    return url_for(endpoint, **values) + (f"?{parameters}" if parameters else "")


def requested_language() -> str:
    """Return the language of names: ``?lang=``, else English; clients send Accept-Language of their own."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]
