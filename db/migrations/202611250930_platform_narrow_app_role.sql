-- platform: let the program's role change what its use cases change, and nothing else
-- Why:  with the default privileges of all tables the role could move the journal's head, rewrite the law and adopted tariffs, lengthen a license
--       or hand it to somebody else. What it may change is granted by column now; AppRoleTests lists every right with its reason.
-- Kind: contract (privileges of the program's role).   Locks: none that a reader meets.   Data: none.

-- A new table is readable; whoever makes it grants the rest. Identity columns need no right to their sequence.
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE INSERT, UPDATE, DELETE ON TABLES FROM registry_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE ON SEQUENCES FROM registry_app;
REVOKE USAGE ON SEQUENCE metering_points_id_seq FROM registry_app;

-- The law comes with `migrate`, from the owner.
REVOKE INSERT, UPDATE, DELETE ON regions, region_names, civil_offsets, holidays, mci, base_rates, fee_deadlines, legal_parameters, grounds, tariffs
    FROM registry_app;

-- The journal grows by one entry at a time, and the database chains it: nobody chooses a number or a hash.
CREATE FUNCTION append_journal(at timestamptz, actor text, action text, subject text, entry text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    place bigint;
BEGIN
    WITH head AS (
        UPDATE journal_head h
           SET number = h.number + 1,
               hash = journal_hash(h.hash, h.number + 1, append_journal.at, append_journal.actor, append_journal.action,
                                   append_journal.subject, append_journal.entry)
        RETURNING h.number, h.hash)
    INSERT INTO journal_entries AS e (number, at, actor, action, subject, entry, hash)
    SELECT head.number, append_journal.at, append_journal.actor, append_journal.action, append_journal.subject, append_journal.entry, head.hash
      FROM head
    RETURNING e.number INTO place;
    RETURN place;
END $$;
REVOKE EXECUTE ON FUNCTION append_journal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_journal TO registry_app;
REVOKE INSERT ON journal_entries FROM registry_app;
REVOKE UPDATE ON journal_head FROM registry_app;

-- What the feed tells stands in the journal.
ALTER TABLE tax_feed ADD CONSTRAINT tax_feed_tells_of_an_entry FOREIGN KEY (number) REFERENCES journal_entries;

-- Licensing. Whose an application is, and who made it, is said once.
REVOKE UPDATE ON permit_applications, information_requests, licenses, capacity_plan FROM registry_app;
GRANT UPDATE (version, status, kind, subtype, applicant_name, contact_email, contact_phone, site_name, site_region, site_address, site_latitude,
              site_longitude, site_grid_connection, host_license_number, requested_kw, power_sources, planned_investment_kzt, planned_jobs, hardware,
              state_fee_paid_on, state_fee_amount_kzt, state_fee_reference, previous_license_number, submitted_at, submitted_by, assigned_to, closed_at,
              due_on, working_days_used) ON permit_applications TO registry_app;
GRANT UPDATE (answers, closed_at, closed_as) ON information_requests TO registry_app;
GRANT UPDATE (version) ON licenses, capacity_plan TO registry_app;
REVOKE INSERT, DELETE ON capacity_plan FROM registry_app;
REVOKE UPDATE ON capacity_ceilings FROM registry_app;

-- Metering.
REVOKE UPDATE ON metering_points, reading_days FROM registry_app;
GRANT UPDATE (version) ON metering_points TO registry_app;
GRANT UPDATE (known_hours, estimated_hours, wh, day_wh, revision, batch) ON reading_days TO registry_app;
REVOKE UPDATE, DELETE ON reading_batches FROM registry_app;

-- Assessments. Drafts are made anew and never edited; one column, because Postgres asks for it of whoever locks a row.
REVOKE UPDATE, DELETE ON assessment_runs, assessment_run_payers FROM registry_app;
GRANT UPDATE (version, status, done, total_kzt, input_fingerprint, failure, finished_at) ON assessment_runs TO registry_app;
GRANT UPDATE (outcome, detail) ON assessment_run_payers TO registry_app;
REVOKE UPDATE ON assessment_drafts FROM registry_app;
GRANT UPDATE (revision) ON assessment_drafts TO registry_app;

-- Platform.
REVOKE UPDATE, DELETE ON number_series FROM registry_app;
GRANT UPDATE (last) ON number_series TO registry_app;
REVOKE UPDATE ON idempotency_keys FROM registry_app;
GRANT UPDATE (fingerprint, subject, reply) ON idempotency_keys TO registry_app;

-- Months are made for the time that readings can be of; the function takes no other. The first civil day, 2020-01-01, began in 2019 by legal
-- time where clocks said UTC+6; the registry's clock ends with 2100, and months are made ahead.
CREATE OR REPLACE FUNCTION ensure_reading_months(first date, last date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', first);
    name  text;
BEGIN
    IF first < '2019-12-01' OR last > '2101-12-31' THEN
        RAISE EXCEPTION 'no readings are of % to %', first, last USING ERRCODE = 'datetime_field_overflow';
    END IF;
    WHILE month <= last LOOP
        name := 'reading_days_' || to_char(month, 'YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('reading_months'));
        END IF;
        -- Another session may have made it while this one waited.
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE reading_days INCLUDING ALL)', name);
            EXECUTE format('REVOKE ALL ON %I FROM registry_app', name);
            EXECUTE format('ALTER TABLE reading_days ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month, (month + interval '1 month')::date);
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION ensure_reading_months FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_reading_months TO registry_app;
