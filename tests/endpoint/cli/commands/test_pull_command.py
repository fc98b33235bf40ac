"""`kembar pull`: once or again and again, with a sentence when it fails."""

import pytest
from click.testing import CliRunner

from endpoint.cli.commands.fetch import MOST_PAUSE_SECONDS, follow
from endpoint.cli.main import main
from graph.pipeline.build import build
from graph.store.releases import current_id
from loaders.collection import load_collections
from loaders.replica.download import Upstream
from loaders.replica.follow import Replica
from tests.kit.graph.collections import write_collection
from tests.kit.http.elsewhere.upstream import Given, bent_service
from tests.kit.http.server import free_port

pytestmark = pytest.mark.slow


class Enough(Exception):
    """Nobody wants to look again."""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder, home = write_collection(tmp_path_factory.mktemp("tiny")), tmp_path_factory.mktemp("theirs")
    build(lambda: load_collections([folder]), home)
    with bent_service(home) as bent:
        yield bent


def gone(given):
    return Given("404 Not Found", {"Content-Length": "0"}, b"")


def test_one_pull_prints_the_release_that_is_current_now(service, tmp_path):
    done = CliRunner().invoke(main, ["--home", str(tmp_path), "pull", service.address])
    assert done.exit_code == 0, done.output
    assert done.stdout == current_id(tmp_path) + "\n"
    assert f"fetching release {current_id(tmp_path)}" in done.stderr
    again = CliRunner().invoke(main, ["--home", str(tmp_path), "pull", service.address + "/"])
    assert (again.stdout, again.stderr) == (done.stdout, "")


def test_a_refusal_is_one_sentence_and_code_1(service, tmp_path):
    service.once["/data.json"] = [gone]
    done = CliRunner().invoke(main, ["--home", str(tmp_path), "pull", service.address])
    assert done.exit_code == 1
    expected = "/data.json: it answers 404 Not Found. Is it the address of a service of this version?"
    assert done.stderr == f"Error: {service.address}: {expected}\n"


def test_a_contact_that_is_no_address_is_a_wrong_usage(tmp_path):
    address = f"http://127.0.0.1:{free_port()}"
    done = CliRunner().invoke(main, ["--home", str(tmp_path), "pull", address, "--contact", "me"])
    assert done.exit_code == 2


def test_it_looks_again_and_more_seldom_while_it_fails(service, tmp_path):
    said, pauses = [], []

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 6:
            raise Enough

    service.once["/data.json"] = [lambda given: None, gone, gone, gone]
    with Upstream(service.address) as upstream, pytest.raises(Enough):
        follow(Replica(tmp_path, upstream, keep=5), 900, said.append, sleep)
    assert pauses == [900, 1800, 3600, MOST_PAUSE_SECONDS, 900, 900]
    assert said.count(f"release {current_id(tmp_path)} is current") == 1
    assert next(line for line in said if "404" in line).endswith("The next look is in 1800 s.")
