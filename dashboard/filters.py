"""The filter bar: days, group, priority and the dimensions of the views, kept in the URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from psycopg import sql

from data import Database, Problem

DAYS = (7, 14, 28, 56, 91, 182, 365)
DEFAULT_DAYS = 28
NONE = "(none)"
LABELS = {
    "days": "days",
    "group_name": "group",
    "priority": "priority",
    "organization_id": "organization",
}
# What views by day have besides dimensions.
NO_DIMENSIONS = (
    "day",
    "metric",
    "priority",
    "group_name",
    "is_complete",
    "met",
    "breached",
    "attainment",
    "attainment_lower",
    "attainment_upper",
)


def label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " "))


@dataclass(frozen=True)
class Condition:
    """A condition of SQL, and what the reader chose that it leaves out."""

    where: sql.Composable
    params: dict[str, Any]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Filters:
    """What the reader chose. No choice means all."""

    days: int = DEFAULT_DAYS
    picks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(name for name, values in self.picks.items() if values)

    def one(self, name: str) -> str | None:
        """The only value chosen."""
        values = self.picks.get(name, ())
        return values[0] if len(values) == 1 else None

    def on(
        self,
        columns: Mapping[str, str] | Iterable[str],
        also: str = "",
        days: bool = True,
    ) -> Condition:
        """The condition on a relation that has these columns, by the filter that they obey."""
        named = dict(columns) if isinstance(columns, Mapping) else {name: name for name in columns}
        parts: list[sql.Composable] = [sql.SQL("true")]
        params: dict[str, Any] = {"days": self.days}
        for name in self.chosen:
            if name in named:
                key = f"pick_{len(params)}"
                # Several columns of one meaning never differ, so any name of the relation will do.
                column = sql.SQL(".").join(
                    sql.Identifier(part) for part in ([also] if also else []) + [named[name]]
                )
                parts.append(
                    sql.SQL("coalesce({}::text, {}) = ANY ({})").format(
                        column, sql.Literal(NONE), sql.Placeholder(key)
                    )
                )
                params[key] = list(self.picks[name])
        ignored = [name for name in self.chosen if name not in named]
        if not days and self.days != DEFAULT_DAYS:
            ignored.insert(0, "days")
        return Condition(sql.SQL(" AND ").join(parts), params, tuple(ignored))

    @property
    def level(self) -> str:
        """The level of views by level that has what is chosen, and no more."""
        parts = [name for name in ("priority", "group_name") if self.picks.get(name)]
        return " and ".join(label(name) for name in parts) or "all"

    @property
    def everything(self) -> tuple[str, ...]:
        """The columns of views by day."""
        return ("group_name", "priority", *self.dimensions)


def dimensions(database: Database) -> tuple[str, ...]:
    """The dimensions that the views by day have."""
    rows = database.select(
        """
        SELECT attname::text AS name
        FROM pg_catalog.pg_attribute
        WHERE attrelid = to_regclass(format('%%I.mart_sla_by_day', %(schema)s::text))
            AND attnum > 0 AND NOT attisdropped AND attname <> ALL (%(others)s)
        ORDER BY attnum
        """,
        {"others": list(NO_DIMENSIONS)},
    )
    return tuple(rows["name"])


def values(database: Database, more: Iterable[str]) -> dict[str, list[str]]:
    """What can be chosen."""
    names = ("group_name", "priority", *more)
    rows = database.select(
        """
        WITH of_tickets AS (
            SELECT DISTINCT {columns} FROM {schema}.int_tickets_by_day
        ),

        of_clocks AS (
            SELECT DISTINCT group_name, priority
            FROM {schema}.sla_overview
            WHERE level = 'priority and group'
        )

        SELECT choice.name, coalesce(choice.value, %(none)s) AS value
        FROM of_tickets CROSS JOIN LATERAL (VALUES {pairs}) AS choice (name, value)
        UNION
        SELECT choice.name, coalesce(choice.value, %(none)s)
        FROM of_clocks
        CROSS JOIN LATERAL (VALUES ('group_name', group_name), ('priority', priority)) AS choice (name, value)
        ORDER BY name, value
        """,
        {"none": NONE},
        columns=sql.SQL(", ").join(map(sql.Identifier, names)),
        pairs=sql.SQL(", ").join(
            sql.SQL("({}, {}::text)").format(sql.Literal(name), sql.Identifier(name)) for name in names
        ),
    )
    return {name: list(rows["value"][rows["name"] == name]) for name in names}


def bar(database: Database) -> Filters:
    """Draws the bar. The widgets are bound to the URL, so that a view can be sent to a colleague."""
    try:
        more = dimensions(database)
        options = values(database, more)
    except Problem as error:
        if error.everywhere:
            raise
        more, options = (), {}
    picks: dict[str, tuple[str, ...]] = {}
    with st.container(key="filter-bar"):
        columns = st.columns([1, 2, 2, 1] if more else [1, 2, 2], vertical_alignment="bottom")
        with columns[0]:
            days = st.selectbox(
                "Days until today",
                DAYS,
                index=DAYS.index(DEFAULT_DAYS),
                key="days",
                bind="query-params",
            )
        for place, name, title in ((1, "group_name", "Group"), (2, "priority", "Priority")):
            with columns[place]:
                chosen = st.multiselect(
                    title,
                    options.get(name, []),
                    key="group" if name == "group_name" else name,
                    placeholder="all",
                    bind="query-params",
                )
                picks[name] = tuple(chosen)
        if more:
            with columns[3], st.popover("More filters", width="stretch"):
                for name in more:
                    chosen = st.multiselect(
                        label(name).capitalize(),
                        options.get(name, []),
                        key=f"by_{name}",
                        placeholder="all",
                        bind="query-params",
                    )
                    picks[name] = tuple(chosen)
    return Filters(int(days or DEFAULT_DAYS), picks, more)
