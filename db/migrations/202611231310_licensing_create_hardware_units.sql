-- licensing: keep the hardware register
-- Why:  a machine mines under one license at a time; which machines a license had on a day stays readable.
-- Kind: expand (new table, trigger on license_events).   Locks: short, license_events.   Data: none.
CREATE TABLE hardware_units (
    id               uuid PRIMARY KEY,
    license_number   text NOT NULL REFERENCES licenses,
    maker            text NOT NULL,
    model            text NOT NULL,
    serial           text NOT NULL,
    hash_rate_ths    numeric(9, 3)  NOT NULL,
    power_w          numeric(10, 3) NOT NULL,
    -- The same machine, however it is written. ASCII only: no letter looks like another one.
    machine          text NOT NULL GENERATED ALWAYS AS (lower(maker) || '|' || lower(serial)) STORED,
    -- Half-open, and never past the end of the license. Of a unit that was corrected or canceled an empty range is left.
    registered_from  date NOT NULL,
    registered_until date NOT NULL,
    recorded_at      timestamptz NOT NULL,
    recorded_by      text NOT NULL,
    CONSTRAINT hardware_units_are_told_by_maker_and_serial CHECK (maker ~ '^[!-~ ]+$' AND maker !~ '\|' AND serial ~ '^[!-~]+$'),
    CONSTRAINT hardware_units_work CHECK (hash_rate_ths > 0 AND power_w > 0),
    CONSTRAINT hardware_units_days_are_in_order CHECK (registered_from <= registered_until),
    CONSTRAINT hardware_units_are_on_one_license EXCLUDE USING gist (machine WITH =, daterange(registered_from, registered_until) WITH &&)
);
CREATE INDEX hardware_units_by_license ON hardware_units (license_number, machine);

-- Only the end of a range ever changes.
REVOKE UPDATE, DELETE, TRUNCATE ON hardware_units FROM registry_app;
GRANT UPDATE (registered_until) ON hardware_units TO registry_app;

-- Not FORCEd: the functions below look at the machines of all licenses with the owner's rights.
ALTER TABLE hardware_units ENABLE ROW LEVEL SECURITY;
CREATE POLICY hardware_units_own_or_staff ON hardware_units
    USING (EXISTS (SELECT FROM licenses l WHERE l.number = license_number AND current_setting('registry.row_scope', true) IN ('*', l.bin)));

-- Which of these machines another license has on some of these days. It does not say which license.
CREATE FUNCTION machines_elsewhere(license text, machines text[], first_day date, end_day date)
    RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT u.serial FROM hardware_units u
     WHERE u.machine = ANY (machines) AND u.license_number <> license AND daterange(u.registered_from, u.registered_until) && daterange(first_day, end_day)
     ORDER BY u.serial
$$;

-- A license that is revoked or surrendered frees its machines from that day on; one that expires has freed them from the start.
CREATE FUNCTION free_hardware() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE hardware_units SET registered_until = greatest(registered_from, NEW.effective_from)
     WHERE license_number = NEW.license_number AND registered_until > NEW.effective_from;
    RETURN NEW;
END $$;
CREATE TRIGGER license_events_free_hardware AFTER INSERT ON license_events FOR EACH ROW
    WHEN (NEW.kind IN ('Revoked', 'Surrendered')) EXECUTE FUNCTION free_hardware();
