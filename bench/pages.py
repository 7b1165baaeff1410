"""How soon a page shows its first figures in Chromium: the first reader since the start, and one who comes again."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "dashboard"))
from browser import PAGES, chromium, served, settle
from playwright.sync_api import BrowserContext

FIGURE = ", ".join(
    f"[data-testid=stMain] [data-testid={kind}]" for kind in ("stMetric", "stDataFrame", "stExpander")
)
TICKS = os.sysconf("SC_CLK_TCK")


def busy() -> float:
    """CPU seconds of the pages and the browser, which are children of this process."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        number = int(entry.parent.name)
        parents[number] = int(fields[1])
        ticks[number] = int(fields[11]) + int(fields[12])
    total = 0
    for number in ticks:
        ancestor = parents[number]
        while ancestor > 1 and ancestor != os.getpid():
            ancestor = parents.get(ancestor, 0)
        if ancestor == os.getpid():
            total += ticks[number]
    return total / TICKS


def first_figure(context: BrowserContext, url: str) -> tuple[float, float]:
    page = context.new_page()
    began, worked = time.monotonic(), busy()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(FIGURE, timeout=120_000)
    took, cost = time.monotonic() - began, busy() - worked
    settle(page)
    page.close()
    return took, cost


def main() -> None:
    tickets, ticket = int(sys.argv[1]), sys.argv[2]
    scale = 2 if tickets >= 1_000_000 else 1
    cold_target, warm_target = 3.0 * scale, 1.0 * scale
    with chromium() as browser:
        for name in PAGES:
            path = name.removeprefix("executive") + (f"?ticket={ticket}" if name == "ticket" else "")
            # Each page by pages of its own: the second page of a process would find filters and libraries read.
            with served() as pages:
                context = browser.new_context(viewport={"width": 1280, "height": 1000})
                cold, cold_cost = first_figure(context, pages.url + path)
                again = [first_figure(context, pages.url + path) for _ in range(3)]
                warm, warm_cost = median(took for took, _ in again), median(cost for _, cost in again)
                context.close()
            verdict = "ok" if cold <= cold_target and warm <= warm_target else "TOO SLOW"
            print(
                f"{tickets:8d}  {name:16s}{cold:8.2f}{cold_cost:9.2f}{warm:8.2f}{warm_cost:9.2f}"
                f"{cold_target:9.0f}{warm_target:7.0f}  {verdict}",
                flush=True,
            )


main()
