-- The extension installs.
CREATE EXTENSION slaops;
SELECT extname FROM pg_extension WHERE extname = 'slaops';
