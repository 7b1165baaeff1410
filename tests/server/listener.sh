#!/bin/bash
# examples/alerts/listener.py: each alert that its role may see arrives by mail and in a chat, also after a kill and while the
# chat is away; names write no headers. Python with psycopg 3 is that of $LISTENER_PYTHON, of target/dashboard, or of the system.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cd "$REPO"
python=
for candidate in "${LISTENER_PYTHON:-}" "${DASHBOARD_VENV:-${CARGO_TARGET_DIR:-$REPO/target}/dashboard}/bin/python3" python3; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys, psycopg; sys.exit(psycopg.__version__ < "3.2")' 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || { echo "listener: no python3 with psycopg 3.2 or later: make dashboard installs it"; exit 77; }
cluster_use
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 5000);
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents');
-- The listener's role may see the tickets of one group.
ALTER TABLE demo.tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tier ON demo.tickets USING (group_name = 'Tier 2');
SQL
psql_ -q -o /dev/null -v marts=marts -v listener=alert_listener -f examples/alerts/sent.sql
psql_ -q -o /dev/null -v marts=marts -v listener=alert_listener -f examples/alerts/sent.sql      # twice does no harm

got=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null || true; rm -rf "$got"; cluster_on_exit' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$got/key.pem" -out "$got/cert.pem" 2>/dev/null
"$python" tests/server/listener/receivers.py "$got" &
pids=$!
until_true() { # what, seconds, command
    local what=$1 end=$((SECONDS + $2)); shift 2
    until "$@"; do
        [ $SECONDS -lt $end ] || { echo "listener: not in time: $what" >&2; cat "$got/log" >&2; exit 1; }
        sleep 0.1
    done
}
until_true 'ports of the receivers' 120 test -f "$got/ports"
read -r smtp guarded over_tls http <"$got/ports"
listen() { # command
    env PGUSER=alert_listener SLAOPS_SCHEMA=marts POLL_SECONDS=3600 SMTP_HOST=127.0.0.1 SMTP_PORT="$smtp" SMTP_TLS=none MAIL_FROM=slaops@example.org \
        MAIL_TO=team@example.org WEBHOOK_URL="http://127.0.0.1:$http/secret-hook" "$python" examples/alerts/listener.py "$1" >>"$got/log" 2>&1
}
not() { if "$@"; then echo "listener: not so: not $*" >&2; exit 1; fi; }
start() { listen run & listener=$!; pids+=" $listener"; until_true 'the listener listens' 120 listening; }
listening() { [ "$(psql_ -qAt -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'slaops alert listener' AND query ~ 'sent' AND state = 'idle'")" = 1 ]; }
stop() { # signal
    local of_python
    of_python=$(pgrep -P "$listener" || true)
    # shellcheck disable=SC2086
    kill "-$1" $of_python "$listener" 2>/dev/null || true
    wait "$listener" 2>/dev/null || true
    until_true 'the listener is gone' 120 gone
}
gone() { [ "$(psql_ -qAt -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'slaops alert listener'")" = 0 ]; }
ids_of_mails() { cat "$got"/mail.* 2>/dev/null | tr -d '\r' | sed -n 's/^X-Slaops-Alert: //p' | sort; }
ids_of_webhooks() { "$python" -c 'import json, sys; [print(json.loads(line)["key"]) for line in sys.stdin]' <"$got/webhooks" 2>/dev/null | sort; }
ids_of_alerts() { psql_ -qAt -c "SELECT alert_id FROM marts.risk_alerts WHERE ticket_id IN (SELECT ticket_id FROM demo.tickets WHERE group_name = 'Tier 2')" | sort; }
all_mailed() { [ "$(ids_of_mails | uniq)" = "$(ids_of_alerts)" ]; }
all_posted() { [ "$(ids_of_webhooks | uniq)" = "$(ids_of_alerts)" ]; }
touch "$got/webhooks"

# What is told while it listens arrives at once, by the notification: it would look by itself in an hour.
start
psql_ -q -o /dev/null -c "SELECT slaops.alert('marts', 0.9, levels => '{probability}')"
[ -z "$(ids_of_alerts)" ] || until_true 'mails of the first alerts' 120 all_mailed
psql_ -q -o /dev/null -c "SELECT slaops.alert('marts', 0.2, levels => '{0.5,probability}', groups => '{Tier 2,Tier 1}')"
[ "$(ids_of_alerts | wc -l)" -ge 2 ] || { echo 'listener: too few alerts to test with' >&2; exit 1; }
[ "$(psql_ -qAt -c 'SELECT count(*) FROM marts.risk_alerts')" -gt "$(ids_of_alerts | wc -l)" ] || { echo 'listener: no alerts that it may not see' >&2; exit 1; }
until_true 'mails' 120 all_mailed
until_true 'webhooks' 120 all_posted
[ "$(ids_of_mails)" = "$(ids_of_alerts)" ] && [ "$(ids_of_webhooks)" = "$(ids_of_alerts)" ]      # once each

# Killed, it has missed nothing when it is there again; the database may throw it out, too.
stop KILL
psql_ -q -o /dev/null -c "SELECT slaops.alert('marts', levels => '{breach}')"
not all_mailed
start
until_true 'mails after a kill' 120 all_mailed
until_true 'webhooks after a kill' 120 all_posted
psql_ -q -o /dev/null -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'slaops alert listener'"
# Sent, but not kept as sent, as by a kill in between: it goes again, with the id that it had.
again=$(ids_of_alerts | head -n 1)
psql_ -q -c "DELETE FROM alert_listener.sent WHERE alert_id = '$again' AND channel = 'mail'"
twice() { [ "$(ids_of_mails | grep -c "$again")" = 2 ]; }
until_true 'the mail again after a lost connection' 120 twice
[ "$(cat "$got"/mail.* | tr -d '\r' | grep -c "^Message-ID: <$again@")" = 2 ]
stop TERM

# A chat that is away keeps no mail back, and gets its alerts later. Names of every kind are text: in a header, in a chat.
psql_ -q -o /dev/null <<'SQL'
DELETE FROM alert_listener.sent WHERE alert_id IN (SELECT alert_id FROM alert_listener.sent ORDER BY alert_id LIMIT 2);
UPDATE marts.risk_alerts SET
    group_name = E'Tier 2\r\nBcc: evil@example.org\n\n<script>alert(1)</script> <!channel>',
    assignee = E'"ann" <ann@example.org>\r\n.\r\nMAIL FROM:<evil@example.org>'
WHERE ticket_id IN (SELECT ticket_id FROM demo.tickets WHERE group_name = 'Tier 2') AND alert_id NOT IN (SELECT alert_id FROM alert_listener.sent);
SQL
unsent() { [ "$(psql_ -qAt -c "SELECT count(*) FROM alert_listener.sent WHERE channel = '$1'")" = "$(($(ids_of_alerts | wc -l) - $2))" ]; }
unsent mail 2
touch "$got/closed"
mails=$(ids_of_mails | wc -l)
posts=$(ids_of_webhooks | wc -l)
not listen once
unsent mail 0
unsent webhook 2
[ "$(ids_of_mails | wc -l)" = $((mails + 2)) ] && [ "$(ids_of_webhooks | wc -l)" = "$posts" ]
rm "$got/closed"
listen once
unsent webhook 0
[ "$(ids_of_mails | wc -l)" = $((mails + 2)) ] && [ "$(ids_of_webhooks | wc -l)" = $((posts + 2)) ]
cat >"$got/check.py" <<'PY'
import email, email.policy, json, pathlib, sys
directory = pathlib.Path(sys.argv[1])
hostile = 0
for path in directory.glob("mail.*"):
    text = path.read_bytes()
    envelope = [line for line in text.split(b"\r\n") if line.startswith(b"X-Envelope")]
    assert len(envelope) == 2 and b"slaops@example.org" in envelope[0] and b"team@example.org" in envelope[1], envelope
    mail = email.message_from_bytes(text, policy=email.policy.default)
    assert mail["Bcc"] is None and mail["To"] == "team@example.org" and len(mail.get_all("Subject")) == 1, path
    assert mail.get_content_type() == "text/plain", path
    body = mail.get_content()
    assert "MAIL FROM" not in body or '"ann" <ann@example.org> . MAIL FROM:<evil@example.org>' in body, body
    hostile += "Tier 2 Bcc: evil@example.org <script>" in mail["Subject"]
assert hostile == 2, hostile
posts = [json.loads(line) for line in (directory / "webhooks").read_text().splitlines()]
hostile = [post for post in posts if "evil" in post["text"]]
assert len(hostile) == 2 and all("<" not in post["text"] and "\n" not in post["text"] for post in hostile), hostile
assert all("<!channel>" in post["alert"]["group_name"] for post in hostile)
assert all(post["alert"]["alert_id"] == post["key"] for post in posts)
PY
"$python" "$got/check.py" "$got"

# A mail server that wants encryption and a login gets both: by STARTTLS and by TLS from the start. Without them, with another
# password, or with a certificate that nobody vouches for, nothing goes, and what is refused stays unsent.
rm "$got"/mail.*
sent() { # mails that come, then the environment
    local most=$1; shift
    psql_ -q -c "DELETE FROM alert_listener.sent WHERE channel = 'mail' AND alert_id = '$again'"
    env PGUSER=alert_listener SLAOPS_SCHEMA=marts SMTP_HOST=127.0.0.1 MAIL_FROM=slaops@example.org MAIL_TO=team@example.org SMTP_USER=slaops \
        SMTP_PASSWORD=open-sesame SSL_CERT_FILE="$got/cert.pem" "$@" "$python" examples/alerts/listener.py once >>"$got/log" 2>&1 || true
    [ "$(find "$got" -name 'mail.*' | wc -l)" = "$most" ] || { echo "listener: not $most mails with $*" >&2; cat "$got/log" >&2; exit 1; }
}
sent 1 SMTP_PORT="$guarded"
unsent mail 0
sent 2 SMTP_PORT="$over_tls" SMTP_TLS=tls
unsent mail 0
sent 2 SMTP_PORT="$guarded" SMTP_PASSWORD=another
sent 2 SMTP_PORT="$guarded" SMTP_USER=
sent 2 SMTP_PORT="$guarded" SMTP_TLS=none
sent 2 SMTP_PORT="$guarded" SSL_CERT_FILE=/dev/null
sent 2 SMTP_PORT="$over_tls" SMTP_TLS=tls SSL_CERT_FILE=/dev/null
# No STARTTLS on offer is no reason to go on without.
sent 2 SMTP_PORT="$smtp"
unsent mail 1
grep -q 'certificate verify failed' "$got/log"
not grep -qE 'open-sesame|another' "$got/log"

# The report goes with the page in it and beside it.
rm "$got"/mail.*
listen report
"$python" - "$got" <<'PY'
import email, email.policy, pathlib, sys
[path] = pathlib.Path(sys.argv[1]).glob("mail.*")
mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
parts = {(part.get_content_type(), part.get_filename()): part.get_content() for part in mail.walk() if not part.is_multipart()}
page = parts["text/html", "report.html"]
assert page.startswith("<!DOCTYPE html>") and "<svg" in page and page == parts["text/html", None]
PY
# No secret in what it says.
not grep -q 'secret-hook' "$got/log"
# What is there may be taken as sent.
psql_ -q -c 'DELETE FROM alert_listener.sent'
listen skip
unsent mail 0 && unsent webhook 0
[ "$(find "$got" -name 'mail.*' | wc -l)" = 1 ]
