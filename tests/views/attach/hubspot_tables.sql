-- A HubSpot in the schema hs as Fivetran loads it: tables and columns of dbt_hubspot_source (commit bcc7781: macros/get_ticket_columns.sql,
-- get_ticket_property_history_columns.sql, get_ticket_pipeline_stage_columns.sql, get_engagement_email_columns.sql, seeds), values by
-- HubSpot's API guides of 2026 (hs_email_direction, hs_email_status). The history has a row for each value, the first one too, and
-- again where a workflow writes what is there. What happened is kept in hs_story.
CREATE SCHEMA hs;
CREATE TABLE hs.owner (owner_id bigint, first_name text, last_name text, email text, type text, active_user_id bigint);
INSERT INTO hs.owner VALUES (11, 'Ann', 'Ames', 'ann@x', 'PERSON', 101), (12, 'Bo', 'Bell', 'bo@x', 'PERSON', 102), (13, '', '', 'cy@x', 'PERSON', NULL);
CREATE TABLE hs.team (id bigint, name text);
INSERT INTO hs.team VALUES (71, 'Support'), (72, 'Engineering');
CREATE TABLE hs.ticket_pipeline (pipeline_id text, label text, active boolean, _fivetran_deleted boolean);
INSERT INTO hs.ticket_pipeline VALUES ('0', 'Support', true, false), ('9', 'Returns', true, false);
CREATE TABLE hs.ticket_pipeline_stage (stage_id text, pipeline_id text, label text, is_closed boolean, ticket_state text, display_order int, active boolean);
-- Done is closed in one pipeline and open in the other.
INSERT INTO hs.ticket_pipeline_stage VALUES ('1', '0', 'New', false, 'OPEN', 0), ('2', '0', 'Waiting on contact', false, 'OPEN', 1), ('3', '0', 'Waiting on us', false, 'OPEN', 2), ('4', '0', 'Closed', true, 'CLOSED', 3), ('5', '0', 'Done', true, 'CLOSED', 4),
    ('901', '9', 'Parcel expected', NULL, 'OPEN', 0), ('902', '9', 'Done', NULL, 'OPEN', 1), ('903', '9', 'Refunded', NULL, 'CLOSED', 2);
CREATE TABLE hs.property (name text, label text, hubspot_object text, hubspot_defined boolean);
INSERT INTO hs.property VALUES ('product_line', 'Product Line', 'ticket', false), ('product_line', 'Line of a contact', 'contact', false), ('subject', 'Ticket name', 'ticket', true);
CREATE TABLE hs.ticket (
    id bigint, is_deleted boolean, property_createdate timestamptz, property_closed_date timestamptz, property_first_agent_reply_date timestamptz, property_hs_pipeline text, property_hs_pipeline_stage text, property_hs_ticket_category text, property_hs_ticket_priority text,
    property_hubspot_owner_id bigint, property_hubspot_team_id text, property_subject text, property_content text, property_source_type text, property_hs_lastmodifieddate timestamptz, property_hs_time_to_first_response_sla_at timestamptz, property_product_line text, _fivetran_deleted boolean DEFAULT false, _fivetran_synced timestamptz
);
CREATE TABLE hs.ticket_property_history (ticket_id bigint, name text, "timestamp" timestamptz, value text, source text, source_id text, _fivetran_synced timestamptz);
CREATE TABLE hs.ticket_engagement (ticket_id bigint, engagement_id bigint, category text);
CREATE TABLE hs.engagement_email (engagement_id bigint, property_hs_timestamp timestamptz, property_hs_createdate timestamptz, property_hubspot_owner_id bigint, property_hs_email_direction text, property_hs_email_status text, type text, _fivetran_deleted boolean DEFAULT false);
CREATE TABLE hs.engagement_note (engagement_id bigint, property_hs_timestamp timestamptz, property_hs_createdate timestamptz, property_hubspot_owner_id bigint, type text, _fivetran_deleted boolean DEFAULT false);
CREATE TABLE hs.ticket_contact AS SELECT t AS ticket_id, 500 + t % 30 AS contact_id, 'HUBSPOT_DEFINED' AS category FROM generate_series(1, 400) AS t;
CREATE TABLE hs.ticket_company AS SELECT t AS ticket_id, 600 + t % 5 AS company_id, 'HUBSPOT_DEFINED' AS category FROM generate_series(1, 400) AS t WHERE t % 3 > 0;
CREATE TABLE hs.company AS SELECT 600 + c AS id, 'Company ' || c AS property_name FROM generate_series(0, 4) AS c;
CREATE TABLE hs_story (n serial, ticket_id bigint, at timestamptz, what text, actor text, value text, public boolean);
CREATE FUNCTION pg_temp.toss(a int, b int, salt text) RETURNS float8 LANGUAGE sql AS $$ SELECT ('x' || substr(md5(a || salt || b), 1, 8))::bit(32)::bigint / 4294967296.0 $$;
CREATE FUNCTION pg_temp.wrote(c int, t timestamptz, property text, written text, by_user int) RETURNS void LANGUAGE sql AS
$$ INSERT INTO hs.ticket_property_history VALUES (c, property, t, written, CASE WHEN by_user IS NULL THEN 'AUTOMATION_PLATFORM' ELSE 'CRM_UI' END, CASE WHEN by_user IS NULL THEN 'enrollmentId:5' ELSE 'userId:' || by_user END, t) $$;
DO $story$
DECLARE
    c int; step int; t timestamptz; born timestamptz; stage text; first_stage text; owner int; team text; urgency text; roll float8; person int; name text; written text; engagement int := 0; replied timestamptz; closed_at timestamptz; names text[] := '{Ann Ames,Bo Bell,cy@x}'; labels jsonb;
BEGIN
    SELECT jsonb_object_agg(stage_id, CASE WHEN label = 'Done' THEN CASE pipeline_id WHEN '0' THEN 'Done (Support)' ELSE 'Done (Returns)' END ELSE label END) INTO labels FROM hs.ticket_pipeline_stage;
    FOR c IN 1 .. current_setting('hs.tickets')::int LOOP
        born := timestamptz '2026-03-02 00:00Z' + c * interval '83 min'; t := born; replied := NULL; closed_at := NULL; owner := CASE WHEN c % 4 = 0 THEN 11 END; team := CASE WHEN c % 4 = 0 THEN '71' END; urgency := CASE WHEN c % 3 = 0 THEN 'HIGH' END;
        -- Some begin in a later stage.
        stage := CASE WHEN c % 5 = 0 THEN '901' WHEN c % 11 = 0 THEN '3' ELSE '1' END;
        INSERT INTO hs.ticket (id, is_deleted, property_createdate, property_hs_pipeline, property_subject, property_source_type, property_product_line, property_hs_ticket_category, _fivetran_synced) VALUES (c, false, born, CASE WHEN c % 5 = 0 THEN '9' ELSE '0' END, 'Subject ' || c, CASE WHEN c % 2 = 0 THEN 'EMAIL' ELSE 'CHAT' END, CASE WHEN c % 4 = 1 THEN 'Pumps' END, 'PRODUCT_ISSUE', '2026-05-01Z');
        INSERT INTO hs_story (ticket_id, at, what, value) VALUES (c, born, 'stage', labels ->> stage), (c, born, 'priority', urgency), (c, born, 'owner', names[owner - 10]), (c, born, 'team', CASE team WHEN '71' THEN 'Support' END);
        PERFORM pg_temp.wrote(c, born, 'hs_pipeline_stage', stage, NULL), pg_temp.wrote(c, born, 'content', '...', NULL);
        IF urgency IS NOT NULL THEN PERFORM pg_temp.wrote(c, born, 'hs_ticket_priority', urgency, NULL); END IF;
        IF owner IS NOT NULL THEN PERFORM pg_temp.wrote(c, born, 'hubspot_owner_id', owner::text, NULL), pg_temp.wrote(c, born, 'hubspot_team_id', team, NULL); END IF;
        FOR step IN 1 .. 12 LOOP
            roll := pg_temp.toss(c, step, 'what'); person := 1 + floor(pg_temp.toss(c, step, 'who') * 3)::int; name := names[person]; t := t + make_interval(mins => 4 + floor(pg_temp.toss(c, step, 'when') ^ 3 * 1400)::int); engagement := engagement + 1;
            -- Chats leave no engagement: only the first reply is known.
            IF roll < 0.30 AND c % 2 = 1 THEN
                IF replied IS NULL AND roll < 0.15 THEN replied := t; INSERT INTO hs_story (ticket_id, at, what, public) VALUES (c, t, 'reply', true); END IF;
            ELSIF roll < 0.15 THEN
                INSERT INTO hs.engagement_email VALUES (engagement, t, t + interval '9 s', NULL, 'INCOMING_EMAIL', NULL, 'INCOMING_EMAIL'); INSERT INTO hs.ticket_engagement VALUES (c, engagement, 'HUBSPOT_DEFINED');
                INSERT INTO hs_story (ticket_id, at, what, public) VALUES (c, t, 'asked', true);
            ELSIF roll < 0.30 THEN
                -- What bounced has reached nobody.
                INSERT INTO hs.engagement_email VALUES (engagement, t, t, 10 + person, 'EMAIL', CASE WHEN roll > 0.27 THEN 'BOUNCED' ELSE 'SENT' END, 'EMAIL'); INSERT INTO hs.ticket_engagement VALUES (c, engagement, 'HUBSPOT_DEFINED');
                IF roll <= 0.27 THEN replied := coalesce(replied, t); INSERT INTO hs_story (ticket_id, at, what, actor, public) VALUES (c, t, 'reply', name, true); END IF;
            ELSIF roll < 0.38 THEN
                INSERT INTO hs.engagement_note VALUES (engagement, t, t, 10 + person, 'NOTE'); INSERT INTO hs.ticket_engagement VALUES (c, engagement, 'HUBSPOT_DEFINED');
                INSERT INTO hs_story (ticket_id, at, what, actor, public) VALUES (c, t, 'note', name, false);
            ELSIF roll < 0.50 THEN
                IF owner = 10 + person THEN owner := NULL; team := NULL; ELSE owner := 10 + person; team := CASE WHEN person = 3 THEN '72' ELSE '71' END; END IF;
                PERFORM pg_temp.wrote(c, t, 'hubspot_owner_id', coalesce(owner::text, ''), 100 + person), pg_temp.wrote(c, t, 'hubspot_team_id', coalesce(team, ''), 100 + person);
                INSERT INTO hs_story (ticket_id, at, what, value) VALUES (c, t, 'owner', names[owner - 10]), (c, t, 'team', CASE team WHEN '71' THEN 'Support' WHEN '72' THEN 'Engineering' END);
            ELSIF roll < 0.58 THEN
                urgency := (ARRAY['LOW', 'MEDIUM', 'HIGH', 'URGENT'])[1 + step % 4]; PERFORM pg_temp.wrote(c, t, 'hs_ticket_priority', urgency, 100 + person); INSERT INTO hs_story (ticket_id, at, what, value) VALUES (c, t, 'priority', urgency);
            ELSIF roll < 0.85 THEN
                written := CASE WHEN c % 5 = 0 THEN (ARRAY['901', '902', '903'])[1 + (c + step) % 3] ELSE (ARRAY['2', '3', '4', '5'])[1 + (c + step) % 4] END;
                PERFORM pg_temp.wrote(c, t, 'hs_pipeline_stage', written, CASE WHEN roll < 0.80 THEN 100 + person END);
                IF written <> stage THEN INSERT INTO hs_story (ticket_id, at, what, value) VALUES (c, t, 'stage', labels ->> written); closed_at := CASE WHEN written IN ('4', '5', '903') THEN t END; END IF;
                stage := written;
            END IF;
        END LOOP;
        UPDATE hs.ticket SET property_hs_pipeline_stage = stage, property_hs_ticket_priority = urgency, property_hubspot_owner_id = owner, property_hubspot_team_id = team, property_closed_date = closed_at, property_first_agent_reply_date = replied, property_hs_lastmodifieddate = t, property_hs_time_to_first_response_sla_at = born + interval '4 hours' WHERE id = c;
    END LOOP;
END $story$;
-- Ticket 6 went into 7, and the loader deleted it; 8 went into 9, and is still listed. Ticket 10 is in the recycle bin.
UPDATE hs.ticket SET _fivetran_deleted = true WHERE id = 6;
UPDATE hs.ticket SET is_deleted = true WHERE id = 10;
INSERT INTO hs.ticket_property_history VALUES (9, 'hs_merged_object_ids', '2026-04-10Z', '8', 'MERGE_OBJECTS', 'userId:101', '2026-04-10Z'), (7, 'hs_merged_object_ids', '2026-04-10Z', '6', 'MERGE_OBJECTS', 'userId:101', '2026-04-10Z');
UPDATE hs.ticket_engagement SET ticket_id = 9 WHERE ticket_id = 8;
UPDATE hs_story SET ticket_id = 9 WHERE ticket_id = 8 AND what IN ('asked', 'reply', 'note');
