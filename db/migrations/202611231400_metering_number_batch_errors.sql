-- metering: number the errors of a batch, and count what it passed over
-- Why:  a message of layout 80020 may hold many bad hours on one line, and values of channels that are of no interest here.
-- Kind: expand, and another key on a table that only grows.   Locks: short.   Data: errors so far are numbered by line.
ALTER TABLE reading_batch_errors ADD COLUMN number int;

UPDATE reading_batch_errors e SET number = n.number
  FROM (SELECT batch_id, line, row_number() OVER (PARTITION BY batch_id ORDER BY line) AS number FROM reading_batch_errors) AS n
 WHERE n.batch_id = e.batch_id AND n.line = e.line;

ALTER TABLE reading_batch_errors
    ALTER COLUMN number SET NOT NULL,
    DROP CONSTRAINT reading_batch_errors_pkey,
    ADD PRIMARY KEY (batch_id, number);

ALTER TABLE reading_batches ADD COLUMN ignored bigint NOT NULL DEFAULT 0;
