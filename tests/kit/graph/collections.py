"""A collection of four rows in a folder, to load and to break."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from graph.pipeline.build import build
from graph.store.releases import Release
from loaders.collection import load_collections
from queries import query_texts

FILES = {
    "collection.toml": """
name = "tiny"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
creator = "Test"
compiled = 2026-01-31
[title]
en = "Tiny"
id = "Kecil"
[description]
en = "Four rows"
id = "Empat baris"
[assertions]
rows = 4
""",
    "places.csv": """\
id,name,country,level_written,part_of,succeeds,name_en,name_id,native,native_lang,kemendagri,iso,lat,lon
Q11462,Kota Surabaya,ID,city,,,Surabaya,Kota Surabaya,,,35.78,,-7.25,112.75
Q24826,Liverpool,GB,city,,,Liverpool,Liverpool,,,,,,
Q188806,Kitakyushu,JP,city,,,Kitakyushu,Kitakyushu,北九州市,ja,,,,
""",
    "origins.csv": """\
place,field,origin
Q11462,level_written,test
Q11462,name_en,test
Q11462,name_id,test
Q11462,kemendagri,test
Q11462,lat,test
Q11462,lon,test
Q24826,level_written,test
Q24826,name_en,test
Q24826,name_id,test
Q188806,level_written,test
Q188806,name_en,test
Q188806,name_id,test
Q188806,native,test
Q188806,native_lang,test
""",
    "place_names.csv": """\
name,country,place
Kota Surabaya,ID,Q11462
Liverpool,GB,Q24826
Kitakyushu,JP,Q188806
""",
    "sources.csv": """\
id,url,title,publisher,language,type,issued,creator
example-org-087a05,https://example.org/mou,The MoU,City,en,government-site,2018-05,
""",
    "event_map.csv": """\
event,assertion,document_type,family,event_type,status,date_role,relation,term_years,valid_until,note
MoU,founding,mou,founding,,,signedOn,sister-city,,,
exploration,step,,,exploration,,happenedOn,,,,
rule,context,,,,,asOf,,,,
""",
    "domain_map.csv": "written,domains,note\nport,port-management,\n",
    "persons.csv": "written,person,name,role\nTri Rismaharini,tri-rismaharini,Tri Rismaharini,mayor\n",
    "exclusions.csv": "statement,kind,reason\nT4,domestic-pair,two cities of one country\n",
    "regulations.csv": "id,label_en,label_id,issued,repeals,implements\nr1,Rule 1,Aturan 1,2020-05-22,,\n",
    "statements.csv": """\
id,party_a,country_a,party_b,country_b,event,date,venue,signatory_a,signatory_b,domains,statement,source,remark,about
T1,Kota Surabaya,ID,Liverpool,GB,MoU,2018-03-19,City hall,Tri Rismaharini,,port,Signed,example-org-087a05,,
T2,Kota Surabaya,ID,Kitakyushu,JP,exploration,2020,,,,,Visited,example-org-087a05,a remark,
T3,,,,,rule,2020,,,,,A rule,example-org-087a05,,regulation/r1
T4,Kota Surabaya,ID,Kota Malang,ID,MoU,2019,,,,,Two at home,example-org-087a05,,
""",
}


def write_collection(folder: Path, **changes: str) -> Path:
    """Write the files, some with other text (``statements=...``), and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        stem = name.split(".", 1)[0]
        (folder / name).write_text(changes.get(stem, text), encoding="utf-8")
    return folder


def edited(name: str, old: str, new: str) -> str:
    """Return a file's text with one thing changed; fails when there is nothing to change."""
    assert old in FILES[name], f"{old!r} is not in {name}"
    return FILES[name].replace(old, new)


def build_days(folder: Path, home: Path, days: Sequence[str]) -> list[Release]:
    """Build a release for each day that a statement may have, in a home; return them in this order."""
    made = []
    for day in days:
        tables = [write_collection(folder, statements=edited("statements.csv", "2018-03-19", day))]
        load = partial(load_collections, tables)
        made.append(build(load, home, force=True, questions=query_texts()).release)
    return made
