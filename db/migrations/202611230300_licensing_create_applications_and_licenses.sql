-- licensing: create permit applications, decisions, licenses and the capacity ledger
-- Why:  a license may only come from an application that two officers decided, within the capacity that the grid has.
-- Kind: expand (new tables only).   Locks: none on existing tables.   Data: none.
CREATE TABLE permit_applications (
    id                      uuid PRIMARY KEY,
    number                  text NOT NULL UNIQUE,
    version                 int  NOT NULL,
    status                  text NOT NULL,
    kind                    text NOT NULL,
    subtype                 text NOT NULL,
    applicant_bin           text NOT NULL,
    applicant_name          text NOT NULL,
    contact_email           text NOT NULL,
    contact_phone           text NOT NULL,
    site_name               text NOT NULL,
    site_region             text NOT NULL REFERENCES regions,
    site_address            text NOT NULL,
    site_latitude           numeric(9, 6),
    site_longitude          numeric(9, 6),
    site_grid_connection    text NOT NULL,
    host_license_number     text,
    requested_kw            int  NOT NULL,
    power_sources           text[] NOT NULL,
    planned_investment_kzt  numeric(20, 2) NOT NULL,
    planned_jobs            int  NOT NULL,
    hardware                jsonb NOT NULL,
    state_fee_paid_on       date,
    state_fee_amount_kzt    numeric(14, 2),
    state_fee_reference     text,
    previous_license_number text,
    created_at              timestamptz NOT NULL,
    created_by              text NOT NULL,
    submitted_at            timestamptz,
    submitted_by            text,
    assigned_to             text,
    decided_at              timestamptz,
    CONSTRAINT permit_applications_status_is_known CHECK (status IN ('Draft', 'Submitted', 'UnderReview', 'InformationRequested',
        'Recommended', 'Approved', 'Refused', 'Withdrawn', 'Lapsed')),
    CONSTRAINT permit_applications_subtype_is_known CHECK (subtype IN ('I', 'II')),
    CONSTRAINT permit_applications_capacity_is_positive CHECK (requested_kw > 0),
    CONSTRAINT permit_applications_submission_is_whole CHECK ((submitted_at IS NULL) = (submitted_by IS NULL)),
    CONSTRAINT permit_applications_draft_is_not_submitted CHECK (status <> 'Draft' OR submitted_at IS NULL),
    CONSTRAINT permit_applications_decision_is_whole CHECK ((status IN ('Approved', 'Refused')) = (decided_at IS NOT NULL))
);
CREATE INDEX permit_applications_by_applicant ON permit_applications (applicant_bin, id);
CREATE INDEX permit_applications_by_status    ON permit_applications (status, id);
-- One open application per applicant and site: a double click makes no second file.
CREATE UNIQUE INDEX permit_applications_one_open_per_site
    ON permit_applications (applicant_bin, site_region, lower(site_address), kind)
    WHERE status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended');

ALTER TABLE permit_applications ENABLE ROW LEVEL SECURITY;
ALTER TABLE permit_applications FORCE ROW LEVEL SECURITY;
CREATE POLICY permit_applications_own_or_staff ON permit_applications
    USING (current_setting('registry.row_scope', true) IN ('*', applicant_bin))
    WITH CHECK (current_setting('registry.row_scope', true) IN ('*', applicant_bin));

CREATE TABLE application_recommendations (
    application_id      uuid NOT NULL REFERENCES permit_applications,
    application_version int  NOT NULL,
    outcome             text NOT NULL,
    recommender         text NOT NULL,
    applicant           text NOT NULL,
    reasons             text NOT NULL,
    grounds             text[] NOT NULL,
    at                  timestamptz NOT NULL,
    PRIMARY KEY (application_id, application_version),
    UNIQUE (application_id, application_version, outcome, recommender, applicant),
    CONSTRAINT application_recommendations_outcome_is_known CHECK (outcome IN ('Approve', 'Refuse')),
    CONSTRAINT application_recommendations_refusal_has_grounds CHECK (outcome = 'Approve' OR cardinality(grounds) > 0)
);

-- Four eyes: the decider is neither the recommender nor the applicant, and both officers saw the same version.
CREATE TABLE application_decisions (
    application_id      uuid PRIMARY KEY REFERENCES permit_applications,
    application_version int  NOT NULL,
    outcome             text NOT NULL,
    decider             text NOT NULL,
    recommender         text NOT NULL,
    applicant           text NOT NULL,
    reasons             text NOT NULL,
    grounds             text[] NOT NULL,
    at                  timestamptz NOT NULL,
    UNIQUE (application_id, outcome),
    FOREIGN KEY (application_id, application_version, outcome, recommender, applicant)
        REFERENCES application_recommendations (application_id, application_version, outcome, recommender, applicant),
    CONSTRAINT application_decisions_take_four_eyes CHECK (lower(decider) <> lower(recommender) AND lower(decider) <> lower(applicant))
);

CREATE TABLE licenses (
    number               text PRIMARY KEY,
    version              int  NOT NULL,
    application_id       uuid NOT NULL UNIQUE,
    outcome              text NOT NULL DEFAULT 'Approve',
    subtype              text NOT NULL,
    bin                  text NOT NULL,
    holder_name          text NOT NULL,
    region               text NOT NULL REFERENCES regions,
    site_name            text NOT NULL,
    site_address         text NOT NULL,
    licensed_kw          int  NOT NULL,
    host_license_number  text REFERENCES licenses,
    power_sources        text[] NOT NULL,
    conditions           text[] NOT NULL,
    valid_from           date NOT NULL,
    valid_to             date NOT NULL,
    issued_at            timestamptz NOT NULL,
    FOREIGN KEY (application_id, outcome) REFERENCES application_decisions (application_id, outcome),
    CONSTRAINT licenses_come_from_an_approval CHECK (outcome = 'Approve'),
    CONSTRAINT licenses_have_a_term CHECK (valid_from <= valid_to),
    CONSTRAINT licenses_subtype_ii_has_a_host CHECK ((subtype = 'II') = (host_license_number IS NOT NULL))
);
CREATE INDEX licenses_by_bin    ON licenses (bin, number);
CREATE INDEX licenses_by_region ON licenses (region, number);
CREATE INDEX licenses_by_host   ON licenses (host_license_number) WHERE host_license_number IS NOT NULL;

-- What happened to a license after its issue; its status on a day follows from these rows and its term.
CREATE TABLE license_events (
    license_number   text NOT NULL REFERENCES licenses,
    sequence         int  NOT NULL,
    kind             text NOT NULL,
    effective_from   date NOT NULL,
    effective_until  date,
    ground           text REFERENCES grounds,
    reasons          text,
    court_act_number text,
    court_act_on     date,
    at               timestamptz NOT NULL,
    by               text NOT NULL,
    PRIMARY KEY (license_number, sequence),
    CONSTRAINT license_events_kind_is_known CHECK (kind IN ('Suspended', 'Resumed', 'Revoked', 'Surrendered')),
    CONSTRAINT license_events_revocation_names_the_court CHECK (kind <> 'Revoked' OR (court_act_number IS NOT NULL AND court_act_on IS NOT NULL)),
    CONSTRAINT license_events_suspension_has_an_end CHECK ((kind = 'Suspended') = (effective_until IS NOT NULL))
);

-- How much power may be licensed in the country, a grid zone or a region, by date. No row: no ceiling.
CREATE TABLE capacity_ceilings (
    scope          text NOT NULL,
    effective_from date NOT NULL,
    effective_to   date,
    kw             int  NOT NULL,
    PRIMARY KEY (scope, effective_from),
    CONSTRAINT capacity_ceilings_scope_is_known CHECK (scope = 'country' OR scope ~ '^(zone:(north|south|west)|region:[0-9]{2})$'),
    CONSTRAINT capacity_ceilings_are_not_negative CHECK (kw >= 0),
    CONSTRAINT capacity_ceilings_do_not_overlap EXCLUDE USING gist
        (scope WITH =, daterange(effective_from, effective_to, '[]') WITH &&)
);

-- The set of ceilings is replaced as a whole; its version is what an administrator has seen.
CREATE TABLE capacity_plan (
    only_row boolean PRIMARY KEY DEFAULT true,
    version  int NOT NULL,
    CONSTRAINT capacity_plan_is_one_row CHECK (only_row)
);
INSERT INTO capacity_plan (version) VALUES (1);

CREATE TABLE capacity_counters (
    scope        text PRIMARY KEY,
    allocated_kw bigint NOT NULL,
    CONSTRAINT capacity_counters_are_not_negative CHECK (allocated_kw >= 0)
);

-- Append-only: whoever grants, raises or frees capacity inserts here, and the trigger moves the counters. Nothing goes round it.
CREATE TABLE capacity_movements (
    id             uuid PRIMARY KEY,
    license_number text NOT NULL REFERENCES licenses,
    region         text NOT NULL REFERENCES regions,
    kw             int  NOT NULL,
    reason         text NOT NULL,
    on_day         date NOT NULL,
    at             timestamptz NOT NULL,
    CONSTRAINT capacity_movements_move_something CHECK (kw <> 0)
);
CREATE INDEX capacity_movements_by_license ON capacity_movements (license_number);

-- Locks the scopes in one fixed order (country, zone, region); the counter's row lock makes the comparison with the ceiling safe.
CREATE FUNCTION move_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved   text;
    total   bigint;
    ceiling bigint;
BEGIN
    FOREACH moved IN ARRAY ARRAY['country', 'zone:' || (SELECT grid_zone FROM regions WHERE code = NEW.region), 'region:' || NEW.region] LOOP
        INSERT INTO capacity_counters (scope, allocated_kw) VALUES (moved, 0) ON CONFLICT DO NOTHING;
        UPDATE capacity_counters SET allocated_kw = allocated_kw + NEW.kw WHERE scope = moved RETURNING allocated_kw INTO total;
        SELECT kw INTO ceiling FROM capacity_ceilings
            WHERE scope = moved AND effective_from <= NEW.on_day AND (effective_to IS NULL OR effective_to >= NEW.on_day);
        IF NEW.kw > 0 AND total > ceiling THEN
            -- The message is read by the program: the scope, and the kilowatts that are left in it.
            RAISE EXCEPTION '%|%', moved, greatest(ceiling - (total - NEW.kw), 0) USING
                ERRCODE = 'check_violation', CONSTRAINT = 'capacity_stays_within_ceilings';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER capacity_movements_move_counters AFTER INSERT ON capacity_movements FOR EACH ROW EXECUTE FUNCTION move_capacity();
CREATE TRIGGER capacity_movements_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON capacity_movements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

REVOKE UPDATE, DELETE, TRUNCATE ON application_recommendations, application_decisions, license_events, capacity_movements FROM registry_app;
REVOKE DELETE, TRUNCATE ON permit_applications, licenses FROM registry_app;

-- The status of a license on a day, for filters; LicenseTerm.StatusOn in the domain says the same.
CREATE FUNCTION license_status(license text, valid_from date, valid_to date, on_day date) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM license_events e WHERE e.license_number = license AND e.kind = 'Revoked' AND e.effective_from <= on_day) THEN 'Revoked'
        WHEN EXISTS (SELECT FROM license_events e WHERE e.license_number = license AND e.kind = 'Surrendered' AND e.effective_from <= on_day) THEN 'Surrendered'
        WHEN on_day > valid_to THEN 'Expired'
        WHEN on_day < valid_from THEN 'Pending'
        WHEN EXISTS (SELECT FROM license_events s
                      WHERE s.license_number = license AND s.kind = 'Suspended' AND on_day BETWEEN s.effective_from AND s.effective_until
                        AND NOT EXISTS (SELECT FROM license_events r WHERE r.license_number = license AND r.kind = 'Resumed'
                                           AND r.effective_from BETWEEN s.effective_from AND on_day)) THEN 'Suspended'
        ELSE 'Active'
    END
$$;
