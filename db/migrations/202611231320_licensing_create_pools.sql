-- licensing: keep the register of accredited pools
-- Why:  mining is allowed through an accredited pool only (Law 193-VII); anybody can see which these are.
-- Kind: expand (new table only).   Locks: none.   Data: none.
CREATE TABLE pools (
    id              uuid PRIMARY KEY,
    version         int  NOT NULL,
    name            text NOT NULL,
    country         text NOT NULL,
    homepage        text,
    accredited_from date NOT NULL,
    -- The last day of the accreditation; none: until it is revoked.
    accredited_to   date,
    act             text NOT NULL,
    revoked_from    date,
    revocation_act  text,
    CONSTRAINT pools_country_is_a_code CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT pools_have_a_term CHECK (accredited_from <= accredited_to),
    CONSTRAINT pools_revocation_is_whole CHECK ((revoked_from IS NULL) = (revocation_act IS NULL)),
    CONSTRAINT pools_revocation_follows_accreditation CHECK (revoked_from >= accredited_from)
);
-- A pool has one accreditation at a time.
ALTER TABLE pools ADD CONSTRAINT pools_are_accredited_once EXCLUDE USING gist (
    lower(name) WITH =, daterange(accredited_from, least(accredited_to + 1, revoked_from)) WITH &&);

REVOKE UPDATE, DELETE, TRUNCATE ON pools FROM registry_app;
GRANT UPDATE (version, revoked_from, revocation_act) ON pools TO registry_app;
