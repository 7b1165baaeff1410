-- What Znuny makes of the twelve tickets of hand.sql: the promise of the queue "hand" is a first response in 60 minutes, an update in 90,
-- a solution in 480. Nothing pauses a clock; a ticket that is opened again goes on counting.
\ir hand.sql
UPDATE canon.tickets SET group_name = 'hand' WHERE ticket_id > 90000;
-- Minutes run, when it is due in Berlin, and how it ended.
CREATE TABLE canon.by_hand (ticket_id int, metric text, cycle int, elapsed numeric, paused numeric, due_at timestamp, status text);
INSERT INTO canon.by_hand VALUES
    (90001, 'first_response', 1, 30, 0, '2025-12-01 10:00', 'met'), (90001, 'next_response', 1, 30, 0, '2025-12-01 10:30', 'met'), (90001, 'resolution', 1, 60, 0, '2025-12-01 17:00', 'met'),
    (90002, 'first_response', 1, 10, 0, '2025-12-01 10:00', 'met'), (90002, 'next_response', 1, 10, 0, '2025-12-01 10:30', 'met'), (90002, 'resolution', 1, 180, 0, '2025-12-01 17:00', 'met'),
    (90003, 'first_response', 1, 10, 0, '2025-12-01 10:00', 'met'), (90003, 'next_response', 1, 10, 0, '2025-12-01 10:30', 'met'), (90003, 'periodic_update', 1, 80, 0, '2025-12-01 10:40', 'met'),
    (90004, 'resolution', 1, 0, 0, '2025-12-01 17:00', 'met'),
    (90006, 'first_response', 1, 70, 0, '2025-12-01 10:00', 'breached'), (90006, 'next_response', 1, 70, 0, '2025-12-01 10:30', 'met'), (90006, 'resolution', 1, 70, 0, '2025-12-01 17:00', 'met'),
    (90007, 'first_response', 1, 20, 0, '2025-12-01 10:00', 'met'), (90007, 'resolution', 1, 60, 0, '2025-12-01 17:00', 'met'),
    (90009, 'first_response', 1, 30, 0, '2025-12-01 10:00', 'met'), (90009, 'next_response', 2, 30, 0, '2025-12-01 12:30', 'met'), (90009, 'resolution', 1, 180, 0, '2025-12-01 17:00', 'met'),
    (90010, 'first_response', 1, 90, 0, '2025-12-24 17:00', 'breached'), (90010, 'next_response', 1, 90, 0, '2025-12-29 09:30', 'met'),
    (90011, 'first_response', 1, 10, 0, '2025-06-02 10:00', 'met'), (90011, 'resolution', 1, 300, 0, '2025-06-02 17:00', 'met'),
    (90012, 'first_response', 1, 15, 0, '2025-12-01 10:00', 'met'), (90012, 'resolution', 1, 60, 0, '2025-12-01 17:00', 'met');
