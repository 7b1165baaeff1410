"""What the pages show: the figures of SQL, in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import time
import unittest
from csv import DictReader
from pathlib import Path
from typing import ClassVar, Literal
from urllib.parse import quote

import psycopg
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from browser import (
    PAGES,
    PATIENCE,
    REPO,
    Served,
    chromium,
    csv,
    metrics,
    rows,
    served,
    settle,
    text,
    trace,
    value,
    visit,
    wrong,
)

SHOTS = os.environ.get("SCREENSHOTS", "")
BEGAN = "timestamptz '2025-12-08 00:00Z'"
TODAY = "timestamptz '2026-01-05 00:00Z'"


def hours(minutes: float) -> str:
    whole = round(minutes)
    return f"{whole // 60} h {whole % 60} min" if whole >= 60 else f"{whole} min"


class InBrowser(unittest.TestCase):
    """Pages over one database in one browser."""

    environment: ClassVar[dict[str, str]] = {}
    pages: ClassVar[Served]
    browser: ClassVar[Browser]
    # By their look and whether they draw charts. The library of charts takes a browser longer than all else of a page.
    contexts: ClassVar[dict[tuple[str, bool], BrowserContext]]

    @classmethod
    def setUpClass(cls) -> None:
        cls.browser = cls.enterClassContext(chromium())
        cls.pages = cls.enterClassContext(served(**cls.environment))
        cls.contexts = {}

    def open(self, path: str, look: Literal["light", "dark"] = "light", charts: bool = False) -> Page:
        if (look, charts) not in self.contexts:
            context = self.browser.new_context(color_scheme=look)
            context.set_default_timeout(PATIENCE)
            if not charts:
                nothing = "export default function PlotlyChart() { return null }"
                context.route(
                    "**/PlotlyChart.*.js",
                    lambda route: route.fulfill(content_type="text/javascript", body=nothing),
                )
            self.contexts[look, charts] = context
        page = self.contexts[look, charts].new_page()
        page.set_viewport_size({"width": 1280, "height": 1000})
        self.addCleanup(page.close)
        self.outside: list[str] = []
        page.on(
            "request",
            lambda request: (
                self.outside.append(request.url)
                if not request.url.startswith(
                    (self.pages.url, self.pages.url.replace("http", "ws"), "data:", "blob:")
                )
                else None
            ),
        )
        return visit(page, self.pages, path)


class SampleTeam(InBrowser):
    environment: ClassVar[dict[str, str]] = {"PGDATABASE": "sample", "PGUSER": "dashboard"}

    def test_every_page_is_drawn_without_an_exception_and_asks_nobody_else(self) -> None:
        for name in PAGES:
            with self.subTest(name):
                page = self.open(f"{name}?ticket=20022" if name == "ticket" else name, charts=True)
                self.assertEqual(wrong(page), [])
                self.assertIn("As of Mon 5 Jan 2026, 08:00 (UTC)", text(page))
                self.assertRegex(text(page), r"figures are \d[\d,]* d old")
                self.assertEqual(self.outside, [])

    def test_headline_figures_are_those_of_the_views(self) -> None:
        kpi = {
            (figure, metric): number
            for figure, metric, number in rows(
                "sample", "SELECT figure, metric, value FROM support.kpi WHERE level = 'all'"
            )
        }
        shown = metrics(self.open("executive"))
        self.assertEqual(shown["Tickets created"], f"{kpi['created', None]:,.0f}")
        self.assertEqual(
            shown["Resolution in time"], f"{kpi['attainment', 'resolution']:.1%}".replace("%", " %")
        )
        self.assertEqual(
            shown["First response in time"], f"{kpi['attainment', 'first_response']:.1%}".replace("%", " %")
        )
        self.assertEqual(shown["Median time to solve"], hours(kpi["median_cycle_minutes", None]))
        self.assertEqual(shown["Open tickets"], f"{kpi['backlog', None]:,.0f}")
        self.assertEqual(shown["Customer rating"], f"{kpi['csat', None]:.2f}")
        self.assertEqual(shown["Cost"], f"{kpi['cost', None]:,.0f}")
        shown = metrics(self.open("sla"))
        for metric in ("resolution", "first_response"):
            self.assertEqual(
                shown[metric.capitalize().replace("_", " ")],
                f"{kpi['attainment', metric]:.1%}".replace("%", " %"),
            )
        shown = metrics(self.open("queues"))
        self.assertEqual(shown["Open tickets"], f"{kpi['backlog', None]:,.0f}")
        late, debt = rows(
            "sample",
            "SELECT past_target, sla_debt_minutes FROM support.backlog_burndown WHERE day = '2026-01-04'",
        )[0]
        self.assertEqual(shown["Open and past target"], f"{late:,}")
        self.assertEqual(shown["SLA debt"], f"{debt / 60:,.0f} h")
        solved = rows(
            "sample",
            f"""SELECT count(*), count(*) FILTER (WHERE reopens > 0), count(*) FILTER (WHERE escalations > 0), count(csat_score)
            FROM support.int_ticket_lifecycle WHERE solved_at >= {BEGAN} AND solved_at < {TODAY}""",
        )[0]
        times = value(
            "sample",
            "SELECT sum(solved) FROM support.mart_daily_totals WHERE day BETWEEN '2025-12-08' AND '2026-01-04'",
        )
        self.assertEqual(shown["Tickets solved"], f"{times:,}")
        shown = metrics(self.open("quality"))
        self.assertEqual(shown["Customer rating"], f"{kpi['csat', None]:.2f}")
        self.assertEqual(shown["Reopened"], f"{solved[1] / solved[0]:.1%}".replace("%", " %"))
        self.assertEqual(shown["Escalated"], f"{solved[2] / solved[0]:.1%}".replace("%", " %"))
        self.assertEqual(shown["Ratings"], f"{solved[3]:,}")
        shown = metrics(self.open("bottlenecks"))
        for group, share in rows(
            "sample", "SELECT group_name, share FROM support.bottlenecks WHERE level = 'group'"
        ):
            self.assertEqual(shown[group], f"{share:.1%}".replace("%", " %"))
        shown = metrics(self.open("capacity"))
        expected, error = rows(
            "sample",
            "SELECT expected, mae FROM support.volume_forecast WHERE level = 'all' AND day = '2026-01-05'",
        )[0]
        self.assertEqual(shown["Expected on 5 Jan 2026"], f"{expected:.1f}")
        self.assertEqual(shown["Mean error of the forecast"], f"{error:.1f} a day")
        came = value("sample", "SELECT count(*) FROM demo.tickets WHERE created_at::date = '2026-01-04'")
        self.assertEqual(shown["Came on 4 Jan 2026"], f"{came:,}")
        shown = metrics(self.open("health"))
        self.assertEqual(shown["Last refresh"], value("sample", "SELECT state FROM support.refresh_status"))
        self.assertRegex(shown["Age of the figures"], r"\d+ d")

    def test_reconciliation_is_that_of_the_function_and_names_the_switch(self) -> None:
        page = self.open("reconciliation")
        total, agreeing = rows(
            "sample",
            "SELECT count(*), count(*) FILTER (WHERE agrees) FROM slaops.reconciliation('support')",
        )[0]
        self.assertEqual(metrics(page)["Clocks compared"], f"{total:,}")
        self.assertEqual(metrics(page)["They agree"], f"{agreeing:,}")
        self.assertEqual(metrics(page)["Share"], f"{agreeing / total:.1%}".replace("%", " %"))
        found = [dict(line) for line in DictReader(csv(page, "reconciliation"))]
        self.assertEqual(
            [(line["ticket_id"], line["cause"]) for line in found],
            rows(
                "sample",
                """SELECT ticket_id, cause FROM slaops.reconciliation('support')
                WHERE NOT agrees ORDER BY cause, metric, ticket_id, cycle""",
            ),
        )
        # A reopened ticket needs two changes at once, or another one.
        self.assertLessEqual({"calendar", "unexplained"}, {line["cause"] for line in found})
        summary = [dict(line) for line in DictReader(csv(page, "reconciliation_summary"))]
        self.assertEqual(sum(int(line["clocks"]) for line in summary), total)
        [around] = [line for line in summary if line["switch"] == "calendar: 24/7 @ UTC"]
        self.assertEqual(around["cause"], "calendar")
        # Another tolerance, by the address.
        page = self.open("reconciliation?tolerance=1+hour")
        self.assertEqual(wrong(page), [])

    def test_filters_change_the_figures_to_those_of_the_tickets_themselves(self) -> None:
        for path, condition in (
            ("executive?group=Tier+2", "group_name = 'Tier 2'"),
            ("executive?priority=urgent&priority=low", "priority IN ('urgent', 'low')"),
            ("executive?by_region=APAC&by_tier=enterprise", "region = 'APAC' AND tier = 'enterprise'"),
        ):
            with self.subTest(path):
                shown = metrics(self.open(path))
                created = value(
                    "sample",
                    f"SELECT count(*) FROM demo.tickets WHERE created_at >= {BEGAN} AND created_at < {TODAY} AND {condition}",
                )
                backlog = value(
                    "sample",
                    f"SELECT count(*) FROM demo.tickets WHERE status NOT IN ('solved', 'closed') AND {condition}",
                )
                self.assertEqual(shown["Tickets created"], f"{created:,}")
                self.assertEqual(shown["Open tickets"], f"{backlog:,}")

    def test_days_of_the_filter_bar_hold_for_what_is_of_days(self) -> None:
        shown = metrics(self.open("executive?days=7"))
        created = value(
            "sample",
            f"SELECT count(*) FROM demo.tickets WHERE created_at >= {TODAY} - interval '7 days' AND created_at < {TODAY}",
        )
        met, breached = rows(
            "sample",
            f"""SELECT count(*) FILTER (WHERE status = 'met'), count(*) FILTER (WHERE status = 'breached')
            FROM support.fct_sla_attainment
            WHERE metric = 'resolution' AND decided_at >= {TODAY} - interval '7 days' AND decided_at < {TODAY}""",
        )[0]
        self.assertEqual(shown["Tickets created"], f"{created:,}")
        self.assertEqual(shown["Resolution in time"], f"{met / (met + breached):.1%}".replace("%", " %"))

    def test_what_does_not_obey_the_filter_bar_says_so(self) -> None:
        whole = text(self.open("executive"))
        self.assertNotIn("Not filtered by", whole)
        page = self.open("executive?group=Tier+2&by_region=APAC")
        self.assertIn("Not filtered by group, region.", text(page))  # when the backlog is under control
        self.assertIn("Not filtered by region.", text(page))  # the forecast, which has groups
        # The backlog of all is the same as without a filter.
        control = "[data-testid=stCaptionContainer]:has-text('1000 futures')"
        self.assertEqual(
            page.locator(control).inner_text(), self.open("executive").locator(control).inner_text()
        )
        self.assertIn("Not filtered by days, group.", text(self.open("health?days=7&group=Tier+2")))

    def test_a_choice_goes_into_the_address_and_the_address_opens_the_same_page(self) -> None:
        page = self.open("executive")
        page.locator(".st-key-group input").click()
        page.get_by_role("option", name="Engineering").click()
        page.keyboard.press("Escape")
        page.wait_for_function("() => location.search.includes('group=Engineering')")
        settle(page)
        chosen = metrics(page)
        self.assertNotEqual(chosen, metrics(self.open("executive")))
        self.assertEqual(metrics(self.open(page.url.removeprefix(self.pages.url))), chosen)
        # The next page keeps it.
        page.get_by_role("link", name="SLA").click()
        page.wait_for_function("() => location.pathname.endsWith('/sla')")
        settle(page)
        self.assertIn("group=Engineering", page.url)

    def test_csv_has_the_rows_of_the_view(self) -> None:
        for path, file, statement in (
            (
                "queues?group=Tier+2&priority=high",
                "at_risk",
                "SELECT ticket_id, metric, cycle, breach_probability FROM support.at_risk_tickets WHERE group_name = 'Tier 2' AND priority = 'high' ORDER BY rank",
            ),
            (
                "queues",
                "next_best",
                "SELECT ticket_id, subject, reason FROM support.next_best_ticket ORDER BY rank",
            ),
            (
                "bottlenecks",
                "bottlenecks",
                "SELECT group_name, score, volume FROM support.bottlenecks WHERE level = 'group' ORDER BY rank",
            ),
            (
                "bottlenecks",
                "handoffs",
                "SELECT from_group, to_group, handoffs, share FROM support.group_handoffs WHERE level = 'all' ORDER BY handoffs DESC, from_group, to_group",
            ),
            (
                "sla",
                "burndown",
                "SELECT day, arrivals, completions, wip, past_target FROM support.backlog_burndown ORDER BY day DESC",
            ),
            (
                "capacity",
                "volume_forecast",
                "SELECT day, expected, lower_80, upper_95 FROM support.volume_forecast WHERE level = 'all' ORDER BY day",
            ),
            (
                "capacity?group=Tier+1",
                "capacity_gap",
                "SELECT group_name, fte, fte_to_hold FROM support.capacity_gap WHERE group_name = 'Tier 1'",
            ),
            (
                "capacity?group=Tier+1",
                "staffing",
                "SELECT day, expected, hours_needed, hours_planned FROM (SELECT day, sum(need.expected) AS expected, "
                "sum(need.people) / 2 AS hours_needed, sum(gap.people_planned) / 2 AS hours_planned "
                "FROM support.staffing_needs AS need JOIN support.staffing_gaps AS gap USING (group_name, from_at, day) "
                "WHERE group_name = 'Tier 1' AND from_at < (SELECT min(from_at) + interval '168 hours' "
                "FROM support.staffing_needs) GROUP BY day) AS week ORDER BY day",
            ),
            (
                "quality",
                "drivers",
                "SELECT driver, value, effect FROM support.outcome_drivers WHERE outcome = 'csat' ORDER BY abs(effect) DESC NULLS LAST, driver, value",
            ),
            (
                "recommendations",
                "recommendations",
                "SELECT rank, action, evidence, query FROM support.recommendations ORDER BY rank",
            ),
        ):
            with self.subTest(file):
                found = [dict(line) for line in DictReader(csv(self.open(path), file))]
                view = rows("sample", statement)
                self.assertGreater(len(view), 0)
                columns = statement.removeprefix("SELECT ").split(" FROM ")[0].split(", ")
                self.assertEqual(len(found), len(view))
                for line, row in zip(found, view, strict=True):
                    for name, expected in zip(columns, row, strict=True):
                        if isinstance(expected, float):
                            self.assertAlmostEqual(float(line[name]), expected, places=6)
                        else:
                            self.assertEqual(line[name], "" if expected is None else str(expected))

    def test_the_filter_bar_has_the_dimensions_of_the_views(self) -> None:
        page = self.open("executive")
        page.get_by_role("button", name="More filters").click()
        page.wait_for_selector(".st-key-by_tier")
        offered = [each.get_attribute("class") or "" for each in page.locator("[class*=st-key-by_]").all()]
        self.assertEqual(
            [name for each in offered for name in each.split() if name.startswith("st-key-by_")],
            [f"st-key-by_{name}" for name in ("brand", "region", "channel", "tier")],
        )
        page.locator(".st-key-by_region input").click()
        self.assertEqual(
            page.get_by_role("option").all_inner_texts()[1:],  # after "Select all"
            [row[0] for row in rows("sample", "SELECT DISTINCT region FROM demo.tickets ORDER BY region")],
        )

    def test_the_flow_and_the_heat_map_have_the_numbers_of_their_views(self) -> None:
        page = self.open("bottlenecks", charts=True)
        flow = trace(page, "flow")
        links = {
            (flow["label"][a], flow["label"][b]): times
            for a, b, times in zip(flow["source"], flow["target"], flow["value"], strict=True)
            if flow["label"][a] == "created"
        }
        # The first step of tickets, counted from their events.
        first = dict(
            rows(
                "sample",
                """SELECT paths.activities[2], count(*)::float8 FROM support.int_ticket_paths AS paths
                INNER JOIN support.int_ticket_lifecycle AS life USING (ticket_id)
                WHERE NOT life.is_open GROUP BY 1""",
            )
        )
        self.assertEqual(links["created", "group Tier 1"], first["group Tier 1"])
        # No step leads back: each link goes to the next place.
        self.assertTrue(all(a != b for a, b in zip(flow["source"], flow["target"], strict=True)))
        heat = trace(page, "heat")
        cells = sorted(cell for line in heat["z"] for cell in line if cell is not None)
        view = sorted(
            row[0]
            for row in rows(
                "sample",
                """WITH pairs AS (
                    SELECT activity, next_activity, count(*)::float8 AS times
                    FROM support.int_event_transitions WHERE next_activity IS NOT NULL GROUP BY 1, 2
                )
                SELECT times / sum(times) OVER (PARTITION BY activity) FROM pairs""",
            )
        )
        self.assertEqual(len(cells), len(view))
        for cell, share in zip(cells, view, strict=True):
            self.assertAlmostEqual(cell, share, places=9)

    def test_the_simulator_answers_a_moved_slider_within_a_second(self) -> None:
        page = self.open("capacity", charts=True)
        before = csv(page, "simulated")
        thumb = page.get_by_role("slider", name=re.compile("People in Tier 2"))
        thumb.focus()
        began = time.monotonic()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        page.wait_for_function(
            """() => Array.from(document.querySelectorAll('.st-key-curves .js-plotly-plot .legendtext'))
                .some(each => each.textContent.includes('people as now'))""",
            timeout=30_000,
        )
        print(f"  simulator: new curves after {time.monotonic() - began:.2f} s", flush=True)
        # Each press is an answer of its own; a busy machine still gives those of the first.
        for _ in range(40):
            settle(page)
            after = csv(page, "simulated")
            [moved] = [line for line in DictReader(after) if line["group_name"] == "Tier 2"]
            if float(moved["fte"]) == float(moved["fte_now"]) + 2:
                break
        self.assertNotEqual(before, after)
        self.assertIn("people+in+Tier+2=2", page.url.replace("%20", "+").replace("2.0", "2"))
        names = after[0].split(",")
        for line in after[1:]:
            cells = line.split(",")
            said = value(
                "sample",
                """SELECT backlog_after FROM slaops.simulate_capacity('support', '{"Tier 2": 2}'::jsonb)
                WHERE group_name = %s""",
                [cells[names.index("group_name")]],
            )
            self.assertAlmostEqual(float(cells[names.index("backlog_after")]), said, places=6)

    def test_a_ticket_tells_where_its_target_was_crossed(self) -> None:
        page = self.open("ticket?ticket=20022")
        self.assertIn("the target of 8 h ran out on Wed 11 Jun 2025, 01:15", text(page))
        lines = csv(page, "ledger")
        self.assertEqual(len(lines), 6)
        page = self.open("ticket?ticket=20022&calendar=24%2F7+%40+UTC")
        self.assertEqual(wrong(page), [])
        self.assertIn("There is no such ticket", text(self.open("ticket?ticket=999999999")))
        self.assertIn("This is no bigint", text(self.open("ticket?ticket=%27%3B--")))

    def test_pages_in_dark_and_narrow_are_drawn_too_and_their_pictures_kept(self) -> None:
        for name in PAGES:
            path = f"{name}?ticket=20022" if name == "ticket" else name
            looks: tuple[Literal["light", "dark"], ...] = ("light", "dark")
            for look in looks:
                page = self.open(path, look, charts=True)
                self.assertEqual(wrong(page), [])
                if SHOTS and look == "light":
                    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                    page.set_viewport_size({"width": 1280, "height": min(height, 1400)})
                    page.wait_for_timeout(700)
                    page.screenshot(path=f"{SHOTS}/{name}.png")
                    # A quarter of the bytes, and no difference that can be seen.
                    picture = Image.open(f"{SHOTS}/{name}.png").convert("RGB")
                    picture.quantize(96).save(f"{SHOTS}/{name}.png", optimize=True)
            page.set_viewport_size({"width": 420, "height": 900})
            page.wait_for_timeout(1000)
            self.assertLessEqual(
                page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth"), 420, name
            )


class Single(InBrowser):
    environment: ClassVar[dict[str, str]] = {"PGDATABASE": "single", "PGUSER": "dashboard"}

    def test_a_team_of_one_group_has_every_page(self) -> None:
        for name in PAGES:
            with self.subTest(name):
                page = self.open(f"{name}?ticket=20&group=Support" if name == "ticket" else name)
                self.assertEqual(wrong(page), [])
                self.assertEqual(page.get_by_role("button", name="More filters").count(), 0)
        shown = metrics(self.open("executive?days=365"))
        self.assertEqual(shown["Tickets created"], "400")
        self.assertEqual(shown["Open tickets"], "40")
        page = self.open("bottlenecks")
        self.assertEqual([line["group_name"] for line in DictReader(csv(page, "bottlenecks"))], ["Support"])
        page = self.open("capacity?people+in+Support=1.0")
        [line] = DictReader(csv(page, "simulated"))
        self.assertEqual((float(line["fte_now"]), float(line["fte"])), (2, 3))


class Nothing(InBrowser):
    environment: ClassVar[dict[str, str]] = {"PGDATABASE": "nothing", "PGUSER": "dashboard"}

    def test_every_page_of_no_tickets_says_why_it_is_empty(self) -> None:
        for name in PAGES:
            with self.subTest(name):
                page = self.open(name)
                self.assertEqual(wrong(page), [])
                if name != "executive":
                    self.assertGreater(page.locator("[data-testid=stAlertContentInfo]").count(), 0)
        self.assertEqual(metrics(self.open("executive"))["Tickets created"], "0")


class Hostile(InBrowser):
    environment: ClassVar[dict[str, str]] = {"PGDATABASE": "hostile", "PGUSER": "dashboard"}

    def test_names_are_text_on_every_page(self) -> None:
        for name in PAGES:
            for path in (f"{name}?ticket={ticket}" for ticket in (range(18) if name == "ticket" else (5,))):
                with self.subTest(path):
                    page = self.open(path, charts=True)
                    self.assertEqual(wrong(page), [])
                    self.no_markup(page)

    def test_names_are_text_where_they_are_chosen(self) -> None:
        for (group,) in rows("hostile", "SELECT name FROM raw.names WHERE i < 9 ORDER BY i"):
            with self.subTest(group):
                page = self.open("capacity")
                page.locator(".st-key-group input").fill(group.splitlines()[0][:30])
                page.wait_for_timeout(200)
                page.get_by_role("option").first.click()
                page.keyboard.press("Escape")
                settle(page)
                self.assertEqual(wrong(page), [])
                self.no_markup(page)

    def no_markup(self, page: Page) -> None:
        main = page.locator("[data-testid=stMain]")
        self.assertIsNone(page.evaluate("window.pwned ?? null"))
        self.assertEqual(page.locator("a[href*='evil.example'], img[src*='evil'], [src='x']").count(), 0)
        self.assertEqual(self.outside, [])
        # No formula, no color and no code of a name; of Streamlit's own elements only the page's own.
        self.assertEqual(
            main.locator(".katex, .stMarkdownColoredText, [data-testid=stMarkdown] script").count(), 0
        )
        for tag in ("em", "del", "code:not(pre code)", "blockquote", "ul", "[data-testid=stMarkdown] h1"):
            self.assertEqual(main.locator(tag).count(), 0, tag)
        self.assertEqual(
            [
                each
                for each in main.locator("strong").all_inner_texts()
                if "bold" in each and "**" not in each
            ],
            [],
        )
        # A chart writes a tag of its own as a tspan with a style.
        self.assertEqual(main.locator("svg.main-svg a, svg.main-svg tspan[style*=bold]").count(), 0)

    def test_a_name_reads_as_it_is_in_the_data(self) -> None:
        page = self.open("ticket?ticket=2")
        self.assertIn("**bold** _slanted_ `code`", text(page))
        page = self.open("ticket?ticket=4")
        self.assertIn(":red[red] :material/home: :smile:", text(page))
        page = self.open("ticket?ticket=3")
        self.assertIn("$x^2$ and $$y$$", text(page))
        page = self.open("ticket?ticket=0")
        self.assertIn("<script>window.pwned = 1</script>", text(page))

    def test_names_of_other_scripts_and_long_ones_are_chosen_by_address_and_counted(self) -> None:
        for group, tickets in rows(
            "hostile",
            "SELECT name, (SELECT count(*) FROM raw.tickets WHERE group_name = name AND created_at < '2026-04-14 00:00Z') FROM raw.names WHERE i IN (12, 13, 14, 15, 16) ORDER BY i",
        ):
            with self.subTest(group):
                page = self.open(f"executive?days=365&group={quote(group)}")
                self.assertEqual(metrics(page)["Tickets created"], f"{tickets:,}")
                self.assertLessEqual(
                    page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth"), 1280
                )
        page = self.open("queues?days=365")
        self.assertEqual(
            {"".join(line["group_name"].split()) for line in DictReader(csv(page, "groups"))},
            {"".join(name.split()) for (name,) in rows("hostile", "SELECT name FROM raw.names")},
        )

    def test_the_filter_bar_has_no_other_dimensions_than_the_views(self) -> None:
        page = self.open("health")
        page.get_by_role("button", name="More filters").click()
        page.wait_for_selector(".st-key-by_tier")
        self.assertEqual(page.locator("[class*=st-key-by_]").count(), 2)

    def test_groups_without_capacity_are_told(self) -> None:
        self.assertIn("No capacity of a group of this choice is known", text(self.open("capacity")))


class Reader(InBrowser):
    environment: ClassVar[dict[str, str]] = {"PGDATABASE": "hostile", "PGUSER": "north"}

    def test_a_reader_under_row_level_security_sees_figures_of_the_own_tickets(self) -> None:
        shown = metrics(self.open("executive?days=365"))
        own, every = rows(
            "hostile",
            "SELECT count(*) FILTER (WHERE region = 'north'), count(*) FROM raw.tickets WHERE created_at < '2026-04-14 00:00Z'",
        )[0]
        self.assertLess(own, every)
        self.assertEqual(shown["Tickets created"], f"{own:,}")
        for name in PAGES:
            with self.subTest(name):
                self.assertEqual(wrong(self.open(name)), [])
        self.assertIn(
            "There is no such ticket, or this role may not see it", text(self.open("ticket?ticket=1"))
        )


class Partial(InBrowser):
    environment: ClassVar[dict[str, str]] = {"PGDATABASE": "sample", "PGUSER": "partial"}

    def test_what_a_role_may_not_read_is_said_in_its_place_and_nothing_else_is_missing(self) -> None:
        page = self.open("bottlenecks", charts=True)
        [said] = wrong(page)
        self.assertIn("This role may not read it: permission denied for view bottlenecks", said)
        self.assertIn("slaops.grant_read", said)
        self.assertTrue(trace(page, "flow")["value"])
        self.assertEqual(len(wrong(self.open("queues"))), 1)
        self.assertEqual(wrong(self.open("executive")), [])


class Report(unittest.TestCase):
    def created(self, browser: Browser, user: str) -> int:
        """The tickets of the report that a role reads, which is text alone."""
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.set_content(value("hostile", "SELECT slaops.monday_report('support')", user=user))
        page.wait_for_timeout(300)
        shown = page.locator("body").inner_text()
        count = value(
            "hostile", "SELECT value FROM support.kpi WHERE level = 'all' AND figure = 'created'", user=user
        )
        self.assertIn(f"{count:,.0f}", shown)
        self.assertIn("<", shown)
        self.assertIsNone(page.evaluate("window.pwned ?? null"))
        self.assertEqual(asked, [])
        self.assertEqual(page.locator("script, img, iframe, a[href*='evil']").count(), 0)
        self.assertGreater(page.locator("svg").count(), 0)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/report-{user}.png", full_page=True)
        return int(count)

    def test_the_report_is_text_in_the_browser_and_of_the_own_tickets_of_its_reader(self) -> None:
        with chromium() as browser:
            every, own = self.created(browser, "dashboard"), self.created(browser, "north")
        self.assertGreater(every, own)
        self.assertGreater(own, 0)


class Refused(unittest.TestCase):
    """What keeps a page from being shown is said on it, without credentials."""

    def shown(self, pages: Served, browser: Browser, path: str = "") -> str:
        page = browser.new_page()
        shown = text(visit(page, pages, path))
        page.close()
        return shown

    def test_what_is_missing_is_said(self) -> None:
        with chromium() as browser:
            for environment, said in (
                ({"PGDATABASE": "sample", "PGUSER": "stranger"}, "may not read"),
                ({"PGDATABASE": "sample", "PGUSER": "dashboard", "SCHEMA": "nowhere"}, "slaops.create_marts"),
                ({"PGDATABASE": "absent", "PGUSER": "dashboard"}, "does not exist"),
                (
                    {"DATABASE_URL": "postgresql://someone:open-sesame@127.0.0.1:1/sample?sslmode=disable"},
                    "does not answer",
                ),
                (
                    {"DATABASE_URL": "postgresql://someone:open-sesame@127.0.0.1:port/sample"},
                    "connection string",
                ),
            ):
                with self.subTest(said), served(**environment) as pages:
                    for path in ("", "capacity"):
                        shown = self.shown(pages, browser, path)
                        self.assertIn(said, shown)
                        self.assertNotIn("sesame", shown)
                    self.assertNotIn("sesame", pages.said())

    def test_pages_only_read(self) -> None:
        import sys

        sys.path.insert(0, str(REPO / "dashboard"))
        from data import Pool

        pool = Pool("dbname=sample user=postgres")
        with self.assertRaises(psycopg.errors.ReadOnlySqlTransaction):
            pool.select("DELETE FROM demo.tickets", {}, "UTC")
        self.assertGreater(value("sample", "SELECT count(*) FROM demo.tickets"), 0)

    def test_a_server_that_goes_away_and_comes_back(self) -> None:
        control = [*os.environ["CLUSTER_CTL"].split("|")]
        with chromium() as browser, served(PGDATABASE="nothing", PGUSER="dashboard") as pages:
            page = browser.new_page()
            visit(page, pages, "executive")
            self.assertEqual(wrong(page), [])
            subprocess.run([*control, "-m", "immediate", "stop"], check=True)
            try:
                visit(page, pages, "sla")
                self.assertIn("does not answer", text(page))
                self.assertEqual(page.locator("[data-testid=stException]").count(), 0)
            finally:
                subprocess.run([*control, "start"], check=True, stdout=subprocess.DEVNULL)
            visit(page, pages, "executive")
            self.assertEqual(wrong(page), [])
            self.assertEqual(metrics(page)["Tickets created"], "0")


if __name__ == "__main__":
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
    unittest.main(verbosity=2)
