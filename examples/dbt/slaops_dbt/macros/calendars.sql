{# A calendar as SQL: slaops_dbt.calendar('Mo-Fr 09:00-17:00; PH off', 'America/New_York', 'US'). #}
{% macro calendar(open_hours, time_zone='UTC', country=none) -%}
    {{ dbt.string_literal(
        dbt.escape_single_quotes(
            open_hours ~ ' @ ' ~ time_zone ~ ((', ' ~ country) if country else '')
        )
    ) }}::slaops.calendar
{%- endmacro %}


{# The calendar of a row: by its registered name, else the one that is given. #}
{% macro calendar_of(name, otherwise, on) -%}
    coalesce(
        slaops.calendar_of({{ name }}, ({{ on }} AT TIME ZONE 'UTC')::date),
        {{ otherwise }}
    )
{%- endmacro %}


{# Open minutes between two instants. #}
{% macro business_minutes(calendar, from_at, to_at) -%}
    slaops.business_minutes({{ calendar }}, {{ from_at }}, {{ to_at }})
{%- endmacro %}


{# The instant by which so many open minutes have passed. #}
{% macro business_add(calendar, at, minutes) -%}
    slaops.business_add({{ calendar }}, {{ at }}, ({{ minutes }})::double precision)
{%- endmacro %}


{# Whether it is open then. #}
{% macro is_open(calendar, at) -%}
    slaops.is_open({{ calendar }}, {{ at }})
{%- endmacro %}
