-- What the listener keeps: the alerts that it has sent, by channel. Run it as the owner of the
-- marts, with the schema of the marts and the role of the listener:
--   psql -v marts=support -v listener=alert_listener -f sent.sql
\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I LOGIN', :'listener')
WHERE to_regrole(quote_ident(:'listener')) IS NULL
\gexec
SELECT * FROM slaops.grant_read(:'marts', quote_ident(:'listener')::regrole);
CREATE SCHEMA IF NOT EXISTS alert_listener;
CREATE TABLE IF NOT EXISTS alert_listener.sent (
    alert_id uuid NOT NULL,
    channel text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (alert_id, channel)
);
GRANT USAGE ON SCHEMA alert_listener TO :"listener";
GRANT SELECT, INSERT ON alert_listener.sent TO :"listener";
