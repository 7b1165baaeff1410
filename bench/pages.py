"""How soon a page shows its first figures in Chromium: to the first reader since the start (cold), to one who loads it
again (warm), and to one who chooses it in the pages that are open."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "dashboard"))
from browser import PAGES, chromium, served, settle
from playwright.sync_api import Page

FIGURE = ", ".join(
    f"[data-testid=stMain] [data-testid={kind}]" for kind in ("stMetric", "stDataFrame", "stExpander")
)
# When the first figure of this page load was painted, in milliseconds since it began; asked from outside, the browser
# answers when it has nothing else to do.
OBSERVER = f"""
window.painted = null;
new MutationObserver((_, observer) => {{
    if (document.querySelector("{FIGURE}")) {{
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => {{ window.painted = performance.now(); }}));
    }}
}}).observe(document, {{childList: true, subtree: true}});
"""
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


def loaded(page: Page, url: str) -> tuple[float, float]:
    """Seconds until the first figure is painted, and CPU seconds until nothing of the page runs any more."""
    worked = busy()
    page.goto(url, wait_until="commit", timeout=120_000)
    page.wait_for_function("() => window.painted !== null", timeout=120_000)
    settle(page)
    return float(page.evaluate("window.painted")) / 1000, busy() - worked


def chosen(page: Page, name: str) -> float:
    """In the bar at the side of another page."""
    other = PAGES[1] if name == PAGES[0] else PAGES[0]
    for path in (other, name):
        title = "SLA" if path == "sla" else path.capitalize()
        began = time.monotonic()
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
        page.wait_for_selector(f"[data-testid=stMain] h1:has-text('{title}')", timeout=120_000)
        page.wait_for_selector(FIGURE, timeout=120_000)
        took = time.monotonic() - began
        settle(page)
    return took


def main() -> None:
    tickets, ticket = int(sys.argv[1]), sys.argv[2]
    scale = 2 if tickets >= 1_000_000 else 1
    cold_target, warm_target = 3.0 * scale, 1.0 * scale
    with chromium() as browser:
        for name in sys.argv[3:] or PAGES:
            path = name.removeprefix("executive") + (f"?ticket={ticket}" if name == "ticket" else "")
            # Each page by pages of its own: the second page of a process would find filters and libraries read.
            with served(SCHEMA=os.environ["SCHEMA"]) as pages:
                page = browser.new_page(viewport={"width": 1280, "height": 1000})
                page.add_init_script(OBSERVER)
                url = pages.url + path
                cold, cold_cost = loaded(page, url)
                again = [loaded(page, url) for _ in range(3)]
                warm, warm_cost = median(took for took, _ in again), median(cost for _, cost in again)
                # The page of a ticket asks for its number first.
                click = "" if name == "ticket" else f"{chosen(page, name):.2f}"
                page.close()
            verdict = "ok" if cold <= cold_target and warm <= warm_target else "TOO SLOW"
            print(
                f"{tickets:8d}  {name:16s}{cold:8.2f}{cold_cost:8.2f}{cold_target:8.0f}"
                f"{warm:8.2f}{warm_cost:8.2f}{warm_target:8.0f}{click:>9s}  {verdict}",
                flush=True,
            )


main()
