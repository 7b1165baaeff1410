-- What is associated with low ratings? At most one row: the driver with the largest effect. About
-- twenty drivers are tested, so the interval is widened from 95 to 99.8 %. Chance then finds one in
-- one of fifty teams.
-- materialized: table
-- key: subject
SELECT
    -- The possible driver.
    driver.driver AS subject,
    -- The weight: the points lost.
    -driver.effect AS weight,
    -- The possible driver.
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
