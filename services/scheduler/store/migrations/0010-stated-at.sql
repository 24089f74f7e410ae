-- depends: 0009-revision-of-parts
-- When each request was first made, beside its statement: what happened in a month is found without reading every request.
ALTER TABLE scheduler.request ADD COLUMN stated_at text COLLATE "C" GENERATED ALWAYS AS (statement ->> 'stated_at') STORED;
COMMENT ON COLUMN scheduler.request.stated_at IS 'ISO 8601, UTC: text order is time order.';
CREATE INDEX request_by_moment ON scheduler.request (stated_at) INCLUDE (agency, person_key) WHERE status <> 'withdrawn';
COMMENT ON INDEX scheduler.request_by_moment IS 'New requests go to its end: one page, whichever people they are about. The count of people of a year reads the index alone.';
