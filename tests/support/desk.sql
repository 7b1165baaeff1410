-- A desk on a server of its own: the sample team in the schema za, as Airbyte loads a Zendesk, its rows stamped when they changed.
\ir ../views/attach/zendesk_tables.sql
\ir ../views/attach/zendesk_airbyte_tables.sql
UPDATE za.ticket_audits SET _airbyte_extracted_at = created_at;
UPDATE za.ticket_comments SET _airbyte_extracted_at = created_at;
UPDATE za.users SET _airbyte_extracted_at = '2025-01-01Z';
UPDATE za.tickets SET _airbyte_extracted_at = created_at;
UPDATE za.tickets AS t SET _airbyte_extracted_at = a.last_at FROM (SELECT ticket_id, max(created_at) AS last_at FROM za.ticket_audits GROUP BY ticket_id) AS a WHERE a.ticket_id = t.id;
ALTER TABLE za.tickets ADD PRIMARY KEY (id);
ALTER TABLE za.ticket_audits ADD PRIMARY KEY (id);
CREATE INDEX ON za.tickets (_airbyte_extracted_at);
CREATE INDEX ON za.ticket_audits (_airbyte_extracted_at);
CREATE INDEX ON za.ticket_audits (ticket_id);
CREATE INDEX ON za.ticket_comments (ticket_id);
ALTER TABLE za.ticket_comments ADD PRIMARY KEY (id);
ALTER TABLE za.users ADD PRIMARY KEY (id);
ALTER TABLE za.groups ADD PRIMARY KEY (id);
