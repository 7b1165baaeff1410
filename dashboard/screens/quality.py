"""What do customers say, and what moves it? Ratings, reopens, escalations, churn, drivers."""

from __future__ import annotations

import streamlit as st

import charts
import formats
from filters import Condition
from parts import Card, Page, cards, chart, empty, figure, table

# The columns of mart_ticket_outcomes.
FIELDS = ("group_name", "priority", "type", "channel", "brand", "region", "tier")

# As customers rate, where there are few different ratings; else in ten spans of equal width.
RATINGS = """
WITH rated AS (
    SELECT csat_score
    FROM {schema}.mart_ticket_outcomes
    WHERE csat_score IS NOT NULL AND csat_score = csat_score AND abs(csat_score) < 'infinity'::float8
        AND solved_at >= (%(today)s::date - %(days)s::int)::timestamp AT TIME ZONE %(time_zone)s
        AND solved_at < %(today)s::date::timestamp AT TIME ZONE %(time_zone)s
        AND {where}
),

bounds AS (
    SELECT
        min(csat_score) AS least, max(csat_score) AS most, count(DISTINCT csat_score) AS different,
        avg(csat_score) AS mean
    FROM rated
)

SELECT
    CASE
        WHEN bounds.different <= 12 THEN rated.csat_score
        ELSE bounds.least
            + least(floor(10 * (rated.csat_score - bounds.least) / (bounds.most - bounds.least)), 9)
            * (bounds.most - bounds.least) / 10
    END AS rating,
    count(*) AS tickets, (sum(count(*)) OVER ())::float8 AS all_tickets,
    count(*) / sum(count(*)) OVER ()::float8 AS share, max(bounds.mean) AS mean,
    bool_or(bounds.different > 12) AS is_span
FROM rated
CROSS JOIN bounds
GROUP BY 1
ORDER BY 1
"""

# Wilson's interval of a share is that of attainment: so many did, so many did not.
RATES = """
WITH sums AS (
    SELECT
        last_group AS group_name, count(*) AS tickets, count(*) FILTER (WHERE reopens > 0) AS reopened,
        count(*) FILTER (WHERE escalations > 0) AS escalated
    FROM {schema}.mart_ticket_outcomes
    WHERE solved_at >= (%(today)s::date - %(days)s::int)::timestamp AT TIME ZONE %(time_zone)s
        AND solved_at < %(today)s::date::timestamp AT TIME ZONE %(time_zone)s
        AND {where}
    GROUP BY last_group
),

rates AS (
    SELECT
        coalesce(group_name, '(none)') AS group_name, tickets, reopened, escalated,
        slaops.attainment_rate(reopened, tickets - reopened) AS of_reopened,
        slaops.attainment_rate(escalated, tickets - escalated) AS of_escalated
    FROM sums
)

SELECT
    group_name, tickets, reopened, (of_reopened).attainment AS reopened_share,
    (of_reopened).lower AS reopened_lower, (of_reopened).upper AS reopened_upper, escalated,
    (of_escalated).attainment AS escalated_share, (of_escalated).lower AS escalated_lower,
    (of_escalated).upper AS escalated_upper
FROM rates
ORDER BY reopened_share DESC NULLS LAST, group_name
"""

TOTALS = """
WITH sums AS (
    SELECT
        count(*) AS tickets, count(*) FILTER (WHERE reopens > 0) AS reopened,
        count(*) FILTER (WHERE escalations > 0) AS escalated,
        avg(csat_score) FILTER (WHERE csat_score = csat_score AND abs(csat_score) < 'infinity'::float8) AS rating,
        count(csat_score) FILTER (WHERE csat_score = csat_score AND abs(csat_score) < 'infinity'::float8) AS rated
    FROM {schema}.mart_ticket_outcomes
    WHERE solved_at >= (%(today)s::date - %(days)s::int)::timestamp AT TIME ZONE %(time_zone)s
        AND solved_at < %(today)s::date::timestamp AT TIME ZONE %(time_zone)s
        AND {where}
)

SELECT
    tickets, rating, rated, (reopened / nullif(tickets, 0)::float8) AS reopened_share,
    (escalated / nullif(tickets, 0)::float8) AS escalated_share
FROM sums
"""

CHURN = """
WITH customers AS (
    SELECT customer, tier, bool_or(churned) AS churned
    FROM {schema}.mart_ticket_outcomes
    WHERE customer IS NOT NULL AND churned IS NOT NULL AND {where}
    GROUP BY customer, tier
),

rates AS (
    SELECT
        coalesce(tier, '(none)') AS tier, count(*) AS customers, count(*) FILTER (WHERE churned) AS left_us,
        slaops.attainment_rate(count(*) FILTER (WHERE churned), count(*) FILTER (WHERE NOT churned)) AS rate
    FROM customers
    GROUP BY tier
)

SELECT tier, customers, left_us, (rate).attainment AS share, (rate).lower, (rate).upper
FROM rates
ORDER BY share DESC NULLS LAST, tier
"""

DRIVERS = """
SELECT
    outcome, concat_ws(': ', driver, value) AS name, driver, value, with_it, without_it, mean_with,
    mean_without, effect, effect_lower, effect_upper, verdict
FROM {schema}.outcome_drivers
WHERE outcome = %(outcome)s
ORDER BY abs(effect) DESC NULLS LAST, driver, value
"""

OUTCOMES = {"csat": "customer rating", "cost": "cost", "churn": "churn"}


def show(page: Page) -> None:
    headline(page)
    left, right = st.columns(2, gap="large")
    with left:
        ratings(page)
    with right:
        churn(page)
    rates(page)
    drivers(page)


def given(page: Page, where: Condition) -> dict[str, object]:
    return {**where.params, "today": page.today, "time_zone": page.database.time_zone}


def headline(page: Page) -> None:
    where = page.filters.on({**{name: name for name in FIELDS}, "group_name": "last_group"})
    with figure("", where):
        total = page.database.row(TOTALS, given(page, where), where=where.where)
        solved = f"Of {formats.count(total['tickets'])} tickets solved in the {page.filters.days} days before today."
        cards(
            [
                Card("Customer rating", formats.two_places(total["rating"]), about=solved),
                Card("Ratings", formats.count(total["rated"]), about=solved),
                Card("Reopened", formats.percent(total["reopened_share"]), about=solved),
                Card("Escalated", formats.percent(total["escalated_share"]), about=solved),
            ]
        )


def ratings(page: Page) -> None:
    where = page.filters.on(FIELDS)
    with figure("Tickets by rating", where):
        rows = page.database.select(RATINGS, given(page, where), where=where.where)
        if rows.empty:
            empty("No ticket of this choice that was solved in these days has a rating (csat_score).")
            return
        names = [
            f"from {formats.decimal(rating)}" if rows["is_span"].iloc[0] else f"{rating:g}"
            for rating in rows["rating"]
        ]
        shown = rows.assign(shown=names)
        chart(
            charts.columns(shown, "shown", [("tickets", "tickets", charts.BLUE)], "tickets"),
            "Tickets by rating", "ratings",
        )  # fmt: skip
        table(
            shown,
            {
                "shown": ("Rating", formats.plain),
                "tickets": ("Tickets", formats.count),
                "share": ("Share", formats.percent),
            },
            "ratings",
        )


def churn(page: Page) -> None:
    where = page.filters.on(FIELDS, days=False)
    with figure("Customers who have left, by tier", where):
        rows = page.database.select(CHURN, where.params, where=where.where)
        if rows.empty:
            empty(
                'The source does not say whether customers have left: a boolean "churned" in the attributes of tickets.'
            )
            return
        drawn = charts.bars(rows, "tier", "share", formats.percent, "lower", "upper", charts.VERMILION)
        drawn.update_xaxes(tickformat=".0%")
        chart(drawn, "Share of customers who have left by tier", "churn")
        table(
            rows,
            {
                "tier": ("Tier", formats.plain),
                "customers": ("Customers", formats.count),
                "left_us": ("Have left", formats.count),
                "share": ("Share", formats.percent),
                "lower": ("95 % from", formats.percent),
                "upper": ("to", formats.percent),
            },
            "churn",
        )


def rates(page: Page) -> None:
    where = page.filters.on({**{name: name for name in FIELDS}, "group_name": "last_group"})
    with figure(
        f"Reopened and escalated, of tickets solved in the {page.filters.days} days before today", where
    ):
        rows = page.database.select(RATES, given(page, where), where=where.where)
        if rows.empty:
            empty("No ticket of this choice was solved in these days.")
            return
        left, right = st.columns([1, 2], gap="medium")
        with left:
            first = rows.head(20)
            drawn = charts.columns(
                first.assign(shown=[formats.chart_text(n, 24) for n in first["group_name"]]), "shown",
                [
                    ("reopened_share", "reopened", charts.ORANGE),
                    ("escalated_share", "escalated", charts.PURPLE),
                ],
            )  # fmt: skip
            drawn.update_traces(hovertemplate="%{y:.1%}")
            drawn.update_yaxes(tickformat=".0%")
            chart(drawn, "Share of tickets reopened and escalated by group", "rates")
        with right:
            table(
                rows,
                {
                    "group_name": ("Group", formats.plain),
                    "tickets": ("Solved", formats.count),
                    "reopened_share": ("Reopened", formats.percent),
                    "reopened_lower": ("95 % from", formats.percent),
                    "reopened_upper": ("to", formats.percent),
                    "escalated_share": ("Escalated", formats.percent),
                    "escalated_lower": ("95 % from", formats.percent),
                    "escalated_upper": ("to", formats.percent),
                },
                "rates",
            )


def drivers(page: Page) -> None:
    where = page.filters.on((), days=False)
    with figure("", where):
        outcome = st.segmented_control(
            "Outcome", list(OUTCOMES), default="csat", required=True, format_func=lambda name: OUTCOMES[name],
            key="outcome", bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        st.subheader(
            f"What goes with {OUTCOMES[outcome or 'csat']}: difference and 95 % interval", anchor=False
        )
        rows = page.database.select(DRIVERS, {"outcome": outcome or "csat"})
        if rows.empty:
            empty(
                "The source does not say it: csat_score, cost, or a boolean churned in the attributes of tickets."
            )
            return
        form = {"csat": formats.two_places, "cost": formats.decimal, "churn": formats.percent}[
            outcome or "csat"
        ]
        sure = rows[rows["effect"].notna()].head(15)
        if not sure.empty:
            chart(
                charts.intervals(sure, "name", "effect", "effect_lower", "effect_upper", form, "difference"),
                "Drivers with their intervals", "drivers",
            )  # fmt: skip
            st.caption(
                "Blue: higher with it. Vermilion: lower with it. Gray: no clear effect. "
                "A difference does not prove a cause."
            )
        table(
            rows,
            {
                "driver": ("Driver", formats.plain),
                "value": ("Value", formats.plain),
                "with_it": ("With it", formats.count),
                "mean_with": ("Mean with", form),
                "mean_without": ("without", form),
                "effect": ("Difference", form),
                "effect_lower": ("95 % from", form),
                "effect_upper": ("to", form),
                "verdict": ("Verdict", formats.plain),
            },
            "drivers",
        )
