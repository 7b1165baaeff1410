{# Each value that is not NULL lies between two bounds, these included. #}
{% test between(model, column_name, at_least=none, at_most=none) %}
SELECT {{ column_name }}
FROM {{ model }}
WHERE false
    {%- if at_least is not none %}
    OR {{ column_name }} < {{ at_least }}
    {%- endif %}
    {%- if at_most is not none %}
    OR {{ column_name }} > {{ at_most }}
    {%- endif %}
    OR {{ column_name }}::double precision = 'NaN'
{% endtest %}
