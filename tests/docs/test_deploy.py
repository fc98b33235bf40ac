"""The examples of docs/deploy name what there is, and their times fit together."""

import re
import shlex
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import click
import pytest

from endpoint.cli.main import main
from endpoint.cli.wsgi import CLOSING_SECONDS
from endpoint.config import Config
from endpoint.engine.observer import Outcome, StopReason
from endpoint.serving.metrics import Metrics
from tests.kit.paths import ROOT

DOCS = ROOT / "docs"
FILES = sorted((DOCS / "deploy").iterdir())
OPERATIONS = (DOCS / "operations.md").read_text("utf-8")
UNIT = (DOCS / "deploy" / "kota-kembar.service").read_text("utf-8")


@pytest.mark.parametrize("path", [DOCS / "operations.md", *FILES], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path):
    known = {"KEMBAR_" + field.name.upper() for field in fields(Config)}
    assert set(re.findall(r"KEMBAR_[A-Z_]+[A-Z]", path.read_text("utf-8"))) <= known


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_address_that_is_named_exists(path, app):
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    named = set(re.findall(r"(?<![\w.])/(?:metrics|health)[\w/]*", path.read_text("utf-8")))
    assert named <= rules


def test_the_unit_starts_a_command_that_there_is():
    name, *arguments = shlex.split(re.search(r"ExecStart=\S+/(kembar .*)", UNIT)[1])[0:]
    command = main.get_command(click.Context(main), arguments[0])
    options = {option for parameter in command.params for option in parameter.opts}
    assert name == "kembar"
    assert {word for word in arguments[1:] if word.startswith("--")} <= options


def test_the_supervisor_waits_longer_than_the_service():
    grace = float(re.search(r"KEMBAR_GRACE_SECONDS=(\d+)", UNIT)[1])
    assert grace == Config(home=Path()).grace_seconds
    assert float(re.search(r"TimeoutStopSec=(\d+)", UNIT)[1]) > grace + CLOSING_SECONDS
    containerfile = (DOCS / "deploy" / "Containerfile").read_text("utf-8")
    assert float(re.search(r"--stop-timeout (\d+)", containerfile)[1]) > grace + CLOSING_SECONDS


def test_proxies_wait_longer_than_the_longest_query():
    config = Config(home=Path())
    longest = config.max_query_seconds + config.queue_seconds
    for name in ("nginx.conf", "Caddyfile"):
        text = (DOCS / "deploy" / name).read_text("utf-8")
        assert float(re.search(r"(?:read|header)_timeout (\d+)s", text)[1]) > longest


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_the_unit(tmp_path):
    unit = tmp_path / "kota-kembar.service"
    unit.write_text(re.sub(r"/opt/kota-kembar/\S+", "/bin/true", UNIT))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_metric_is_documented():
    names = {family.name for family in Metrics().registry.collect() if family.name.startswith("kembar_")}
    told = set(re.findall(r"`(kembar_\w+)`", OPERATIONS))
    counters = {name + "_total" for name in names}
    assert {one for one in names if one not in told and one + "_total" not in told} == set()
    gauges = {"waiting", "workers", "cache_entries", "cache_bytes", "release_info"}
    assert told <= names | counters | {"kembar_" + name for name in gauges}


@pytest.mark.parametrize("word", [*StopReason, Outcome.EVALUATED, Outcome.CACHED, Outcome.SHARED])
def test_the_words_of_the_metrics_are_explained(word):
    assert f"`{word}`" in OPERATIONS
