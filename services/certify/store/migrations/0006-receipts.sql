-- depends: 0005-retention
-- A request may have a second certificate, when its agency turned the first one down and another proof was given.
ALTER TABLE certify.certificate
    DROP CONSTRAINT certificate_pkey,
    DROP CONSTRAINT certificate_certificate_id_key,
    ADD PRIMARY KEY (certificate_id);
CREATE INDEX certificate_by_request ON certify.certificate (agency, request_id);
