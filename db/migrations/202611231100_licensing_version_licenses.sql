-- licensing: keep every version of a license
-- Why:  a re-issue changes name, address, capacity or hardware from a day on; what was licensed on an earlier day stays readable.
-- Kind: expand and contract (what can change moves from licenses to license_versions).   Locks: short, licenses.   Data: one version per license.
CREATE TABLE license_versions (
    license_number   text NOT NULL REFERENCES licenses,
    version          int  NOT NULL,
    -- Half-open: the next version begins on effective_until. Two re-issues of one day leave an empty range.
    effective_from   date NOT NULL,
    effective_until  date NOT NULL DEFAULT 'infinity',
    application_id   uuid NOT NULL UNIQUE,
    outcome          text NOT NULL DEFAULT 'Approve',
    holder_name      text NOT NULL,
    site_name        text NOT NULL,
    site_address     text NOT NULL,
    licensed_kw      int  NOT NULL,
    power_sources    text[] NOT NULL,
    hardware         jsonb NOT NULL,
    conditions       text[] NOT NULL,
    issued_at        timestamptz NOT NULL,
    PRIMARY KEY (license_number, version),
    FOREIGN KEY (application_id, outcome) REFERENCES application_decisions (application_id, outcome),
    CONSTRAINT license_versions_come_from_an_approval CHECK (outcome = 'Approve'),
    CONSTRAINT license_versions_are_in_order CHECK (effective_from <= effective_until),
    CONSTRAINT license_versions_license_power CHECK (licensed_kw > 0)
);

ALTER TABLE permit_applications NO FORCE ROW LEVEL SECURITY;
INSERT INTO license_versions (license_number, version, effective_from, application_id, holder_name, site_name, site_address, licensed_kw,
                              power_sources, hardware, conditions, issued_at)
SELECT l.number, 1, l.valid_from, l.application_id, l.holder_name, l.site_name, l.site_address, l.licensed_kw, l.power_sources, a.hardware, l.conditions,
       l.issued_at
  FROM licenses l JOIN permit_applications a ON a.id = l.application_id;
ALTER TABLE permit_applications FORCE ROW LEVEL SECURITY;

ALTER TABLE licenses
    DROP COLUMN application_id, DROP COLUMN outcome, DROP COLUMN holder_name, DROP COLUMN site_name, DROP COLUMN site_address,
    DROP COLUMN licensed_kw, DROP COLUMN power_sources, DROP COLUMN conditions,
    ADD COLUMN previous_license_number text REFERENCES licenses;
-- A license is renewed once.
CREATE UNIQUE INDEX licenses_are_renewed_once ON licenses (previous_license_number) WHERE previous_license_number IS NOT NULL;

-- Only the end of a version's range ever changes.
REVOKE UPDATE, DELETE, TRUNCATE ON license_versions FROM registry_app;
GRANT UPDATE (effective_until) ON license_versions TO registry_app;

-- Every license as it is on a day; before its first day as it will be then.
CREATE FUNCTION licenses_on(on_day date) RETURNS TABLE (
    number text, version int, edition int, application_id uuid, subtype text, bin text, holder_name text, region text, site_name text, site_address text,
    licensed_kw int, host_license_number text, previous_license_number text, power_sources text[], hardware jsonb, conditions text[],
    valid_from date, valid_to date, issued_at timestamptz, edition_from date, edition_issued_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT l.number, l.version, v.version, v.application_id, l.subtype, l.bin, v.holder_name, l.region, v.site_name, v.site_address,
           v.licensed_kw, l.host_license_number, l.previous_license_number, v.power_sources, v.hardware, v.conditions,
           l.valid_from, l.valid_to, l.issued_at, v.effective_from, v.issued_at
      FROM licenses l
      JOIN license_versions v ON v.license_number = l.number
                             AND v.effective_from <= greatest(on_day, l.valid_from) AND greatest(on_day, l.valid_from) < v.effective_until
$$;

-- Of a suspension and a resumption on the same days the one decided later counts; LicenseTerm.StatusOn in the domain says the same.
CREATE OR REPLACE FUNCTION license_status(license text, valid_from date, valid_to date, on_day date) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM license_events e WHERE e.license_number = license AND e.kind = 'Revoked' AND e.effective_from <= on_day) THEN 'Revoked'
        WHEN EXISTS (SELECT FROM license_events e WHERE e.license_number = license AND e.kind = 'Surrendered' AND e.effective_from <= on_day) THEN 'Surrendered'
        WHEN on_day > valid_to THEN 'Expired'
        WHEN on_day < valid_from THEN 'Pending'
        WHEN EXISTS (SELECT FROM license_events s
                      WHERE s.license_number = license AND s.kind = 'Suspended' AND on_day BETWEEN s.effective_from AND s.effective_until
                        AND NOT EXISTS (SELECT FROM license_events r WHERE r.license_number = license AND r.kind = 'Resumed'
                                           AND r.sequence > s.sequence AND r.effective_from BETWEEN s.effective_from AND on_day)) THEN 'Suspended'
        ELSE 'Active'
    END
$$;
