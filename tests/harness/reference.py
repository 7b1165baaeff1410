"""Pages of docs/reference from the JSON of reference.sql on stdin: reference.py DIRECTORY

The page of an object is that of the file below sql/ that creates it.
"""

import json
import pathlib
import re
import sys
import textwrap

WIDTH = 100

# sql/functions/<topic>.sql is docs/reference/<topic>.md. A file without a title here is an error.
TITLES = {
    "calendar": "Calendars",
    "holidays": "Holidays",
    "business_time": "Business time",
    "registry": "Calendars by name",
    "clock": "SLA clocks",
    "ledger": "Explaining a clock",
    "history": "Ticket histories",
    "attainment": "SLA attainment",
    "lifecycle": "Ticket lifecycle",
    "backlog": "Backlog",
    "config": "Configuration as text",
    "transition": "Transition matrices",
    "variant": "Traces and variants",
    "conformance": "Process conformance",
    "forecast": "Series and forecasts",
    "anomaly": "Anomalies",
    "survival": "Survival curves", "risk": "Risk models",
    "clearance": "Backlog clearance",
    "staffing": "Staffing",
    "findings": "Texts of recommendations",
    "simulate": "What-if simulation",
    "targets": "Targets that can be kept",
    "reconciliation": "Reconciliation",
    "report": "The Monday report",
    "sample": "The sample team",
    "settings": "Configuration tables",
    "sources": "Sources",
    "marts": "Views: create, refresh, drop",
}
LAYERS = {
    "staging": "Staging views",
    "intermediate": "Intermediate views",
    "facts": "Facts",
    "aggregates": "Aggregates",
    "marts": "Marts",
    "findings": "Findings",
    "dashboards": "Dashboards",
    "health": "Health views",
}

# Steps of other functions. Callers do not need them, and they may change in any release.
INTERNAL = set("""
    standing_of explain_standing_of check_condition policy_set_names instants config_items
    config_changes print_config stored_config check_process_model process_model series_merge
    put_names schema_name attach_input attach_lacks attach_path attach_try attach_view attach_config config_mark policy_set_of zendesk_time_zone attach_schedules known_instant clocks_agree reconciliation_trials reconciliation_causes targets_of clock_field schema_of copy_of copy_stamp copies_wanted any_foreign analyze_foreign make_copied_tables shape_copy index_copies drop_gone_copies copy_tables copies_are_own copy_columns copy_source copy_failed update_copied_table update_sources
    ticket_columns event_columns source_query is_distributed is_colocated gathered_rows gathered_tickets
    column_type histories_query fingerprints_query tickets_query source_rows refuse_own_instant
    mart_relation mart_days source_relation mart_fill mart_as_of model_purpose model_columns
    comment_mart published_run published_as_of mart_objects raise_busy_schema remembered_source
    mart_state_of check_mart_schema lock_marts hold_lock release_lock mart_castable
    check_ticket_ids check_source_columns mart_source create_mart_tables create_mart_indexes create_mart_store
    mart_shape mart_policies mart_id_type refreshed_tables refresh_state refresh_configuration
    create_mart_key mart_key put_dimensions check_dimensions ticket_dimensions aggregate_query refresh_aggregates fill_aggregates
    scan_cost refresh_in_batches refresh_plan refresh_instants refresh_batch
    refresh_publish refresh_step refresh_arguments refresh_refusal refresh_failed mart_dependents
    mart_grants drop_mart_views mart_reader_columns check_readers alert_table_is_current refresh_logs
    forget_pending mart_key_parts finding_value finding_phrase report_figure report_name report_chart
    create_alert_table mart_store_query mart_rows sees_all_tickets refresh_summaries
    summary_inputs keep_risk_model analyze_facts drop_fact_indexes create_fact_indexes interface_of_library interface_of_script
""".split())

SQL = pathlib.Path("sql")
HEAD = "<!-- Written by tests/harness/reference.sh from the COMMENTs in sql/: do not edit. -->\n"


def places():
    """Object name to page, and model name to layer, in the order of the install script."""
    pages, layers = {}, {}
    for part in (SQL / "order.txt").read_text().split("\n"):
        if not part.endswith(".sql"):
            continue
        path = part.removesuffix(".sql").split("/")
        if path[0] == "models" and path[1] != "build":
            layers[path[-1]] = path[1]
            continue
        page = {
            "functions": path[-1], "schema": "settings", "settings": "settings", "sources": "sources",
        }.get(path[0], "marts")
        text = (SQL / part).read_text()
        for name in re.findall(
            r"^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE|AGGREGATE|TYPE|TABLE) slaops\.\"?(\w+)",
            text, re.M,
        ):
            pages.setdefault(name, page)
    return pages, layers


def short(text):
    """Types by the names that people write."""
    text = text.replace("timestamp with time zone", "timestamptz")
    text = text.replace("double precision", "float8").replace("slaops.", "")
    return text.replace("::text", "").replace("::character varying", "")


def escaped(text):
    """Prose for Markdown: what would be markup is shown as it is."""
    return re.sub(r"([\\*<])", r"\\\1", text or "").replace("`", "\\`")


def cell(text):
    return escaped(text).replace("|", "\\|").replace("\n", " ")


def paragraph(text):
    return textwrap.fill(escaped(text), WIDTH, break_long_words=False, break_on_hyphens=False)


def arguments(text):
    """The arguments of a signature: split at commas outside of parentheses and quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for at, char in enumerate(text):
        if char == "'":
            quoted = not quoted
        elif not quoted and char in "([":
            depth += 1
        elif not quoted and char in ")]":
            depth -= 1
        elif not quoted and depth == 0 and char == ",":
            parts.append(text[start:at].strip())
            start = at + 1
    return [part for part in parts + [text[start:].strip()] if part]


def call(head, inside, tail):
    """head(inside)tail in one line, or an argument a line where that is too long."""
    line = f"{head}({', '.join(inside)}){tail}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{head}(", *(f"    {part}," for part in inside[:-1]), f"    {inside[-1]}", f"){tail}"])


def signature(function):
    given = [part for part in arguments(short(function["arguments"])) if not part.startswith("OUT ")]
    outs = [part for part in arguments(short(function["arguments"])) if part.startswith("OUT ")]
    result = short(function["result"] or "")
    tail = ""
    if function["kind"] == "procedure":
        return call(f"CALL {function['name']}", [part.removeprefix("IN ") for part in given], "")
    if result.startswith("TABLE("):
        tail, columns = "\n    RETURNS TABLE", arguments(result[6:-1])
    elif outs:
        tail, columns = "\n    RETURNS " + ("TABLE" if result.startswith("SETOF") else "record"), [
            part.removeprefix("OUT ") for part in outs]
    else:
        return call(function["name"], given, f" RETURNS {result}")
    # A column with its type is not broken over two lines.
    whole = ", ".join(column.replace(" ", "\0") for column in columns)
    shown = textwrap.fill(f"{tail.strip()} ({whole})", WIDTH - 2, initial_indent=" " * 4, subsequent_indent=" " * 8)
    return call(function["name"], given, "") + "\n" + shown.replace("\0", " ")


def parts_of(comment):
    """The text of a comment, and its example or None."""
    text, _, example = (comment or "").partition(" Example: ")
    return text, example or None


def entry(name, overloads):
    """A heading, then each signature; signatures with the same comment stand together."""
    lines = [f"## {name}\n"]
    kinds = {function["kind"] for function in overloads}
    if kinds != {"function"}:
        lines.append(f"*{' or '.join(sorted(kinds))}*\n")
    groups = {}
    for function in overloads:
        comment = function["comment"] or ""
        groups.setdefault(comment, []).append(signature(function))
    texts = {parts_of(comment)[0] for comment in groups}
    for comment, signatures in groups.items():
        text, example = parts_of(comment)
        base = text.removesuffix(" By the name of a registered calendar.")
        named = base != text and base in texts
        lines.append("```text\n" + "\n".join(signatures) + "\n```\n")
        lines.append("By the name of a registered calendar.\n" if named else paragraph(text) + "\n")
        if example:
            lines.append("```sql\n" + example + "\n```\n")
    return "\n".join(lines)


def columns_table(columns):
    rows = ["| column | type | meaning |", "|---|---|---|"]
    rows += [f"| `{c['name']}` | {short(c['type'])} | {cell(c['comment'])} |" for c in columns]
    return "\n".join(rows) + "\n"


def condition(value):
    return f"`{json.dumps(value)}`".replace("|", "\\|") if value is not None else ""


def built_in(found):
    """The built-in rows of the settings, which are documentation of their own."""
    lines = ["## Built-in states\n", "| state | words that mean it |", "|---|---|"]
    order = ["new", "open", "pending", "hold", "solved", "closed"]
    states = {row["state"]: row["words"] for row in found["states"]}
    lines += [f"| `{state}` | {cell(states[state])} |" for state in order]
    lines += ["\n## Built-in metrics\n"]
    for row in found["metrics"]:
        lines += [f"### {row['name']}\n", paragraph(row["description"]) + "\n", "| | |", "|---|---|"]
        lines += [f"| {key} | {condition(row[key])} |"
                  for key in ("start", "stop", "pause", "after", "unanswered", "cancel", "reset") if row[key]]
        lines += [f"| cycles | {row['cycles']} |"]
        lines += [f"| reopen | {row['reopen']} |"] if row["reopen"] else []
        lines += [""]
    switches = ["reopen", "solved_before_reply", "target_at", "calendar_at", "retroactive_start", "due_at_close"]
    lines += ["## Built-in presets\n", "| preset | " + " | ".join(f"`{s}`" for s in switches) + " |",
              "|---" * (len(switches) + 1) + "|"]
    lines += [f"| `{row['name']}` | " + " | ".join(str(row[s]).lower() for s in switches) + " |"
              for row in found["presets"]]
    lines += [""]
    for row in found["presets"]:
        lines += [f"### {row['name']}\n", paragraph(row["description"]) + "\n"]
        if row["metrics"]:
            lines += ["| metric | differs in |", "|---|---|"]
            lines += [f"| `{metric}` | {condition(what)} |" for metric, what in row["metrics"].items()]
            lines += [""]
    return "\n".join(lines)


def summary(comment):
    """The first sentence of a comment, and the second where the first is a question."""
    sentences = re.split(r"(?<=[a-z0-9)'\"][.?])\s", parts_of(comment)[0])
    return " ".join(sentences[: 2 if sentences[0].endswith("?") else 1])


def main():
    into = pathlib.Path(sys.argv[1])
    found = json.load(sys.stdin)
    pages, layers = places()

    sections = {title: [] for title in TITLES}
    index = []

    def put(name, kind, comment, text):
        page = pages.get(name)
        if page not in sections:
            sys.exit(f"reference: {kind} {name} is on no page: add a title for {page!r} to reference.py")
        if text:
            sections[page].append(text)
        index.append((name, kind, page, comment))

    for row in found["types"]:
        meaning, example = parts_of(row["comment"])
        text = f"## Type {row['name']}\n\n{paragraph(meaning)}\n"
        text += f"\n```sql\n{example}\n```\n" if example else ""
        if row["columns"]:
            text += "\n" + columns_table(row["columns"])
        put(row["name"], "type", row["comment"], text)
    for row in found["tables"]:
        text = f"## Table {row['name']}\n\n{paragraph(row['comment'])}\n\n{columns_table(row['columns'])}"
        put(row["name"], "table", row["comment"], text)

    known = {function["name"] for function in found["functions"]}
    if INTERNAL - known:
        sys.exit(f"reference: INTERNAL names functions that are gone: {' '.join(sorted(INTERNAL - known))}")
    names = [name for name in dict.fromkeys(f["name"] for f in found["functions"]) if name not in INTERNAL]
    for name in sorted(names, key=lambda name: name in ("rollup", "to_jsonb")):
        # rollup and to_jsonb are one function a type: each stands on the page of its type.
        parts = {}
        for function in found["functions"]:
            if function["name"] == name:
                owner = re.match(r"^(?:\w+ )?slaops\.(\w+)$", function["arguments"])
                page = pages[owner[1]] if owner and name in ("rollup", "to_jsonb") else pages.get(name)
                parts.setdefault(page, []).append(function)
        for page, overloads in parts.items():
            if page not in sections:
                sys.exit(f"reference: function {name} is on no page: add a title for {page!r} to reference.py")
            sections[page].append(entry(name, overloads))
            index.append((name, overloads[0]["kind"], page, overloads[0]["comment"]))

    for title, rows, shown in (
        ("Operators", found["operators"], lambda row: (
            f"`{short(row['left'])} {row['name']} {short(row['right'])}`", row["comment"], row["left"])),
        ("Casts", found["casts"], lambda row: (
            f"`{short(row['source'])}::{short(row['target'])}`", row["comment"],
            row["source"] if row["source"].startswith("slaops.") else row["target"])),
    ):
        by_page = {}
        for row in rows:
            code, comment, owner = shown(row)
            code = code.replace("|", "\\|")
            by_page.setdefault(pages[owner.removeprefix("slaops.")], []).append(f"| {code} | {cell(comment)} |")
        for page, lines in by_page.items():
            sections[page].append(f"## {title}\n\n| | |\n|---|---|\n" + "\n".join(lines) + "\n")
    sections["settings"].append(built_in(found))

    shown = {name for name in names for f in found["functions"] if f["name"] == name and parts_of(f["comment"])[1]}
    if set(names) - shown:
        sys.exit(f"reference: without an example in its COMMENT: {' '.join(sorted(set(names) - shown))}")

    written = {}
    for page, texts in sections.items():
        if not texts:
            sys.exit(f"reference: nothing is on the page {page}.md")
        written[f"{page}.md"] = f"# {TITLES[page]}\n\n" + "\n".join(texts)

    by_layer = {layer: [] for layer in LAYERS}
    for view in found["views"]:
        layer = layers[view["name"]]
        kept = {
            "incremental": "stored: `refresh` computes the rows of tickets that changed",
            "table": "stored: `refresh` computes it anew",
            "aggregate": "stored: `refresh` adds what changed tickets change",
            "log": "stored: `refresh` adds rows and keeps those of before",
            "view": "a view, computed when read",
        }[view["materialized"]]
        by_layer[layer].append(f"## {view['name']}\n\n{paragraph(view['comment'])}\n\n*{kept}*\n\n"
                               + columns_table(view["columns"]))
        index.append((view["name"], "view", f"views/{layer}", view["comment"]))
    for layer, texts in by_layer.items():
        written[f"views/{layer}.md"] = f"# {LAYERS[layer]}\n\n" + "\n".join(texts)

    lines = ["# Reference\n", "Every function, type, table and view, by name. Functions are called as `slaops.name`;",
             "views are in the schema that you give `create_marts`.\n", "| name | kind | what it is |", "|---|---|---|"]
    for name, kind, page, comment in sorted(set(index)):
        anchor = f"{kind}-{name}" if kind in ("type", "table") else name
        lines.append(f"| [`{name}`]({page}.md#{anchor}) | {kind} | {cell(summary(comment))} |")
    written["index.md"] = "\n".join(lines) + "\n"

    for path in into.glob("**/*.md"):
        if str(path.relative_to(into)) not in written:
            path.unlink()
    for name, text in written.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n")


main()
