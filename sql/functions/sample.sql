-- Sample data to try everything on: a support team's year of tickets with their events, agents,
-- calendars and policies.

CREATE FUNCTION slaops.sample_tickets(
    tickets integer DEFAULT 50000,
    seed bigint DEFAULT 42,
    until timestamptz DEFAULT '2026-01-05 08:00+00'
)
RETURNS TABLE (
    ticket_id bigint,
    created_at timestamptz,
    subject text,
    requester_id text,
    organization_id text,
    brand text,
    region text,
    channel text,
    tier text,
    type text,
    priority text,
    group_name text,
    assignee text,
    status text,
    solved_at timestamptz,
    closed_at timestamptz,
    csat_score double precision,
    cost double precision,
    calendar_name text,
    tags text[],
    attributes jsonb
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 50000
AS 'MODULE_PATHNAME', 'slaops_sample_tickets';
COMMENT ON FUNCTION slaops.sample_tickets(integer, bigint, timestamptz) IS
'Sample tickets of a support team in the year up to an instant, the same for a seed on every '
'machine. Example: SELECT * FROM slaops.sample_tickets(100);';

CREATE FUNCTION slaops.sample_events(
    tickets integer DEFAULT 50000,
    seed bigint DEFAULT 42,
    until timestamptz DEFAULT '2026-01-05 08:00+00'
)
RETURNS TABLE (
    ticket_id bigint,
    event_at timestamptz,
    event_type text,
    actor_role text,
    actor text,
    old_value text,
    new_value text,
    public boolean,
    seq bigint
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 250000
AS 'MODULE_PATHNAME', 'slaops_sample_events';
COMMENT ON FUNCTION slaops.sample_events(integer, bigint, timestamptz) IS
'The events of sample_tickets with the same arguments, ticket by ticket in order. Example: SELECT '
'* FROM slaops.sample_events(100);';

CREATE FUNCTION slaops.sample_agents(
    tickets integer DEFAULT 50000,
    seed bigint DEFAULT 42,
    until timestamptz DEFAULT '2026-01-05 08:00+00'
)
RETURNS TABLE (
    agent text,
    group_name text,
    fte double precision,
    cost_per_hour double precision,
    started_on date
)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 30
AS 'MODULE_PATHNAME', 'slaops_sample_agents';
COMMENT ON FUNCTION slaops.sample_agents(integer, bigint, timestamptz) IS
'The agents of sample_tickets with the same arguments. Example: SELECT * FROM '
'slaops.sample_agents(100);';

CREATE FUNCTION slaops.sample_shifts(
    tickets integer DEFAULT 50000,
    seed bigint DEFAULT 42,
    until timestamptz DEFAULT '2026-01-05 08:00+00'
)
RETURNS TABLE (agent text, group_name text, starts_at timestamptz, ends_at timestamptz)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 2000
SET search_path = pg_catalog, pg_temp
AS $sample_shifts$
    -- Each group has people at three desks, as many as these send tickets. Whoever works half a day
    -- has mornings, whoever works four fifths a day off.
    WITH desks (desk, share, hours) AS (
        VALUES
            ('America/New_York', 0.45, 'Mo-Fr; PH off @ America/New_York, US'),
            ('Europe/London', 0.8, 'Mo-Fr; PH off @ Europe/London, GB-ENG'),
            ('Asia/Singapore', 1.0, 'Mo-Fr; PH off @ Asia/Singapore, SG')
    ),
    people AS (
        SELECT
            known.agent,
            known.group_name,
            known.fte,
            row_number() OVER same_group AS number,
            (row_number() OVER same_group - 0.5) / count(*) OVER (PARTITION BY known.group_name)
            AS place
        FROM slaops.sample_agents(tickets, seed, until) WITH ORDINALITY AS known (
            agent, group_name, fte, cost_per_hour, started_on, number
        )
        WINDOW same_group AS (PARTITION BY known.group_name ORDER BY known.number)
    ),
    days AS (
        SELECT
            person.agent,
            person.group_name,
            person.fte,
            person.number,
            desk.desk,
            day.number AS day_number,
            first_day.at + day.number AS day
        FROM people AS person
        CROSS JOIN LATERAL (
            SELECT known.*
            FROM desks AS known
            WHERE known.share > person.place
            ORDER BY known.share
            LIMIT 1
        ) AS desk
        CROSS JOIN LATERAL (
            SELECT date_trunc('week', timezone(desk.desk, until))::date - 28 AS at
        ) AS first_day
        CROSS JOIN generate_series(0, 55) AS day (number)
        WHERE slaops.is_open(
                desk.hours::slaops.calendar,
                timezone(desk.desk, first_day.at + day.number + time '12:00')
            )
            -- One week in ten is leave.
            AND (person.number * 7 + day.number / 7) % 10 <> 9
            AND NOT (person.fte > 0.5 AND person.fte < 1 AND day.number % 7 = person.number % 5)
    ),
    stretches AS (
        SELECT
            working.*,
            stretch.begins,
            stretch.hours
        FROM days AS working
        CROSS JOIN (
            VALUES
                (0, interval '0', 4.0),
                (0, interval '4 hours 30 minutes', 4.0),
                (1, interval '0', 4.0)
        ) AS stretch (half_days, begins, hours)
        WHERE stretch.half_days = (working.fte <= 0.5)::integer
    )
    SELECT
        stretch.agent,
        stretch.group_name,
        -- Every other one begins at eight, the rest at half past nine.
        timezone(
            stretch.desk,
            stretch.day + time '08:00' + (stretch.number % 2) * interval '90 minutes'
            + stretch.begins
        ),
        timezone(
            stretch.desk,
            stretch.day + time '08:00' + (stretch.number % 2) * interval '90 minutes'
            + stretch.begins + stretch.hours * interval '1 hour'
        )
    FROM stretches AS stretch
    ORDER BY
        3,
        1
$sample_shifts$;
COMMENT ON FUNCTION slaops.sample_shifts(integer, bigint, timestamptz) IS
'The shifts of sample_agents with the same arguments, from four weeks before the week of the end '
'to four weeks after it; a break of half an hour parts two of them. Example: SELECT * FROM '
'slaops.sample_shifts(100);';

CREATE FUNCTION slaops.sample_work_logs(
    tickets integer DEFAULT 50000,
    seed bigint DEFAULT 42,
    until timestamptz DEFAULT '2026-01-05 08:00+00'
)
RETURNS TABLE (
    ticket_id bigint,
    agent text,
    started_at timestamptz,
    ended_at timestamptz,
    activity text
)
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 10000
SET search_path = pg_catalog, pg_temp
AS $sample_work_logs$
    -- Whoever writes, hands over or solves has worked on the ticket before, at most since the event
    -- before. The team keeps time of every tenth ticket.
    WITH instants AS (
        SELECT
            event.ticket_id,
            event.event_at,
            min(event.actor) FILTER (WHERE event.actor_role = 'agent') AS agent,
            min(event.seq) AS seq,
            CASE
                WHEN bool_or(event.event_type = 'group_name') THEN 'hand over'
                WHEN bool_or(event.new_value = 'solved') THEN 'solve'
                ELSE 'reply'
            END AS activity,
            lag(event.event_at) OVER (PARTITION BY event.ticket_id ORDER BY event.event_at)
            AS earlier_at
        FROM (
            SELECT (made.event).*
            FROM (SELECT slaops.sample_events(tickets, seed, until) AS event) AS made
        ) AS event
        WHERE event.ticket_id % 10 = 0
        GROUP BY
            event.ticket_id,
            event.event_at
    ),
    work AS (
        SELECT
            instant.*,
            -- From half of the usual minutes to one and a half times as many.
            CASE known.group_name WHEN 'Tier 1' THEN 10 WHEN 'Tier 2' THEN 30 ELSE 60 END
            * (
                0.5
                + (instant.ticket_id * 7919 + instant.seq * 104729 + abs(seed % 1000)) % 1000
                / 1000.0
            ) AS minutes
        FROM instants AS instant
        JOIN slaops.sample_agents(tickets, seed, until) AS known
            ON known.agent = instant.agent
        WHERE instant.earlier_at < instant.event_at
    )
    SELECT
        work.ticket_id,
        work.agent,
        greatest(work.earlier_at, work.event_at - round(work.minutes) * interval '1 minute'),
        work.event_at,
        work.activity
    FROM work
    ORDER BY
        work.ticket_id,
        work.event_at
$sample_work_logs$;
COMMENT ON FUNCTION slaops.sample_work_logs(integer, bigint, timestamptz) IS
'Who worked on every tenth of the sample_tickets with the same arguments, and when. Example: '
'SELECT * FROM slaops.sample_work_logs(100);';

CREATE FUNCTION slaops.load_sample(
    schema text,
    tickets integer DEFAULT 50000,
    seed bigint DEFAULT 42,
    until timestamptz DEFAULT '2026-01-05 08:00+00'
)
RETURNS TABLE (relation text, "rows" bigint, purpose text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $load_sample$
DECLARE
    -- How a policy set says that it may be replaced.
    mark CONSTANT text := 'Sample data of slaops.load_sample.';
    tables CONSTANT text[] :=
        '{tickets,ticket_events,agents,group_capacity,shifts,work_logs}';
    entry text;
    part text[];
BEGIN
    IF schema IS NULL OR tickets IS NULL OR seed IS NULL OR until IS NULL THEN
        RAISE EXCEPTION
            'schema, tickets, seed and until must not be NULL'
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = 'SELECT * FROM slaops.load_sample(''demo'') makes 50000 tickets.';
    END IF;
    IF schema IN ('current', 'slaops', '') OR schema ~ '@|^[{]|^pg_' THEN
        RAISE EXCEPTION 'schema must not be called "%"', schema
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Its calendars and policy set get the name of the schema. "current" and '
                      '"slaops" are taken; @ and a leading { or pg_ have other meanings.';
    END IF;
    FOREACH entry IN ARRAY tables LOOP
        IF to_regclass(format('%I.%I', slaops.schema_name(schema), entry)) IS NOT NULL THEN
            RAISE EXCEPTION 'relation %.% exists already', quote_ident(schema), entry
                USING ERRCODE = 'duplicate_table',
                      HINT = format(
                          'Nothing was changed. Load the sample data into another schema, or drop '
                          'this one first if it holds nothing else: DROP SCHEMA %I CASCADE.',
                          schema
                      );
        END IF;
    END LOOP;
    IF EXISTS (
        SELECT
        FROM slaops.sla_policies AS policy
        LEFT JOIN slaops.policy_sets AS policy_set ON policy_set.name = policy.policy_set
        WHERE policy.policy_set = schema
            AND policy_set.description IS DISTINCT FROM mark
    ) THEN
        RAISE EXCEPTION 'policy set "%" exists already and was not loaded by load_sample', schema
            USING ERRCODE = 'duplicate_object',
                  HINT = 'The policy set gets the name of the schema: choose another schema.';
    END IF;
    IF NOT (
        has_table_privilege('slaops.calendars', 'INSERT')
        AND has_table_privilege('slaops.sla_policies', 'INSERT')
    ) THEN
        RAISE EXCEPTION 'role "%" may not register calendars and policies', current_user
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Ask the owner of the extension to call load_sample. Everybody may read '
                      'the same rows with SELECT * FROM slaops.sample_tickets().';
    END IF;
    IF to_regnamespace(quote_ident(schema)) IS NULL THEN
        EXECUTE format('CREATE SCHEMA %I', schema);
        EXECUTE format('COMMENT ON SCHEMA %I IS %L', schema, mark);
    END IF;

    EXECUTE format('
        CREATE TABLE %I.tickets (
            ticket_id bigint PRIMARY KEY,
            created_at timestamptz NOT NULL,
            subject text NOT NULL,
            requester_id text NOT NULL,
            organization_id text NOT NULL,
            brand text NOT NULL,
            region text NOT NULL,
            channel text NOT NULL,
            tier text NOT NULL,
            type text NOT NULL,
            priority text NOT NULL,
            group_name text NOT NULL,
            assignee text,
            status text NOT NULL,
            solved_at timestamptz,
            closed_at timestamptz,
            csat_score double precision,
            cost double precision NOT NULL,
            calendar_name text NOT NULL,
            tags text[] NOT NULL,
            attributes jsonb NOT NULL
        )', schema);
    EXECUTE format('
        CREATE TABLE %I.ticket_events (
            ticket_id bigint NOT NULL,
            event_at timestamptz NOT NULL,
            event_type text NOT NULL,
            actor_role text NOT NULL,
            actor text NOT NULL,
            old_value text,
            new_value text,
            public boolean,
            seq bigint NOT NULL
        )', schema);
    EXECUTE format('
        CREATE TABLE %I.agents (
            agent text PRIMARY KEY,
            group_name text NOT NULL,
            fte double precision NOT NULL,
            cost_per_hour double precision NOT NULL,
            started_on date NOT NULL
        )', schema);
    EXECUTE format('
        CREATE TABLE %I.group_capacity (
            group_name text PRIMARY KEY,
            fte double precision NOT NULL,
            hours_per_day double precision NOT NULL,
            occupancy double precision NOT NULL,
            handle_minutes double precision NOT NULL,
            attainment_target double precision NOT NULL
        )', schema);
    EXECUTE format('
        CREATE TABLE %I.shifts (
            agent text NOT NULL,
            group_name text NOT NULL,
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            PRIMARY KEY (agent, starts_at)
        )', schema);
    EXECUTE format('
        CREATE TABLE %I.work_logs (
            ticket_id bigint NOT NULL,
            agent text NOT NULL,
            started_at timestamptz NOT NULL,
            ended_at timestamptz NOT NULL,
            activity text NOT NULL
        )', schema);

    -- Rows stream from a select list; from FROM they would all be written down first.
    EXECUTE format('
        INSERT INTO %I.tickets
        SELECT
            (made.ticket).ticket_id,
            (made.ticket).created_at,
            (made.ticket).subject,
            (made.ticket).requester_id,
            (made.ticket).organization_id,
            (made.ticket).brand,
            (made.ticket).region,
            (made.ticket).channel,
            (made.ticket).tier,
            (made.ticket).type,
            (made.ticket).priority,
            (made.ticket).group_name,
            (made.ticket).assignee,
            (made.ticket).status,
            (made.ticket).solved_at,
            (made.ticket).closed_at,
            (made.ticket).csat_score,
            (made.ticket).cost,
            $4 || '' '' || (made.ticket).calendar_name,
            (made.ticket).tags,
            (made.ticket).attributes
        FROM (SELECT slaops.sample_tickets($1, $2, $3) AS ticket) AS made', schema)
        USING tickets, seed, until, schema;
    EXECUTE format('
        INSERT INTO %I.ticket_events
        SELECT (made.event).*
        FROM (SELECT slaops.sample_events($1, $2, $3) AS event) AS made', schema)
        USING tickets, seed, until;
    EXECUTE format('
        INSERT INTO %I.agents
        SELECT *
        FROM slaops.sample_agents($1, $2, $3)', schema)
        USING tickets, seed, until;
    EXECUTE format('
        INSERT INTO %1$I.group_capacity
        SELECT
            team.group_name,
            round(sum(agent.fte)::numeric, 1),
            team.hours_per_day,
            0.8,
            team.handle_minutes,
            team.attainment_target
        FROM (
            VALUES
                (''Tier 1'', 8, 27, 0.9),
                (''Tier 2'', 8, 78, 0.85),
                (''Engineering'', 4, 150, 0.8)
        ) AS team (group_name, hours_per_day, handle_minutes, attainment_target)
        JOIN %1$I.agents AS agent USING (group_name)
        GROUP BY
            team.group_name,
            team.hours_per_day,
            team.handle_minutes,
            team.attainment_target', schema);
    EXECUTE format('
        INSERT INTO %I.shifts
        SELECT *
        FROM slaops.sample_shifts($1, $2, $3)', schema)
        USING tickets, seed, until;
    EXECUTE format('
        INSERT INTO %I.work_logs
        SELECT *
        FROM slaops.sample_work_logs($1, $2, $3)', schema)
        USING tickets, seed, until;
    EXECUTE format('CREATE INDEX ON %I.work_logs (ticket_id)', schema);
    EXECUTE format('CREATE INDEX ON %I.ticket_events (ticket_id)', schema);
    EXECUTE format('CREATE INDEX ON %I.ticket_events (event_at)', schema);

    FOREACH entry IN ARRAY ARRAY[
        'tickets||Tickets as they are now, in the canonical columns of slaops.',
        'tickets|ticket_id|The ticket; numbers follow the time of creation.',
        'tickets|created_at|When it was created.',
        'tickets|subject|What it is about.',
        'tickets|requester_id|Who asked.',
        'tickets|organization_id|The customer that the requester belongs to.',
        'tickets|brand|The product.',
        'tickets|region|Americas, EMEA or APAC: whose business hours count.',
        'tickets|channel|email, web, phone or chat.',
        'tickets|tier|The customer''s tier: standard, business or enterprise.',
        'tickets|type|question, incident, problem or task.',
        'tickets|priority|low, normal, high or urgent.',
        'tickets|group_name|The group that has it: Tier 1, Tier 2 or Engineering.',
        'tickets|assignee|Who last answered or solved it, or was handed it; NULL while nobody has.',
        'tickets|status|new, open, pending, hold, solved or closed.',
        'tickets|solved_at|When it was last solved; NULL while it is not.',
        'tickets|closed_at|When it was closed for good, some days after it was solved.',
        'tickets|csat_score|What the customer thought, 1 to 5; NULL where not rated.',
        'tickets|cost|What the work on it cost.',
        'tickets|calendar_name|The region''s business hours, in slaops.calendars.',
        'tickets|tags|Its topic; vip, escalated, reopened.',
        'tickets|attributes|Of the customer: plan, seats, and whether it has churned since.',
        'ticket_events||What happened to tickets, in the canonical columns of slaops.',
        'ticket_events|ticket_id|The ticket.',
        'ticket_events|event_at|When it happened.',
        'ticket_events|event_type|created, comment, or the field that changed: '
        'status, group_name, assignee or priority.',
        'ticket_events|actor_role|agent, customer or system.',
        'ticket_events|actor|Who did it.',
        'ticket_events|old_value|What the field was before.',
        'ticket_events|new_value|What it is since.',
        'ticket_events|public|Whether the customer sees it; NULL for changes of fields.',
        'ticket_events|seq|Order of the events of a ticket.',
        'agents||Who works on tickets.',
        'agents|agent|The name, as in tickets.assignee and ticket_events.actor.',
        'agents|group_name|The group.',
        'agents|fte|Part of full time.',
        'agents|cost_per_hour|What an hour costs.',
        'agents|started_on|First day at work.',
        'group_capacity||What each group can do on a working day.',
        'group_capacity|group_name|The group.',
        'group_capacity|fte|Full-time equivalents of its agents.',
        'group_capacity|hours_per_day|'
        'Hours of a working day that a full-time agent has for tickets.',
        'group_capacity|occupancy|The part of these that can be spent on work.',
        'group_capacity|handle_minutes|Work on a ticket, in minutes, on average.',
        'group_capacity|attainment_target|The attainment that the group wants.',
        'shifts||Who is planned to work when, from four weeks before to four weeks after.',
        'shifts|agent|The name, as in agents.',
        'shifts|group_name|The group.',
        'shifts|starts_at|When work begins; a break parts two rows of a day.',
        'shifts|ends_at|When it ends.',
        'work_logs||Who worked on every tenth ticket, and when.',
        'work_logs|ticket_id|The ticket.',
        'work_logs|agent|The name, as in agents.',
        'work_logs|started_at|When the work began.',
        'work_logs|ended_at|When it ended.',
        'work_logs|activity|reply, hand over or solve.'
    ] LOOP
        part := string_to_array(entry, '|');
        IF part[2] = '' THEN
            EXECUTE format('COMMENT ON TABLE %I.%I IS %L', schema, part[1], part[3]);
            EXECUTE format('ANALYZE %I.%I', schema, part[1]);
        ELSE
            EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', schema, part[1], part[2], part[3]);
        END IF;
    END LOOP;

    -- The hours are those that the tickets were made with (core/src/sample/year.rs).
    PERFORM
    FROM slaops.load_config(format($config$
preset: zendesk
default_calendar: %1$s
calendars:
  %1$s: {calendar: "Mo-Fr 09:00-17:00; PH off @ America/New_York, US",
    description: sample desk in New York}
  %2$s: {calendar: "Mo-Fr 08:30-17:00; PH off @ Europe/London, GB-ENG",
    description: sample desk in London}
  %3$s: {calendar: "Mo-Fr 09:00-18:00; PH off @ Asia/Singapore, SG",
    description: sample desk in Singapore}
policies:
  - name: Urgent
    description: Around the clock.
    when: {priority: urgent}
    hours: 24x7
    targets:
      urgent: {first_response: 30m, next_response: 1h, requester_wait: 8h,
        resolution: 8h, group_ownership: 3h}
  - name: Business hours
    description: In the hours of the ticket's region.
    targets:
      high: {first_response: 2h, next_response: 3h, requester_wait: 6h,
        resolution: 6h, group_ownership: 4h}
      normal: {first_response: 4h, next_response: 6h, requester_wait: 8h,
        resolution: 8h, group_ownership: 6h}
      low: {first_response: 8h, next_response: 12h, requester_wait: 16h,
        resolution: 16h, group_ownership: 10h}
$config$,
        to_json(schema || ' americas'),
        to_json(schema || ' emea'),
        to_json(schema || ' apac')
    ), policy_set => schema);
    UPDATE slaops.policy_sets AS policy_set
    SET description = mark
    WHERE policy_set.name = schema
        AND policy_set.description IS DISTINCT FROM mark;

    FOREACH entry IN ARRAY tables LOOP
        relation := format('%I.%I', schema, entry);
        EXECUTE format('SELECT count(*) FROM %I.%I', schema, entry) INTO "rows";
        purpose := obj_description(to_regclass(relation), 'pg_class');
        RETURN NEXT;
    END LOOP;
    relation := 'slaops.calendars';
    "rows" := 3;
    purpose := format(
        'Business hours of the regions: %L, %L and %L.',
        schema || ' americas', schema || ' emea', schema || ' apac'
    );
    RETURN NEXT;
    relation := 'slaops.sla_policies';
    SELECT count(*)
    INTO "rows"
    FROM slaops.sla_policies AS policy
    WHERE policy.policy_set = schema;
    purpose := format('What was promised, in the policy set %L.', schema);
    RETURN NEXT;
END
$load_sample$;
COMMENT ON FUNCTION slaops.load_sample(text, integer, bigint, timestamptz) IS
'Creates the tables tickets, ticket_events, agents, group_capacity, shifts and work_logs of a '
'sample team in a schema, with its calendars and a policy set of the schema''s name. Example: '
'SELECT * FROM slaops.load_sample(''sample'', 1000);';
