-- Holidays: of a calendar, and from iCalendar text.
SELECT *
FROM slaops.holidays(
    'Mo-Fr 09:00-17:00; PH off @ America/New_York, US', '2026-01-01', '2027-01-01'
);
SELECT *
FROM slaops.holidays(
    'Mo-Fr 09:00-17:00; PH off; 2026 Dec 24 off "Christmas Eve"; 2026 Dec 31 off @ '
    'Europe/Berlin, DE-BY',
    '2026-08-01', '2027-01-01'
);
SELECT *
FROM slaops.holidays(
    'Mo-Fr 09:00-17:00; Dec 24-Dec 26 off "winter break"; easter +1 day off; Mo[1] '
    '12:00-13:00 off @ UTC',
    '2026-01-01', '2028-01-01'
);
SELECT * FROM slaops.holidays('Mo-Fr 09:00-17:00 @ UTC', '2026-01-01', '2027-01-01');
SELECT *
FROM slaops.holidays('Mo-Fr 09:00-17:00; PH off @ Europe/London, GB', '2026-01-01', '2026-04-01');

-- A later rule that opens the day takes it from the list.
SELECT *
FROM slaops.holidays(
    'Mo-Fr 09:00-17:00; 2026 Dec 24-2026 Dec 25 off; 2026 Dec 24 09:00-12:00 @ UTC', '2026-01-01',
    '2027-01-01'
);

SELECT slaops.holidays_from_ics(ics) AS dates FROM (VALUES (
$ics$BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//holidays//EN
BEGIN:VEVENT
UID:1@example.com
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20261227
SUMMARY:Christmas
  shutdown
END:VEVENT
BEGIN:VEVENT
UID:2@example.com
DTSTART;VALUE=DATE:20200501
RRULE:FREQ=YEARLY;UNTIL=20230501
EXDATE;VALUE=DATE:20210501
SUMMARY:Labor Day
END:VEVENT
BEGIN:VEVENT
UID:3@example.com
DTSTART;TZID=Europe/Berlin:20260612T130000
DTEND;TZID=Europe/Berlin:20260612T170000
SUMMARY:Company outing\, all hands
END:VEVENT
END:VCALENDAR
$ics$)) AS given (ics)
\gset
SELECT
    :'dates'::date[] AS dates,
    slaops.make_calendar('Mo-Fr 09:00-17:00', 'Europe/Berlin', holidays => :'dates');
SELECT * FROM slaops.ics_holidays('BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20200229
RRULE:FREQ=YEARLY
SUMMARY:Leap day
END:VEVENT
END:VCALENDAR', '2020-01-01', '2030-01-01');
SELECT slaops.holidays_from_ics('BEGIN:VCALENDAR
END:VCALENDAR');
-- Outlook's whole days: a date to a time, and midnights of Berlin in UTC.
SELECT * FROM slaops.ics_holidays('BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261224
DTEND;TZID="W. Europe Standard Time":20261226T000000
SUMMARY:Christmas
END:VEVENT
BEGIN:VEVENT
DTSTART:20261230T230000Z
DTEND:20261231T230000Z
X-MICROSOFT-CDO-ALLDAYEVENT:TRUE
SUMMARY:New Year''s Eve
END:VEVENT
END:VCALENDAR', '2026-01-01', '2028-01-01');
\x on
SELECT * FROM refusal($$SELECT slaops.holidays_from_ics('no calendar')$$);
SELECT * FROM refusal($$SELECT slaops.holidays_from_ics('BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261301
END:VEVENT
END:VCALENDAR')$$);
SELECT * FROM refusal($$SELECT slaops.holidays_from_ics('BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20261220
END:VEVENT
END:VCALENDAR')$$);
SELECT * FROM refusal($$SELECT slaops.holidays_from_ics('BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260101
RRULE:FREQ=SOMETIMES
END:VEVENT
END:VCALENDAR')$$);
\x off

-- A series that was ended before its first day gives nothing and the rest of the file stays; the
-- fifth Monday from the end.
SELECT slaops.holidays_from_ics('BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260601
RRULE:FREQ=YEARLY;UNTIL=20260531
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260601
RRULE:FREQ=MONTHLY;BYDAY=-5MO
END:VEVENT
END:VCALENDAR', '2026-06-02', '2027-06-01') AS dates;
