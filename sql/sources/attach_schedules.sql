-- Business hours of a Zendesk: its schedules as calendars.

-- Zendesk calls time zones as Ruby on Rails does (ActiveSupport::TimeZone); names of the time zone
-- database pass as they are.
CREATE FUNCTION slaops.zendesk_time_zone(name text)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $zendesk_time_zone$
    SELECT coalesce(
        (
            SELECT rails_zone.zone
            FROM (VALUES
                ('International Date Line West', 'Etc/GMT+12'),
                ('American Samoa', 'Pacific/Pago_Pago'),
                ('Midway Island', 'Pacific/Midway'),
                ('Hawaii', 'Pacific/Honolulu'),
                ('Alaska', 'America/Juneau'),
                ('Pacific Time (US & Canada)', 'America/Los_Angeles'),
                ('Tijuana', 'America/Tijuana'),
                ('Mountain Time (US & Canada)', 'America/Denver'),
                ('Arizona', 'America/Phoenix'),
                ('Chihuahua', 'America/Chihuahua'),
                ('Central Time (US & Canada)', 'America/Chicago'),
                ('Saskatchewan', 'America/Regina'),
                ('Guadalajara', 'America/Mexico_City'),
                ('Mexico City', 'America/Mexico_City'),
                ('Monterrey', 'America/Monterrey'),
                ('Central America', 'America/Guatemala'),
                ('Eastern Time (US & Canada)', 'America/New_York'),
                ('Indiana (East)', 'America/Indiana/Indianapolis'),
                ('Bogota', 'America/Bogota'),
                ('Lima', 'America/Lima'),
                ('Quito', 'America/Lima'),
                ('Atlantic Time (Canada)', 'America/Halifax'),
                ('Caracas', 'America/Caracas'),
                ('La Paz', 'America/La_Paz'),
                ('Santiago', 'America/Santiago'),
                ('Newfoundland', 'America/St_Johns'),
                ('Brasilia', 'America/Sao_Paulo'),
                ('Buenos Aires', 'America/Argentina/Buenos_Aires'),
                ('Montevideo', 'America/Montevideo'),
                ('Georgetown', 'America/Guyana'),
                ('Puerto Rico', 'America/Puerto_Rico'),
                ('Greenland', 'America/Godthab'),
                ('Mid-Atlantic', 'Atlantic/South_Georgia'),
                ('Azores', 'Atlantic/Azores'),
                ('Cape Verde Is.', 'Atlantic/Cape_Verde'),
                ('Dublin', 'Europe/Dublin'),
                ('Edinburgh', 'Europe/London'),
                ('Lisbon', 'Europe/Lisbon'),
                ('London', 'Europe/London'),
                ('Casablanca', 'Africa/Casablanca'),
                ('Monrovia', 'Africa/Monrovia'),
                ('Belgrade', 'Europe/Belgrade'),
                ('Bratislava', 'Europe/Bratislava'),
                ('Budapest', 'Europe/Budapest'),
                ('Ljubljana', 'Europe/Ljubljana'),
                ('Prague', 'Europe/Prague'),
                ('Sarajevo', 'Europe/Sarajevo'),
                ('Skopje', 'Europe/Skopje'),
                ('Warsaw', 'Europe/Warsaw'),
                ('Zagreb', 'Europe/Zagreb'),
                ('Brussels', 'Europe/Brussels'),
                ('Copenhagen', 'Europe/Copenhagen'),
                ('Madrid', 'Europe/Madrid'),
                ('Paris', 'Europe/Paris'),
                ('Amsterdam', 'Europe/Amsterdam'),
                ('Berlin', 'Europe/Berlin'),
                ('Bern', 'Europe/Zurich'),
                ('Zurich', 'Europe/Zurich'),
                ('Rome', 'Europe/Rome'),
                ('Stockholm', 'Europe/Stockholm'),
                ('Vienna', 'Europe/Vienna'),
                ('West Central Africa', 'Africa/Algiers'),
                ('Bucharest', 'Europe/Bucharest'),
                ('Cairo', 'Africa/Cairo'),
                ('Helsinki', 'Europe/Helsinki'),
                ('Kyiv', 'Europe/Kiev'),
                ('Riga', 'Europe/Riga'),
                ('Sofia', 'Europe/Sofia'),
                ('Tallinn', 'Europe/Tallinn'),
                ('Vilnius', 'Europe/Vilnius'),
                ('Athens', 'Europe/Athens'),
                ('Istanbul', 'Europe/Istanbul'),
                ('Minsk', 'Europe/Minsk'),
                ('Jerusalem', 'Asia/Jerusalem'),
                ('Harare', 'Africa/Harare'),
                ('Pretoria', 'Africa/Johannesburg'),
                ('Kaliningrad', 'Europe/Kaliningrad'),
                ('Moscow', 'Europe/Moscow'),
                ('St. Petersburg', 'Europe/Moscow'),
                ('Kuwait', 'Asia/Kuwait'),
                ('Riyadh', 'Asia/Riyadh'),
                ('Nairobi', 'Africa/Nairobi'),
                ('Baghdad', 'Asia/Baghdad'),
                ('Tehran', 'Asia/Tehran'),
                ('Abu Dhabi', 'Asia/Muscat'),
                ('Muscat', 'Asia/Muscat'),
                ('Baku', 'Asia/Baku'),
                ('Tbilisi', 'Asia/Tbilisi'),
                ('Yerevan', 'Asia/Yerevan'),
                ('Kabul', 'Asia/Kabul'),
                ('Ekaterinburg', 'Asia/Yekaterinburg'),
                ('Islamabad', 'Asia/Karachi'),
                ('Karachi', 'Asia/Karachi'),
                ('Tashkent', 'Asia/Tashkent'),
                ('Chennai', 'Asia/Kolkata'),
                ('Kolkata', 'Asia/Kolkata'),
                ('Mumbai', 'Asia/Kolkata'),
                ('New Delhi', 'Asia/Kolkata'),
                ('Sri Jayawardenepura', 'Asia/Colombo'),
                ('Kathmandu', 'Asia/Kathmandu'),
                ('Astana', 'Asia/Dhaka'),
                ('Dhaka', 'Asia/Dhaka'),
                ('Almaty', 'Asia/Almaty'),
                ('Novosibirsk', 'Asia/Novosibirsk'),
                ('Rangoon', 'Asia/Rangoon'),
                ('Bangkok', 'Asia/Bangkok'),
                ('Hanoi', 'Asia/Bangkok'),
                ('Jakarta', 'Asia/Jakarta'),
                ('Krasnoyarsk', 'Asia/Krasnoyarsk'),
                ('Beijing', 'Asia/Shanghai'),
                ('Chongqing', 'Asia/Chongqing'),
                ('Hong Kong', 'Asia/Hong_Kong'),
                ('Kuala Lumpur', 'Asia/Kuala_Lumpur'),
                ('Singapore', 'Asia/Singapore'),
                ('Taipei', 'Asia/Taipei'),
                ('Perth', 'Australia/Perth'),
                ('Irkutsk', 'Asia/Irkutsk'),
                ('Seoul', 'Asia/Seoul'),
                ('Osaka', 'Asia/Tokyo'),
                ('Sapporo', 'Asia/Tokyo'),
                ('Tokyo', 'Asia/Tokyo'),
                ('Yakutsk', 'Asia/Yakutsk'),
                ('Darwin', 'Australia/Darwin'),
                ('Adelaide', 'Australia/Adelaide'),
                ('Canberra', 'Australia/Melbourne'),
                ('Melbourne', 'Australia/Melbourne'),
                ('Sydney', 'Australia/Sydney'),
                ('Brisbane', 'Australia/Brisbane'),
                ('Hobart', 'Australia/Hobart'),
                ('Vladivostok', 'Asia/Vladivostok'),
                ('Guam', 'Pacific/Guam'),
                ('Magadan', 'Asia/Magadan'),
                ('Solomon Is.', 'Pacific/Guadalcanal'),
                ('New Caledonia', 'Pacific/Noumea'),
                ('Fiji', 'Pacific/Fiji'),
                ('Kamchatka', 'Asia/Kamchatka'),
                ('Auckland', 'Pacific/Auckland'),
                ('Wellington', 'Pacific/Auckland'),
                ('Tokelau Is.', 'Pacific/Fakaofo'),
                ('Chatham Is.', 'Pacific/Chatham'),
                ('Samoa', 'Pacific/Apia')
            ) AS rails_zone (name, zone)
            WHERE rails_zone.name = $1
        ),
        (
            SELECT known.name
            FROM pg_timezone_names AS known
            WHERE lower(known.name) = lower($1)
            ORDER BY known.name
            LIMIT 1
        )
    )
$zendesk_time_zone$;
COMMENT ON FUNCTION slaops.zendesk_time_zone(text) IS
'The IANA time zone of a Zendesk zone name, NULL if it is unknown.';

CREATE FUNCTION slaops.attach_schedules(
    source_schema text,
    schema text,
    source text DEFAULT 'zendesk'
)
RETURNS TABLE (subject text, finding text, cost text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $attach_schedules$
DECLARE
    schedule record;
    -- Fivetran has a row an interval, the API a list of them.
    of_api boolean := source = 'zendesk_api';
    name_of_schedules text := CASE WHEN of_api THEN 'schedules' ELSE 'schedule' END;
    name_of_days text := CASE WHEN of_api THEN 'schedule_holidays' ELSE 'schedule_holiday' END;
    schedules regclass := to_regclass(
        format('%I.%I', slaops.schema_name(source_schema), name_of_schedules)
    );
    days regclass := to_regclass(
        format('%I.%I', slaops.schema_name(source_schema), name_of_days)
    );
    off date[] := '{}';
    zone text;
    input text;
    input_of_schedules text;
BEGIN
    IF schedules IS NULL THEN
        RETURN QUERY VALUES (
            name_of_schedules,
            'missing',
            'tickets have no business hours of their own: '
            'a policy or the policy set must name a calendar'
        );
        RETURN;
    END IF;
    SELECT attached.sql
    INTO input
    FROM slaops.attach_input(
        schedules,
        name_of_schedules,
        CASE
            WHEN of_api THEN 'id! text, name! text, time_zone! text, intervals! jsonb'
            ELSE 'id! text, name! text, time_zone! text, start_time! int8, end_time! int8'
        END,
        '{}',
        'UTC'
    ) AS attached;
    IF of_api THEN
        input := format(
            $intervals$(
                SELECT
                    schedule.id,
                    schedule.name,
                    schedule.time_zone,
                    (span.value ->> 'start_time')::int8 AS start_time,
                    (span.value ->> 'end_time')::int8 AS end_time
                FROM %s AS schedule
                LEFT JOIN LATERAL jsonb_array_elements(
                    CASE jsonb_typeof(schedule.intervals)
                        WHEN 'array' THEN schedule.intervals
                    END
                ) AS span ON true
            )$intervals$,
            input
        );
    END IF;
    input_of_schedules := input;
    IF days IS NULL THEN
        RETURN QUERY VALUES (
            name_of_days,
            'missing',
            'schedules are open on holidays'
        );
    END IF;
    -- Intervals are minutes of a week that begins on Sunday; one may go past midnight.
    FOR schedule IN EXECUTE format($hours$
        WITH open_days AS (
            SELECT
                schedule.id,
                min(schedule.name) AS name,
                min(schedule.time_zone) AS zone,
                weekday.number,
                (ARRAY['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'])[weekday.number + 1] AS day,
                string_agg(
                    to_char(make_interval(mins => span.opens::int), 'HH24:MI')
                    || '-'
                    || CASE span.closes
                        WHEN 1440 THEN '24:00'
                        ELSE to_char(make_interval(mins => span.closes::int), 'HH24:MI')
                    END,
                    ',' ORDER BY span.opens
                ) AS spans
            FROM %s AS schedule
            CROSS JOIN generate_series(0, 6) AS weekday (number)
            CROSS JOIN LATERAL (
                SELECT
                    greatest(schedule.start_time - weekday.number * 1440, 0) AS opens,
                    least(schedule.end_time - weekday.number * 1440, 1440) AS closes
            ) AS span
            WHERE span.opens < span.closes
                AND schedule.start_time IS NOT NULL
                AND schedule.end_time IS NOT NULL
            GROUP BY
                schedule.id,
                weekday.number
        )
        SELECT
            open_day.id,
            coalesce(open_day.name, open_day.id) AS name,
            open_day.zone,
            string_agg(
                format('%%s %%s', open_day.day, open_day.spans),
                '; ' ORDER BY open_day.number
            ) AS hours
        FROM open_days AS open_day
        GROUP BY
            open_day.id,
            open_day.name,
            open_day.zone
        ORDER BY
            coalesce(open_day.name, open_day.id),
            open_day.id
    $hours$, input) LOOP
        zone := slaops.zendesk_time_zone(schedule.zone);
        IF zone IS NULL THEN
            RETURN QUERY VALUES (
                format('schedule %s', schedule.name),
                format('its time zone "%s" is not known', schedule.zone),
                format(
                    'register its hours in slaops.calendars as %L',
                    schema || ' ' || schedule.name
                )
            );
            CONTINUE;
        END IF;
        IF days IS NOT NULL THEN
            SELECT attached.sql
            INTO input
            FROM slaops.attach_input(
                days,
                name_of_days,
                'schedule_id! text, start_date! date, end_date! date',
                '{}',
                'UTC'
            ) AS attached;
            EXECUTE format($off$
                SELECT coalesce(array_agg(DISTINCT day.at::date ORDER BY day.at::date), '{}')
                FROM %s AS holiday
                CROSS JOIN LATERAL generate_series(
                    holiday.start_date::timestamp,
                    holiday.end_date,
                    '1 day'
                ) AS day (at)
                WHERE holiday.schedule_id = $1
                    AND holiday.end_date - holiday.start_date < 366
            $off$, input)
                INTO off
                USING schedule.id;
        END IF;
        INSERT INTO slaops.calendars AS registered (name, calendar, description)
        VALUES (
            schema || ' ' || schedule.name,
            slaops.make_calendar(schedule.hours, zone, NULL, off),
            format('schedule %s of %s', schedule.name, source_schema)
        )
        ON CONFLICT (name, valid_from) DO UPDATE
        SET calendar = excluded.calendar,
            description = excluded.description
        WHERE registered.calendar::text <> excluded.calendar::text;
        RETURN QUERY VALUES (
            format('schedule %s', schedule.name),
            format('calendar %L', schema || ' ' || schedule.name),
            format('%s, %s, %s holidays', schedule.hours, zone, cardinality(off))
        );
    END LOOP;
    RETURN QUERY EXECUTE format($without$
        SELECT
            format('schedule %%s', coalesce(min(schedule.name), schedule.id)),
            'it has no hours'::text,
            'its tickets have no business hours of their own'::text
        FROM %s AS schedule
        GROUP BY schedule.id
        HAVING bool_and((schedule.start_time < schedule.end_time) IS NOT TRUE)
        ORDER BY 1
    $without$, input_of_schedules);
END
$attach_schedules$;
COMMENT ON FUNCTION slaops.attach_schedules(text, text, text) IS
'Registers the schedules and holidays of a Zendesk as calendars, named by schema and schedule.';
