{# met / (met + breached) of the rows of a group, with its interval of 95 %: three columns and two
   counts. `met` and `breached` are conditions on a row. #}
{% macro attainment(met, breached, prefix='') -%}
    count(*) FILTER (WHERE {{ met }}) AS {{ prefix }}met,
    count(*) FILTER (WHERE {{ breached }}) AS {{ prefix }}breached,
    {%- for column, name in [
        ('attainment', 'attainment'), ('lower', 'attainment_lower'), ('upper', 'attainment_upper')
    ] %}
    (
        slaops.attainment_rate(
            count(*) FILTER (WHERE {{ met }}),
            count(*) FILTER (WHERE {{ breached }})
        )
    ).{{ column }} AS {{ prefix }}{{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The state of a clock with a target in minutes: met, breached, or NULL while neither is certain. #}
{% macro clock_result(elapsed_minutes, is_stopped, target_minutes) -%}
    CASE
        WHEN {{ elapsed_minutes }} > {{ target_minutes }} THEN 'breached'
        WHEN {{ is_stopped }} THEN 'met'
    END
{%- endmacro %}
