import pytest

from graph.downloads.quickstatements import Proposal, write_quickstatements
from graph.model.dates import parse_date

URL = "https://example.org/a?b=c|d"


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("2018", "+2018-00-00T00:00:00Z/9"),
        ("2018-03", "+2018-03-00T00:00:00Z/10"),
        ("2018-03-19", "+2018-03-19T00:00:00Z/11"),
        ("0987", "+0987-00-00T00:00:00Z/9"),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(date, time):
    line = write_quickstatements([Proposal("Q11462", "Q24826", URL, since=parse_date(date))])
    assert line == f'Q11462\tP190\tQ24826\tP580\t{time}\tS854\t"{URL}"\n'


def test_a_reference_says_when_it_was_seen():
    seen = parse_date("2026-11-21")
    both = [Proposal("Q1", "Q2", URL, retrieved=seen), Proposal("Q2", "Q1", URL, retrieved=seen)]
    assert write_quickstatements(both).splitlines() == [
        f'Q1\tP190\tQ2\tS854\t"{URL}"\tS813\t+2026-11-21T00:00:00Z/11',
        f'Q2\tP190\tQ1\tS854\t"{URL}"\tS813\t+2026-11-21T00:00:00Z/11',
    ]


@pytest.mark.parametrize(
    ("item", "value", "reference", "why"),
    [
        ("x-id-aceh-6e11e2", "Q2", URL, "not both items"),
        ("Q1", "Q0", URL, "not both items"),
        ("Q1", "Q2", "urn:x", "not a web address"),
        ("Q1", "Q2", 'https://example.org/"', "cannot be quoted"),
        ("Q1", "Q2", "https://example.org/\tP31", "cannot be quoted"),
        ("Q1", "Q2", "https://example.org/\nQ3", "cannot be quoted"),
    ],
)
def test_what_is_no_command_is_refused(item, value, reference, why):
    with pytest.raises(ValueError, match=why):
        Proposal(item, value, reference)
