-- metering: let every batch take effect at one moment
-- Why:  readings were stamped when their merge began and seen when it was committed, seconds later: what was known in between was told
--       one way before the commit and another way after it. Now a day names the batch that wrote it, and a batch is stamped last.
-- Kind: contract (recorded_at, superseded_at and batch_id of readings go).   Locks: the tables of readings.   Data: rewritten once.
ALTER TABLE reading_batches ALTER COLUMN sequence DROP IDENTITY;
ALTER TABLE reading_batches ALTER COLUMN sequence TYPE int;

ALTER TABLE reading_days ADD COLUMN batch int;
ALTER TABLE reading_day_history ADD COLUMN batch int, ADD COLUMN superseded_by int;
UPDATE reading_days d SET batch = b.sequence FROM reading_batches b WHERE b.id = d.batch_id;
UPDATE reading_day_history h SET batch = b.sequence FROM reading_batches b WHERE b.id = h.batch_id;
UPDATE reading_day_history h
   SET superseded_by = coalesce(
           (SELECT n.batch FROM reading_day_history n
             WHERE n.metering_point_id = h.metering_point_id AND n.day = h.day AND n.revision = h.revision + 1),
           (SELECT d.batch FROM reading_days d WHERE d.metering_point_id = h.metering_point_id AND d.day = h.day));

ALTER TABLE reading_days ALTER COLUMN batch SET NOT NULL, DROP COLUMN batch_id, DROP COLUMN recorded_at;
ALTER TABLE reading_day_history
    ALTER COLUMN batch SET NOT NULL, ALTER COLUMN superseded_by SET NOT NULL,
    DROP COLUMN batch_id, DROP COLUMN recorded_at, DROP COLUMN superseded_at;

-- The number of the last batch that had taken effect by then; it will be the same whenever it is asked.
-- A batch takes this lock for itself before it is stamped and keeps it to its commit: no stamp is older than an answer that lacks it.
-- Volatile, since what is read behind the lock has to be seen as it is by then.
CREATE FUNCTION last_reading_batch(known_at timestamptz) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('reading_stamp'));
    RETURN coalesce((SELECT sequence FROM reading_batches WHERE received_at <= known_at ORDER BY sequence DESC LIMIT 1), 0);
END $$;
