-- What happens at the desk of desk.sql on 5 January 2026: new tickets, solved ones, other names.
CREATE TEMPORARY TABLE solved AS SELECT id FROM za.tickets WHERE status NOT IN ('solved', 'closed', 'deleted') ORDER BY id DESC LIMIT 40;
INSERT INTO za.ticket_audits (id, ticket_id, created_at, author_id, via, events, _airbyte_extracted_at)
SELECT 90000000 + s.id, s.id, '2026-01-05 15:00Z', a.id, '{"channel": "web"}',
       jsonb_build_array(jsonb_build_object('id', 1, 'type', 'Comment', 'author_id', a.id, 'body', '...', 'public', true), jsonb_build_object('id', 2, 'type', 'Change', 'field_name', 'status', 'value', 'solved', 'previous_value', t.status)), '2026-01-05 15:01Z'
FROM solved AS s JOIN za.tickets AS t USING (id) CROSS JOIN (SELECT min(id) AS id FROM za.users WHERE role <> 'end-user') AS a;
UPDATE za.tickets SET status = 'solved', _airbyte_extracted_at = '2026-01-05 15:01Z' WHERE id IN (SELECT id FROM solved);
INSERT INTO za.tickets (id, created_at, subject, requester_id, submitter_id, organization_id, brand_id, group_id, status, priority, type, via, tags, custom_fields, satisfaction_rating, _airbyte_extracted_at)
SELECT 1000000 + id, '2026-01-05 10:00Z'::timestamptz + (row_number() OVER (ORDER BY id)) * '1 min'::interval, subject, requester_id, submitter_id, organization_id, brand_id, group_id, 'open', priority, type, via, tags, custom_fields, satisfaction_rating, '2026-01-05 12:00Z'
FROM za.tickets WHERE status = 'closed' ORDER BY id LIMIT 60;
INSERT INTO za.ticket_audits (id, ticket_id, created_at, author_id, via, events, _airbyte_extracted_at)
SELECT 90000000 + id, id, created_at, requester_id, '{"channel": "web"}', '[{"id": 1, "type": "Create", "field_name": "status", "value": "open"}]', '2026-01-05 12:00Z'
FROM za.tickets WHERE id BETWEEN 1000000 AND 89000000 AND created_at >= '2026-01-05 10:00Z';
UPDATE za.groups SET name = name || ' of Today' WHERE id = (SELECT min(id) FROM za.groups);
UPDATE za.users SET name = name || ' jr', _airbyte_extracted_at = '2026-01-05 14:00Z' WHERE id = (SELECT min(id) FROM za.users WHERE role <> 'end-user');
