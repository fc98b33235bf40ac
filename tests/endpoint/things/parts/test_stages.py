"""How far a pair has come: each record at its stage, and stages of which nothing is recorded say so."""

from ontology import BASE
from tests.kit.http.site import read_page
from tests.kit.world import world_store

KK = f"{BASE}ontology#"
HEADING = "How far it has come"


def records(pair):
    """What the quads say of a pair, in plain Python: agreements with their dates, events with their types."""
    quads = [(q.subject.value, q.predicate.value, q.object.value) for q in world_store()]

    def values(thing, name):
        return [o for s, p, o in quads if (s, p) == (thing, KK + name)]

    agreements = [values(agreement, "signedOn") for agreement in values(pair, "agreement")]
    events = [(values(event, "eventType"), values(event, "happenedOn")) for event in values(pair, "event")]
    return agreements, events


def test_agreements_and_events_stand_at_their_stages(client):
    page = read_page(client, "/partnership/Q10389-Q16520.html")
    agreements, events = records(f"{BASE}partnership/Q10389-Q16520")
    assert (len(agreements), [kinds[0].rsplit("/", 1)[1] for kinds, _ in events]) == (1, ["approval"])
    steps = [
        words for words in page.words("li") if words.startswith(("Identification of", "Initial", "Negot"))
    ]
    assert steps[0] == "Identification of potential nothing recorded"
    assert steps[1] == "Initial exploration nothing recorded"
    assert steps[2].endswith("2 records")
    assert HEADING in page.words("h2")


def test_an_anniversary_says_nothing_of_a_stage(client):
    agreements, events = records(f"{BASE}partnership/Q11462-Q16520")
    assert [kinds[0].rsplit("/", 1)[1] for kinds, _ in events] == ["anniversary"]
    page = read_page(client, "/partnership/Q11462-Q16520.html")
    steps = [words for words in page.words("li") if words.endswith((" record", "nothing recorded"))]
    assert len(steps) == 5
    assert steps[2] == f"Negotiation and signing {agreements[0][0][8:]} August 1994 · 1 record"


def test_a_pair_of_which_nothing_is_recorded_has_no_steps(client):
    assert records(f"{BASE}partnership/Q3630-Q8684") == ([], [])
    assert HEADING not in read_page(client, "/partnership/Q3630-Q8684.html").words("h2")
