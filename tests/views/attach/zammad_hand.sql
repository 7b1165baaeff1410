-- What Zammad makes of the twelve tickets of hand.sql: the promise "0 hand" is a first response in 60 minutes, a response in 90, an update in 240, a solution in 480.
INSERT INTO users (login, firstname, lastname) VALUES ('hanna', 'Hanna', 'Kunde');
INSERT INTO roles_users SELECT id, 3 FROM users WHERE login = 'hanna';
\ir hand.sql
-- Minutes run, minutes left out, when it is due in Berlin, and how it ended.
CREATE TABLE canon.by_hand (ticket_id int, metric text, cycle int, elapsed numeric, paused numeric, due_at timestamp, status text);
INSERT INTO canon.by_hand VALUES
    (90001, 'first_response', 1, 30, 0, '2025-12-01 10:00', 'met'), (90001, 'next_response', 1, 30, 0, '2025-12-01 10:30', 'met'), (90001, 'resolution', 1, 60, 0, '2025-12-02 09:00', 'met'),
    (90002, 'first_response', 1, 10, 0, '2025-12-01 10:00', 'met'), (90002, 'resolution', 1, 60, 120, '2025-12-02 11:00', 'met'), (90002, 'next_response', 1, 10, 0, '2025-12-01 10:30', 'met'),
    (90003, 'first_response', 1, 90, 0, '2025-12-01 10:00', 'breached'), (90003, 'next_response', 1, 90, 0, '2025-12-01 10:30', 'met'),
    (90004, 'resolution', 1, 0, 0, '2025-12-02 09:00', 'met'),
    (90006, 'first_response', 1, 70, 0, '2025-12-01 10:00', 'breached'), (90006, 'next_response', 1, 70, 0, '2025-12-01 10:30', 'met'), (90006, 'resolution', 1, 70, 0, '2025-12-02 09:00', 'met'),
    (90007, 'first_response', 1, 20, 0, '2025-12-01 10:00', 'met'), (90007, 'resolution', 1, 60, 0, '2025-12-02 09:00', 'met'),
    (90009, 'first_response', 1, 30, 0, '2025-12-01 10:00', 'met'), (90009, 'resolution', 1, 60, 0, '2025-12-02 09:00', 'met'), (90009, 'next_response', 2, 30, 0, '2025-12-01 12:30', 'met'),
    (90010, 'first_response', 1, 90, 0, '2025-12-29 09:00', 'breached'), (90010, 'next_response', 1, 90, 0, '2025-12-29 09:30', 'met'),
    (90011, 'first_response', 1, 10, 0, '2025-06-02 10:00', 'met'), (90011, 'resolution', 1, 120, 180, '2025-06-03 12:00', 'met'),
    (90012, 'first_response', 1, 15, 0, '2025-12-01 10:00', 'met'), (90012, 'resolution', 1, 60, 0, '2025-12-02 09:00', 'met');
