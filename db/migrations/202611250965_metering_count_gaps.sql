-- metering: count the hours that a file names without a value
-- Why:  a meter that was not read is a gap of its hour, and no reason to refuse the file; what is known of that hour stays.
-- Kind: expand (a column with a constant default).   Locks: short.   Data: none.
ALTER TABLE reading_batches
    ADD COLUMN gaps bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT reading_batches_a_gap_changes_nothing CHECK (gaps BETWEEN 0 AND unchanged);
