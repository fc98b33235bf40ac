"""What is read of a release into the index of names."""

from graph.names.index.read import read_named

PLACE = "https://w3id.org/kota-kembar/place/Q60"


def test_the_name_of_a_region_in_iso_3166_comes_first_and_codes_last():
    def select(query):
        names = ("NY", "Nuioka", "New York", "State of New York") if "kk:regionName" in query else ()
        return [{"place": PLACE, "value": name} for name in names]

    (entry,) = read_named(select).places
    assert entry.regions == ("New York", "Nuioka", "State of New York", "NY")
