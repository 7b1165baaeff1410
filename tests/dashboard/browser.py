"""Pages of the dashboard in a headless Chromium, and the database behind them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg
from playwright.sync_api import Browser, Page, sync_playwright

REPO = Path(__file__).resolve().parents[2]
PAGES = (
    "executive",
    "sla",
    "queues",
    "bottlenecks",
    "capacity",
    "quality",
    "recommendations",
    "ticket",
    "reconciliation",
    "health",
)
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Milliseconds: what takes longer does not come. A machine with other work to do is slow, and no page is wrong for it.
PATIENCE = 90_000


def rows(database: str, statement: str, params: Any = None, user: str = "postgres") -> list[tuple[Any, ...]]:
    with psycopg.connect(dbname=database, user=user) as connection:
        return connection.execute(statement.encode(), params).fetchall()


def value(database: str, statement: str, params: Any = None, user: str = "postgres") -> Any:
    return rows(database, statement, params, user)[0][0]


class Served:
    """The pages over one database, as one role."""

    def __init__(self, **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = tempfile.NamedTemporaryFile("w+", prefix="slaops-dashboard-")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "start.py", "run", "app.py", "--server.port", str(self.port)],
            cwd=REPO / "dashboard",
            env={**os.environ, "DATABASE_URL": "", "SCHEMA": "support", **environment},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.url = f"http://127.0.0.1:{self.port}/"
        for _ in range(300):
            try:
                with urlopen(f"{self.url}_stcore/health"):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the pages did not start: {self.said()}")

    def said(self) -> str:
        return Path(self.log.name).read_text()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


@contextmanager
def served(**environment: str) -> Iterator[Served]:
    pages = Served(**environment)
    try:
        yield pages
    finally:
        pages.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def settle(page: Page) -> None:
    """Until the page has been drawn and nothing of it runs any more."""
    page.wait_for_selector("[data-testid=stMain] h1", timeout=PATIENCE)
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid=stApp]');
            return app && app.getAttribute('data-test-script-state') !== 'running'
                && app.getAttribute('data-test-connection-state') !== 'CONNECTING'
                && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]');
        }""",
        timeout=PATIENCE,
    )
    page.wait_for_timeout(300)


def visit(page: Page, pages: Served, path: str) -> Page:
    # The first page has no name of its own in an address.
    page.goto(pages.url + path.removeprefix("executive"), timeout=PATIENCE)
    settle(page)
    return page


def text(page: Page) -> str:
    return page.locator("[data-testid=stMain]").inner_text().replace("\u00a0", " ").replace("\u2060", "")


def metrics(page: Page) -> dict[str, str]:
    """The headline figures: title and figure."""
    return {
        card.locator("[data-testid=stMetricLabel]").inner_text().strip(): card.locator(
            "[data-testid=stMetricValue]"
        )
        .inner_text()
        .strip()
        .replace("\u00a0", " ")
        for card in page.locator("[data-testid=stMetric]").all()
    }


def wrong(page: Page) -> list[str]:
    """Exceptions, and figures that were refused."""
    return [
        each.inner_text()
        for each in page.locator("[data-testid=stException], [data-testid=stAlertContentError]").all()
    ]


def csv(page: Page, name: str) -> list[str]:
    """The lines of a download, by the name of its file."""
    with page.expect_download(timeout=PATIENCE) as download:
        page.locator(f".st-key-csv_{name} button").click(timeout=PATIENCE)
    assert download.value.suggested_filename == f"{name}.csv"
    return Path(download.value.path()).read_text().splitlines()


def trace(page: Page, key: str) -> Any:
    """The first trace of a chart as the browser has drawn it."""
    page.wait_for_selector(f".st-key-{key} .js-plotly-plot", timeout=PATIENCE)
    return page.evaluate(
        """key => {
            const drawn = document.querySelector('.st-key-' + key + ' .js-plotly-plot').data[0];
            const plain = v => v && v._inputArray ? Array.from(v._inputArray) : v && v.bdata
                ? null : ArrayBuffer.isView(v) ? Array.from(v) : Array.isArray(v) ? v.map(plain) : v;
            return drawn.type === 'sankey'
                ? {label: plain(drawn.node.label), source: plain(drawn.link.source), target: plain(drawn.link.target),
                   value: plain(drawn.link.value)}
                : {x: plain(drawn.x), y: plain(drawn.y), z: plain(drawn.z), text: plain(drawn.customdata)};
        }""",
        key,
    )
