"""An agent without a model: calls the tools by the library's own client, and keeps to what answers say."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
from mcp.client.client import Client

Answer = dict[str, Any]


def run_apart(function: Callable[..., Any], *arguments: object) -> Any:
    """Return what a function gives in a thread of its own: that of a test may have an event loop already."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(function, *arguments).result()


class ToolFailed(Exception):
    """A tool answered with an error; the message is what the agent is told."""


class Agent:
    """Calls tools one by one; `door` is an address, a server in this process, or a command."""

    def __init__(self, door: object) -> None:
        self._door = door

    def call(self, tool: str, **arguments: object) -> Answer:
        """Return what a tool answers, by a connection of its own; raises ToolFailed."""
        return self.call_all([(tool, arguments)])[0]

    def call_all(self, calls: list[tuple[str, dict[str, object]]]) -> list[Answer]:
        """Return the answers to several calls over one connection."""
        return run_apart(anyio.run, self._call_all, calls)

    async def _call_all(self, calls: list[tuple[str, dict[str, object]]]) -> list[Answer]:
        async with Client(self._door) as client:
            results = [await client.call_tool(tool, arguments) for tool, arguments in calls]
        for result in results:
            if result.is_error:
                raise ToolFailed(result.content[0].text)
        return [result.structured_content for result in results]

    def list_tools(self) -> dict[str, str]:
        """Return what each tool says of itself."""

        async def ask() -> dict[str, str]:
            async with Client(self._door) as client:
                return {tool.name: tool.description for tool in (await client.list_tools()).tools}

        return run_apart(anyio.run, ask)

    def read_all(self, tool: str, **arguments: object) -> list[Answer]:
        """Return all rows of an answer, page by page; each page must say how it stands."""
        rows: list[Answer] = []
        cursor = ""
        while True:
            page = self.call(tool, **arguments, **({"cursor": cursor} if cursor else {}))
            check_answer(page)
            assert page["first"] == len(rows) + 1 or not page["rows"]
            rows += page["rows"]
            if not page["cursor"]:
                assert len(rows) == page["total"]
                return rows
            cursor = page["cursor"]


def check_answer(answer: Answer, is_sourced: Callable[[Answer], bool] | None = None) -> None:
    """Fail unless an answer has its evidence, and says of itself whether it is whole."""
    assert answer["release"]
    assert answer["left_out"] == answer["total"] - len(answer["rows"])
    assert answer["complete"] is (answer["left_out"] == 0)
    assert answer["note"].startswith("All" if answer["complete"] else "PART OF THE ANSWER")
    assert answer["rows"] or answer["computed_from"]
    for row in answer["rows"]:
        assert row["release"] == answer["release"]
        assert {value for value in row["values"].values() if value.startswith("https://w3id.org/")} <= {
            *row["iris"]
        }
        assert row["sources"] or answer["computed_from"]
        assert row["sources_total"] >= len(row["sources"])
        for source in row["sources"]:
            assert source["source"] and source["claim"] and source["claims"] >= 1
    if is_sourced is not None:
        assert all(is_sourced(row) for row in answer["rows"])
