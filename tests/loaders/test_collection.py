import pytest

from graph.errors import CollectionError, InputError, TableError
from graph.model.claims import Assertion, DateRole, Signatory
from loaders.collection import load_collections
from loaders.folders import find_folders
from tests.kit.graph.collections import edited, write_collection


def load(folder, **changes):
    return load_collections([write_collection(folder, **changes)])[0]


def test_every_row_is_accounted_for(tmp_path):
    tiny = load(tmp_path)
    assert tiny.tally == {"pair": 2, "place": 0, "practice": 1, "issue": 1}
    assert [claim.id for claim in tiny.claims] == ["tiny/T1", "tiny/T2", "tiny/T3"]
    (issue,) = tiny.issues
    assert (issue.row, issue.line, issue.kind) == ("T4", 5, "domestic-pair")
    assert issue.reason == "two cities of one country"


def test_a_row_becomes_a_claim(tmp_path):
    mou, step, rule = load(tmp_path).claims
    assert (mou.parties, mou.assertion) == (("Q11462", "Q24826"), Assertion.FOUNDING)
    assert (mou.document_type, mou.domains) == ("mou", ("port-management",))
    assert (str(mou.date), mou.date_role) == ("2018-03-19", DateRole.SIGNED)
    assert mou.signatories == (Signatory("Q11462", "tri-rismaharini", "Tri Rismaharini", "mayor"),)
    assert (mou.source.source_type, str(mou.source.issued)) == ("government-site", "2018-05")
    assert (step.event_type, step.remark, step.family) == ("exploration", "a remark", "")
    assert (rule.parties, rule.about) == ((), ("https://w3id.org/kota-kembar/regulation/r1",))


def test_countries_of_the_places_come_along(tmp_path):
    places = {place.id: place for place in load(tmp_path).places}
    assert {"Q252", "Q145", "Q17"} < set(places)
    assert places["Q145"].labels == (("en", "United Kingdom"), ("id", "Inggris Raya"))
    assert (places["Q11462"].longitude, places["Q11462"].latitude) == ("112.75", "-7.25")
    assert places["Q188806"].native_names == (("ja", "北九州市"),)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"statements": ("T1,Kota Surabaya", "T1,Kota Surabya")}, "no place goes by 'Kota Surabya' in ID"),
        ({"statements": (",MoU,2018", ",toast,2018")}, "event 'toast' is not mapped"),
        ({"statements": ("port", "alchemy")}, "domain 'alchemy' is not mapped"),
        ({"statements": ("Tri Rismaharini", "Nobody")}, "signatory 'Nobody' is unknown"),
        ({"statements": ("Signed,example-org-087a05", "Signed,none")}, "there is no source 'none'"),
        ({"statements": ("Liverpool,GB", "Kota Surabaya,ID")}, "both parties are Q11462"),
        ({"statements": ("T2,", "T1,")}, "'T1' is there twice"),
        ({"statements": (",regulation/r1", ",")}, "it names no party and is about nothing"),
        ({"exclusions": ("T4", "T9")}, "there is no statement T9"),
        ({"exclusions": ("domestic-pair", "boring")}, "'boring' is no concept of the scheme issue"),
        ({"sources": ("-087a05", "-000000")}, "the id should be example-org-087a05"),
        ({"places": ("112.75", "")}, "only one of lat and lon"),
        ({"places": ("112.75", "1127.5")}, "is not degrees"),
        ({"places": (",GB,city", ",ZZ,city")}, "country 'ZZ' is unknown"),
        ({"places": (",GB,city", ",GB,hamlet")}, "level 'hamlet' is unknown"),
        ({"places": ("Liverpool,GB,city,,", "Liverpool,GB,city,Q1,")}, "nothing says where part_of"),
        ({"place_names": ("GB,Q24826", "GB,Q1")}, "there is no place Q1"),
        ({"event_map": ("happenedOn", "")}, "has a date but no date_role"),
    ],
)
def test_a_fault_is_told_with_its_table(tmp_path, changes, told):
    texts = {stem: edited(f"{stem}.csv", *change) for stem, change in changes.items()}
    with pytest.raises(TableError) as caught:
        load(tmp_path, **texts)
    assert told in str(caught.value) and ".csv, line " in str(caught.value)


def test_assertions_guard_the_counts(tmp_path):
    with pytest.raises(CollectionError, match="collection tiny: 4 rows, not 5"):
        load(tmp_path, collection=edited("collection.toml", "rows = 4", "rows = 5"))
    with pytest.raises(CollectionError, match="3 claims, fewer than 9; 1 issues, more than 0"):
        load(tmp_path, collection=edited("collection.toml", "rows = 4", "min_claims = 9\nmax_issues = 0"))


@pytest.mark.parametrize("line", ["colour = 1", "licence ="])
def test_settings_are_read_strictly(tmp_path, line):
    with pytest.raises(CollectionError, match=r"collection\.toml"):
        load(tmp_path, collection=f"{line}\n" + edited("collection.toml", 'creator = "Test"', ""))


def test_a_place_belongs_to_one_collection(tmp_path):
    other = edited("collection.toml", 'name = "tiny"', 'name = "other"')
    folders = [write_collection(tmp_path / "one"), write_collection(tmp_path / "two", collection=other)]
    with pytest.raises(InputError, match="place Q11462 is there twice"):
        load_collections(folders)


def test_a_name_belongs_to_one_collection(tmp_path):
    folders = [write_collection(tmp_path / name) for name in ("one", "two")]
    with pytest.raises(CollectionError, match="collection tiny: 2 folders have this name"):
        load_collections(folders)


def test_folders_are_found_by_themselves_or_in_a_folder_of_folders(tmp_path):
    one, two = (write_collection(tmp_path / "lists" / name) for name in ("b", "a"))
    assert find_folders([tmp_path / "lists"]) == [two, one]
    assert find_folders([one, tmp_path / "lists"]) == [one, two]
    with pytest.raises(CollectionError, match=r"there is no collection\.toml in it"):
        find_folders([tmp_path])
