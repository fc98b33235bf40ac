"""The settings of the service, and the only place that reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs

from graph.errors import ParameterError

MIB = 1 << 20
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}\\]+")
"""https://www.crossref.org/blog/dois-and-matching-regular-expressions/, without what no IRI can hold."""
_MAY_BE_ZERO = {
    "KEMBAR_CLIENT_QUERIES",
    "KEMBAR_CLIENT_SECONDS_PER_MINUTE",
    "KEMBAR_CLIENT_ERRORS_PER_MINUTE",
    "KEMBAR_TRUSTED_PROXIES",
    "KEMBAR_PREPARE_SECONDS",
}


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Config:
    """Every setting; each is read from ``KEMBAR_`` and its name in capitals, e.g. ``KEMBAR_QUERY_SECONDS``.

    ``workers`` counts the free queries of one client that run at a time; there is one query process more, for
    others, and pages and questions have half as many of their own (``page_workers``). ``processes`` counts
    those that read requests and write answers; with more than one, another has the queries of all.
    ``queue`` is how many requests are worked on or wait for a query process at a time, the others wait before
    that; ``queue_seconds`` is how long each may wait.
    ``keep_releases`` is how many releases stay on disk and can be asked, the current one with them.
    ``memory_bytes`` is what one query may take on top of what an idle worker has; ``cache_bytes`` is what
    the answers that are kept in memory may take, ``grace_seconds`` what queries may still take when the
    service is told to stop. ``access_log`` is a file, ``-`` for stderr, or empty for none; ``log_clients``
    is ``none`` or ``hashed``.
    ``sending_bytes`` is what answers on their way to clients may take in memory, half of it for one of them.
    ``query_tokens``, ``query_depth``, ``query_chain``, ``query_patterns`` bound the shape of a query
    (engine.language).
    ``client_*`` bound what one client may ask, 0 for no bound; ``trusted_proxies`` is how many proxies stand
    before the service and append to X-Forwarded-For, 0 to believe only the address of the connection.
    ``services`` are the endpoints that SERVICE may name, with spaces between them; usually none.
    ``doi`` lists DOIs with spaces between them: one alone is that of the data set in all its versions, one
    after the id of a release and ``=`` that of this release.
    ``contact`` is where to report a weakness of the service: an address of the web or of mail (``mailto:``).
    ``verify_seconds`` is the time within which every byte of all kept releases is read again.
    ``prepare_seconds`` is how long a new release may take to have answers ready before it is switched to, 0
    to switch at once.
    ``engine`` is the address of another SPARQL server that holds the releases and answers in place of the
    embedded store (docs/engines.md), ``engine_user``, ``engine_password`` and ``engine_token`` who we are
    to it.
    """

    home: Path
    query_seconds: float = 10.0
    max_query_seconds: float = 30.0
    result_bytes: int = 64 * MIB
    query_bytes: int = 64 * 1024
    memory_bytes: int = 1024 * MIB
    workers: int = 2
    processes: int = 1
    queue: int = 250
    queue_seconds: float = 5.0
    keep_releases: int = 5
    cache_bytes: int = 64 * MIB
    grace_seconds: float = 35.0
    access_log: str = ""
    log_clients: str = "none"
    result_rows: int = 1_000_000
    sending_bytes: int = 512 * MIB
    query_tokens: int = 21_000
    query_depth: int = 100
    query_chain: int = 1000
    query_patterns: int = 200
    client_queries: int = 5
    client_seconds_per_minute: float = 30.0
    client_errors_per_minute: int = 30
    trusted_proxies: int = 0
    services: str = ""
    doi: str = ""
    contact: str = ""
    verify_seconds: float = 3600.0
    prepare_seconds: float = 120.0
    engine: str = ""
    engine_user: str = field(default="", repr=False)
    engine_password: str = field(default="", repr=False)
    engine_token: str = field(default="", repr=False)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Return the settings of the environment (or of ``environ``), defaults for what it does not set.

        Raises ParameterError for a value that is not a positive number, or too small to serve with.
        """
        given = os.environ if environ is None else environ
        values: dict[str, Any] = {
            "home": platformdirs.user_data_path("kota-kembar"),
            "workers": _cores(),
            "processes": max(1, _cores() // 2),
        }
        for setting in fields(cls):
            name = "KEMBAR_" + setting.name.upper()
            if given.get(name):
                values[setting.name] = _read(name, given[name], str(setting.type))
        config = cls(**values)
        for service in config.allowed_services:
            if not service.startswith(("http://", "https://")):
                raise ParameterError("KEMBAR_SERVICES", service, "is no address of the web")
        if config.contact and not config.contact.startswith(("https://", "mailto:")):
            raise ParameterError("KEMBAR_CONTACT", config.contact, "must begin with https:// or mailto:")
        for doi in config.dois.values():
            if not _DOI.fullmatch(doi):
                raise ParameterError(
                    "KEMBAR_DOI", config.doi, f"{doi} is no DOI, such as 10.5281/zenodo.1234567"
                )
        config.check_engine()
        if config.log_clients not in ("none", "hashed"):
            raise ParameterError("KEMBAR_LOG_CLIENTS", config.log_clients, "must be none or hashed")
        if config.query_seconds > config.max_query_seconds:
            raise ParameterError(
                "KEMBAR_QUERY_SECONDS",
                f"{config.query_seconds:g}",
                f"must not be over KEMBAR_MAX_QUERY_SECONDS ({config.max_query_seconds:g})",
            )
        return config

    def check_engine(self) -> None:
        """Raise ParameterError when the address of the engine is none, or does not go with other settings."""
        if not self.engine:
            return
        parts = urlsplit(self.engine)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ParameterError("KEMBAR_ENGINE", self.engine.rpartition("@")[2], "is no address of the web")
        if parts.username is not None:
            what = "has a name or password in it; give them as KEMBAR_ENGINE_USER and KEMBAR_ENGINE_PASSWORD"
            raise ParameterError("KEMBAR_ENGINE", parts.hostname, what)
        if self.services:
            raise ParameterError("KEMBAR_SERVICES", self.services, "must be empty when KEMBAR_ENGINE is set")

    @cached_property
    def allowed_services(self) -> frozenset[str]:
        """Return the endpoints that SERVICE may name."""
        return frozenset(self.services.split())

    @cached_property
    def dois(self) -> Mapping[str, str]:
        """Return the DOIs by the id of their release; that of the data set itself by no id."""
        entries = (f"={entry}" if entry.startswith("10.") else entry for entry in self.doi.split())
        return {release_id: doi for release_id, _, doi in (entry.partition("=") for entry in entries)}

    def doi_of(self, release_id: str) -> str:
        """Return the DOI that a release is cited by, its own or that of the data set; empty for none."""
        return self.dois.get(release_id) or self.dois.get("", "")

    @property
    def free_workers(self) -> int:
        """Return how many query processes there are for free queries: one is left for another client."""
        return self.workers + 1

    @property
    def page_workers(self) -> int:
        """Return how many query processes the pages and questions have to themselves."""
        return max(1, self.workers // 2)


def _read(name: str, text: str, kind: str) -> Path | float | int | str:
    if kind == "str":
        return text
    if kind == "Path":
        return Path(text).expanduser().resolve()
    try:
        value = int(text) if kind == "int" else float(text)
    except ValueError as exc:
        raise ParameterError(name, text, "must be a number") from exc
    if value == 0 and name in _MAY_BE_ZERO:
        return value
    if not 0 < value < float("inf"):
        raise ParameterError(name, text, "must be over 0")
    return value
