"""Time a call of pandas, businesstimedelta and numpy on the rows of a CSV file.

peers.py ROWS HOLIDAYS: ROWS has a, b (UTC), minutes, and slaops' answers: minutes between, the instant after
adding, days between; HOLIDAYS has a date a line. Prints for each peer: its name, the suite's case to compare
with, milliseconds a call (median of 5 interleaved runs), and how many of its answers are slaops' answers.
"""

import csv
import datetime as dt
import statistics
import sys
import time
import warnings

import businesstimedelta
import numpy as np
import pandas as pd
import pytz

warnings.filterwarnings("ignore")
ZONE = "America/New_York"


def load(rows_path, holidays_path):
    with open(holidays_path, encoding="utf-8") as f:
        holidays = [dt.date.fromisoformat(line.strip()) for line in f if line.strip()]
    with open(rows_path, encoding="utf-8") as f:
        rows = [
            (dt.datetime.fromisoformat(a), dt.datetime.fromisoformat(b), float(m), float(between),
             dt.datetime.fromisoformat(added), int(days))
            for a, b, m, between, added, days in csv.reader(f)
        ]
    return rows, holidays


def main():
    rows, holidays = load(*sys.argv[1:3])

    hours = pd.offsets.CustomBusinessHour(start="09:00", end="17:00", holidays=holidays)
    stamps = [pd.Timestamp(r[0]).tz_convert(ZONE) for r in rows]
    # A pandas business hour is a whole one; the minutes go in as business hours and a rest.
    def pandas_add():
        return [t + hours * (int(r[2]) // 60) for t, r in zip(stamps, rows)]

    zone = pytz.timezone(ZONE)
    rules = businesstimedelta.Rules([
        businesstimedelta.WorkDayRule(dt.time(9), dt.time(17), [0, 1, 2, 3, 4], tz=zone),
        businesstimedelta.HolidayRule(dict.fromkeys(holidays), tz=zone),
    ])

    def timedelta_difference():
        return [rules.difference(r[0], r[1]).timedelta.total_seconds() / 60 for r in rows]

    calendar = np.busdaycalendar(holidays=np.array(holidays, dtype="M8[D]"))
    first = np.array([r[0].date() for r in rows], dtype="M8[D]")
    last = np.array([r[1].date() for r in rows], dtype="M8[D]")
    # numpy is at its best with a long array.
    first_long, last_long = np.tile(first, 2000), np.tile(last, 2000)

    def numpy_one():
        return [np.busday_count(a, b, busdaycal=calendar) for a, b in zip(first, last)]

    def numpy_array():
        return np.busday_count(first_long, last_long, busdaycal=calendar)

    def equal(found, expected, near):
        return sum(1 for f, e in zip(found, expected) if near(f, e))

    exact = lambda f, e: f == e
    minutes = lambda f, e: abs(f - e) < 1 / 30      # businesstimedelta drops fractions of a second
    instant = lambda f, e: abs((f - pd.Timestamp(e)).total_seconds()) < 1e-3
    peers = [
        ("pandas CustomBusinessHour", "business_add, constant", pandas_add, len(rows), [r[4] for r in rows], instant),
        ("businesstimedelta difference", "business_minutes, constant", timedelta_difference, len(rows), [r[3] for r in rows], minutes),
        ("numpy busday_count, one date", "business_days, constant", numpy_one, len(rows), [r[5] for r in rows], exact),
        ("numpy busday_count, array", "business_days, constant", numpy_array, len(first_long), [r[5] for r in rows], exact),
    ]
    spent = {peer[0]: [] for peer in peers}
    answers = {}
    for _ in range(5):
        for name, _, call, count, _, _ in peers:
            started = time.perf_counter()
            answers[name] = call()
            spent[name].append((time.perf_counter() - started) * 1e3 / count)
    for name, case, _, _, expected, near in peers:
        same = equal(answers[name], expected, near)
        print(name, case, f"{statistics.median(spent[name]):.9f}", f"{same} of {len(expected)}", sep="\t")


main()
