"""Time fits and predictions of breach risk in SQL beside scikit-learn, on the same rows, one thread each.

risk_fit.py PSQL...: the command that reaches a database with bench.question (risk.sql). Both learn from the first
80,000 questions how the others end; then the fit of all is timed. Prints a line a figure.
"""

import io
import os
import re
import subprocess
import sys
import time
import warnings

os.environ["OMP_NUM_THREADS"] = "1"
warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402
from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: E402

PSQL = sys.argv[1:]
AGGREGATE = "slaops.risk_model_agg(fields, breached, asked_at, asked_at, i::text, NULL)"


def sql(*statements):
    arguments = [part for statement in statements for part in ("-c", statement)]
    return subprocess.run([*PSQL, *arguments], capture_output=True, text=True, check=True).stdout


def seconds(*statements):
    said = sql("\\timing on", *statements)
    return float(re.findall(r"^Time: ([\d.]+) ms", said, re.M)[-1]) / 1000


def main():
    rows = pd.read_csv(io.StringIO(sql(
        "COPY (SELECT * FROM bench.question ORDER BY i) TO STDOUT (FORMAT csv, HEADER)")))
    texts = [f"t{i}" for i in range(1, 6)]
    fields = [f"n{i}" for i in range(1, 11)] + texts
    for name in texts:
        rows[name] = rows[name].astype("category")
    # The trees' own categories are 255 at most: the rarest texts of a field are one.
    common = rows.t5.value_counts().index[:254]
    rows["t5"] = rows.t5.astype(str).where(rows.t5.isin(common), "other").astype("category")
    rows["n10"] = (rows.n10 == "t").astype(int)
    truth = (rows.breached == "t").astype(int).to_numpy()

    def peer(n):
        return HistGradientBoostingClassifier(
            max_iter=300, learning_rate=0.05, l2_regularization=1.0, categorical_features="from_dtype",
            early_stopping=False, random_state=0,
        ).fit(rows[fields][:n], truth[:n])

    sql("CREATE TABLE bench.model (part text, model slaops.risk_model)")
    gather = seconds("SELECT count(fields) FROM bench.asked")
    peer_fit, ours_fit = [], []
    for _ in range(3):
        start = time.perf_counter()
        whole = peer(len(rows))
        peer_fit.append(time.perf_counter() - start)
        sql("DELETE FROM bench.model WHERE part = 'all'")
        ours_fit.append(seconds(f"INSERT INTO bench.model SELECT 'all', {AGGREGATE} FROM bench.asked"))
    print(f"fit of 100,000 questions, 15 fields: slaops {sorted(ours_fit)[1]:.2f} s ({gather:.2f} s of it to make"
          f" the fields), scikit-learn {sorted(peer_fit)[1]:.2f} s, goal 10 s")
    trees = sql("SELECT (slaops.risk_info(model)).trees, pg_column_size(model) FROM bench.model").strip().split("|")
    print(f"trees {trees[0]}, bytes stored {trees[1]}")
    predict = "SELECT sum(slaops.risk_probability((SELECT model FROM bench.model WHERE part = 'all'), fields)) FROM bench.asked"
    ours = sorted(seconds(predict) for _ in range(3))[1]
    reasons = seconds("SELECT count(*) FROM (SELECT fields FROM bench.asked LIMIT 10000) AS few, slaops.risk_reasons("
                      "(SELECT model FROM bench.model WHERE part = 'all'), fields)")
    start = time.perf_counter()
    whole.predict_proba(rows[fields])
    batch = time.perf_counter() - start
    one = rows[fields][:1]
    start = time.perf_counter()
    for _ in range(200):
        whole.predict_proba(one)
    single = (time.perf_counter() - start) / 200
    print(f"a prediction: slaops {(ours - gather) * 10:.1f} us a row ({ours * 10:.1f} us with its fields made), with"
          f" reasons {reasons * 100:.0f} us; scikit-learn {batch * 10:.1f} us of 100,000 at once, {single * 1e6:.0f} us"
          " of one; goal 20 us")
    sql(f"INSERT INTO bench.model SELECT 'early', {AGGREGATE} FROM bench.asked WHERE i <= 80000")
    mine = float(sql("SELECT avg((p - breached::integer) ^ 2) FROM (SELECT breached, slaops.risk_probability(("
                     "SELECT model FROM bench.model WHERE part = 'early'), fields) AS p FROM bench.asked"
                     " WHERE i > 80000) AS said").strip())
    late = truth[80000:]
    theirs = ((peer(80000).predict_proba(rows[fields][80000:])[:, 1] - late) ** 2).mean()
    print(f"Brier score of 20,000 later questions: slaops {mine:.4f}, scikit-learn {theirs:.4f}")
    peak = sql(
        f"SELECT {AGGREGATE} IS NULL FROM bench.asked",
        "SELECT substring(pg_read_file('/proc/' || pg_backend_pid() || '/status') FROM 'VmHWM:\\s*(\\d+)')::int / 1024",
    ).split()
    print(f"memory: a backend that fits has {peak[-1]} MB at its peak, its share of shared_buffers included")


main()
