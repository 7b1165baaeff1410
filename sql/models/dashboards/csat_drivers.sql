-- What moves CSAT? One row per possible driver: mean rating of tickets with and without it, the
-- difference, and its interval. The largest effect first.
-- materialized: table
-- key: driver, value
WITH compared AS (
    SELECT
        driver_sum.driver,
        driver_sum.value,
        driver_sum.tickets AS with_it,
        others.tickets AS without_it,
        (driver_sum.total / driver_sum.tickets)::double precision AS mean_with,
        (others.total / others.tickets)::double precision AS mean_without,
        coalesce(
            (driver_sum.squares * driver_sum.tickets - driver_sum.total * driver_sum.total)
            / nullif(driver_sum.tickets * (driver_sum.tickets - 1), 0),
            0
        )::double precision AS variance_with,
        (
            (others.squares * others.tickets - others.total * others.total)
            / nullif(others.tickets * (others.tickets - 1), 0)
        )::double precision AS variance_without
    FROM {schema}.int_driver_sums AS driver_sum
    CROSS JOIN LATERAL (
        SELECT
            driver_sum.all_tickets - driver_sum.tickets AS tickets,
            driver_sum.all_total - driver_sum.total AS total,
            driver_sum.all_squares - driver_sum.squares AS squares
    ) AS others
    WHERE driver_sum.outcome = 'csat'
        AND others.tickets > 0
)

SELECT
    -- The possible driver.
    compared.driver,
    -- Its value.
    compared.value,
    -- Rated tickets with it.
    compared.with_it,
    -- Rated tickets without it.
    compared.without_it,
    -- Mean rating with it.
    compared.mean_with,
    -- Mean rating without it.
    compared.mean_without,
    -- The difference.
    difference.effect,
    -- Lower end of its 95 % interval (Welch, by the normal distribution, which suits 30 tickets or
    -- more on each side).
    CASE
        WHEN difference.fewest >= 2 THEN difference.effect - 1.96 * difference.error
    END AS effect_lower,
    -- Upper end of its 95 % interval.
    CASE
        WHEN difference.fewest >= 2 THEN difference.effect + 1.96 * difference.error
    END AS effect_upper,
    -- lower, higher, no clear effect, or too few to tell (fewer than 30 on a side). A difference
    -- does not prove a cause.
    CASE
        WHEN difference.fewest < 30 THEN 'too few to tell'
        WHEN abs(difference.effect) <= 1.96 * difference.error THEN 'no clear effect'
        WHEN difference.effect < 0 THEN 'lower'
        ELSE 'higher'
    END AS verdict
FROM compared
CROSS JOIN LATERAL (
    SELECT
        least(compared.with_it, compared.without_it) AS fewest,
        compared.mean_with - compared.mean_without AS effect,
        sqrt(
            compared.variance_with / compared.with_it
            + compared.variance_without / compared.without_it
        ) AS error
) AS difference
ORDER BY (difference.fewest < 30), abs(difference.effect) DESC, compared.driver, compared.value
