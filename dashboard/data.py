"""Figures from the database: every one is a SELECT on a view or a function of slaops."""

from __future__ import annotations

import os
import queue
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import pandas as pd
import psycopg
import streamlit as st
from psycopg import sql

Params = Mapping[str, Any]

# A page that waits for longer than this for one figure is of no use to a reader.
STATEMENT_TIMEOUT = "60s"
CONNECT_TIMEOUT = 5
# A figure is kept until the next refresh, and no longer than this: rights may change before it.
KEEP_SECONDS = 300


@dataclass
class Problem(Exception):
    """What keeps a figure from being shown, and what to do about it. Never has credentials."""

    title: str
    remedy: str
    # Whether no other figure of the page can be had either.
    everywhere: bool = False


def problem(error: psycopg.Error, schema: str) -> Problem:
    """An error of the database in words. Texts of connection errors may hold the connection string."""
    state = error.sqlstate or ""
    said = error.diag.message_primary or "no message"
    if state == "57014":
        return Problem(
            f"The figure took longer than {STATEMENT_TIMEOUT}.",
            "Choose fewer days, or let `refresh` store the figures: see the guide on large data.",
        )
    if state in ("3F000", "42P01"):
        return Problem(
            f"The schema {schema} lacks views of slaops: {said}.",
            f"Create them: SELECT * FROM slaops.create_marts('{schema}', ...). SCHEMA=name names another schema.",
        )
    if state == "42501":
        return Problem(
            f"This role may not read it: {said}.",
            f"The owner of the views can grant it: SELECT * FROM slaops.grant_read('{schema}', 'this role').",
        )
    if state in ("42703", "42883", "42804"):
        return Problem(
            f"The views are of another version than these pages: {said}.",
            f"After an upgrade call slaops.create_marts('{schema}') again.",
        )
    if not state or state.startswith(("08", "57P", "53")):
        return no_answer()
    return Problem(f"The database refused it: {said}.", f"SQLSTATE {state or 'unknown'}.")


def no_answer() -> Problem:
    return Problem(
        "The database server does not answer.",
        "Check that it runs and can be reached from here; the page tries again when it is loaded.",
        everywhere=True,
    )


# What libpq and the server say when there is no connection, which has no SQLSTATE; looked at, but never shown, as
# it may hold parts of the connection string.
UNCONNECTED = (
    (
        r"invalid|missing|definition of service|could not (parse|translate)|unrecognized",
        "The connection string or the service cannot be read, or its host is unknown.",
        "Check DATABASE_URL or PGSERVICE and its service file.",
    ),
    (
        r"database .* does not exist",
        "This database does not exist.",
        "Check PGDATABASE or DATABASE_URL.",
    ),
    (
        r"password|authentication|role .* does not exist|pg_hba\.conf|not permitted to log in|permission denied",
        "The database does not let this role in.",
        "Check PGUSER, PGSERVICE or DATABASE_URL, and the password file of the account that runs the pages.",
    ),
    (
        r"SSL|certificate",
        "No encrypted connection can be made.",
        "Check PGSSLMODE, PGSSLROOTCERT and the certificate of the server.",
    ),
)


def unconnected(error: psycopg.Error) -> Problem:
    """Why there is no connection."""
    said = str(error)
    for pattern, title, remedy in UNCONNECTED:
        if re.search(pattern, said):
            return Problem(title, remedy, everywhere=True)
    return no_answer()


class Pool:
    """Connections that are at rest, for all readers of the pages."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._idle: queue.LifoQueue[psycopg.Connection[Any]] = queue.LifoQueue(4)

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            connection = psycopg.connect(
                self._conninfo,
                autocommit=True,
                application_name="slaops dashboard",
                connect_timeout=CONNECT_TIMEOUT,
            )
        except psycopg.Error as error:
            raise unconnected(error) from None
        # JIT takes longer than the short queries of a reader under row-level security.
        connection.execute(
            "SELECT set_config('jit', 'off', false), set_config('statement_timeout', %s, false)",
            [STATEMENT_TIMEOUT],
        )
        connection.autocommit = False
        connection.read_only = True
        return connection

    @contextmanager
    def connection(self) -> Iterator[tuple[psycopg.Connection[Any], bool]]:
        """A connection, and whether it has been at rest: then its server may be gone."""
        try:
            connection, rested = self._idle.get_nowait(), True
        except queue.Empty:
            connection, rested = self._connect(), False
        try:
            yield connection, rested
            connection.rollback()
            self._idle.put_nowait(connection)
        except queue.Full:
            connection.close()
        except BaseException:
            connection.close()
            raise

    def select(self, statement: str, params: Params, time_zone: str) -> pd.DataFrame:
        while True:
            rested = False
            try:
                with self.connection() as (connection, rested):
                    # One way to the server and back for all of the transaction.
                    with connection.pipeline():
                        connection.execute("SELECT set_config('TimeZone', %s, true)", [time_zone])
                        # Composed from constants of this program and quoted identifiers only.
                        cursor = connection.execute(statement.encode(), params)
                        connection.rollback()
                    names = [column.name for column in cursor.description or ()]
                    return pd.DataFrame(cursor.fetchall(), columns=pd.Index(names))
            except psycopg.OperationalError as error:
                if not (rested and (error.sqlstate or "57P").startswith(("08", "57P"))):
                    raise


@st.cache_resource(show_spinner=False)
def _pool(conninfo: str) -> Pool:
    return Pool(conninfo)


@st.cache_data(ttl=KEEP_SECONDS, max_entries=2000, show_spinner=False)
def _kept(figures: str, statement: str, params: dict[str, Any], time_zone: str, _pool: Pool) -> pd.DataFrame:
    """The rows of a statement, computed once for the figures of one refresh."""
    return _pool.select(statement, params, time_zone)


@dataclass(frozen=True)
class Database:
    """The views of one schema, as of their last refresh."""

    schema: str
    conninfo: str
    # What changes when the figures do.
    figures: str = ""
    time_zone: str = "UTC"

    @classmethod
    def from_environment(cls) -> Database:
        """DATABASE_URL, else what libpq reads: PGHOST, PGSERVICE, the password file."""
        return cls(os.environ.get("SCHEMA") or "support", os.environ.get("DATABASE_URL", ""))

    def compose(self, text: LiteralString, parts: Mapping[str, sql.Composable]) -> str:
        return sql.SQL(text).format(schema=sql.Identifier(self.schema), **parts).as_string()

    def select(
        self, text: LiteralString, params: Params | None = None, **parts: sql.Composable
    ) -> pd.DataFrame:
        """The rows of a SELECT; {schema} is the schema of the views."""
        statement = self.compose(text, parts)
        given = {"schema": self.schema, **(params or {})}
        try:
            pool = _pool(self.conninfo)
            if self.figures:
                return _kept(self.figures, statement, given, self.time_zone, _pool=pool)
            return pool.select(statement, given, self.time_zone)
        except psycopg.Error as error:
            raise problem(error, self.schema) from None

    def row(
        self, text: LiteralString, params: Params | None = None, **parts: sql.Composable
    ) -> dict[str, Any]:
        """The only row of a SELECT; without rows each value is missing."""
        rows = self.select(text, params, **parts)
        if rows.empty:
            return dict.fromkeys(rows.columns)
        # By column, as a row of a data frame would have one type only.
        return {
            str(name): None if pd.isna(rows[name].iloc[0]) else rows[name].iloc[0] for name in rows.columns
        }


@dataclass(frozen=True)
class Standing:
    """Of which instant the figures are."""

    as_of: pd.Timestamp | None
    age_minutes: float | None
    state: str
    refreshed_at: pd.Timestamp | None


def standing(database: Database) -> tuple[Database, Standing]:
    """The state of the figures, and the database that keeps what is read until they change."""
    kept = Database(database.schema, database.conninfo, f"{database.conninfo} zone")
    try:
        time_zone = kept.row("SELECT time_zone FROM {schema}.mart_state")["time_zone"]
    except Problem as error:
        if error.everywhere:
            raise
        time_zone = "UTC"  # a column that not every reader may read
    here = Database(database.schema, database.conninfo, "", str(time_zone or "UTC"))
    row = here.row(
        """
        SELECT as_of, extract(epoch FROM age)::float8 / 60 AS age_minutes, state, refreshed_at
        FROM {schema}.refresh_status
        """
    )
    found = Standing(row["as_of"], row["age_minutes"], str(row["state"] or "none"), row["refreshed_at"])
    figures = f"{database.conninfo} {found.as_of} {found.refreshed_at}"
    # What is computed when it is read has another instant each time: it is not kept.
    if found.state == "live":
        figures = ""
    return Database(here.schema, here.conninfo, figures, here.time_zone), found
