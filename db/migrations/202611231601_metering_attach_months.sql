-- metering: make months without making readers wait
-- Why:  CREATE TABLE ... PARTITION OF locks all readings until the load that needs the month is committed, and everybody who reads waits.
--       A table that is made by itself and then attached does not.
-- Kind: replace a function.   Locks: none.   Data: none.
CREATE OR REPLACE FUNCTION ensure_reading_months(first date, last date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', first);
    name  text;
BEGIN
    IF last > first + 36525 THEN RAISE EXCEPTION 'a range of more than a century'; END IF;
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
