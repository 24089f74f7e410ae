-- depends: 0003-alignment
-- What a request costs in a register of 10^6 people (docs/performance.md, measured): fewer pages touched for each.
-- Keys are random, so each request touches pages of its own. Room on the page lets an update stay there and touch no index.
ALTER TABLE scheduler.person SET (fillfactor = 70);
ALTER TABLE scheduler.visit SET (fillfactor = 70);

-- 64 hexadecimal digits as a B-tree take 124 MB for 10^6 people, as a hash 37 MB; they are only ever looked up whole.
DROP INDEX scheduler.request_by_person;
DROP INDEX scheduler.visit_by_person;
CREATE INDEX request_by_person ON scheduler.request USING hash (person_key);
CREATE INDEX visit_by_person ON scheduler.visit USING hash (person_key);
