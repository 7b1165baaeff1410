-- What moves CSAT, cost and churn? One row per outcome and possible driver: the mean with and
-- without the driver, the difference, and its interval. An outcome has no rows if the source lacks
-- it: csat_score, cost, or a boolean "churned" in attributes.
-- materialized: table
-- key: outcome, driver, value
WITH customers AS MATERIALIZED (
    -- Customers leave, not tickets, so a customer with several tickets counts once.
    SELECT
        cell.customer,
        cell.tickets,
        (cell.churned > 0)::integer AS churned
    FROM {schema}.int_churn_by_customer AS cell
    WHERE cell.driver = 'all'
),

all_customers AS (
    SELECT
        count(*) AS customers,
        sum(customer.churned)::numeric AS churned,
        sum(customer.tickets) AS tickets,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY customer.tickets) AS many
    FROM customers AS customer
),

customer_drivers AS (
    SELECT
        cell.driver,
        cell.value,
        cell.tickets,
        customer.tickets AS all_tickets,
        customer.churned
    FROM {schema}.int_churn_by_customer AS cell
    JOIN customers AS customer
        ON customer.customer = cell.customer
    WHERE cell.driver <> 'all'
    UNION ALL
    SELECT
        'many tickets' AS driver,
        'above three quarters of customers' AS value,
        customer.tickets,
        customer.tickets AS all_tickets,
        customer.churned
    FROM customers AS customer
    JOIN all_customers AS everybody
        ON everybody.many < customer.tickets
),

churn_sums AS (
    -- A customer has a driver if a larger share of its tickets has it than of all tickets, or if
    -- all have it. Customers with many tickets have at least one ticket with each driver.
    SELECT
        shared.driver,
        shared.value,
        count(*) AS customers,
        sum(shared.churned)::numeric AS churned
    FROM (
        SELECT
            customer_driver.*,
            sum(customer_driver.tickets) OVER (
                PARTITION BY
                    customer_driver.driver,
                    customer_driver.value
            ) / everybody.tickets AS share_of_all
        FROM customer_drivers AS customer_driver
        CROSS JOIN all_customers AS everybody
    ) AS shared
    WHERE shared.tickets = shared.all_tickets
        OR shared.tickets / shared.all_tickets::double precision > shared.share_of_all
    GROUP BY
        shared.driver,
        shared.value
),

compared AS (
    SELECT
        'cost' AS outcome,
        driver_sum.driver,
        driver_sum.value,
        driver_sum.tickets AS with_it,
        others.tickets AS without_it,
        (driver_sum.total / driver_sum.tickets)::double precision AS mean_with,
        (others.total / others.tickets)::double precision AS mean_without,
        -- Welch's interval, for means.
        (driver_sum.total / driver_sum.tickets)::double precision
        - (others.total / others.tickets)::double precision AS effect,
        sqrt(
            (
                (driver_sum.squares * driver_sum.tickets - driver_sum.total * driver_sum.total)
                / nullif(driver_sum.tickets * (driver_sum.tickets - 1), 0)
                / driver_sum.tickets
                + (others.squares * others.tickets - others.total * others.total)
                / nullif(others.tickets * (others.tickets - 1), 0)
                / others.tickets
            )::double precision
        ) AS error,
        least(driver_sum.tickets, others.tickets) >= 30 AS is_enough
    FROM {schema}.int_driver_sums AS driver_sum
    CROSS JOIN LATERAL (
        SELECT
            driver_sum.all_tickets - driver_sum.tickets AS tickets,
            driver_sum.all_total - driver_sum.total AS total,
            driver_sum.all_squares - driver_sum.squares AS squares
    ) AS others
    WHERE driver_sum.outcome = 'cost'
        AND others.tickets > 0
    UNION ALL
    SELECT
        'churn' AS outcome,
        churn_sum.driver,
        churn_sum.value,
        churn_sum.customers AS with_it,
        others.customers AS without_it,
        (churn_sum.churned / churn_sum.customers)::double precision AS mean_with,
        (others.churned / others.customers)::double precision AS mean_without,
        -- Shares with one more customer on each side who left and one who stayed (Agresti and
        -- Caffo). This holds if few have left.
        share.with_it - share.without_it AS effect,
        sqrt(
            share.with_it * (1 - share.with_it) / (churn_sum.customers + 2)
            + share.without_it * (1 - share.without_it) / (others.customers + 2)
        ) AS error,
        least(churn_sum.customers, others.customers) >= 30 AND everybody.churned >= 5 AS is_enough
    FROM churn_sums AS churn_sum
    CROSS JOIN all_customers AS everybody
    CROSS JOIN LATERAL (
        SELECT
            everybody.customers - churn_sum.customers AS customers,
            everybody.churned - churn_sum.churned AS churned
    ) AS others
    CROSS JOIN LATERAL (
        SELECT
            ((churn_sum.churned + 1) / (churn_sum.customers + 2))::double precision AS with_it,
            ((others.churned + 1) / (others.customers + 2))::double precision AS without_it
    ) AS share
    WHERE others.customers > 0
),

drivers AS (
    SELECT
        'csat' AS outcome,
        csat_driver.driver,
        csat_driver.value,
        csat_driver.with_it,
        csat_driver.without_it,
        csat_driver.mean_with,
        csat_driver.mean_without,
        CASE WHEN judged.is_enough THEN csat_driver.effect END AS effect,
        CASE WHEN judged.is_enough THEN csat_driver.effect_lower END AS effect_lower,
        CASE WHEN judged.is_enough THEN csat_driver.effect_upper END AS effect_upper,
        csat_driver.verdict
    FROM {schema}.csat_drivers AS csat_driver
    CROSS JOIN LATERAL (
        SELECT csat_driver.verdict <> 'too few to tell' AS is_enough
    ) AS judged
    UNION ALL
    SELECT
        compared.outcome,
        compared.driver,
        compared.value,
        compared.with_it,
        compared.without_it,
        compared.mean_with,
        compared.mean_without,
        CASE
            WHEN compared.is_enough THEN compared.mean_with - compared.mean_without
        END AS effect,
        CASE
            WHEN compared.is_enough THEN compared.effect - 1.96 * compared.error
        END AS effect_lower,
        CASE
            WHEN compared.is_enough THEN compared.effect + 1.96 * compared.error
        END AS effect_upper,
        CASE
            WHEN NOT compared.is_enough THEN 'too few to tell'
            WHEN abs(compared.effect) <= 1.96 * compared.error THEN 'no clear effect'
            WHEN compared.effect < 0 THEN 'lower'
            ELSE 'higher'
        END AS verdict
    FROM compared
)

SELECT
    -- csat, cost or churn.
    driver.outcome,
    -- The possible driver.
    driver.driver,
    -- Its value.
    driver.value,
    -- Rated tickets, solved tickets with a cost, or customers (organizations, else requesters) with
    -- the driver. A customer has it if a larger share of its tickets has it than of all tickets.
    driver.with_it,
    -- The same without the driver.
    driver.without_it,
    -- Mean rating, mean cost, or share of customers that have left, with the driver.
    driver.mean_with,
    -- The same without it.
    driver.mean_without,
    -- The difference; NULL if there are too few to tell.
    driver.effect,
    -- Lower end of its 95 % interval.
    driver.effect_lower,
    -- Upper end of its 95 % interval.
    driver.effect_upper,
    -- lower, higher, no clear effect, or too few to tell: fewer than 30 on a side, or fewer than 5
    -- customers that have left. Of twenty drivers without an effect, one seems to have one by
    -- chance. A difference does not prove a cause.
    driver.verdict
FROM drivers AS driver
ORDER BY driver.outcome, driver.effect IS NULL, abs(driver.effect) DESC, driver.driver, driver.value
