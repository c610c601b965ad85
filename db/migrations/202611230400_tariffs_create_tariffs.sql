-- tariffs: create tariffs
-- Why:  the fee changed four times in five years; an edition is a row with dates, rules and its legal basis.
-- Kind: expand (new tables only).   Locks: none on existing tables.   Data: none; db/seed brings the adopted editions.
CREATE TABLE tariffs (
    id              uuid PRIMARY KEY,
    code            text NOT NULL UNIQUE,
    version         int  NOT NULL,
    status          text NOT NULL,
    instrument      text NOT NULL,
    title           jsonb NOT NULL,
    act             text NOT NULL,
    article         text NOT NULL,
    url             text,
    effective_from  date NOT NULL,
    effective_to    date,
    combination     text NOT NULL,
    unmetered_volume text NOT NULL,
    rounding        text NOT NULL,
    rules           jsonb NOT NULL,
    proposed_by     text,
    adopted_by      text,
    adopted_at      timestamptz,
    created_at      timestamptz NOT NULL,
    CONSTRAINT tariffs_status_is_known CHECK (status IN ('Draft', 'Proposed', 'Adopted', 'Rejected', 'Withdrawn', 'Repealed')),
    CONSTRAINT tariffs_instrument_is_known CHECK (instrument IN ('MiningFee', 'ElectricitySurcharge')),
    CONSTRAINT tariffs_have_a_term CHECK (effective_to IS NULL OR effective_from <= effective_to),
    CONSTRAINT tariffs_adoption_is_whole CHECK ((status IN ('Adopted', 'Repealed')) = (adopted_at IS NOT NULL)),
    CONSTRAINT tariffs_proposer_does_not_adopt CHECK (lower(adopted_by) <> lower(proposed_by)),
    -- One adopted edition per instrument and day.
    CONSTRAINT tariffs_adopted_do_not_overlap EXCLUDE USING gist
        (instrument WITH =, daterange(effective_from, effective_to, '[]') WITH &&) WHERE (status = 'Adopted')
);
REVOKE DELETE, TRUNCATE ON tariffs FROM registry_app;
