-- depends: 0008-visit-outcome
-- Which notice a person was told, beside the basis on which it was done; null: by a page that did not say so yet.
ALTER TABLE gateway.capture ADD COLUMN notice_version text;
ALTER TABLE gateway.visit_outcome ADD COLUMN notice_version text;
