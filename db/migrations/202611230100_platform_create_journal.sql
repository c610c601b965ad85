-- platform: create the journal, the idempotency keys and the number series
-- Why:  every write leaves exactly one journal entry; a retried request has its effect once; people see numbers without gaps.
-- Kind: expand (new tables only).   Locks: none on existing tables.   Data: one head row.

-- The one definition of an entry's hash, used to append and to verify.
CREATE FUNCTION journal_hash(previous bytea, number bigint, at timestamptz, actor text, action text, subject text, entry text)
    RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(previous || convert_to(
        'v1' || chr(10) || number || chr(10) || (extract(epoch FROM at) * 1000000)::bigint || chr(10)
        || actor || chr(10) || action || chr(10) || subject || chr(10) || entry, 'UTF8'));

-- Taken as the last statement of a writing transaction: number order is commit order, without gaps.
CREATE TABLE journal_head (
    only_row boolean PRIMARY KEY DEFAULT true,
    number   bigint NOT NULL,
    hash     bytea  NOT NULL,
    CONSTRAINT journal_head_is_one_row CHECK (only_row)
);
INSERT INTO journal_head (number, hash) VALUES (0, sha256('kz-licensing'));

CREATE TABLE journal_entries (
    number  bigint PRIMARY KEY,
    at      timestamptz NOT NULL,
    actor   text  NOT NULL,
    action  text  NOT NULL,
    subject text  NOT NULL,
    entry   text  NOT NULL,
    hash    bytea NOT NULL,
    CONSTRAINT journal_entries_fields_are_one_line CHECK (actor || action || subject !~ '\n')
);
CREATE INDEX journal_entries_by_subject ON journal_entries (subject, number);
CREATE INDEX journal_entries_by_actor   ON journal_entries (actor, number);
CREATE INDEX journal_entries_by_at      ON journal_entries (at, number);

CREATE TABLE idempotency_keys (
    caller      text NOT NULL,
    key         text NOT NULL,
    fingerprint bytea NOT NULL,
    action      text NOT NULL,
    at          timestamptz NOT NULL,
    subject     text,
    reply       text,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_by_at ON idempotency_keys (at);

-- Numbers for people: one row per series, counted inside the transaction that uses the number, so a rollback leaves no gap.
CREATE TABLE number_series (
    series text PRIMARY KEY,
    last   bigint NOT NULL
);

-- The journal is append-only for the application, by privilege and, as a second net, by trigger.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER journal_entries_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

REVOKE UPDATE, DELETE, TRUNCATE ON journal_entries FROM registry_app;
REVOKE INSERT, DELETE, TRUNCATE ON journal_head FROM registry_app;
