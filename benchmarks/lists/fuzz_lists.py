"""Lists that were damaged at random: each is read, or refused in a sentence, and no row is lost in silence.

    python -m benchmarks.lists.fuzz_lists --files 2000 --seed 1

prints how many files ended how. A traceback, or a row that is neither a claim nor an issue, fails.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import sys
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook

from graph.errors import KembarError
from graph.matching.gazetteer.index import Gazetteer
from graph.model.claims import LoadedCollection
from loaders.collection import read_collections

FIELDS = (
    "party_a", "country_a", "latitude_a", "longitude_a", "party_b", "country_b", "date", "until", "kind",
    "domain", "remark",
)  # fmt: skip
_BETWEEN = ",\n"
ROWS = 12
LOST, RAISED = "a row is lost in silence", "a traceback"
BAD = (LOST, RAISED)

_TOML = """
licence = "unknown"
creator = "Fuzz"
compiled = 2026-11-21
title = "Fuzz"
"""
_TABLE = '[source]\nurl = "https://example.org/fuzz"\ntype = "association"\n[table]\nfile = "list.{form}"\n'
_WIKIDATA = '[wikidata]\nfiles = ["list.ttl"]\n'
_TURTLE = Path(__file__).parents[2] / "tests" / "data" / "wikidata" / "twins.ttl"
_SNIPPETS = (
    b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff",
    b"\xc3", b"[", b"]", b"{", b"}", b"<", b">", b"&", b"&amp;", b"&#0;", b"0", b"-",
    b"99999999999999999999", b"1e999", b"NaN", b"NULL", b"=1+1", b"#REF!", b"sep=;\n", b"0000-00-00",
    b"2528", b"1985-1990", b"ca. ", b"@prefix ", b'"""', b"\\u0000", b"\\ud800", b"Q0", b"\xe2\x80\xa8",
    b"\xe2\x80\x8b", b"null", b"true", b"[[[[[[[[[[",
)  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """One damaged file and how reading it ended."""

    form: str
    outcome: str
    detail: str = ""


def make_rows() -> list[list[str]]:
    """Return rows whose towns have names of their own, so that each can be looked for."""
    return [
        [
            f"Alphatown{n:02}", "Germany", f"{48 + n / 7:.4f}", f"{9 + n / 7:.4f}", f"Betaville{n:02}",
            "France",
            ("1985", "1985-06-15", "15 June 1985", "ca. 1985")[n % 4], "" if n % 3 else "2001",
            "sister-city", "trade; culture", "a remark, with a comma" if n % 5 == 0 else "",
        ]
        for n in range(ROWS)
    ]  # fmt: skip


def _delimited(delimiter: str) -> bytes:
    lines = [FIELDS, *make_rows()]
    quoted = ([f'"{cell}"' if delimiter in cell or "," in cell else cell for cell in line] for line in lines)
    return "\n".join(delimiter.join(line) for line in quoted).encode()


def _workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    for line in (FIELDS, *make_rows()):
        book.active.append(list(line))
    book.save(out)
    return out.getvalue()


def _objects() -> list[str]:
    return [json.dumps(dict(zip(FIELDS, row, strict=True))) for row in make_rows()]


SEEDS: dict[str, Callable[[], bytes]] = {
    "csv": lambda: _delimited(","),
    "tsv": lambda: _delimited("\t"),
    "xlsx": _workbook,
    "json": lambda: f"[{_BETWEEN.join(_objects())}]".encode(),
    "ndjson": lambda: "\n".join(_objects()).encode(),
    "ttl": _TURTLE.read_bytes,
}
"""A sound file of each format."""


def damage(data: bytes, rng: random.Random) -> bytes:
    """Return data with one to four changes: bits flipped, bytes cut out, put in, doubled, or cut off."""
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 1, 2, 8, 64, 512)))
        match rng.randrange(6):
            case 0:
                data = data[:at] + bytes(byte ^ (1 << rng.randrange(8)) for byte in data[at:end]) + data[end:]
            case 1:
                data = data[:at] + data[end:]
            case 2 | 3:
                data = data[:at] + rng.choice(_SNIPPETS) * rng.choice((1, 1, 1, 2, 9)) + data[at:]
            case 4:
                data = data[:end] + data[at:end] + data[end:]
            case _:
                data = data[: max(at, len(data) // 2)]
    return data


def damage_parts(data: bytes, rng: random.Random) -> bytes:
    """Return a workbook one part of which is damaged, in an archive that is whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(out, "w") as archive:
        chosen = rng.choice([name for name in parts.namelist() if name.endswith(".xml")])
        for name in parts.namelist():
            body = parts.read(name)
            archive.writestr(name, damage(body, rng) if name == chosen else body)
    return out.getvalue()


def run_trial(form: str, data: bytes, folder: Path) -> Trial:
    """Read one file as a collection of its own and return how it ended."""
    folder.mkdir()
    section = _WIKIDATA if form == "ttl" else _TABLE.format(form=form)
    (folder / "collection.toml").write_text(_TOML + section, encoding="utf-8")
    (folder / f"list.{form}").write_bytes(data)
    try:
        (collection,) = read_collections([folder], gazetteer=Gazetteer.empty()).collections
    except KembarError as exc:
        return Trial(form, f"refused: {_kind(exc)}", str(exc))
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        return Trial(form, RAISED, traceback.format_exc())
    if missing := find_lost(collection, form, data):
        return Trial(form, LOST, "; ".join(missing))
    return Trial(form, "read, with issues" if collection.issues else "read whole")


def _kind(exc: KembarError) -> str:
    what = re.sub(r"^fuzz-\d+/list\.\w+: ", "", str(getattr(exc, "what", exc)))
    return re.sub(r"'[^']*'|\"[^\"]*\"|\(.*|\d+|: .*", "…", what).strip()[:60]


def find_lost(collection: LoadedCollection, form: str, data: bytes) -> list[str]:
    """Return what is lost: rows that the tally does not have, and sound lines that nothing speaks of."""
    claims, issues = collection.claims, collection.issues
    rows = {claim.id.removesuffix("-end").removesuffix("-as-of").partition("/")[2] for claim in claims}
    without = sum(issue.kind != "unsound-date" for issue in issues)
    counted, found = sum(collection.tally.values()), len(rows) + without
    missing = [f"{counted} rows, {found} are claims or issues"] if counted != found else []
    if form not in {"csv", "tsv", "ndjson"}:
        return missing
    said = " ".join(
        [*(f"{' '.join(one.stated_parties)} {one.remark} {one.stated_domains}" for one in claims)]
        + [one.reason for one in issues]
    )
    starts = sorted({int(row[1:]) for row in rows if row[1:].isdigit()} | {one.line for one in issues})
    for line, town in _sound_lines(data, form):
        begun = max((start for start in starts if start <= line), default=0)
        if town not in said and begun not in {one.line for one in issues}:
            missing.append(f"line {line}: {town}")
    return missing


def _sound_lines(data: bytes, form: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are as they were, with the town that each begins with."""
    whole = set(SEEDS[form]().decode().split("\n")[1 if form != "ndjson" else 0 :])
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), start=1):
        if line in whole:
            yield number, re.findall(r"Alphatown\d\d", line)[0]


def run_trials(count: int, seed: int, folder: Path) -> Iterator[Trial]:
    """Yield the trials of as many files, the formats in turn; the same seed damages them in the same way."""
    rng = random.Random(seed)
    for number, form in zip(range(count), _turns(), strict=False):
        data = SEEDS[form]()
        change = damage_parts if form == "xlsx" and rng.random() < 0.7 else damage
        yield run_trial(form, change(data, rng), folder / f"fuzz-{number}")


def _turns() -> Iterator[str]:
    while True:
        yield from SEEDS


def main() -> None:
    """Run the trials and print how many ended how; exit code 1 when one ended badly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with TemporaryDirectory() as scratch:
        trials = list(run_trials(given.files, given.seed, Path(scratch)))
    for form in SEEDS:
        counts = Counter(trial.outcome for trial in trials if trial.form == form)
        print(f"{form}: {sum(counts.values())} files")
        for outcome, count in counts.most_common():
            print(f"  {count:5}  {outcome}")
    bad = [trial for trial in trials if trial.outcome in BAD]
    for trial in bad[:10]:
        print(f"{trial.form}: {trial.outcome}\n{trial.detail}", file=sys.stderr)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
