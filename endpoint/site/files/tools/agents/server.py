"""The tools as a server of the Model Context Protocol, by its official library: the extra ``agents``."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from importlib.metadata import version

from flask import g
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import create_model

from endpoint.errors import problem_of
from endpoint.site.files.tools.agents.answers import Json
from endpoint.site.files.tools.agents.tools import TOOLS
from graph.errors import KembarError
from queries.resolve import UnclearName

INSTRUCTIONS = """Kota Kembar is a graph of sister-city cooperation in which every statement is a claim
with a source. Say where each fact comes from (the `url` of its sources) and of which `release` it is. Never
present an answer whose `complete` is false as all there is: give `total`, or go on with `cursor`. Names are
not guessed: use find(), and ask the user when several things have a name. Prefer ask() to run_query(), and
call check_query() before run_query()."""
_READING = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

Within = Callable[[], AbstractContextManager[object]]


def make_server(within: Within) -> MCPServer:
    """Return the server; `within` gives the context of a request, in which each tool is called."""
    logging.getLogger("mcp").setLevel(logging.WARNING)
    return MCPServer(
        name="kota-kembar",
        title="Kota Kembar",
        instructions=INSTRUCTIONS,
        version=version("kota-kembar"),
        tools=[_describe(tool, within) for tool in TOOLS],
    )


def _describe(tool: Callable[..., Json], within: Within) -> Tool:
    """Return a tool as the library has it, but strict: it drops arguments that there are not, in silence."""
    described = inspect.cleandoc(tool.__doc__ or "")
    made = Tool.from_function(_answering(tool, within), description=described, annotations=_READING)
    lenient = made.fn_metadata.arg_model
    strict = create_model(lenient.__name__, __base__=lenient, __cls_kwargs__={"extra": "forbid"})
    made.fn_metadata.arg_model = strict
    made.parameters = strict.model_json_schema(by_alias=True)
    return made


def _answering(tool: Callable[..., Json], within: Within) -> Callable[..., Json]:
    """Return a tool whose errors are told to the agent: what is wrong, and what may be meant."""

    @wraps(tool)
    def answer(*args: object, **values: object) -> Json:
        with within():
            try:
                return tool(*args, **values)
            except KembarError as error:
                g.failed_status = problem_of(error).status
                raise ToolError(_tell(error)) from error

    return answer


def _tell(error: KembarError) -> str:
    problem = problem_of(error)
    lines = [f"{problem.title}: {problem.detail}"]
    if isinstance(error, UnclearName):
        lines += [f"- {one.id}: {one.label}, {one.description}, {one.country}" for one in error.candidates]
    return "\n".join(lines)
