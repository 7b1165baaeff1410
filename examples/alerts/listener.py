"""Sends the alerts of slaops by mail and to a chat: see README.md beside.

listener.py run       listen, and send what comes
listener.py once      send what is there, and end
listener.py skip      take what is there as sent
listener.py report    mail slaops.monday_report
"""

from __future__ import annotations

import dataclasses
import datetime
import email.message
import email.policy
import email.utils
import json
import logging
import os
import re
import smtplib
import ssl
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Mapping

import psycopg
from psycopg import sql
from psycopg.rows import class_row

log = logging.getLogger("listener")

LONGEST_WAIT = 300.0
# After so many failures in a row a channel is taken to be away; one alert that it refuses is not that.
FAILURES_IN_A_ROW = 3


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the environment says. Passwords are in no message of this program."""

    database: str
    schema: str
    poll_seconds: float
    mail_host: str
    mail_port: int
    mail_tls: str
    mail_user: str
    mail_password: str = dataclasses.field(repr=False)
    mail_from: str = ""
    mail_to: str = ""
    webhook: str = dataclasses.field(default="", repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Settings:
        found = cls(
            database=environment.get("DATABASE_URL", ""),
            schema=environment.get("SLAOPS_SCHEMA", "support"),
            poll_seconds=float(environment.get("POLL_SECONDS", "60")),
            mail_host=environment.get("SMTP_HOST", ""),
            mail_port=int(environment.get("SMTP_PORT", "587")),
            mail_tls=environment.get("SMTP_TLS", "starttls"),
            mail_user=environment.get("SMTP_USER", ""),
            mail_password=environment.get("SMTP_PASSWORD", ""),
            mail_from=environment.get("MAIL_FROM", ""),
            mail_to=environment.get("MAIL_TO", ""),
            webhook=environment.get("WEBHOOK_URL", ""),
        )
        if found.mail_tls not in ("starttls", "tls", "none"):
            raise SystemExit("listener: SMTP_TLS must be starttls, tls or none")
        if found.mail_host and not (found.mail_from and found.mail_to):
            raise SystemExit("listener: with SMTP_HOST give MAIL_FROM and MAIL_TO")
        if found.webhook and not found.webhook.startswith(("https://", "http://")):
            raise SystemExit("listener: WEBHOOK_URL must begin with https:// or http://")
        return found


@dataclasses.dataclass(frozen=True)
class Alert:
    """A row of the view alerts, as the role of this program may see it."""

    alert_id: uuid.UUID
    level: str
    ticket_id: str
    metric: str
    cycle: int
    priority: str | None
    group_name: str | None
    assignee: str | None
    remaining_minutes: float | None
    due_at: datetime.datetime | None
    alerted_at: datetime.datetime
    outcome: str | None


NEW_ALERTS = sql.SQL("""
    SELECT
        alert.alert_id, alert.level, alert.ticket_id::text AS ticket_id, alert.metric, alert.cycle,
        alert.priority, alert.group_name, alert.assignee, alert.remaining_minutes,
        CASE WHEN isfinite(alert.due_at) THEN alert.due_at END AS due_at,
        alert.alerted_at, alert.outcome
    FROM {schema}.alerts AS alert
    WHERE NOT EXISTS (
        SELECT
        FROM alert_listener.sent
        WHERE sent.alert_id = alert.alert_id AND sent.channel = %(channel)s
    )
    ORDER BY alert.alerted_at, alert.alert_id
""")


def one_line(text: str, longest: int = 200) -> str:
    """A name as a part of one line: a header that ends early would let a name write the next one."""
    flat = re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()
    return flat if len(flat) <= longest else flat[: longest - 3] + "..."


def headline(alert: Alert) -> str:
    metric = one_line(alert.metric.replace("_", " "), 60)
    ticket = one_line(alert.ticket_id, 60)
    group = one_line(alert.group_name or "no group", 60)
    match alert.level:
        case "breach":
            said = f"is past its target of {metric}"
        case "probability":
            said = f"will probably miss its target of {metric}"
        case part:
            said = f"has used {float(part):.0%} of its target of {metric}"
    return f"Ticket {ticket} ({group}) {said}"


def details(alert: Alert) -> list[str]:
    lines = []
    if alert.remaining_minutes is not None:
        left = round(alert.remaining_minutes)
        lines.append(f"{left} open minutes left" if left >= 0 else f"{-left} open minutes late")
    if alert.due_at is not None:
        lines.append(f"due {alert.due_at:%Y-%m-%d %H:%M %Z}")
    lines.append(f"priority {one_line(alert.priority or 'none', 60)}")
    lines.append(f"with {one_line(alert.assignee or 'nobody', 60)}")
    if alert.outcome is not None:
        lines.append(f"since then: {one_line(alert.outcome, 60)}")
    return lines


def send_mail(settings: Settings, message: email.message.EmailMessage) -> None:
    message["From"] = settings.mail_from
    message["To"] = settings.mail_to
    message["Date"] = email.utils.localtime()
    message["Auto-Submitted"] = "auto-generated"
    context = ssl.create_default_context()
    connect: Callable[[], smtplib.SMTP]
    if settings.mail_tls == "tls":
        connect = lambda: smtplib.SMTP_SSL(  # noqa: E731
            settings.mail_host, settings.mail_port, timeout=30, context=context
        )
    else:
        connect = lambda: smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=30)  # noqa: E731
    with connect() as server:
        if settings.mail_tls == "starttls":
            server.starttls(context=context)
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        server.send_message(message)


def mail_alert(settings: Settings, alert: Alert) -> None:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = headline(alert)
    # The same for each attempt: by it a receiver drops doubles.
    message["Message-ID"] = f"<{alert.alert_id}@slaops.invalid>"
    message["X-Slaops-Alert"] = str(alert.alert_id)
    message.set_content("\n".join([headline(alert) + ".", "", *details(alert), ""]))
    send_mail(settings, message)


def post_alert(settings: Settings, alert: Alert) -> None:
    # Slack and Mattermost read <!channel> and links in a text: a name is neither.
    text = headline(alert) + "; " + ", ".join(details(alert)) + "."
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    body = {"text": text, "alert": dataclasses.asdict(alert)}
    request = urllib.request.Request(  # noqa: S310 (http and https only: Settings.of)
        settings.webhook,
        data=json.dumps(body, default=str).encode(),
        headers={"Content-Type": "application/json", "Idempotency-Key": str(alert.alert_id)},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        answer.read()


def channels(settings: Settings) -> dict[str, Callable[[Settings, Alert], None]]:
    found: dict[str, Callable[[Settings, Alert], None]] = {}
    if settings.mail_host:
        found["mail"] = mail_alert
    if settings.webhook:
        found["webhook"] = post_alert
    if not found:
        raise SystemExit("listener: give SMTP_HOST or WEBHOOK_URL, or both")
    return found


def new_alerts(
    connection: psycopg.Connection[tuple[object, ...]], settings: Settings, channel: str
) -> list[Alert]:
    with connection.cursor(row_factory=class_row(Alert)) as cursor:
        query = NEW_ALERTS.format(schema=sql.Identifier(settings.schema))
        return cursor.execute(query, {"channel": channel}).fetchall()


def keep(connection: psycopg.Connection[tuple[object, ...]], alert: Alert, channel: str) -> None:
    connection.execute(
        "INSERT INTO alert_listener.sent (alert_id, channel) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (alert.alert_id, channel),
    )


def send_new(connection: psycopg.Connection[tuple[object, ...]], settings: Settings) -> bool:
    """Sends what has not been sent, each alert before it is kept as sent; whether all of it went."""
    all_sent = True
    for channel, send in channels(settings).items():
        failed_in_a_row = 0
        for alert in new_alerts(connection, settings, channel):
            try:
                send(settings, alert)
            except (OSError, smtplib.SMTPException) as error:
                # An error of urllib has no URL in its text.
                log.warning("%s does not take %s: %s", channel, alert.alert_id, one_line(str(error)))
                all_sent = False
                failed_in_a_row += 1
                if failed_in_a_row == FAILURES_IN_A_ROW:
                    break
            else:
                keep(connection, alert, channel)
                log.info("sent %s by %s", alert.alert_id, channel)
                failed_in_a_row = 0
    return all_sent


def connect(settings: Settings) -> psycopg.Connection[tuple[object, ...]]:
    connection = psycopg.connect(
        settings.database,
        autocommit=True,
        application_name="slaops alert listener",
        client_encoding="UTF8",
    )
    # A second listener waits until the first has gone.
    connection.execute("SELECT pg_advisory_lock(hashtextextended('slaops alert listener', 0))")
    return connection


def run(settings: Settings) -> None:
    channels(settings)
    wait = 1.0
    while True:
        try:
            with connect(settings) as connection:
                # First LISTEN, then read: what comes between is in both.
                connection.execute("LISTEN slaops_risk")
                log.info("listening")
                while True:
                    if send_new(connection, settings):
                        wait = 1.0
                        pause = settings.poll_seconds
                    else:
                        pause = wait = min(wait * 2, LONGEST_WAIT)
                    for _ in connection.notifies(timeout=pause, stop_after=1):
                        pass
        except psycopg.OperationalError as error:
            log.warning("the database is away: %s", one_line(str(error)))
            time.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


def once(settings: Settings) -> None:
    with connect(settings) as connection:
        if not send_new(connection, settings):
            raise SystemExit(1)


def skip(settings: Settings) -> None:
    with connect(settings) as connection:
        for channel in channels(settings):
            for alert in new_alerts(connection, settings, channel):
                keep(connection, alert, channel)


def report(settings: Settings) -> None:
    if not settings.mail_host:
        raise SystemExit("listener: give SMTP_HOST")
    with psycopg.connect(settings.database, autocommit=True, client_encoding="UTF8") as connection:
        row = connection.execute("SELECT slaops.monday_report(%s)", (settings.schema,)).fetchone()
    page = str(row[0]) if row else ""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = f"Support report of {one_line(settings.schema, 63)}"
    message["Message-ID"] = email.utils.make_msgid(domain="slaops.invalid")
    message.set_content("The report is attached, and opens in any browser.\n")
    message.add_alternative(page, subtype="html")
    # Some programs leave SVG out of a mail's text.
    message.add_attachment(page, subtype="html", filename="report.html")
    send_mail(settings, message)


COMMANDS = {"run": run, "once": once, "skip": skip, "report": report}


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        raise SystemExit(__doc__)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        COMMANDS[arguments[0]](Settings.of(os.environ))
    except KeyboardInterrupt:
        log.info("ended")


if __name__ == "__main__":
    main(sys.argv[1:])
