-- A Chatwoot in the schema cw, as the product writes it: columns of db/schema.rb (version 2025_08_16_044639, commit 0032d60),
-- texts of config/locales/en.yml (006eb17), what leaves a trace by app/models/conversation.rb, message.rb,
-- concerns/activity_message_handler.rb and listeners/reporting_event_listener.rb as of 2026. What happened is kept in cw_story.
-- Times are UTC without a zone, in whole seconds.
CREATE SCHEMA cw;
CREATE TABLE cw.accounts (id int PRIMARY KEY, name text NOT NULL, locale int DEFAULT 0);
CREATE TABLE cw.users (id int PRIMARY KEY, name text NOT NULL, display_name text, email text, type text);
CREATE TABLE cw.account_users (id bigint, account_id bigint, user_id bigint, role int DEFAULT 0);
CREATE TABLE cw.teams (id bigint PRIMARY KEY, name text NOT NULL, account_id bigint NOT NULL);
CREATE TABLE cw.inboxes (id int PRIMARY KEY, channel_id int NOT NULL, account_id int NOT NULL, name text NOT NULL, channel_type text, working_hours_enabled boolean DEFAULT false, timezone text DEFAULT 'UTC');
CREATE TABLE cw.working_hours (id bigint, inbox_id bigint, account_id bigint, day_of_week int NOT NULL, closed_all_day boolean DEFAULT false, open_hour int, open_minutes int, close_hour int, close_minutes int, open_all_day boolean DEFAULT false);
CREATE TABLE cw.contacts (id int PRIMARY KEY, name text DEFAULT '', email text, account_id int NOT NULL, additional_attributes jsonb DEFAULT '{}', custom_attributes jsonb DEFAULT '{}', country_code text DEFAULT '', blocked boolean DEFAULT false);
CREATE TABLE cw.conversations (
    id int PRIMARY KEY, account_id int NOT NULL, inbox_id int NOT NULL, status int DEFAULT 0 NOT NULL, assignee_id int, created_at timestamp NOT NULL, updated_at timestamp NOT NULL, contact_id bigint, display_id int NOT NULL,
    additional_attributes jsonb DEFAULT '{}', uuid uuid DEFAULT gen_random_uuid(), identifier text, last_activity_at timestamp, team_id bigint, campaign_id bigint, snoozed_until timestamp, custom_attributes jsonb DEFAULT '{}',
    first_reply_created_at timestamp, priority int, sla_policy_id bigint, waiting_since timestamp, cached_label_list text
);
CREATE TABLE cw.messages (
    id serial PRIMARY KEY, content text, account_id int NOT NULL, inbox_id int NOT NULL, conversation_id int NOT NULL, message_type int NOT NULL, created_at timestamp NOT NULL, updated_at timestamp NOT NULL, private boolean DEFAULT false NOT NULL,
    status int DEFAULT 0, content_type int DEFAULT 0 NOT NULL, content_attributes json DEFAULT '{}', sender_type text, sender_id bigint, additional_attributes jsonb DEFAULT '{}'
);
CREATE TABLE cw.reporting_events (id bigserial PRIMARY KEY, name text, value float, account_id int, inbox_id int, user_id int, conversation_id int, created_at timestamp, updated_at timestamp, value_in_business_hours float, event_start_time timestamp, event_end_time timestamp);
CREATE TABLE cw.csat_survey_responses (id bigint PRIMARY KEY, account_id bigint, conversation_id bigint NOT NULL, message_id bigint, rating int NOT NULL, contact_id bigint, created_at timestamp NOT NULL);
CREATE TABLE cw.sla_policies (id bigint PRIMARY KEY, name text NOT NULL, first_response_time_threshold float, next_response_time_threshold float, only_during_business_hours boolean DEFAULT false, account_id bigint NOT NULL, description text, resolution_time_threshold float);
CREATE TABLE cw.applied_slas (id bigserial PRIMARY KEY, account_id bigint, sla_policy_id bigint NOT NULL, conversation_id bigint NOT NULL, created_at timestamp NOT NULL, updated_at timestamp, sla_status int DEFAULT 0);
CREATE TABLE cw.custom_attribute_definitions (id bigint, attribute_display_name text, attribute_key text, attribute_display_type int DEFAULT 0, attribute_model int DEFAULT 0, account_id bigint);
CREATE TABLE cw.agent_bots (id bigint PRIMARY KEY, name text, account_id bigint);
CREATE TABLE cw.agent_bot_inboxes (id bigint, inbox_id int, agent_bot_id int, status int DEFAULT 0, account_id int);

INSERT INTO cw.accounts VALUES (1, 'Acme'), (2, 'Beta');
INSERT INTO cw.users (id, name, display_name) VALUES (1, 'Ann Ames', 'Ann'), (2, 'Bo by Night', NULL), (3, 'Cy Clark', NULL), (4, 'Dee Doe', NULL), (5, 'Eve Gone', NULL);
INSERT INTO cw.account_users SELECT id, 1, id, 0 FROM cw.users;
-- Chatwoot writes names of teams in lower case.
INSERT INTO cw.teams VALUES (1, 'billing', 1), (2, 'second level', 1), (3, 'billing', 2);
INSERT INTO cw.inboxes VALUES
    (1, 1, 1, 'Website', 'Channel::WebWidget', true, 'Europe/Berlin'), (2, 1, 1, 'Mail', 'Channel::Email', false, 'UTC'), (3, 2, 1, 'Bot', 'Channel::WebWidget', true, 'America/New_York'),
    (4, 1, 1, 'App', 'Channel::Api', true, 'Eastern Time (US & Canada)'), (5, 3, 2, 'Website', 'Channel::WebWidget', true, 'Mars/Olympus');
INSERT INTO cw.working_hours
SELECT row_number() OVER (), i.id, 1, d, NOT (i.id = 3 OR d BETWEEN 1 AND 5), CASE WHEN i.id = 3 THEN 0 ELSE 9 END, CASE i.id WHEN 4 THEN 30 ELSE 0 END, CASE i.id WHEN 3 THEN 23 ELSE 17 END, CASE i.id WHEN 3 THEN 59 ELSE 0 END, i.id = 3
FROM cw.inboxes AS i CROSS JOIN generate_series(0, 6) AS d;
INSERT INTO cw.sla_policies VALUES (1, 'Gold', 1800, 3600, true, 1, NULL, 28800), (2, 'Silver', 14400, NULL, false, 1, 'around the clock', 172800), (3, 'Gold', 600, NULL, false, 2, NULL, NULL), (4, 'Empty', NULL, NULL, true, 1, NULL, NULL);
INSERT INTO cw.custom_attribute_definitions VALUES (1, 'Order Number', 'order_number', 0, 0, 1), (2, 'Order Number of a contact', 'order_number', 0, 1, 1);
INSERT INTO cw.agent_bots VALUES (1, 'Robo', 1);
INSERT INTO cw.agent_bot_inboxes VALUES (1, 3, 1, 0, 1);
INSERT INTO cw.contacts SELECT c, 'Customer ' || c, 'c' || c || '@example.org', 1, CASE WHEN c % 3 = 0 THEN jsonb_build_object('company_name', 'Company ' || c % 7) ELSE '{}' END, '{}', CASE WHEN c % 2 = 0 THEN 'DE' ELSE '' END, c % 47 = 0 FROM generate_series(1, :tickets) AS c;

-- What happened: a row for each thing that somebody did, in words of the product.
CREATE TABLE cw_story (n serial, conversation_id int, at timestamp, what text, role text, actor text, status text, team text, assignee text, priority text);
CREATE FUNCTION pg_temp.dice(a int, b int, salt text) RETURNS float8 LANGUAGE sql AS $$ SELECT ('x' || substr(md5(a || salt || b), 1, 8))::bit(32)::bigint / 4294967296.0 $$;
CREATE FUNCTION pg_temp.tell(c int, t timestamp, said text) RETURNS void LANGUAGE sql AS
$$ INSERT INTO cw.messages (content, account_id, inbox_id, conversation_id, message_type, created_at, updated_at) SELECT said, account_id, inbox_id, id, 2, t, t FROM cw.conversations WHERE id = c $$;
CREATE FUNCTION pg_temp.report(c int, t timestamp, what text, since timestamp) RETURNS void LANGUAGE sql AS
$$ INSERT INTO cw.reporting_events (name, value, account_id, inbox_id, user_id, conversation_id, created_at, updated_at, event_start_time, event_end_time)
   SELECT what, extract(epoch FROM t - since), account_id, inbox_id, assignee_id, id, t + interval '3 s', t + interval '3 s', since, t FROM cw.conversations WHERE id = c $$;
DO $story$
DECLARE
    c int; step int; t timestamp; born timestamp; state text; team text; owner text; urgency text; inbox int; roll float8; actor text; old text; agents text[] := '{Ann Ames,Bo by Night,Cy Clark,Dee Doe,Eve Gone}'; words text[] := '{low,medium,high,urgent}';
    teams text[] := '{billing,second level}'; muted boolean; job interval; resolved_at timestamp; actor_id int; replied boolean; opened_since CONSTANT timestamp := '2026-03-14';
BEGIN
    FOR c IN 1 .. current_setting('cw.tickets')::int LOOP
        inbox := 1 + (c * 7) % 4; born := timestamp '2026-03-02 00:00' + c * interval '73 min'; t := born; muted := c % 47 = 0; team := NULL; owner := NULL; urgency := NULL; replied := false; resolved_at := NULL;
        state := CASE WHEN muted THEN 'resolved' WHEN inbox = 3 THEN 'pending' ELSE 'open' END;
        -- Round robin leaves no trace.
        IF c % 5 = 0 AND inbox <> 3 THEN owner := agents[1 + c % 4]; END IF;
        INSERT INTO cw.conversations (id, account_id, inbox_id, created_at, updated_at, contact_id, display_id, sla_policy_id, custom_attributes, cached_label_list, assignee_id)
        VALUES (c, 1, inbox, born, born, c, c, CASE WHEN c % 3 = 0 THEN 1 WHEN c % 3 = 1 THEN 2 END, CASE WHEN c % 4 = 0 THEN jsonb_build_object('order_number', 'A' || c) ELSE '{}' END, CASE WHEN c % 6 = 0 THEN 'vip, refund' END, array_position(agents, owner));
        -- A rule of the account gives the promise a moment later.
        INSERT INTO cw.applied_slas (account_id, sla_policy_id, conversation_id, created_at, updated_at) SELECT 1, sla_policy_id, c, born + interval '5 s', born FROM cw.conversations WHERE id = c AND sla_policy_id IS NOT NULL;
        INSERT INTO cw_story (conversation_id, at, what, role, actor, status, assignee) VALUES (c, born, 'created', 'customer', 'Customer ' || c, state, owner);
        FOR step IN 1 .. 14 LOOP
            job := make_interval(secs => (c + step) % 3);
            roll := pg_temp.dice(c, step, 'what'); actor := agents[1 + (floor(pg_temp.dice(c, step, 'who') * 5))::int]; old := NULL;
            actor_id := array_position(agents, actor);
            IF step > 1 THEN t := t + make_interval(mins => 3 + floor(pg_temp.dice(c, step, 'when') ^ 3 * 1500)::int); END IF;
            IF step = 1 OR roll < (CASE state WHEN 'resolved' THEN 0.12 WHEN 'snoozed' THEN 0.3 ELSE 0.18 END) THEN
                -- The customer writes.
                INSERT INTO cw.messages (content, account_id, inbox_id, conversation_id, message_type, created_at, updated_at, sender_type, sender_id) VALUES ('...', 1, inbox, c, 0, t, t, 'Contact', c);
                INSERT INTO cw_story (conversation_id, at, what, role, actor) VALUES (c, t, 'message', 'customer', 'Customer ' || c);
                IF state IN ('resolved', 'snoozed') AND NOT muted THEN
                    state := CASE WHEN state = 'resolved' AND inbox = 3 THEN 'pending' ELSE 'open' END;
                    INSERT INTO cw_story (conversation_id, at, what, role, status) VALUES (c, t, 'status', 'system', state);
                    IF inbox = 4 THEN PERFORM pg_temp.tell(c, t + job, 'System reopened the conversation due to a new incoming message.'); END IF;
                    IF state = 'open' AND t >= opened_since THEN PERFORM pg_temp.report(c, t + make_interval(secs => c % 2), 'conversation_opened', coalesce(resolved_at, born)); END IF;
                END IF;
                IF step = 1 AND inbox <> 3 AND NOT muted THEN
                    -- A greeting, and a rule's answer: neither is an agent's.
                    INSERT INTO cw.messages (content, account_id, inbox_id, conversation_id, message_type, created_at, updated_at) VALUES ('hello', 1, inbox, c, 3, t, t);
                    IF c % 9 = 0 THEN
                        INSERT INTO cw.messages (content, account_id, inbox_id, conversation_id, message_type, created_at, updated_at, content_attributes) VALUES ('we care', 1, inbox, c, 1, t + interval '1 s', t, to_json('{"automation_rule_id":7}'::text));
                    END IF;
                END IF;
            ELSIF muted THEN EXIT;
            ELSIF state = 'pending' AND inbox = 3 THEN
                INSERT INTO cw.messages (content, account_id, inbox_id, conversation_id, message_type, created_at, updated_at, sender_type, sender_id) VALUES ('beep', 1, 3, c, 1, t, t, 'AgentBot', 1);
                INSERT INTO cw_story (conversation_id, at, what, role, actor) VALUES (c, t, 'message', 'bot', 'Robo');
                IF roll > 0.75 THEN
                    state := 'resolved'; resolved_at := t + interval '1 min'; t := resolved_at;
                    PERFORM pg_temp.report(c, t, 'conversation_resolved', born);
                    IF NOT replied THEN PERFORM pg_temp.report(c, t, 'conversation_bot_resolved', born); END IF;
                    INSERT INTO cw_story (conversation_id, at, what, role, status) VALUES (c, t, 'status', 'system', state);
                ELSIF roll > 0.45 THEN
                    state := 'open'; t := t + interval '1 min';
                    -- It is counted once; of a second time an old Chatwoot keeps nothing, so that here an agent opens it.
                    IF NOT EXISTS (SELECT FROM cw.reporting_events WHERE conversation_id = c AND name = 'conversation_bot_handoff') THEN PERFORM pg_temp.report(c, t, 'conversation_bot_handoff', born);
                    ELSIF t < opened_since THEN t := t + job; PERFORM pg_temp.tell(c, t, 'Conversation was reopened by ' || actor); END IF;
                    IF t >= opened_since THEN PERFORM pg_temp.report(c, t, 'conversation_opened', coalesce(resolved_at, born)); END IF;
                    INSERT INTO cw_story (conversation_id, at, what, role, status) VALUES (c, t, 'status', 'system', state);
                END IF;
            ELSIF state IN ('resolved', 'snoozed', 'pending') THEN
                -- The product itself ends a snooze without a word; only a newer one counts it.
                IF state = 'resolved' AND roll < 0.8 THEN CONTINUE; END IF;
                IF state = 'snoozed' AND t >= opened_since AND roll < 0.6 THEN NULL; ELSE PERFORM pg_temp.tell(c, t + job, 'Conversation was reopened by ' || actor); END IF;
                state := 'open';
                IF t >= opened_since THEN PERFORM pg_temp.report(c, t, 'conversation_opened', coalesce(resolved_at, born)); END IF;
                INSERT INTO cw_story (conversation_id, at, what, role, status) VALUES (c, CASE WHEN t < opened_since THEN t + job ELSE t END, 'status', 'agent', state);
            ELSIF roll < 0.40 THEN
                INSERT INTO cw.messages (content, account_id, inbox_id, conversation_id, message_type, created_at, updated_at, sender_type, sender_id) VALUES ('answer', 1, inbox, c, 1, t, t, 'User', actor_id);
                INSERT INTO cw_story (conversation_id, at, what, role, actor) VALUES (c, t, 'message', 'agent', actor);
                IF NOT replied THEN replied := true; UPDATE cw.conversations SET first_reply_created_at = t WHERE id = c; PERFORM pg_temp.report(c, t, 'first_response', born); END IF;
            ELSIF roll < 0.46 THEN
                INSERT INTO cw.messages (content, account_id, inbox_id, conversation_id, message_type, created_at, updated_at, private, sender_type, sender_id) VALUES ('note', 1, inbox, c, 1, t, t, true, 'User', actor_id);
                INSERT INTO cw_story (conversation_id, at, what, role, actor) VALUES (c, t, 'note', 'agent', actor);
            ELSIF roll < 0.56 THEN
                old := team; team := teams[1 + step % 2];
                IF team = old THEN team := NULL; PERFORM pg_temp.tell(c, t + job, format('Unassigned from %s by %s', old, actor));
                ELSIF roll < 0.50 THEN owner := agents[1 + step % 5]; PERFORM pg_temp.tell(c, t + job, format('Assigned to %s via %s by %s', owner, team, actor));
                    INSERT INTO cw_story (conversation_id, at, what, role, actor, assignee) VALUES (c, t + job, 'assignee', 'agent', actor, owner);
                ELSE PERFORM pg_temp.tell(c, t + job, format('Assigned to %s by %s', team, CASE WHEN roll < 0.53 THEN 'Automation System' ELSE actor END)); END IF;
                INSERT INTO cw_story (conversation_id, at, what, role, actor, team) VALUES (c, t + job, 'team', 'agent', actor, team);
            ELSIF roll < 0.66 THEN
                old := owner; owner := CASE WHEN roll < 0.60 THEN actor WHEN roll < 0.64 THEN agents[1 + step % 5] END;
                IF owner IS NOT DISTINCT FROM old THEN CONTINUE; END IF;
                PERFORM pg_temp.tell(c, t + job, CASE WHEN owner IS NULL THEN 'Conversation unassigned by ' || actor WHEN owner = actor THEN actor || ' self-assigned this conversation' ELSE format('Assigned to %s by %s', owner, actor) END);
                INSERT INTO cw_story (conversation_id, at, what, role, actor, assignee) VALUES (c, t + job, 'assignee', 'agent', actor, owner);
            ELSIF roll < 0.74 THEN
                old := urgency; urgency := CASE WHEN roll < 0.72 THEN words[1 + (c + step) % 4] END;
                IF urgency IS NOT DISTINCT FROM old THEN CONTINUE; END IF;
                PERFORM pg_temp.tell(c, t + job, CASE WHEN urgency IS NULL THEN actor || ' removed the priority' WHEN old IS NULL THEN format('%s set the priority to %s', actor, urgency) ELSE format('%s changed the priority from %s to %s', actor, old, urgency) END);
                INSERT INTO cw_story (conversation_id, at, what, role, actor, priority) VALUES (c, t + job, 'priority', 'agent', actor, urgency);
            ELSIF roll < 0.82 THEN
                state := CASE WHEN roll < 0.79 THEN 'snoozed' ELSE 'pending' END;
                IF inbox = 3 THEN state := 'snoozed'; END IF;
                PERFORM pg_temp.tell(c, t + job, CASE state WHEN 'snoozed' THEN 'Conversation was snoozed by ' ELSE 'Conversation was marked as pending by ' END || actor);
                INSERT INTO cw_story (conversation_id, at, what, role, status) VALUES (c, t + job, 'status', 'agent', state);
            ELSE
                state := 'resolved'; resolved_at := t;
                PERFORM pg_temp.tell(c, t + job, CASE WHEN roll < 0.92 THEN 'Conversation was marked resolved by ' || actor WHEN roll < 0.95 THEN 'Conversation was resolved by Customer ' || c WHEN roll < 0.97 THEN 'Conversation was marked resolved by system due to 4 days of inactivity' ELSE 'Conversation was marked resolved by Automation System' END);
                PERFORM pg_temp.report(c, t, 'conversation_resolved', born);
                INSERT INTO cw_story (conversation_id, at, what, role, status) VALUES (c, t, 'status', 'agent', state);
                IF c % 4 = 1 THEN INSERT INTO cw.csat_survey_responses VALUES (c * 100 + step, 1, c, 0, 1 + (c + step) % 5, c, t + interval '1 hour'); END IF;
            END IF;
        END LOOP;
        UPDATE cw.conversations SET status = array_position('{open,resolved,pending,snoozed}'::text[], state) - 1, assignee_id = array_position(agents, owner), team_id = array_position(teams, team), priority = array_position(words, urgency) - 1, updated_at = t, last_activity_at = t WHERE id = c;
    END LOOP;
END $story$;
-- Eve is deleted, by which Chatwoot forgets who sent her messages.
UPDATE cw.messages SET sender_type = NULL, sender_id = NULL WHERE sender_type = 'User' AND sender_id = 5;
UPDATE cw.conversations SET assignee_id = NULL WHERE assignee_id = 5;
DELETE FROM cw.account_users WHERE user_id = 5;
DELETE FROM cw.users WHERE id = 5;
