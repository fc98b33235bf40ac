"""Commands that answer from a release do so only when every byte of it is as it was published."""

import pytest
from click.testing import CliRunner

from endpoint.cli.main import main
from tests.kit.graph.releases import flip
from tests.kit.http.site import make_world_home

COMMANDS = (("sparql", "ASK {}"), ("query", "country-pairs"), ("network",), ("diff", "current", "current"))


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_nothing_is_answered_from_a_store_of_which_a_byte_has_changed(tmp_path, command):
    store = make_world_home(tmp_path).store_path
    flip(changed := max(store.glob("*.sst"), key=lambda path: path.stat().st_size))
    result = CliRunner().invoke(main, ["--home", str(tmp_path), *command])
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"is damaged: store/{changed.name} has the SHA-256 " in result.stderr
