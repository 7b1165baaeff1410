"""What pages are made of: a head, figures that say what they leave out, tables with their CSV."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

import formats
from data import Database, Problem, Standing
from filters import Condition, Filters, label

Format = Callable[[Any], str]
# Above this many rows a table on a page is no longer read; the CSV has them all.
SHOWN = 250
# A browser that reads the libraries of charts and tables paints nothing meanwhile, and what it has to fetch for the
# headline figures it shows 0.3 s after their placeholders: long enough for that.
PAINT_SECONDS = 0.5
WIDTHS: dict[Format, int] = {
    formats.open_time: 105,
    formats.wall_time: 90,
    formats.instant: 165,
}


@dataclass(frozen=True)
class Page:
    """What every page is given."""

    database: Database
    filters: Filters
    standing: Standing

    @property
    def today(self) -> Any:
        return self.database.row("SELECT max(day) AS today FROM {schema}.mart_daily_totals")["today"]


def head(page: Page) -> None:
    """Of which instant the figures are."""
    standing = page.standing
    if standing.as_of is None:
        return
    told = f"As of **{formats.instant(standing.as_of)}** ({formats.escape(page.database.time_zone)})"
    if standing.state == "live":
        told += " · computed when read"
    else:
        told += f" · figures are {formats.wall_time(standing.age_minutes)} old"
    told += f" · schema {formats.escape(page.database.schema)}"
    st.caption(told)
    if standing.state in ("failed", "abandoned"):
        st.warning(
            f"The last refresh {'failed' if standing.state == 'failed' else 'was abandoned'}: "
            "these are the figures of the one before.",
            icon=":material/warning:",
        )


def tell(problem: Problem) -> None:
    """A problem, in place of what it keeps from being shown."""
    st.error(
        f"**{formats.escape(problem.title)}** {formats.escape(problem.remedy)}",
        icon=":material/error:",
    )


@contextmanager
def figure(title: str = "", *conditions: Condition, note: str = "") -> Iterator[None]:
    """A figure under its title. What it cannot obey of the filter bar is said, and so is a refusal."""
    with st.container(border=False):
        if title:
            st.subheader(title, anchor=False)
        try:
            yield
        except Problem as problem:
            if problem.everywhere:
                raise
            tell(problem)
        left_out(*conditions)
        if note:
            st.caption(note)


def left_out(*conditions: Condition) -> None:
    ignored = list(dict.fromkeys(name for each in conditions for name in each.ignored))
    if ignored:
        st.caption(
            f":material/filter_alt_off: Not filtered by {formats.escape(', '.join(map(label, ignored)))}."
        )


def empty(why: str) -> None:
    st.info(why, icon=":material/info:")


# Charts and tables of this run, which are drawn when all else of the page has been sent.
_waiting: ContextVar[list[Callable[[], None]] | None] = ContextVar("waiting", default=None)


@contextmanager
def headlines_first() -> Iterator[None]:
    """A browser takes longer to read the libraries of charts and tables than for all else of a page."""
    waiting: list[Callable[[], None]] = []
    _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.set(None)
        if waiting and not st.session_state.get("has_drawn"):
            time.sleep(PAINT_SECONDS)
            st.session_state["has_drawn"] = True
        for draw in waiting:
            draw()


def later(draw: Callable[[], object]) -> None:
    """Draws in this place, after the headline figures where a page is being made."""
    waiting = _waiting.get()
    place = st.container()

    def placed() -> None:
        with place:
            draw()

    if waiting is None:
        placed()
    else:
        waiting.append(placed)


def chart(figure: go.Figure, alt: str, key: str) -> None:
    later(
        lambda: st.plotly_chart(
            figure,
            key=key,
            alt=alt,
            config={"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]},
        )
    )


@dataclass(frozen=True)
class Card:
    """A headline figure."""

    title: str
    value: str
    change: str | None = None
    about: str | None = None
    # Whether more is worse, or neither.
    color: Literal["normal", "inverse", "off"] = "normal"


def cards(shown: Sequence[Card]) -> None:
    """Headline figures side by side, four in a row."""
    for start in range(0, len(shown), 4):
        for column, card in zip(st.columns(4), shown[start : start + 4], strict=False):
            column.metric(
                card.title, card.value, card.change, delta_color=card.color, border=True, help=card.about
            )


def table(
    rows: pd.DataFrame,
    shown: Mapping[str, tuple[str, Format]],
    file: str,
    why_empty: str = "There is nothing to show for this choice.",
    ticket: str | None = None,
) -> None:
    """A table of some columns with titles and formats, and the CSV of all rows as the database has them.

    The column `ticket` links to the page of the ticket.
    """
    if rows.empty:
        empty(why_empty)
        return
    part = rows.loc[: SHOWN - 1, list(shown)]
    config: dict[str, Any] = {
        # The browser reckons widths from the values, which are shorter than their text.
        name: st.column_config.Column(title, width=WIDTHS.get(form))
        for name, (title, form) in shown.items()
    }
    if ticket:
        part = part.assign(
            **{ticket: [f"ticket?ticket={quote(str(name), safe='')}" for name in part[ticket]]}
        )
        config[ticket] = st.column_config.LinkColumn(shown[ticket][0], display_text=r"ticket=(.*)$")
    # The styler keeps the values, so that a column is sorted by them and not by their text.
    styled = part.style.format({name: form for name, (_, form) in shown.items() if name != ticket})
    count = "" if len(rows) <= SHOWN else f" (all {formats.count(len(rows))} rows; {SHOWN} are shown)"

    def draw() -> None:
        st.dataframe(
            styled,
            hide_index=True,
            height="content" if len(part) <= 10 else 395,
            placeholder=formats.NONE,
            column_config=config,
            key=f"table_{file}",
        )
        st.download_button(
            f"CSV{count}",
            rows.to_csv(index=False).encode(),
            file_name=f"{file}.csv",
            mime="text/csv",
            key=f"csv_{file}",
            type="tertiary",
            icon=":material/download:",
            on_click="ignore",
        )

    later(draw)
