-- platform: bind idempotency keys to whom their first request acted for
-- Why:  one person may act for several miners and change roles: the stored answer is for whoever may still do the same for the same miner.
-- Kind: expand (nullable columns).   Locks: short.   Data: keys of earlier requests stay without: nothing happens twice under them,
--       and their answers are not given out again.
ALTER TABLE idempotency_keys
    ADD COLUMN bin        text,
    ADD COLUMN permission text,
    ADD COLUMN row_scope  text;
