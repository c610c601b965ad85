-- metering: create metering points, facts, readings and purchases
-- Why:  electricity is the tax base; every hour of every miner is kept, also what was believed before a correction.
-- Kind: expand (new tables only).   Locks: none on existing tables.   Data: none.
CREATE TABLE metering_points (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL UNIQUE,
    version     int  NOT NULL,
    site_region text NOT NULL REFERENCES regions,
    grid_zone   text NOT NULL,
    address     text,
    created_at  timestamptz NOT NULL,
    created_by  text NOT NULL
);

-- Dated changes; a column that is null says nothing new about that property. The first row of a point says everything.
CREATE TABLE metering_point_facts (
    id                  uuid PRIMARY KEY,
    metering_point_id   int  NOT NULL REFERENCES metering_points,
    effective_from      date NOT NULL,
    payer_bin           text,
    power_source        text,
    meter_state         text,
    maximum_capacity_kw numeric(12, 3),
    license_number      text REFERENCES licenses,
    recorded_at         timestamptz NOT NULL,
    recorded_by         text NOT NULL,
    CONSTRAINT metering_point_facts_power_source_is_known
        CHECK (power_source IN ('GridPurchase', 'Import', 'OwnGeneration', 'OwnRenewable', 'OffGridGenerator')),
    CONSTRAINT metering_point_facts_meter_state_is_known CHECK (meter_state IN ('Working', 'Absent', 'Faulty')),
    CONSTRAINT metering_point_facts_capacity_is_positive CHECK (maximum_capacity_kw > 0)
);
CREATE INDEX metering_point_facts_by_point ON metering_point_facts (metering_point_id, effective_from, recorded_at);
CREATE INDEX metering_point_facts_by_payer ON metering_point_facts (payer_bin, metering_point_id) WHERE payer_bin IS NOT NULL;

-- Batches are stored one at a time, so their sequence is the order in which they took effect.
CREATE TABLE reading_batches (
    id          uuid PRIMARY KEY,
    sequence    bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    sha256      bytea NOT NULL,
    mode        text NOT NULL,
    first_day   date,
    last_day    date,
    received    bigint NOT NULL,
    accepted    bigint NOT NULL,
    unchanged   bigint NOT NULL,
    superseded  bigint NOT NULL,
    rejected    bigint NOT NULL,
    received_at timestamptz NOT NULL,
    received_by text NOT NULL,
    CONSTRAINT reading_batches_mode_is_known CHECK (mode IN ('atomic', 'partial')),
    CONSTRAINT reading_batches_every_row_has_a_fate CHECK (accepted + unchanged + superseded + rejected = received)
);
CREATE INDEX reading_batches_by_sha256 ON reading_batches (sha256);

CREATE TABLE reading_batch_errors (
    batch_id uuid NOT NULL REFERENCES reading_batches,
    line     bigint NOT NULL,
    code     text NOT NULL,
    PRIMARY KEY (batch_id, line)
);

-- One row per metering point and legal day (UTC+5): 24 hours of whole Wh. Bits of known_hours and estimated_hours name the hours.
CREATE TABLE reading_days (
    metering_point_id int    NOT NULL,
    day               date   NOT NULL,
    known_hours       int    NOT NULL,
    estimated_hours   int    NOT NULL,
    wh                int[]  NOT NULL,
    day_wh            bigint NOT NULL,
    batch_id          uuid   NOT NULL,
    revision          int    NOT NULL,
    recorded_at       timestamptz NOT NULL,
    PRIMARY KEY (metering_point_id, day)
) PARTITION BY RANGE (day);

-- The whole replaced row, so that what was believed at any moment can be read again.
CREATE TABLE reading_day_history (
    metering_point_id int    NOT NULL,
    day               date   NOT NULL,
    known_hours       int    NOT NULL,
    estimated_hours   int    NOT NULL,
    wh                int[]  NOT NULL,
    day_wh            bigint NOT NULL,
    batch_id          uuid   NOT NULL,
    revision          int    NOT NULL,
    recorded_at       timestamptz NOT NULL,
    superseded_at     timestamptz NOT NULL,
    PRIMARY KEY (metering_point_id, day, revision)
);

-- Months are made ahead by the application; the function runs with the owner's rights, since the application has no DDL.
-- The application reaches a month through reading_days only: the default privileges of a new table would let it delete.
CREATE FUNCTION ensure_reading_months(first date, last date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', first);
    name  text;
BEGIN
    IF last > first + 36525 THEN RAISE EXCEPTION 'a range of more than a century'; END IF;
    WHILE month <= last LOOP
        name := 'reading_days_' || to_char(month, 'YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('reading_months'));
            EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF reading_days FOR VALUES FROM (%L) TO (%L)',
                name, month, (month + interval '1 month')::date);
            EXECUTE format('REVOKE ALL ON %I FROM registry_app', name);
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
END $$;

CREATE TABLE electricity_purchases (
    id                uuid PRIMARY KEY,
    metering_point_id int  NOT NULL REFERENCES metering_points,
    month             date NOT NULL,
    kwh               numeric(18, 3) NOT NULL,
    cost_kzt          numeric(20, 2) NOT NULL,
    source            text NOT NULL,
    reference         text NOT NULL,
    recorded_at       timestamptz NOT NULL,
    recorded_by       text NOT NULL,
    CONSTRAINT electricity_purchases_one_per_reference UNIQUE (metering_point_id, month, reference),
    CONSTRAINT electricity_purchases_month_is_its_first_day CHECK (extract(day FROM month) = 1),
    CONSTRAINT electricity_purchases_are_not_negative CHECK (kwh > 0 AND cost_kzt >= 0)
);

REVOKE DELETE, TRUNCATE ON reading_days, metering_points FROM registry_app;
REVOKE UPDATE, DELETE, TRUNCATE ON metering_point_facts, reading_day_history, electricity_purchases, reading_batch_errors FROM registry_app;
