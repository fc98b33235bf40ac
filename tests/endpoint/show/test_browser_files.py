"""The files from npm: made when there is npm, an error only where they are required, made once."""

import os
import stat
import subprocess

import pytest

from hatch_build import SOURCES, TARGET, build_browser_files, is_fresh
from tests.kit.paths import ROOT


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a lock file, and an npm that fails or writes down what it was asked."""
    (tmp_path / SOURCES).mkdir()
    (tmp_path / TARGET).mkdir(parents=True)
    (tmp_path / SOURCES / "package-lock.json").write_text("{}", encoding="ascii")
    tools = tmp_path / "tools"
    tools.mkdir()
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}/usr/bin:/bin")

    def put_npm(code):
        npm = tools / "npm"
        npm.write_text(f'#!/bin/sh\necho "$1" >> ../asked\nexit {code}\n', encoding="ascii")
        npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
        return tmp_path

    return put_npm


def test_the_files_are_made_once_for_the_same_sources(project):
    root = project(0)
    assert build_browser_files(root) == ""
    assert (root / "asked").read_text().split() == ["ci", "run"]
    (root / "asked").unlink()
    assert is_fresh(root)
    assert build_browser_files(root) == ""
    assert not (root / "asked").exists()


def test_a_changed_source_is_built_again(project):
    root = project(0)
    build_browser_files(root)
    (root / SOURCES / "editor.js").write_text("// new", encoding="ascii")
    assert not is_fresh(root)


def test_without_npm_pages_stay_plain_unless_the_files_are_required(project):
    root = project(1)
    assert "pages stay plain" in build_browser_files(root)
    with pytest.raises(subprocess.CalledProcessError):
        build_browser_files(root, "require")
    assert build_browser_files(root, "skip") == ""


def test_the_lock_file_has_checksums_and_no_addresses():
    text = (ROOT / SOURCES / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity": "sha512-' in text
    assert '"resolved"' not in text
    assert "registry" not in text
