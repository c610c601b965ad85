-- platform: create the secret under which cursors are sealed
-- Why:  a cursor that anybody can make leads to places that no list has, and to errors; one secret serves all processes, and a backup holds it, too.
-- Kind: expand (new table only).   Locks: none on existing tables.   Data: one random row.
CREATE TABLE cursor_secret (
    only_row boolean PRIMARY KEY DEFAULT true,
    secret   bytea NOT NULL,
    CONSTRAINT cursor_secret_is_one_row CHECK (only_row),
    CONSTRAINT cursor_secret_is_long CHECK (octet_length(secret) = 32)
);

-- A random UUID holds 122 bits from the server's strong source: three are more than the digest keeps.
INSERT INTO cursor_secret (secret)
VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON cursor_secret FROM registry_app;
