"""Where does work wait? Groups, what is about to break, and what to take next."""

from __future__ import annotations

from typing import Any

import streamlit as st

import charts
import formats
from parts import Card, Page, cards, chart, empty, figure, table

GROUPS = """
WITH flow AS (
    SELECT
        group_name, sum(created) FILTER (WHERE day < %(today)s::date) AS created,
        sum(solved) FILTER (WHERE day < %(today)s::date) AS solved,
        sum(backlog) FILTER (WHERE day = %(today)s::date) AS open
    FROM {schema}.mart_daily_ops
    WHERE day >= %(today)s::date - %(days)s::int AND {where}
    GROUP BY group_name
),

late AS (
    SELECT group_name, sum(past_target) AS past_target, sum(sla_debt_minutes) AS sla_debt_minutes
    FROM {schema}.int_backlog_by_day
    WHERE day = %(today)s::date AND {where}
    GROUP BY group_name
),

clocks AS (
    SELECT group_name, slaops.attainment_rate(sum(met)::bigint, sum(breached)::bigint) AS rate
    FROM {schema}.mart_sla_by_day
    WHERE day >= %(today)s::date - %(days)s::int AND day < %(today)s::date AND metric = 'group_ownership' AND {where}
    GROUP BY group_name
),

pile AS (
    SELECT group_name, rank, cycle_minutes, share, driven_by
    FROM {schema}.bottlenecks
    WHERE level = 'group'
),

named AS (
    SELECT group_name FROM flow
    UNION
    SELECT group_name FROM late
    UNION
    SELECT group_name FROM clocks
)

SELECT
    coalesce(named.group_name, '(none)') AS group_name, pile.rank, flow.open::float8,
    late.past_target::float8, late.sla_debt_minutes::float8,
    flow.created::float8, flow.solved::float8, (clocks.rate).attainment, (clocks.rate).lower,
    (clocks.rate).upper, pile.cycle_minutes, pile.share, pile.driven_by
FROM named
LEFT JOIN flow ON flow.group_name IS NOT DISTINCT FROM named.group_name
LEFT JOIN late ON late.group_name IS NOT DISTINCT FROM named.group_name
LEFT JOIN clocks ON clocks.group_name IS NOT DISTINCT FROM named.group_name
LEFT JOIN pile ON pile.group_name IS NOT DISTINCT FROM named.group_name
ORDER BY pile.rank NULLS LAST, named.group_name
"""

TOTALS = """
WITH flow AS (
    SELECT
        sum(created) FILTER (WHERE day < %(today)s::date)::float8 AS created,
        sum(solved) FILTER (WHERE day < %(today)s::date)::float8 AS solved,
        sum(backlog) FILTER (WHERE day = %(today)s::date)::float8 AS open
    FROM {schema}.mart_daily_ops
    WHERE day >= %(today)s::date - %(days)s::int AND {where}
),

late AS (
    SELECT sum(past_target)::float8 AS past_target, sum(sla_debt_minutes)::float8 AS sla_debt_minutes
    FROM {schema}.int_backlog_by_day
    WHERE day = %(today)s::date AND {where}
)

SELECT
    coalesce(flow.open, 0) AS open, coalesce(late.past_target, 0) AS past_target,
    coalesce(late.sla_debt_minutes, 0) AS sla_debt_minutes,
    coalesce(flow.created, 0) AS created, coalesce(flow.solved, 0) AS solved
FROM flow
CROSS JOIN late
"""

AT_RISK = """
SELECT
    rank, ticket_id, subject, metric, cycle, priority, group_name, assignee, status, due_at,
    remaining_minutes, target_used, breach_probability, is_bound, comparable_clocks, based_on, reason
FROM {schema}.at_risk_tickets
WHERE {where}
ORDER BY rank
"""

NEXT = """
SELECT
    rank, rank_in_group, ticket_id, subject, priority, group_name, assignee, debt_avoided_per_minute,
    expected_debt_minutes, handle_minutes, breached_clocks, next_due_at, skill, reason
FROM {schema}.next_best_ticket
WHERE {where}
ORDER BY rank
"""

MODELS = """
SELECT
    metric, is_used, questions::float8, breached::float8 / nullif(questions, 0) AS share,
    brier_estimate, brier, brier_curve, brier_base,
    array_to_string(fields[1:3], ', ') AS fields, fitted_at
FROM {schema}.risk_model
ORDER BY metric
"""


def show(page: Page) -> None:
    headline(page)
    groups(page)
    at_risk(page)
    next_best(page)
    models(page)


def headline(page: Page) -> None:
    where = page.filters.on(page.filters.everything)
    with figure("", where):
        total = page.database.row(TOTALS, {**where.params, "today": page.today}, where=where.where)
        days = f"In the {page.filters.days} days before today."
        cards(
            [
                Card("Open tickets", formats.count(total["open"]), about="Now."),
                Card("Open and past target", formats.count(total["past_target"]), about="As the day began."),
                Card(
                    "SLA debt", formats.open_time(total["sla_debt_minutes"]),
                    about="Open time past target, summed over open clocks, as the day began.",
                ),
                Card("Tickets solved", formats.count(total["solved"]), about=f"{days} {formats.count(total['created'])} were created."),
            ]
        )  # fmt: skip


def groups(page: Page) -> None:
    where = page.filters.on(page.filters.everything)
    with figure(
        f"Groups by bottleneck score, with the {page.filters.days} days before today",
        where,
        note="Rank, time with the group and share of the score are of all tickets on record. "
        "Past target and SLA debt are as the day began. In time: clocks of group ownership.",
    ):
        rows = page.database.select(GROUPS, {**where.params, "today": page.today}, where=where.where)
        if rows.empty:
            empty("No group of this choice had a ticket in these days.")
            return
        chart(
            charts.columns(
                rows.head(30).assign(shown=[formats.chart_text(n, 24) for n in rows["group_name"].head(30)]),
                "shown",
                [("open", "open", charts.BLUE), ("past_target", "past target", charts.VERMILION)],
            ),
            "Open tickets and those past target by group",
            "groups",
        )
        table(
            rows,
            {
                "rank": ("Rank", formats.count),
                "group_name": ("Group", formats.plain),
                "open": ("Open", formats.count),
                "past_target": ("Past target", formats.count),
                "sla_debt_minutes": ("SLA debt", formats.open_time),
                "created": ("Created", formats.count),
                "solved": ("Solved", formats.count),
                "attainment": ("In time", formats.percent),
                "cycle_minutes": ("Time with it", formats.open_time),
                "share": ("Share of score", formats.percent),
                "driven_by": ("Driven by", formats.plain),
            },
            "groups",
        )


def at_risk(page: Page) -> None:
    where = page.filters.on(("group_name", "priority"), days=False)
    with figure("About to break: running clocks, the likeliest breach first", where):
        rows = page.database.select(AT_RISK, where.params, where=where.where)
        table(
            rows,
            {
                "ticket_id": ("Ticket", formats.plain),
                "breach_probability": ("Will breach", formats.percent),
                "metric": ("Clock", formats.words),
                "priority": ("Priority", formats.plain),
                "group_name": ("Group", formats.plain),
                "assignee": ("With", formats.plain),
                "remaining_minutes": ("Left", formats.open_time),
                "due_at": ("Due", formats.instant),
                "subject": ("Subject", formats.plain),
                "reason": ("Why", formats.plain),
            },
            "at_risk",
            "No clock of this choice runs within its target: all are met, late or paused for good.",
            ticket="ticket_id",
        )


def next_best(page: Page) -> None:
    where = page.filters.on(("group_name", "priority"), days=False)
    with figure("What to take next: most SLA debt avoided by a minute of work", where):
        rows = page.database.select(NEXT, where.params, where=where.where)
        if not rows.empty:
            first = rows.iloc[0]
            st.markdown(
                f"Next: ticket **{formats.escape(first['ticket_id'])}**, {formats.escape(first['subject'])}"
                f" ({formats.escape(first['group_name'])}, {formats.escape(first['priority'])}). "
                f"{formats.escape(first['reason'])}."
            )
        table(
            rows,
            {
                "ticket_id": ("Ticket", formats.plain),
                "rank": ("Rank", formats.count),
                "rank_in_group": ("In its group", formats.count),
                "priority": ("Priority", formats.plain),
                "group_name": ("Group", formats.plain),
                "assignee": ("With", formats.plain),
                "debt_avoided_per_minute": ("Avoids a minute", formats.open_time),
                "handle_minutes": ("Work", formats.open_time),
                "breached_clocks": ("Late clocks", formats.count),
                "next_due_at": ("Next due", formats.instant),
                "subject": ("Subject", formats.plain),
                "reason": ("Why", formats.plain),
            },
            "next_best",
            "No open ticket of this choice waits for the team.",
            ticket="ticket_id",
        )


def three_places(value: Any) -> str:
    return formats.decimal(value, 3)


def models(page: Page) -> None:
    where = page.filters.on((), days=False)
    with figure(
        "How good is the estimate of breaches?",
        where,
        note="Mean squared error on the latest questions of the past, which the model had not seen: 0 is best. "
        "The estimate is by model and curve. Where it is not better than the curves, these are used alone.",
    ):
        rows = page.database.select(MODELS, where.params, where=where.where)
        table(
            rows,
            {
                "metric": ("Clock", formats.words),
                "is_used": ("Model used", formats.yes_no),
                "questions": ("Questions", formats.count),
                "share": ("Breached", formats.percent),
                "brier_estimate": ("Error of the estimate", three_places),
                "brier": ("Of the model", three_places),
                "brier_curve": ("Of the curves", three_places),
                "brier_base": ("Of the mean", three_places),
                "fields": ("Weightiest fields", formats.plain),
                "fitted_at": ("Fitted", formats.instant),
            },
            "models",
            "No model has been fitted yet: refresh does so once a day, for readers who see all tickets.",
        )
