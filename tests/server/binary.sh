#!/bin/bash
# Binary form: what is sent reads back equal, and bytes that are no value are refused, not believed.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q <<'SQL'
CREATE EXTENSION slaops;
CREATE TABLE v (c slaops.calendar, k slaops.sla_clock);
INSERT INTO v
SELECT c::slaops.calendar, (SELECT slaops.sla_clock_agg(timestamptz '2026-01-05Z' + i * interval '1 hour', s) FROM unnest(ARRAY['start', 'pause', 'stop']) WITH ORDINALITY AS u (s, i))
FROM unnest(ARRAY['24/7 @ UTC', 'Mo-Fr 09:00-17:00; PH off; Mo[1] 10:00-12:00; 2026 Dec 24 off "x" @ Europe/Berlin, DE-BY', '(Mo 09:00-17:00 @ UTC) - (Tu 10:00-12:00 @ Asia/Tokyo)']) AS c;
CREATE TABLE w (LIKE v);
SQL
mkdir -p "${CARGO_TARGET_DIR:-$REPO/target}"
file=${CARGO_TARGET_DIR:-$REPO/target}/binary.copy
psql_ -q -c '\copy v TO stdout (FORMAT binary)' >"$file"
psql_ -q -c '\copy w FROM pstdin (FORMAT binary)' <"$file"
[ "$(psql_ -At -c 'SELECT count(*) FROM v JOIN w ON v.c OPERATOR(slaops.=) w.c AND v.k::text = w.k::text')" = 3 ]

# A byte changed or the end cut off, 400 such values of some thousands: each is refused, or reads as a value.
python3 - "$file" <<'PY' >"$file.sql"
import sys
data = open(sys.argv[1], 'rb').read()
head = 19
fields, rows, at = [], [], head
while data[at:at + 2] != b'\xff\xff':
    at += 2
    row = []
    for _ in range(2):
        size = int.from_bytes(data[at:at + 4], 'big')
        row.append(data[at + 4:at + 4 + size])
        at += 4 + size
    rows.append(row)
for row in rows:
    for column, value in enumerate(row):
        for i in range(len(value)):
            for change in (0x01, 0x80, 0xff):
                bad = value[:i] + bytes([value[i] ^ change]) + value[i + 1:]
                print(f"{column}\t\\\\x{bad.hex()}")
        for i in range(len(value)):
            print(f"{column}\t\\\\x{value[:i].hex()}")
PY
psql_ -q -c 'CREATE TABLE bad (col int, bytes bytea)' -c '\copy bad FROM pstdin' <"$file.sql"
rm -f "$file.sql"
[ "$(psql_ -At -c 'SELECT count(*) > 1000 FROM bad')" = t ]
# COPY is the only way from bytes to a receive function: one file a value.
psql_ -At -c "SELECT encode('PGCOPY\012\377\015\012\000\000\000\000\000\000\000\000\000'::bytea || int2send(1::int2) || int4send(length(bytes)) || bytes || int2send((-1)::int2), 'hex') || ' ' || col FROM bad ORDER BY md5(bytes) LIMIT 400" |
    python3 -c '
import subprocess, sys, os
psql = [os.environ["PG_BIN"] + "/psql", "-X", "-q", "-v", "VERBOSITY=verbose", "-v", "ON_ERROR_STOP=0"]
for table, kind in (("one_c", "calendar"), ("one_k", "sla_clock")):
    subprocess.run(psql + ["-c", f"CREATE TABLE {table} (x slaops.{kind})"], check=True)
accepted = refused = 0
for line in sys.stdin:
    data, column = line.split()
    table = ("one_c", "one_k")[int(column)]
    done = subprocess.run(psql + ["-c", f"\\copy {table} FROM pstdin (FORMAT binary)"], input=bytes.fromhex(data), capture_output=True)
    text = done.stderr.decode()
    if done.returncode == 0:
        accepted += 1
    elif "22P03" in text or "22023" in text or "54000" in text:
        refused += 1
    else:
        sys.exit(f"unexpected answer to {data}: {text}")
print(f"{refused} refused, {accepted} read as other values")
'
psql_ -q -c 'SELECT count(x::text) FROM one_c' -c 'SELECT count(x::text) FROM one_k' >/dev/null
[ "$(psql_ -At -c "SELECT slaops.business_minutes('24/7 @ UTC', '2026-01-01', '2026-01-02')")" = 1440 ]

# Combinations inside one another without end, of nothing, or of one: refused, with the server still up.
for payload in '\001\000\000\000\000\000\000\000\000\000\000\000\003' '\001\000\000\000\000\000\000\000\000\000\000\000\001\001\000'; do
    python3 -c "
import sys
body = b'$payload'
body = body[:12] + body[12:] * 200000
sys.stdout.buffer.write(b'PGCOPY\n\xff\r\n\0' + b'\0' * 8 + (1).to_bytes(2, 'big') + len(body).to_bytes(4, 'big') + body + b'\xff\xff')
" | if psql_ -q -v VERBOSITY=sqlstate -c '\copy one_c FROM pstdin (FORMAT binary)' 2>"$file.err"; then
        echo 'a bottomless calendar was accepted' >&2
        exit 1
    fi
    grep -q 22P03 "$file.err"
done
rm -f "$file.err"

# What reads but is no value that slaops makes, found by `make fuzz`: an instant out of range, a change of no field, a
# point between the instants that its step keeps. Text would not give it back.
for value in sla_clock:01000000000000000000008cd3 \
    ticket_history:010000000048a79300000200000000000000008001000000801a544f80013c000003000000416461033c000003000000416461030000006e6577040000006f70656e \
    series:01000200000000000a00000000000000bf000000000000004400000000000000; do
    psql_ -q -c "CREATE TEMP TABLE received (v slaops.${value%%:*})" -v VERBOSITY=verbose -c '\copy received FROM pstdin (FORMAT binary)' 2>"$file.err" < <(python3 -c "
import sys
body = bytes.fromhex('${value#*:}')
sys.stdout.buffer.write(b'PGCOPY\n\xff\r\n\0' + b'\0' * 8 + (1).to_bytes(2, 'big') + len(body).to_bytes(4, 'big') + body + b'\xff\xff')
") && {
        echo "${value%%:*}: bytes of no value were accepted" >&2
        exit 1
    }
    grep -q 22P03 "$file.err" && grep -q 'HINT:  Send what slaops' "$file.err"
done
rm -f "$file.err"
