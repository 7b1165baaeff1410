"""The bundle of Superset: its datasets are made of the catalog, charts and dashboards are written.

    bundle.py datasets [FOLDER]  writes bundle/datasets anew from the views of SCHEMA, with their COMMENTs
    bundle.py zip FILE           the bundle for the views of SCHEMA, to be imported into Superset

DATABASE_URL says where the views are, else what libpq reads: PGHOST, PGSERVICE, the password file.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import sys
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg2
import yaml

HERE = Path(__file__).resolve().parent
BUNDLE = HERE / "bundle"
# Names of datasets have one uuid for ever, so that charts find them.
NAMES = uuid.UUID("0f4d0c6e-6f0b-5f8e-9a53-1c5a0f5f7a10")
DATABASE = uuid.uuid5(NAMES, "database")
DAYS = 28
LABELS = {
    "group_name": "Group",
    "csat": "CSAT",
    "csat_score": "Rating",
    "fte": "FTE",
    "ticket_id": "Ticket",
    "wip": "Open",
}
ACRONYMS = {"sla": "SLA", "csat": "CSAT", "fte": "FTE", "id": "ID"}

RELATIONS = """
SELECT class.relname, obj_description(class.oid, 'pg_class')
FROM pg_catalog.pg_class AS class
WHERE class.relnamespace = to_regnamespace(quote_ident(%s)) AND class.relkind IN ('v', 'r', 'm', 'p')
"""

COLUMNS = """
SELECT attribute.attname, format_type(attribute.atttypid, NULL), col_description(attribute.attrelid, attribute.attnum)
FROM pg_catalog.pg_attribute AS attribute
WHERE attribute.attrelid = to_regclass(format('%%I.%%I', %s, %s)) AND attribute.attnum > 0 AND NOT attribute.attisdropped
ORDER BY attribute.attnum
"""


class Catalog:
    """The views of a schema, as the catalog describes them."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.connection = psycopg2.connect(os.environ.get("DATABASE_URL") or "")
        self.connection.set_session(readonly=True, autocommit=True)
        self.comments = dict(self.rows(RELATIONS, (schema,)))

    def rows(self, statement: str, params: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, params)
            return list(cursor.fetchall())

    def columns(self, view: str) -> list[tuple[str, str, str | None]]:
        if view not in self.comments:
            sys.exit(
                f"bundle: the schema {self.schema} has no view {view}: call slaops.create_marts('{self.schema}', ...)"
            )
        return [
            (str(name), str(kind), comment) for name, kind, comment in self.rows(COLUMNS, (self.schema, view))
        ]

    def quoted(self) -> str:
        return str(self.rows("SELECT quote_ident(%s)", (self.schema,))[0][0])

    def answer(self, query: str) -> list[tuple[str, str]]:
        """The columns of a query and their types."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({query}) AS answer LIMIT 0")
            found = [(column.name, column.type_code) for column in cursor.description]
        return [(name, self.rows("SELECT format_type(%s, NULL)", (code,))[0][0]) for name, code in found]

    def today(self) -> dt.date:
        """The day of the figures."""
        found = self.rows(f"SELECT as_of::date FROM {self.quoted()}.refresh_status")
        return found[0][0] if found and found[0][0] else dt.date.today()


def label(name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    words = [ACRONYMS.get(word, word) for word in name.split("_")]
    return words[0][:1].upper() + words[0][1:] + "".join(f" {word}" for word in words[1:])


def column(
    name: str, kind: str, comment: str | None, sql: str | None = None, said: str | None = None
) -> dict[str, Any]:
    is_time = kind.startswith(("date", "timestamp"))
    is_number = kind.startswith(("double", "numeric", "bigint", "integer", "real", "smallint"))
    return {
        "column_name": name,
        "verbose_name": said or label(name),
        "description": comment,
        "type": kind.upper(),
        "is_dttm": is_time,
        "is_active": True,
        "groupby": not is_number or name.endswith("_id") or name in ("step", "csat_score"),
        "filterable": True,
        "expression": sql,
    }


def dataset(catalog: Catalog, name: str, how: Mapping[str, Any]) -> dict[str, Any]:
    """A view, or a query of sql/, with what datasets.yaml adds."""
    query = None
    if "views" in how:
        text = (HERE / "sql" / f"{name}.sql").read_text()
        about = " ".join(
            line.removeprefix("--").strip() for line in text.splitlines() if line.startswith("--")
        )
        query = "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()
        query = query.replace("{schema}", catalog.quoted())
        said = {column: comment for view in how["views"] for column, _, comment in catalog.columns(view)}
        said |= how.get("about", {})
        columns = [column(each, kind, said.get(each)) for each, kind in catalog.answer(query)]
    else:
        about = catalog.comments.get(name) or ""
        columns = [column(*each) for each in catalog.columns(name)]
        if not columns:
            sys.exit(f"bundle: the view {name} has no columns")
    columns += [
        column(each, given.get("type", "text"), given.get("about"), given["sql"], given.get("label"))
        for each, given in how.get("columns", {}).items()
    ]
    return {
        "table_name": name,
        "schema": catalog.schema,
        "sql": query,
        "description": about,
        "main_dttm_col": how.get("time"),
        "normalize_columns": False,
        "always_filter_main_dttm": False,
        "filter_select_enabled": True,
        "cache_timeout": None,
        "metrics": [
            {
                "metric_name": each,
                "verbose_name": given.get("label") or label(each),
                "expression": given["sql"],
                "description": given.get("about"),
                "d3format": given.get("format"),
            }
            for each, given in how.get("metrics", {}).items()
        ],
        "columns": columns,
        "uuid": str(uuid.uuid5(NAMES, name)),
        "version": "1.0.0",
        "database_uuid": str(DATABASE),
    }


def datasets(catalog: Catalog) -> dict[str, dict[str, Any]]:
    how = yaml.safe_load((HERE / "datasets.yaml").read_text())
    return {name: dataset(catalog, name, given or {}) for name, given in how.items()}


class Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Texts of several lines as blocks."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


Dumper.add_representer(str, _text)


def dump(value: Mapping[str, Any]) -> str:
    return str(yaml.dump(dict(value), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110))


def fit(dashboard: dict[str, Any], found: Mapping[str, Mapping[str, Any]], since: str) -> dict[str, Any]:
    """The dashboard without filters whose columns the views do not have, and with the days of the figures."""
    by_uuid = {each["uuid"]: {column["column_name"] for column in each["columns"]} for each in found.values()}
    kept = []
    for native in dashboard["metadata"]["native_filter_configuration"]:
        targets = [target for target in native["targets"] if target]
        if all(target["column"]["name"] in by_uuid[target["datasetUuid"]] for target in targets):
            if native["filterType"] == "filter_time":
                native["defaultDataMask"] = {
                    "extraFormData": {"time_range": since},
                    "filterState": {"value": since},
                }
            kept.append(native)
    dashboard["metadata"]["native_filter_configuration"] = kept
    return dashboard


def files(catalog: Catalog, kind: str) -> Iterator[tuple[str, str]]:
    found = datasets(catalog)
    today = catalog.today()
    # Superset reckons days from its own clock. Figures of another day, like those of the sample, need dates.
    since = f"Last {DAYS} days"
    if abs((dt.date.today() - today).days) > 2:
        since = f"{today - dt.timedelta(days=DAYS)} : {today}"
    yield (
        "metadata.yaml",
        dump({"version": "1.0.0", "type": kind, "timestamp": dt.datetime.now(dt.UTC).isoformat()}),
    )
    for path in sorted(BUNDLE.glob("*/*.yaml")):
        given = yaml.safe_load(path.read_text())
        if path.parent.name == "dashboards":
            given = fit(given, found, since)
        yield str(path.relative_to(BUNDLE)), dump(given)
    for name, each in found.items():
        yield f"datasets/slaops/{name}.yaml", dump(each)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("datasets", "zip"))
    parser.add_argument("file", nargs="?")
    parser.add_argument(
        "--assets",
        action="store_true",
        help="a bundle for /api/v1/assets/import/, which writes over datasets and charts that are there",
    )
    given = parser.parse_intermixed_args()
    schema = os.environ.get("SCHEMA") or "support"
    if not re.fullmatch(r".{1,63}", schema):
        sys.exit("bundle: SCHEMA must name a schema")
    catalog = Catalog(schema)
    if given.what == "zip":
        if not given.file:
            sys.exit("bundle: zip needs the name of a file")
        with zipfile.ZipFile(given.file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files(catalog, "assets" if given.assets else "Dashboard"):
                archive.writestr(f"slaops/{name}", text)
        return
    folder = Path(given.file or BUNDLE / "datasets" / "slaops")
    folder.mkdir(parents=True, exist_ok=True)
    found = datasets(catalog)
    for path in folder.glob("*.yaml"):
        if path.stem not in found:
            path.unlink()
    for name, each in found.items():
        (folder / f"{name}.yaml").write_text(dump(each))


if __name__ == "__main__":
    try:
        main()
    except psycopg2.Error as refused:
        sys.exit(f"bundle: {str(refused).strip()}")
