{# No two rows are equal in these columns, NULL being a value: the keys of slaops's views. #}
{% test unique_key(model, columns) %}
SELECT {{ columns | join(', ') }}
FROM {{ model }}
GROUP BY {{ columns | join(', ') }}
HAVING count(*) > 1
{% endtest %}
