-- metering: find the batches of one sender, newest first
-- Why:  senders look up what became of their files, among those of all the others.
-- Kind: expand (an index on a small table).   Locks: short.   Data: none.
CREATE INDEX reading_batches_by_sender ON reading_batches (received_by, sequence);
