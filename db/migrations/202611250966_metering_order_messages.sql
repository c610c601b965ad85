-- metering: let messages of one sender stand in the order of their numbers
-- Why:  messages overtake each other on their way. An older one that comes later, or again, undid the correction that the newer one brought.
--       So every hour remembers which message spoke of it, and a batch which message it was.
-- Kind: expand (a new table, and columns that may be empty).   Locks: short.   Data: none; what came before has no order, and the next one wins.
ALTER TABLE reading_batches
    ADD COLUMN outdated           bigint NOT NULL DEFAULT 0,
    ADD COLUMN message_sender     text,
    ADD COLUMN message_number     bigint,
    ADD COLUMN message_written_at timestamptz,
    DROP CONSTRAINT reading_batches_a_gap_changes_nothing,
    ADD CONSTRAINT reading_batches_gaps_and_outdated_hours_change_nothing CHECK (gaps >= 0 AND outdated >= 0 AND gaps + outdated <= unchanged),
    ADD CONSTRAINT reading_batches_a_message_is_named_whole
        CHECK (num_nulls(message_sender, message_number, message_written_at) IN (0, 3));

-- Bits name the hours of a legal day, as in reading_days; batch is the number of a batch.
CREATE TABLE reading_message_hours (
    metering_point_id int  NOT NULL,
    day               date NOT NULL,
    batch             int  NOT NULL,
    hours             int  NOT NULL,
    PRIMARY KEY (metering_point_id, day, batch),
    CONSTRAINT reading_message_hours_are_some CHECK (hours <> 0)
);
GRANT SELECT, INSERT ON reading_message_hours TO registry_app;
