"""Time forecasts in SQL beside statsmodels and statsforecast, in one process that takes turns, one core each.

forecast.py PSQL...: the command that reaches a database with bench.day (series, t, n). Prints a line a figure:
name, seconds (median); ratios with their goals; how errors compare; and where calls of a bank's center are at hand
(SLAOPS_SHARED or ../shared), rolling back-tests.
"""

import csv
import gzip
import os
import pathlib
import statistics
import subprocess
import sys
import time
import warnings

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402
from statsforecast.models import AutoETS  # noqa: E402
from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # noqa: E402
from statsmodels.tsa.holtwinters import ExponentialSmoothing  # noqa: E402
from statsmodels.tsa.seasonal import MSTL  # noqa: E402

PSQL = sys.argv[1:]
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
VALUES = "(SELECT series, array_agg(n ORDER BY t) AS n FROM bench.day GROUP BY series) AS q"


def sql(text):
    done = subprocess.run([*PSQL, "-c", text], capture_output=True, text=True, check=True)
    return [line.split("|") for line in done.stdout.splitlines()]


def seconds(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def goals(name, ratio, goal, sign):
    kept = ratio >= goal if sign == ">=" else ratio <= goal
    print(f"  {name:70} {ratio:8.2f}   {sign} {goal:<6g} {'ok' if kept else 'missed'}")


def winters(values):
    return ExponentialSmoothing(values, trend="add", seasonal="add", seasonal_periods=7, initialization_method="estimated").fit()


def speed():
    lists = sql(f"SELECT array_to_string(n, ',') FROM {VALUES} ORDER BY series")
    series = [np.array([float(v) for v in row[0].split(",")]) for row in lists]
    AutoETS(season_length=7).fit(series[0])  # compiles
    ours = {
        "holt_winters": f"SELECT i.sse FROM {VALUES} CROSS JOIN LATERAL slaops.fit_info(slaops.fit(n, 'holt_winters', 7)) AS i ORDER BY series",
        "ets": f"SELECT i.aicc FROM {VALUES} CROSS JOIN LATERAL slaops.fit_info(slaops.fit(n, 'ets', 7)) AS i ORDER BY series",
        "auto, 14 days with two intervals": f"SELECT sum(forecast) FROM {VALUES} CROSS JOIN LATERAL slaops.forecast(n, 14, 'auto', 7)",
    }
    peers = {
        "statsmodels Holt-Winters": lambda: [winters(s).sse for s in series],
        "statsforecast AutoETS": lambda: [AutoETS(season_length=7).fit(s).model_["aicc"] for s in series],
    }
    took = {name: [] for name in [*ours, *peers]}
    results = {}
    for _ in range(RUNS):
        for name, text in ours.items():
            t, results[name] = seconds(lambda text=text: sql(text))
            took[name].append(t)
        for name, work in peers.items():
            t, results[name] = seconds(work)
            took[name].append(t)
    median = {name: statistics.median(t) for name, t in took.items()}
    beside = [("statsmodels Holt-Winters", "holt_winters", 15), ("statsforecast AutoETS", "ets", 2.5), ("statsforecast AutoETS", "auto, 14 days with two intervals", 2.5)]
    print(f"{len(series)} series of {len(series[0])} days, median of {RUNS} runs")
    for name, t in median.items():
        print(f"  {name:36} {t:8.2f} s")
    for name, ours_name, goal in beside:
        goals(f"{name} / {ours_name}", median[name] / median[ours_name], goal, ">=")
    sse = [float(a[0]) / b for a, b in zip(results["holt_winters"], results["statsmodels Holt-Winters"])]
    goals("SSE of holt_winters / statsmodels, the largest", max(sse), 1 + 1e-6, "<=")
    aicc = [float(a[0]) - b for a, b in zip(results["ets"], results["statsforecast AutoETS"])]
    print(f"  AICc of ets less that of AutoETS: largest {max(aicc):.2f}, median {statistics.median(aicc):.2f}")


def many():
    print("Holt-Winters of 182 days in one statement, milliseconds a series")
    each = {}
    for count in (100, 1_000, 10_000):
        t, _ = seconds(lambda count=count: sql(
            "SELECT count(*), sum(forecast) FROM (SELECT series, slaops.series(at, n) AS s FROM bench.many "
            f"WHERE series <= {count} GROUP BY series) AS q CROSS JOIN LATERAL slaops.forecast(s, 14, 'holt_winters')"))
        each[count] = 1000 * t / count
        print(f"  {count:6} series {each[count]:8.3f}")
    goals("time a series, 10,000 / 1,000", each[10_000] / each[1_000], 1.2, "<=")


def survival():
    print("Kaplan-Meier of a million rows, a third of them censored, beside a sort of these")
    ours, sort = [], []
    for _ in range(RUNS):
        ours.append(seconds(lambda: sql("SELECT slaops.median_survival(slaops.survival_agg(minutes, finished)) FROM bench.life"))[0])
        sort.append(seconds(lambda: sql("SELECT count(*) FROM (SELECT minutes FROM bench.life ORDER BY minutes, finished OFFSET 0) AS s"))[0])
    t, other = statistics.median(ours), statistics.median(sort)
    print(f"  survival_agg {t:8.2f} s, sort {other:8.2f} s")
    goals("survival_agg / sort", t / other, 2, "<=")


# The center's hours: closed on the year's public holidays, and on their eves open as on Fridays.
HOURS = ("Su-Th 07:00-24:00; Fr 07:00-14:00; Sa 19:00-24:00; 1999 Apr 01,1999 Apr 07,1999 Apr 21,1999 May 21,1999 Sep 11,1999 Sep 12,1999 Sep 20,1999 Sep 25,1999 Oct 02 off; "
         "1999 Mar 31,1999 Apr 06,1999 May 20,1999 Sep 19 07:00-14:00 @ Asia/Jerusalem")


def shared(name):
    beside = pathlib.Path(__file__).resolve().parents[1] / "../shared"
    path = pathlib.Path(os.environ.get("SLAOPS_SHARED", beside)) / "data" / name
    if not path.exists():
        print(f"no {path}: back-tests on it skipped")
        return None
    return path


def calls():
    path = shared("callcenter_1999_daily.csv")
    if path is None:
        return
    with open(path, encoding="utf-8") as f:
        y = np.array([float(row["calls"]) for row in csv.DictReader(f)])
    print("calls of 1999, rolling origins over 210 days: MASE, coverage of the 95 % interval")
    for h in (7, 14, 28):
        folds, errors, inside = 210 // h, [], []
        for i in range(folds):
            origin = len(y) - h * (folds - i)
            past, later = y[:origin], y[origin:origin + h]
            fit = winters(past)
            paths = np.asarray(fit.simulate(h, repetitions=1000, random_state=1))
            low, high = np.quantile(paths, [0.025, 0.975], axis=1)
            errors.append(abs(later - fit.forecast(h)).mean() / abs(past[7:] - past[:-7]).mean())
            inside += list((later >= low) & (later <= high))
        rows = sql("SELECT method, mase, coverage_95 FROM slaops.backtest("
                   f"ARRAY[{','.join(map(str, y))}]::float8[], '{{auto,holt_winters,weekday_mean,seasonal_naive}}', {h}, {folds}, 7)")
        rows += sql("SELECT b.method || ' by open hours', b.mase, b.coverage_95 FROM (SELECT slaops.series((day AT TIME ZONE 'Asia/Jerusalem'), calls, interval '1 day', 'missing') AS days "
                    f"FROM unnest(ARRAY[{','.join(map(str, y))}]::float8[]) WITH ORDINALITY AS u (calls, n) CROSS JOIN LATERAL (SELECT timestamp '1998-12-31' + n * interval '1 day' AS day) AS d) AS q "
                    f"CROSS JOIN LATERAL slaops.backtest(q.days, '{{auto}}', '{HOURS}'::slaops.calendar, {h}, {folds}, 7) AS b")
        rows.append(["statsmodels Holt-Winters", np.mean(errors), np.mean(inside)])
        for name, mase, coverage in rows:
            print(f"  {h:3} days ahead  {name:26} {float(mase):.3f} {float(coverage):.3f}")


DAY, WEEK, ORIGINS = 48, 336, 12


def decomposed(past):
    """Day and week taken out by MSTL, an additive damped ETS for the rest, both seasons as they were last."""
    parts = MSTL(past, periods=(DAY, WEEK)).fit()
    rest = ETSModel(parts.trend + parts.resid, error="add", trend="add", damped_trend=True).fit(disp=False).forecast(WEEK)
    return rest + np.resize(parts.seasonal[-DAY:, 0], WEEK) + parts.seasonal[-WEEK:, 1]


def halves():
    path = shared("callcenter_1999_6min.csv.gz")
    if path is None:
        return
    with gzip.open(path, "rt", encoding="utf-8") as f:
        y = np.array([float(row["calls"]) for row in csv.DictReader(f)]).reshape(-1, 5).sum(axis=1)
    sql(f"CREATE TABLE bench.half AS SELECT t, n FROM unnest(ARRAY[{','.join(f'{v:g}' for v in y)}]::float8[]) WITH ORDINALITY AS u (n, t)")
    errors, spent, inside = {}, {}, []
    for back in range(ORIGINS, 0, -1):
        origin = len(y) - back * WEEK
        past, later = y[:origin], y[origin:origin + WEEK]

        def ours(origin=origin):
            return sql("SELECT f.forecast, f.lower[1], f.upper[1], f.lower[2], f.upper[2] FROM (SELECT array_agg(n ORDER BY t) AS n "
                       f"FROM bench.half WHERE t <= {origin}) AS q CROSS JOIN LATERAL slaops.forecast(q.n, {WEEK}, 'auto', {WEEK}) AS f ORDER BY f.step")

        work = {
            "auto": lambda: np.array(ours(), dtype=float),
            "MSTL + ETS of statsmodels": lambda past=past: decomposed(past),
            "the same half hour of four weeks": lambda past=past: past[-4 * WEEK:].reshape(4, WEEK).mean(axis=0),
            "the last week again": lambda past=past: past[-WEEK:],
        }
        for name, forecast in work.items():
            t, found = seconds(forecast)
            if name == "auto":
                inside.append([((later >= found[:, 1]) & (later <= found[:, 2])).mean(), ((later >= found[:, 3]) & (later <= found[:, 4])).mean()])
                found = found[:, 0]
            errors.setdefault(name, []).append(abs(later - found).mean())
            spent.setdefault(name, []).append(t)
    print(f"calls of 1999 by the half hour, a week ahead from each of the last {ORIGINS} weeks: mean absolute error, seconds")
    for name, list_ in errors.items():
        print(f"  {name:36} {np.mean(list_):.3f} {statistics.median(spent[name]):8.2f}")
    held = np.mean(inside, axis=0)
    print(f"  intervals of auto held {held[0]:.3f} at 80 %, {held[1]:.3f} at 95 %")
    for other in list(errors)[1:3]:
        goals(f"error of auto / {other}", np.mean(errors["auto"]) / np.mean(errors[other]), 1, "<=")


speed()
many()
survival()
calls()
halves()
