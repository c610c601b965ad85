-- assessments: create runs, drafts, issued assessments and the feed for tax systems
-- Why:  an issued assessment never changes; a tax system sees every change once, in commit order.
-- Kind: expand (new tables only).   Locks: none on existing tables.   Data: none.
CREATE TABLE assessment_runs (
    id                uuid PRIMARY KEY,
    version           int  NOT NULL,
    period            text NOT NULL,
    instrument        text NOT NULL,
    bins              text[],
    status            text NOT NULL,
    done              int  NOT NULL,
    total             int  NOT NULL,
    total_kzt         numeric(24, 0) NOT NULL,
    input_fingerprint text,
    failure           text,
    requested_by      text NOT NULL,
    requested_at      timestamptz NOT NULL,
    finished_at       timestamptz,
    CONSTRAINT assessment_runs_status_is_known CHECK (status IN ('Queued', 'Running', 'Completed', 'Failed', 'Canceled'))
);
CREATE INDEX assessment_runs_open ON assessment_runs (requested_at) WHERE status IN ('Queued', 'Running');

-- One row per payer of a run: claimed with SKIP LOCKED, so that two workers never do one payer twice and a killed run resumes.
CREATE TABLE assessment_run_payers (
    run_id    uuid NOT NULL REFERENCES assessment_runs ON DELETE CASCADE,
    payer_bin text NOT NULL,
    outcome   text,
    detail    text,
    PRIMARY KEY (run_id, payer_bin),
    CONSTRAINT assessment_run_payers_outcome_is_known CHECK (outcome IN ('Drafted', 'Unchanged', 'NothingDue', 'Failed'))
);

-- At most one draft per payer, quarter and instrument: a new run replaces the draft of the one before.
CREATE TABLE assessment_drafts (
    id                uuid PRIMARY KEY,
    revision          int  NOT NULL,
    run_id            uuid NOT NULL REFERENCES assessment_runs,
    instrument        text NOT NULL,
    payer_bin         text NOT NULL,
    period            text NOT NULL,
    total_kzt         numeric(20, 0) NOT NULL,
    delta_kzt         numeric(20, 0) NOT NULL,
    input_fingerprint text NOT NULL,
    drafted_by        text NOT NULL,
    drafted_at        timestamptz NOT NULL,
    doc               text NOT NULL,
    UNIQUE (payer_bin, period, instrument)
);

-- What the authority decided: written once.
CREATE TABLE assessments (
    id                uuid PRIMARY KEY,
    number            text NOT NULL UNIQUE,
    version           int  NOT NULL,
    supersedes        uuid UNIQUE REFERENCES assessments,
    run_id            uuid NOT NULL REFERENCES assessment_runs,
    instrument        text NOT NULL,
    payer_bin         text NOT NULL,
    period            text NOT NULL,
    total_kzt         numeric(20, 0) NOT NULL,
    delta_kzt         numeric(20, 0) NOT NULL,
    due_on            date NOT NULL,
    input_fingerprint text NOT NULL,
    issued_by         text NOT NULL,
    issued_at         timestamptz NOT NULL,
    UNIQUE (payer_bin, period, instrument, version)
);
CREATE INDEX assessments_by_payer  ON assessments (payer_bin, id);
CREATE INDEX assessments_by_period ON assessments (period, id);

-- Each state of an issued assessment as the document that clients read; the newest revision is the current one.
CREATE TABLE assessment_revisions (
    assessment_id uuid NOT NULL REFERENCES assessments,
    revision      int  NOT NULL,
    status        text NOT NULL,
    payer_bin     text NOT NULL,
    at            timestamptz NOT NULL,
    doc           text NOT NULL,
    PRIMARY KEY (assessment_id, revision),
    CONSTRAINT assessment_revisions_status_is_known CHECK (status IN ('Issued', 'Objected', 'Settled', 'Superseded', 'Withdrawn'))
);

-- Numbered by the journal's head row: number order is commit order. The item is stored as it is sent.
CREATE TABLE tax_feed (
    number   bigint NOT NULL,
    position int    NOT NULL,
    period   text   NOT NULL,
    change   text   NOT NULL,
    assessment_id uuid NOT NULL REFERENCES assessments,
    at       timestamptz NOT NULL,
    doc      text   NOT NULL,
    PRIMARY KEY (number, position),
    CONSTRAINT tax_feed_change_is_known CHECK (change IN ('Issued', 'Superseded', 'Withdrawn', 'Settled', 'ObjectionOpened', 'ObjectionDecided'))
);

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['assessment_drafts', 'assessments', 'assessment_revisions'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', guarded);
        EXECUTE format($policy$CREATE POLICY %I ON %I
            USING (current_setting('registry.row_scope', true) IN ('*', payer_bin))
            WITH CHECK (current_setting('registry.row_scope', true) IN ('*', payer_bin))$policy$, guarded || '_own_or_staff', guarded);
    END LOOP;
    -- A draft is the authority's own paper: its payer does not see it.
    DROP POLICY assessment_drafts_own_or_staff ON assessment_drafts;
    CREATE POLICY assessment_drafts_staff_only ON assessment_drafts
        USING (current_setting('registry.row_scope', true) = '*') WITH CHECK (current_setting('registry.row_scope', true) = '*');

    FOREACH guarded IN ARRAY ARRAY['assessments', 'assessment_revisions', 'tax_feed'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
            guarded || '_are_append_only', guarded);
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM registry_app', guarded);
    END LOOP;
END $$;
