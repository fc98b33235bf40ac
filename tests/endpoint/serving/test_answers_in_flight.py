"""Answers on their way are counted, and the greatest debtor loses its oldest one."""

from endpoint.serving.connection import AnswersInFlight


def test_bytes_are_counted_until_they_are_sent():
    answers = AnswersInFlight(100)
    sent = [answers.begin(b"a", 30, lambda: None), answers.begin(b"b", 20, lambda: None)]
    assert (answers.bytes_of(b"a"), answers.bytes_of(b"b"), answers.total()) == (30, 20, 50)
    for end in sent:
        end()
        end()
    assert (answers.bytes_of(b"a"), answers.total()) == (0, 0)
    assert not answers._answers
    assert not answers._bytes


def test_who_holds_most_loses_its_oldest_answers_when_there_is_no_room():
    cut: list[str] = []
    answers = AnswersInFlight(100)
    answers.begin(b"small", 10, lambda: cut.append("small"))
    ends = [answers.begin(b"big", 40, lambda name=name: cut.append(name)) for name in ("old", "new")]
    answers.begin(b"other", 50, lambda: cut.append("other"))
    assert cut == ["old"]
    assert answers.total() == 100
    ends[0]()
    assert answers.total() == 100, "what was given up is not counted down twice"
    answers.begin(b"other", 1000, lambda: cut.append("huge"))
    assert set(cut) == {"old", "new", "other", "small"}
    assert answers.bytes_of(b"other") == 1000, "one that is more than all may have is sent alone"
