"""Measuring a large network: what it costs is told first, and each step."""

from click.testing import CliRunner

from endpoint.cli.commands.network import describe_cost, measures_command


def test_what_many_links_cost_is_told_beforehand():
    assert describe_cost(99_999) == ""
    assert describe_cost(1_000_000) == (
        "1000000 links: some 14 min of processor time and 1.4 GB of memory; Ctrl-C stops"
    )


def test_the_command_tells_the_cost_before_it_begins_and_each_step(tmp_path, monkeypatch):
    monkeypatch.setattr("endpoint.cli.commands.network._MANY_LINKS", 3)
    (tmp_path / "edges.txt").write_text("a b\nb c\nc a\nc d\n")
    result = CliRunner().invoke(measures_command, [str(tmp_path / "edges.txt"), "--no-header"])
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "4 rows, 0 loops and 0 repetitions left out",
        "4 links: some 1 min of processor time and 0.0 GB of memory; Ctrl-C stops",
        "finding components and bridges",
        "finding communities",
        "measuring clustering and diameter",
        "finding betweenness",
    ]
