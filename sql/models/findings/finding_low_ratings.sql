-- What goes with low ratings? At most one row: the driver with the largest effect. Some twenty are
-- looked at: the interval is stretched from 95 to 99.8 %, so that chance finds one in fifty teams.
-- materialized: table
-- key: subject
SELECT
    -- What may matter.
    driver.driver AS subject,
    -- What it is ranked by: the points lost.
    -driver.effect AS weight,
    -- What may matter.
    driver.driver,
    -- Its value.
    driver.value,
    -- Rated tickets with it.
    driver.with_it,
    -- Mean rating with it.
    driver.mean_with,
    -- Mean rating without it.
    driver.mean_without,
    -- The difference.
    driver.effect,
    -- Lower end of its 95 % interval.
    driver.effect_lower,
    -- Upper end of its 95 % interval.
    driver.effect_upper
FROM {schema}.csat_drivers AS driver
WHERE driver.verdict = 'lower'
    AND driver.effect + (driver.effect_upper - driver.effect) * 3.09 / 1.96 < 0
ORDER BY driver.effect, driver.driver, driver.value
LIMIT 1
