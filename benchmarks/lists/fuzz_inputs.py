"""All else that strangers may hand over, damaged at random: each is read, or refused in a sentence.

    python -m benchmarks.lists.fuzz_inputs --files 2000 --seed 1

Settings, tables of people and registers, dumps of Wikidata plain and compressed, harvests, manifests,
histories, questions of a release, edge lists, curated collections. A traceback fails, and so does a row or a
statement that is neither read nor told.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import hashlib
import json
import random
import re
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import zstandard

from benchmarks.lists.fuzz_lists import BAD, LOST, RAISED, SEEDS, Trial, damage
from endpoint.config import Config
from graph.errors import DamagedRelease, KembarError
from graph.matching.gazetteer.index import Gazetteer
from graph.network.edges import read_edges
from graph.store.history import HISTORY, read_history
from graph.store.manifest import MANIFEST, SEAL
from graph.store.releases import list_kept
from loaders.collection import read_collections
from loaders.folders import BUNDLED
from loaders.tables.registers import PLACE_REGISTER, read_agreement_register, read_place_register
from loaders.tables.reviews import COLUMNS, REVIEWS, read_reviews
from queries.files import read_catalogue

_HEAD = 'licence = "unknown"\ncreator = "Fuzz"\ncompiled = 2026-11-21\ntitle = "Fuzz"\n'
_TOML = (
    _HEAD
    + 'description = {en = "A list", id = "Daftar"}\n[source]\nurl = "https://example.org/fuzz"\n'
    + 'type = "association"\n[table]\nfile = "list.csv"\ndelimiter = ","\nencoding = "utf-8"\nskip_rows = 0\n'
    + "[assertions]\nrows = 12\nmin_claims = 1\nmax_issues = 30\n"
)
_QUESTIONS = Path(__file__).parents[2] / "queries"
_RELEASE = "2026-11-21-0123abcd"
_PAGE = "places-0123456789abcdef.json.gz"
TOWNS = 12
_SWAPPED = 0.5


@dataclass(frozen=True)
class Input:
    """A kind of file: a sound one by `seed`, and how it is read.

    `read` returns how many rows were read or told of, in the folder that holds the file; `count` says, by
    other means, how many rows there are in some bytes, None when that cannot be told.
    """

    file: str
    seed: Callable[[], bytes]
    read: Callable[[Path], int]
    count: Callable[[bytes], int | None] = lambda data: None


def _lines(data: bytes) -> int | None:
    """Return how many lines below the header are not blank."""
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return max(0, sum(bool(line) for line in text.split("\n")) - 1)


def _table(columns: tuple[str, ...], *rows: tuple[str, ...]) -> bytes:
    return "\n".join(",".join(row) for row in (columns, *rows, ())).encode()


def _entity(number: int) -> dict[str, object]:
    """Return a town of Wikidata with one twin, as its JSON has it."""
    item = {"entity-type": "item", "numeric-id": 9000 + number, "id": f"Q{9000 + number}"}
    snak = {
        "snaktype": "value",
        "property": "P190",
        "datavalue": {"value": item, "type": "wikibase-entityid"},
    }
    country = {"entity-type": "item", "numeric-id": 183, "id": "Q183"}
    of = {
        "snaktype": "value",
        "property": "P17",
        "datavalue": {"value": country, "type": "wikibase-entityid"},
    }
    return {
        "type": "item",
        "id": f"Q{8000 + number}",
        "labels": {"en": {"language": "en", "value": f"Alphatown{number:02}"}},
        "aliases": {},
        "claims": {
            "P190": [
                {
                    "mainsnak": snak,
                    "type": "statement",
                    "id": f"Q{8000 + number}$0000000{number:02}-aaaa-bbbb-cccc-000000000000",
                    "rank": "normal",
                }
            ],
            "P17": [{"mainsnak": of, "type": "statement", "id": f"Q{8000 + number}$b", "rank": "normal"}],
        },
    }


def _dump() -> bytes:
    return b"[\n" + b",\n".join(json.dumps(_entity(n)).encode() for n in range(TOWNS)) + b"\n]\n"


def _count_dump(unpack: Callable[[bytes], bytes]) -> Callable[[bytes], int | None]:
    """Return a function that counts the statements of sound lines; 1, the fault, when it is damaged."""
    whole = {line.rstrip(b",") for line in _dump().split(b"\n")[1:-2]}

    def count(data: bytes) -> int | None:
        try:
            plain = unpack(data)
        except Exception:  # noqa: BLE001 - whatever it is, reading must tell of it
            return 1
        return sum(line.rstrip(b",") in whole for line in plain.split(b"\n"))

    return count


def _collection(settings: str) -> Callable[[Path], int]:
    """Return a function that reads the folder as a collection with these settings, if it has none."""

    def read(folder: Path) -> int:
        if settings:
            (folder / "collection.toml").write_text(settings, encoding="utf-8")
        (collection,) = read_collections([folder], gazetteer=Gazetteer.empty()).collections
        return len({claim.id.partition("/")[2] for claim in collection.claims}) + len(collection.issues)

    return read


def _read_toml(folder: Path) -> int:
    (folder / "list.csv").write_bytes(SEEDS["csv"]())
    return _collection("")(folder)


def _read_manifest(folder: Path) -> int:
    """Return 1 for a manifest that is read, sealed as the owner of the folder could."""
    release = folder / "releases" / _RELEASE
    release.mkdir(parents=True)
    body = (folder / MANIFEST).read_bytes()
    (release / MANIFEST).write_bytes(body)
    (release / SEAL).write_text(f"{hashlib.sha256(body).hexdigest()}  {MANIFEST}\n", encoding="utf-8")
    (found,) = list_kept(folder)
    if isinstance(found, DamagedRelease):
        raise found
    return 1


def _read_history(folder: Path) -> int:
    (folder / "releases").mkdir()
    found = read_history(folder)
    return TOWNS if found.fault else len(found.ids)


def _count_history(data: bytes) -> int | None:
    with suppress(ValueError, TypeError):
        return len(set(json.loads(data)))
    return 1


def _read_harvest(folder: Path) -> int:
    """Read the harvest.json beside a page of its own."""
    inner = folder / "harvest"
    inner.mkdir()
    (inner / "harvest.json").write_bytes((folder / "harvest.json").read_bytes())
    (inner / _PAGE).write_bytes(_page())
    return _collection(_HEAD + '[wikidata]\nfiles = ["harvest"]\n')(folder)


def _read_page(folder: Path) -> int:
    """Read a page whose checksum is right, whatever it holds."""
    inner = folder / "harvest"
    inner.mkdir()
    page = (folder / _PAGE).read_bytes()
    (inner / _PAGE).write_bytes(gzip.compress(page, mtime=0))
    digest = hashlib.sha256((inner / _PAGE).read_bytes()).hexdigest()
    (inner / "harvest.json").write_bytes(_harvest().replace(_sha().encode(), digest.encode()))
    return _collection(_HEAD + '[wikidata]\nfiles = ["harvest"]\n')(folder)


def _answer() -> bytes:
    """Return results of a SELECT query that tell the name and a twin of a town."""
    town = {"item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q8001"}}
    name = {"value": {"type": "literal", "xml:lang": "en", "value": "Alphatown"}}
    rows = [town | {"what": {"type": "literal", "value": "label"}} | name]
    return json.dumps({"head": {"vars": ["item", "what"]}, "results": {"bindings": rows}}).encode()


def _page() -> bytes:
    return gzip.compress(_answer(), mtime=0)


def _sha() -> str:
    return hashlib.sha256(_page()).hexdigest()


def _harvest() -> bytes:
    page = {
        "file": _PAGE, "kind": "places", "url": "https://example.org/sparql", "query": "SELECT",
        "sha256": _sha(), "rows": 1, "retrieved": "2026-11-21",
    }  # fmt: skip
    stated = {"endpoint": "https://example.org/sparql", "countries": ["Q183"], "pages": [page], "slow": []}
    return json.dumps(stated | {"counts": {"places": 1}, "finished": "2026-11-21"}, indent=1).encode()


def _read_settings(folder: Path) -> int:
    text = (folder / "settings").read_text("utf-8", "surrogateescape")
    Config.from_environ(dict(line.split("=", 1) for line in text.split("\n") if "=" in line))
    return 1


def _read_questions(folder: Path) -> int:
    (folder / "question").rename(folder / "question.rq")
    return len(read_catalogue(folder))


def _manifest() -> bytes:
    counts = {
        "places": 1, "countries": 1, "partnerships": {"accepted": 1, "intent": 0, "claimed": 0},
        "agreements": 0, "claims": 1, "sources": 1, "triples": 1, "share_dated": 0.5,
        "share_two_sources": 0.0,
    }  # fmt: skip
    file = {"name": "CURRENT", "bytes": 1, "sha256": "0" * 64}
    one = {
        "name": "fuzz", "title": {"en": "Fuzz", "id": "Fuzz"}, "licence": "unknown", "compiled": "2026-11-21",
        "rows": 1, "claims": 1, "tally": {"issue": 0},
    }  # fmt: skip
    lists = {"collections": [one], "store": [file], "queries": []}
    return json.dumps({"id": _RELEASE, "compiled": "2026-11-21", "counts": counts, **lists}).encode()


def _edges() -> bytes:
    return "\n".join(["source,target", *(f"a{n},b{n}" for n in range(TOWNS)), ""]).encode()


def _read_edges(folder: Path) -> int:
    return read_edges(folder / "edges.csv", header=True).rows


_REGISTER = ("id", "country", "name", "now", "geonames")
_ENTITIES = _collection(_HEAD + '[wikidata]\nfiles = ["dump*"]\n')
_TURTLE = SEEDS["ttl"]


def _unpack_zstandard(data: bytes) -> bytes:
    frame = zstandard.ZstdDecompressor().decompressobj()
    plain = frame.decompress(data)
    if frame.unused_data:
        raise ValueError("something follows the frame")
    return plain


_PACKERS: Mapping[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    ".json": (bytes, bytes),
    ".json.gz": (gzip.compress, gzip.decompress),
    ".json.bz2": (bz2.compress, bz2.decompress),
    ".json.zst": (zstandard.compress, _unpack_zstandard),
}

INPUTS: dict[str, Input] = {
    "collection.toml": Input("collection.toml", _TOML.encode, _read_toml),
    "reviews": Input(
        REVIEWS,
        lambda: _table(
            COLUMNS, *(("fuzz", f"Town{n}", "Q183", *[""] * (len(COLUMNS) - 4), "new") for n in range(9))
        ),
        lambda folder: len(read_reviews(folder / REVIEWS)),
    ),
    "places register": Input(
        PLACE_REGISTER,
        lambda: _table(_REGISTER, *((f"x-{n:08}", "Q183", f"Town{n}", "", "") for n in range(TOWNS))),
        lambda folder: len(read_place_register(folder / PLACE_REGISTER)),
        _lines,
    ),
    "agreements register": Input(
        "register.csv",
        lambda: _table(("agreement", "claims"), *((f"Q{n}-Q{n + 1}", f"a/{n};b/{n}") for n in range(TOWNS))),
        lambda folder: len(read_agreement_register(folder)),
        _lines,
    ),
    **{
        f"Wikidata {suffix}": Input(
            f"dump{suffix}", lambda pack=pack: pack(_dump()), _ENTITIES, _count_dump(unpack)
        )
        for suffix, (pack, unpack) in _PACKERS.items()
    },
    "Wikidata Turtle": Input("dump.ttl", _TURTLE, _ENTITIES),
    "Wikidata Turtle, zst": Input("dump.ttl.zst", lambda: zstandard.compress(_TURTLE()), _ENTITIES),
    "manifest": Input(MANIFEST, _manifest, _read_manifest),
    "history": Input(
        HISTORY, lambda: json.dumps([_RELEASE, "2026-11-20-0123abcd"]).encode(), _read_history, _count_history
    ),
    "harvest": Input("harvest.json", _harvest, _read_harvest),
    "page of a harvest": Input(_PAGE, _answer, _read_page),
    "edge list": Input("edges.csv", _edges, _read_edges),
    "settings": Input(
        "settings",
        lambda: b"KEMBAR_HOME=/tmp\nKEMBAR_QUEUE=5\nKEMBAR_QUERY_SECONDS=1.5\nKEMBAR_SERVICES=\n",
        _read_settings,
    ),
    "question": Input("question", (_QUESTIONS / "hubs-and-bridges.rq").read_bytes, _read_questions),
}
CURATED = "a table of a curated collection"


_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 0.5, "", "x", "\u0000", "../../etc/passwd", "\x1b[2J", [], [[]], {},
    {"id": "Q1"},
)  # fmt: skip
_TOML_VALUES = (
    "1",
    "-1",
    "1.5",
    "true",
    '"x"',
    '""',
    "[]",
    "{}",
    "2026-01-01",
    "[[[1]]]",
    '"../x"',
    '"\\u0000"',
    "nan",
)


def swap_values(data: bytes, rng: random.Random) -> bytes:
    """Return JSON, whole or by lines, or TOML, with one value of another kind; other bytes as they are."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    for text, start, end in ((data, 0, len(lines)), (lines[at].rstrip(b","), at, at + 1)):
        with suppress(ValueError):
            value = _swap(json.loads(text), rng)
            comma = b"," if lines[end - 1].endswith(b",") else b""
            return b"\n".join([*lines[:start], json.dumps(value).encode() + comma, *lines[end:]])
    value = rng.choice(_TOML_VALUES).encode()
    settings = list(re.finditer(rb"= *([^\n]+)", data))
    if not settings:
        return data
    found = rng.choice(settings)
    return data[: found.start(1)] + value + data[found.end(1) :]


def _swap(value: Any, rng: random.Random) -> Any:
    """Return a value of JSON in which one part, at any depth, is another one or gone."""
    if not isinstance(value, dict | list) or not value or rng.random() < 0.15:
        return rng.choice(_VALUES)
    key = rng.choice(sorted(value)) if isinstance(value, dict) else rng.randrange(len(value))
    changed = value.copy()
    if rng.random() < 0.1:
        del changed[key]
    else:
        changed[key] = _swap(value[key], rng)
    return changed


def run_trial(form: str, data: bytes, folder: Path) -> Trial:
    """Read one damaged file of a form and return how it ended."""
    folder.mkdir()
    (folder / INPUTS[form].file).write_bytes(data)
    return _judge(form, lambda: INPUTS[form].read(folder), INPUTS[form].count(data))


def run_curated_trial(rng: random.Random, folder: Path) -> Trial:
    """Read the bundled collections, a table of one of which is damaged."""
    folders = [folder / name for name in ("indonesia", "founding_articles")]
    for one in folders:
        shutil.copytree(BUNDLED / one.name, one)
    path = rng.choice(sorted(folder.glob("*/*.csv")))
    path.write_bytes(damage(path.read_bytes(), rng))
    return _judge(CURATED, lambda: len(read_collections(folders).collections), None)


def _judge(form: str, read: Callable[[], int], there: int | None) -> Trial:
    try:
        found = read()
    except KembarError as exc:
        return Trial(form, "refused" if str(exc).strip() else RAISED, str(exc))
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        return Trial(form, RAISED, traceback.format_exc())
    if there is not None and found < there:
        return Trial(form, LOST, f"{there} are there, {found} were read or told of")
    return Trial(form, "read")


def run_trials(count: int, seed: int, folder: Path) -> Iterator[Trial]:
    """Yield the trials of as many files, the kinds in turn; the same seed damages them in the same way."""
    rng = random.Random(seed)
    kinds = [*INPUTS, CURATED]
    for number in range(count):
        kind, place = kinds[number % len(kinds)], folder / f"fuzz-{number}"
        if kind == CURATED:
            yield run_curated_trial(rng, place)
        else:
            change = swap_values if rng.random() < _SWAPPED else damage
            yield run_trial(kind, change(INPUTS[kind].seed(), rng), place)
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    """Run the trials and print how many ended how; exit code 1 when one ended badly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with TemporaryDirectory() as scratch:
        trials = list(run_trials(given.files, given.seed, Path(scratch)))
    print("| kind | read | refused | bad |")
    print("| --- | --- | --- | --- |")
    for kind in (*INPUTS, CURATED):
        counts = Counter(trial.outcome for trial in trials if trial.form == kind)
        print(f"| {kind} | {counts['read']} | {counts['refused']} | {sum(counts[bad] for bad in BAD)} |")
    bad = [trial for trial in trials if trial.outcome in BAD]
    for trial in {re.sub(r"\d+", "", trial.detail[-300:]): trial for trial in bad}.values():
        print(f"{trial.form}: {trial.outcome}\n{trial.detail}", file=sys.stderr)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
