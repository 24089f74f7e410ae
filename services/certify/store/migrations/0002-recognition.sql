-- depends: 0001-certify
-- A proof answers what is still asked: which visits are open, and the captures of a person.
ALTER TABLE certify.visit ADD COLUMN status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed'));
CREATE INDEX visit_by_person ON certify.visit (person_key);
CREATE INDEX capture_by_person ON certify.capture (person_key) WHERE decision = 'certified';
CREATE INDEX certificate_by_number ON certify.certificate (agency, number);
