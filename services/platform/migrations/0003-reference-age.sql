-- depends: 0001-ledger
-- How old a reference photo is: a programme may ask for a recent one.
ALTER TABLE platform.reference ADD COLUMN taken_on date;
COMMENT ON COLUMN platform.reference.taken_on IS 'The day it was taken, where the agency says so.';
