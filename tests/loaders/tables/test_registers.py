from graph.reconcile.reconcile import reconcile
from loaders.collection import load_bundled, load_collections
from loaders.folders import bundled_folders
from loaders.tables.registers import read_agreement_register
from loaders.workspace import freeze_agreements
from tests.kit.graph.collections import edited, write_collection


def agreement_ids(folder):
    return [a.id for pair in reconcile(load_collections([folder])).pairs for a in pair.agreements]


def test_an_agreement_keeps_its_id_when_its_date_is_corrected(tmp_path):
    folder = write_collection(tmp_path)
    assert freeze_agreements([folder]) == {"tiny": 1}
    assert read_agreement_register(folder) == {"Q11462-Q24826-founding-2018": ("tiny/T1",)}
    write_collection(folder, statements=edited("statements.csv", "2018-03-19", "2019-03-19"))
    assert agreement_ids(folder) == ["Q11462-Q24826-founding-2018"]
    assert freeze_agreements([folder]) == {"tiny": 0}


def test_an_id_that_nobody_asks_for_stays(tmp_path):
    folder = write_collection(tmp_path)
    freeze_agreements([folder])
    write_collection(folder, statements=edited("statements.csv", "GB,MoU", "GB,exploration"))
    assert agreement_ids(folder) == []
    freeze_agreements([folder])
    assert list(read_agreement_register(folder)) == ["Q11462-Q24826-founding-2018"]


def test_without_a_register_the_year_would_change_the_id(tmp_path):
    folder = write_collection(tmp_path, statements=edited("statements.csv", "2018-03-19", "2019-03-19"))
    assert agreement_ids(folder) == ["Q11462-Q24826-founding-2019"]


def test_the_committed_registers_hold_every_agreement():
    registered = {name for folder in bundled_folders() for name in read_agreement_register(folder)}
    made = {a.id for pair in reconcile(load_bundled()).pairs for a in pair.agreements}
    assert made <= registered
