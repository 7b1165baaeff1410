-- Each difference has a reason, and what has none is equal.
DO $$
BEGIN
    IF EXISTS (SELECT FROM desk.difference WHERE reason = 'other') THEN RAISE 'closed_on differs without a known reason'; END IF;
    IF EXISTS (SELECT FROM desk.comparison WHERE (line BETWEEN 3 AND 4 OR line = 5 AND EXISTS (SELECT FROM users WHERE login = 'customer1')) AND same <> compared) THEN RAISE 'open issues, time in status or roles differ'; END IF;
    IF EXISTS (SELECT FROM desk.comparison WHERE compared = 0) THEN RAISE 'nothing was compared'; END IF;
END $$;
