-- findings: keep what officers have taken note of
-- Why:  findings are computed anew at every question; only that somebody knows of one, and why it is in order, must be kept.
-- Kind: expand (new table).   Locks: none on existing tables.   Data: none.
CREATE TABLE finding_acknowledgements (
    id                uuid PRIMARY KEY,
    metering_point_id int  NOT NULL REFERENCES metering_points,
    kind              text NOT NULL,
    start_at          timestamptz NOT NULL,
    end_at            timestamptz NOT NULL,
    kwh               numeric(18, 3) NOT NULL,
    reason            text NOT NULL,
    at                timestamptz NOT NULL,
    by                text NOT NULL,
    CONSTRAINT finding_acknowledgements_kind_is_known
        CHECK (kind IN ('Gap', 'OverCapacity', 'FlatZero', 'LoadWhileSuspended', 'LoadWithoutLicense', 'LicenseWithoutLoad', 'TooMuchEstimated',
                        'PurchasesMismatch')),
    CONSTRAINT finding_acknowledgements_span_some_time CHECK (start_at < end_at),
    CONSTRAINT finding_acknowledgements_have_a_reason CHECK (reason <> '')
);
CREATE INDEX finding_acknowledgements_by_point ON finding_acknowledgements (metering_point_id);

REVOKE UPDATE, DELETE, TRUNCATE ON finding_acknowledgements FROM registry_app;

ALTER TABLE finding_acknowledgements ENABLE ROW LEVEL SECURITY;
ALTER TABLE finding_acknowledgements FORCE ROW LEVEL SECURITY;
CREATE POLICY finding_acknowledgements_payers_or_staff ON finding_acknowledgements
    USING (current_setting('registry.row_scope', true) = '*' OR pays_for(metering_point_id));
