"""The pages of slaops: streamlit run app.py, with a database from the environment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

import filters
import formats
import parts
from data import Database, Problem, standing
from screens import (
    bottlenecks,
    capacity,
    executive,
    health,
    quality,
    queues,
    recommendations,
    reconciliation,
    sla,
    ticket,
)

SCREENS: tuple[tuple[str, str, str, Callable[[parts.Page], None]], ...] = (
    ("Executive", "executive", ":material/monitoring:", executive.show),
    ("SLA", "sla", ":material/timer:", sla.show),
    ("Queues", "queues", ":material/inbox:", queues.show),
    ("Bottlenecks", "bottlenecks", ":material/route:", bottlenecks.show),
    ("Capacity", "capacity", ":material/groups:", capacity.show),
    ("Quality", "quality", ":material/star:", quality.show),
    ("Recommendations", "recommendations", ":material/checklist:", recommendations.show),
    ("Ticket", "ticket", ":material/confirmation_number:", ticket.show),
    ("Reconciliation", "reconciliation", ":material/compare_arrows:", reconciliation.show),
    ("Health", "health", ":material/health_and_safety:", health.show),
)

ICON = str(Path(__file__).with_name("icon.png"))

# A page is no wider than the sheet that it is printed on, as charts and tables keep their width of the screen. What is
# printed is the page without what only a screen can use. On a telephone two headline figures stand side by side.
STYLE = """<style>
.block-container { padding-top: 3.2rem; max-width: 1220px; margin-left: 0; }
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; }
@media (max-width: 640px) {
  [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"] [data-testid="stMetric"]) { gap: 0.6rem; }
  [data-testid="stHorizontalBlock"] > [data-testid="stColumn"]:has([data-testid="stMetric"]) { min-width: 45% !important; flex: 1 1 45% !important; }
  [data-testid="stMetricValue"] { font-size: 1.4rem; }
}
@page { size: 1300px 1838px; margin: 40px; }
@media print {
  header, [data-testid="stSidebar"], [data-testid="stToolbar"], [data-testid="stDownloadButton"],
  [data-testid="stElementToolbar"], .modebar-container { display: none !important; }
  .block-container { padding: 0 !important; max-width: 100% !important; }
  [data-testid="stPlotlyChart"], [data-testid="stDataFrame"], [data-testid="stMetric"], [data-testid="stHorizontalBlock"] { break-inside: avoid; }
  [data-testid="stHorizontalBlock"] { flex-wrap: nowrap !important; }
  [data-testid="stElementContainer"]:has(h3) { break-after: avoid; }
  .stApp, .stMain, [data-testid="stAppViewContainer"] { position: static !important; overflow: visible !important; height: auto !important; }
}
</style>"""


def draw(title: str, show: Callable[[parts.Page], None]) -> None:
    """One page: its head, the filter bar, its figures, or why there are none."""
    st.title(title, anchor=False)
    try:
        database, stands = standing(Database.from_environment())
        page = parts.Page(database, filters.Filters(), stands)
        parts.head(page)
        if stands.as_of is None:
            parts.empty(
                "No figures are stored yet. The owner of the views computes them with "
                f"CALL slaops.refresh('{formats.escape(database.schema)}')."
            )
            return
        chosen = filters.bar(database)
        with parts.headlines_first():
            show(parts.Page(database, chosen, stands))
    except Problem as problem:
        parts.tell(problem)


def main() -> None:
    # A picture of our own: the icon of a page by name is fetched from elsewhere by the browser.
    st.set_page_config(page_title="slaops", page_icon=ICON, layout="wide", initial_sidebar_state=210)
    st.html(STYLE)
    pages = []
    for number, (title, path, icon, show) in enumerate(SCREENS):

        def run(title: str = title, show: Callable[[parts.Page], None] = show) -> None:
            draw(title, show)

        pages.append(st.Page(run, title=title, url_path=path, icon=icon, default=number == 0))
    st.navigation(pages).run()


main()
