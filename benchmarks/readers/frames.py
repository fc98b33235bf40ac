"""How many frames a second the network is drawn at while somebody moves it, in a real browser.

``python -m benchmarks.readers.frames HOME``: opens /network of a service that it starts, waits for the
picture, and moves and zooms it for some seconds, with all places by community and on the map. Needs
Chromium and the files from npm; without a graphics card the browser draws in software.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.neighbours.notes import serving
from benchmarks.readers.pages import Reader

ROOT = Path(__file__).parents[2]
WIDTH, HEIGHT = 1360, 900
PATIENCE_MS = 300_000
MOVE = """seconds => new Promise(resolve => {
  const canvas = document.querySelector('.network .canvas');
  const keys = ['ArrowLeft', 'ArrowUp', '+', 'ArrowRight', 'ArrowDown', '-'];
  const frames = [], begin = performance.now();
  let pressed = 0;
  const frame = now => {
    frames.push(now);
    if (now - begin > pressed * 250) {
      canvas.dispatchEvent(new KeyboardEvent('keydown', {key: keys[pressed++ % keys.length], bubbles: true}));
    }
    if (now - begin < 1000 * seconds) requestAnimationFrame(frame);
    else resolve(frames.slice(1).map((time, i) => time - frames[i]));
  };
  requestAnimationFrame(frame);
})"""


def measure(page: Page, layout: str, seconds: float) -> str:
    """Return a row of the table: frames a second in all, and the longest of the fastest 95 % of frames."""
    page.select_option("#n-layout", layout)
    times = sorted(page.evaluate(MOVE, seconds))
    late = times[round(0.95 * (len(times) - 1))]
    return f"| {layout} | {1000 / statistics.mean(times):.0f} | {late:.0f} |"


def main() -> None:
    """Print how long the picture took to come, and a row for each way to place the nodes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, help="a home folder with a release")
    parser.add_argument("--seconds", type=float, default=5.0)
    chosen = parser.parse_args()
    with serving(ROOT, chosen.home.resolve()) as (port, _), sync_playwright() as tool:
        Reader(port).wait_until_prepared()
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"http://127.0.0.1:{port}/network")
        page.wait_for_selector("[data-drawn]")
        began = page.evaluate("performance.now()")
        nodes = page.get_attribute("[data-network]", "data-drawn")
        print(f"{nodes} places, drawn after {began / 1000:.1f} s\n")
        print("| places stand | frames a second | p95 of a frame, ms |\n| --- | ---: | ---: |")
        for layout in ("groups", "map"):
            print(measure(page, layout, chosen.seconds), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
