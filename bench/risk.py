"""Breach risk of Boston's cases by scikit-learn's boosted trees, beside what slaops says of the same cases.

risk.py PSQL...: the command that reaches a database in which risk_boston.sql has run. At each of three instants:
the reference learns from the same question asked each Monday since March (or of the five months before, whichever
is later in the year), where the answer was known, and is asked the cases that run at the instant. Prints a line an
instant: as_of, cases, late, Brier scores of the base rate, curves, reference and model, and how many of the tenths
with 100 cases are within 0.05 or two standard errors, of the reference and of the model. Then times of both.
"""

import csv
import io
import os
import subprocess
import sys
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: E402

PSQL = sys.argv[1:]
ZONE = "America/New_York"
INSTANTS = ("2015-07-01", "2015-09-01", "2015-11-01")
TEXTS = ["type", "group_name", "brand", "region", "channel"]
NUMBERS = ["target_minutes", "elapsed_minutes", "weekday", "hour"]
QUESTIONS = f"""COPY (
    SELECT
        asked.at::date AS asked_at, ticket.ticket_id, ticket.type, ticket.group_name, ticket.brand, ticket.region,
        ticket.channel, clock.target_minutes, clock.elapsed_minutes, extract(epoch FROM clock.due_at) AS due_at,
        extract(isodow FROM ticket.created_at) AS weekday, extract(hour FROM ticket.created_at) AS hour,
        (ticket.solved_at IS NULL OR ticket.solved_at > clock.due_at)::integer AS late,
        extract(epoch FROM least(clock.due_at, ticket.solved_at)) AS known_at, extract(epoch FROM asked.at) AS at
    FROM (
        SELECT generate_series(timestamptz '2015-03-02', '2015-10-26', '7 days') AS at
        UNION SELECT unnest('{{{",".join(INSTANTS)}}}'::timestamptz[])
    ) AS asked
    JOIN city.tickets AS ticket
        ON ticket.created_at < asked.at AND coalesce(ticket.solved_at, 'infinity') > asked.at
    CROSS JOIN LATERAL slaops.sla_attainment(
        ticket, NULL::slaops.ticket_history, 'risk_boston', asked.at, targets_only => true
    ) AS clock
    WHERE clock.metric = 'resolution' AND clock.status IN ('active', 'at_risk')
    ORDER BY asked.at, ticket.ticket_id
) TO STDOUT (FORMAT csv, HEADER)"""
OURS = """COPY (
    SELECT ticket_id, breach_probability, curve_probability FROM city_marts.at_risk_tickets
) TO STDOUT (FORMAT csv, HEADER)"""


def sql(*statements):
    options = {**os.environ, "PGOPTIONS": f"-c TimeZone={ZONE} -c client_min_messages=warning -c jit=off"}
    arguments = [part for statement in statements for part in ("-c", statement)]
    return subprocess.run([*PSQL, *arguments], capture_output=True, text=True, check=True, env=options).stdout


def table(statement):
    return pd.read_csv(io.StringIO(sql(statement)), dtype={"ticket_id": str}, quoting=csv.QUOTE_MINIMAL)


def calibrated(said, late):
    good = judged = 0
    tenths = np.minimum((said * 10).astype(int), 9)
    for tenth in range(10):
        of = tenths == tenth
        if of.sum() >= 100:
            expected = said[of].mean()
            allowed = max(0.05, 2 * (expected * (1 - expected) / of.sum()) ** 0.5)
            judged += 1
            good += abs(expected - late[of].mean()) <= allowed
    return f"{good}/{judged}"


def main():
    asked = table(QUESTIONS)
    for name in TEXTS:
        asked[name] = asked[name].fillna("").astype("category")
    monday = pd.to_datetime(asked.asked_at).dt.weekday == 0
    year_end = pd.Timestamp("2015-12-31", tz=ZONE).timestamp()
    print("as_of\tcases\tlate\tbase\tcurves\treference\tmodel\tcalibrated: reference\tmodel")
    for instant in INSTANTS:
        at = pd.Timestamp(instant, tz=ZONE).timestamp()
        past = asked[monday & (asked["at"] < at) & (asked.known_at <= at)]
        now = asked[(asked["at"] == at) & (asked.due_at < year_end)]
        fields = TEXTS + NUMBERS
        start = time.perf_counter()
        reference = HistGradientBoostingClassifier(
            max_iter=300, learning_rate=0.05, l2_regularization=1.0, categorical_features="from_dtype",
            early_stopping=False, random_state=0,
        ).fit(past[fields], past.late)
        fitted = time.perf_counter() - start
        start = time.perf_counter()
        said = reference.predict_proba(now[fields])[:, 1]
        predicted = (time.perf_counter() - start) / len(now)
        sql(f"CALL slaops.refresh('city_marts', '{instant} 00:00')")
        both = now.merge(table(OURS), on="ticket_id", how="left")
        if both.breach_probability.isna().any():
            sys.exit(f"{instant}: {both.breach_probability.isna().sum()} cases are not in at_risk_tickets")
        late = now.late.to_numpy()

        def brier(p, late=late):
            return f"{((p - late) ** 2).mean():.4f}"

        ours = both.breach_probability.to_numpy()
        print(
            instant, len(now), f"{late.mean():.3f}", brier(past.late.mean()), brier(both.curve_probability.to_numpy()),
            brier(said), brier(ours), calibrated(said, late), calibrated(ours, late), sep="\t",
        )
        print(
            f"  scikit-learn, one thread: fit of {len(past)} questions {fitted:.2f} s, a prediction of"
            f" {len(now)} at once {predicted * 1e6:.1f} us", file=sys.stderr,
        )


main()
