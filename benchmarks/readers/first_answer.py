"""How long a new user waits: from `git clone` over `make serve` to the first answered query, by step.

Give several revisions to compare them in one run: ``first_answer.py v1 HEAD``. Every run is a clone of its
own in a scratch folder; pip's cache is left alone, so run it twice and read the second table.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUERY = "/sparql?query=ASK%7B%7D"
MOST_SECONDS = 1800
PAUSE_SECONDS = 0.05


def free_port() -> int:
    """Return a port of the loopback address that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def wait_for_answer(address: str, serving: subprocess.Popen[bytes]) -> None:
    """Ask until there is an answer; raises RuntimeError when the server ends or MOST_SECONDS are over."""
    end = time.monotonic() + MOST_SECONDS
    while time.monotonic() < end and serving.poll() is None:
        try:
            with urllib.request.urlopen(address + QUERY, timeout=60):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(PAUSE_SECONDS)
    raise RuntimeError("there is no answer")


def measure(revision: str, folder: Path) -> dict[str, float]:
    """Return the seconds of each step for one revision of this repository, and how many packages it takes."""
    clone, home = folder / "clone", folder / "home"
    begin = time.monotonic()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    subprocess.run(["git", "-C", str(clone), "checkout", "--quiet", revision], check=True)
    cloned = time.monotonic()
    subprocess.run(["make", "-s", ".venv/ready"], cwd=clone, check=True)
    installed = time.monotonic()
    port = free_port()
    environment = os.environ | {"KEMBAR_HOME": str(home)}
    command = ["make", "-s", "serve", f"PORT={port}"]
    serving = subprocess.Popen(command, cwd=clone, env=environment, start_new_session=True)
    try:
        wait_for_answer(f"http://127.0.0.1:{port}", serving)
        answered = time.monotonic()
    finally:
        os.killpg(serving.pid, signal.SIGTERM)
        serving.wait()
    packages = list((clone / ".venv").glob("lib/*/site-packages/*.dist-info"))
    return {
        "clone": cloned - begin,
        "install": installed - cloned,
        "build and serve": answered - installed,
        "in all": answered - begin,
        "packages": len(packages),
    }


def main() -> None:
    """Print a row for each revision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revisions", nargs="*", default=["HEAD"])
    head = ""
    for revision in parser.parse_args().revisions:
        with tempfile.TemporaryDirectory() as scratch:
            measured = measure(revision, Path(scratch))
        if not head:
            head = f"| revision | {' | '.join(measured)} |\n| --- |{' ---: |' * len(measured)}"
            print(head)
        print(f"| {revision} | {' | '.join(f'{value:.0f}' for value in measured.values())} |", flush=True)


if __name__ == "__main__":
    main()
