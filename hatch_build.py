"""The catalogues of texts, compiled when the project is built: hatchling's hook, and what the tests call."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUES = "endpoint/show/locale/*/LC_MESSAGES/*.po"


class CustomBuildHook(BuildHookInterface[Any]):
    """Compiles the catalogues before files are gathered, for wheels and for ``pip install -e .``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled catalogues into the source tree, where the wheel takes them from."""
        compile_catalogues(Path(self.root))


def compile_catalogues(root: Path) -> None:
    """Write a ``.mo`` beside every ``.po`` below `root`, where it is missing or differs."""
    for source in sorted(root.glob(CATALOGUES)):
        compiled = BytesIO()
        with source.open("rb") as lines:
            write_mo(compiled, read_po(lines))
        target = source.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != compiled.getvalue():
            target.write_bytes(compiled.getvalue())
