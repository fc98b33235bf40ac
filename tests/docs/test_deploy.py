"""The examples of docs/deploy name what there is, and their times fit together."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from dataclasses import fields
from pathlib import Path

import click
import pytest
import yaml

from endpoint.cli.main import main
from endpoint.cli.wsgi import CLOSING_SECONDS
from endpoint.config import Config
from endpoint.engine.observer import Outcome, StopReason
from endpoint.serving.records.metrics import Metrics
from endpoint.site.health import HEALTH_SECONDS
from tests.kit.http.server import Server, free_port
from tests.kit.paths import ROOT
from tests.kit.processes import wait_until

DOCS = ROOT / "docs"
FILES = sorted((DOCS / "deploy").iterdir())
OPERATIONS = (DOCS / "operations.md").read_text("utf-8")
KEMBAR = str(Path(sys.executable).parent / "kembar")
UNIT = (DOCS / "deploy" / "kota-kembar.service").read_text("utf-8")


@pytest.mark.parametrize("path", [DOCS / "operations.md", *FILES], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path):
    known = {"KEMBAR_" + field.name.upper() for field in fields(Config)}
    assert set(re.findall(r"KEMBAR_[A-Z_]+[A-Z]", path.read_text("utf-8"))) <= known


@pytest.mark.slow
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


def test_a_probe_may_take_as_long_as_it_takes():
    text = (DOCS / "deploy" / "haproxy.cfg").read_text("utf-8")
    assert float(re.search(r"timeout check (\d+)s", text)[1]) > HEALTH_SECONDS


def test_proxies_wait_longer_than_the_longest_query():
    config = Config(home=Path())
    longest = config.max_query_seconds + config.queue_seconds
    for name in ("nginx.conf", "Caddyfile", "haproxy.cfg"):
        text = (DOCS / "deploy" / name).read_text("utf-8")
        assert float(re.search(r"(?:read_timeout|header_timeout|timeout server) (\d+)s", text)[1]) > longest


@pytest.mark.slow
def test_the_unit_builds_what_it_serves_and_serves_it(tmp_path):
    """As systemd would run it: its commands one after another, in its environment, %S a folder of ours."""
    unit = UNIT.replace("%S", str(tmp_path)).replace("/opt/kota-kembar/.venv/bin/kembar", KEMBAR)
    assert re.search(r"^StateDirectory=(.*)$", unit, re.M)[1] == "kota-kembar"
    variables = dict(re.findall(r"^Environment=(\w+)=(.*)$", unit, re.M))
    build, serve = (
        shlex.split(re.search(rf"^{key}=(.*)$", unit, re.M)[1]) for key in ("ExecStartPre", "ExecStart")
    )
    environment, port = os.environ | variables, free_port()
    serve[serve.index("--port") + 1] = str(port)
    subprocess.run(build, env=environment, check=True, capture_output=True)
    with subprocess.Popen(serve, env=environment, stderr=subprocess.DEVNULL) as process:
        server = Server(process, port)
        wait_until(lambda: process.poll() is not None or server.is_ready())
        served = server.get("/health").json()["release"]
        assert server.stop() == 0
    assert served == (tmp_path / "kota-kembar" / "current").resolve().name
    reload = shlex.split(re.search(r"^ExecReload=(.*)$", unit, re.M)[1])
    assert reload == build


@pytest.mark.slow
def test_the_container_is_made_of_what_its_file_copies_and_of_nothing_else(tmp_path):
    """Step by step, as nothing builds containers here: what is copied makes a wheel of all that is served."""
    text = (DOCS / "deploy" / "Containerfile").read_text("utf-8")
    sources = [word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.M) for word in line.split()]
    assert {".venv", "tests", "benchmarks", "."}.isdisjoint(sources)
    for name in sources:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(tmp_path / "wheels"), str(tmp_path)], check=True)
    (wheel,) = (tmp_path / "wheels").glob("*.whl")
    files = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "endpoint/templates/base.html",
        "endpoint/show/locale/id/LC_MESSAGES/kembar.mo",
        "queries/partners-of-a-city.rq",
        "ontology/kembar.ttl",
        "endpoint/cli/connections/server.py",
    } <= files
    assert any(name.startswith("loaders/collections/indonesia/") for name in files)
    assert not any(name.startswith("tests/") for name in files)
    assert "--require-hashes" in text and "USER kembar" in text and "--read-only" in text


def test_the_services_of_the_compose_file_run_commands_that_there_are_and_write_only_their_data():
    composed = yaml.safe_load((DOCS / "deploy" / "compose.yaml").read_text("utf-8"))
    services, volumes = composed["services"], composed["volumes"]
    haproxy = (DOCS / "deploy" / "haproxy.cfg").read_text("utf-8")
    ours = {name: one for name, one in services.items() if name != "balancer"}
    assert set(services["balancer"]["environment"]) == set(re.findall(r"\$\{(REPLICA\d)", haproxy))
    for host, port in (address.split(":") for address in services["balancer"]["environment"].values()):
        assert host in services and port == "8000"
    for name, one in ours.items():
        assert one["read_only"] and one["cap_drop"] == ["ALL"], name
        assert {volume.split(":")[0] for volume in one["volumes"]} <= set(volumes), name
        command = main.get_command(click.Context(main), one.get("command", ["serve"])[0])
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in one.get("command", []) if word.startswith("--")} <= options
        assert set(one.get("depends_on", ())) <= set(services)
    for number in "123":
        assert services[f"pull{number}"]["volumes"] == services[f"replica{number}"]["volumes"]
        grace = int(services[f"replica{number}"]["stop_grace_period"].removesuffix("s"))
        assert grace > Config(home=Path()).grace_seconds + CLOSING_SECONDS


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
