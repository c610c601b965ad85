-- licensing: move capacity with plans that are kept
-- Why:  every grant holds the country's row until it commits, so what happens under that lock decides how many are granted in a second.
--       An SQL function is planned anew at each call and ON CONFLICT looks twice; statements of a trigger keep their plans.
-- Kind: expand (the trigger's function is replaced).   Locks: short.   Data: none.
ALTER TABLE capacity_days DROP CONSTRAINT capacity_days_scope_fkey;

CREATE OR REPLACE FUNCTION move_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    scopes  text[];
    moved   text;
    touched int;
    granted bigint;
    ceiling bigint;
BEGIN
    IF NEW.host_license_number IS NULL THEN
        SELECT ARRAY['country', 'zone:' || grid_zone, 'region:' || code] INTO scopes FROM regions WHERE code = NEW.region;
    ELSE
        scopes := ARRAY['host:' || NEW.host_license_number];
    END IF;

    -- One fixed order (country, zone, region), so that nobody waits in a circle.
    FOREACH moved IN ARRAY scopes LOOP
        PERFORM FROM capacity_scopes WHERE scope = moved FOR UPDATE;
        IF NOT FOUND THEN
            INSERT INTO capacity_scopes (scope) VALUES (moved) ON CONFLICT DO NOTHING;
            PERFORM FROM capacity_scopes WHERE scope = moved FOR UPDATE;
        END IF;

        UPDATE capacity_days SET kw = kw + CASE on_day WHEN NEW.counts_from THEN NEW.kw ELSE -NEW.kw END
         WHERE scope = moved AND on_day IN (NEW.counts_from, NEW.counts_until);
        GET DIAGNOSTICS touched = ROW_COUNT;
        IF touched < 2 THEN
            INSERT INTO capacity_days (scope, on_day, kw)
            SELECT moved, d.on_day, d.kw FROM (VALUES (NEW.counts_from, NEW.kw), (NEW.counts_until, -NEW.kw)) AS d(on_day, kw)
             WHERE NOT EXISTS (SELECT FROM capacity_days e WHERE e.scope = moved AND e.on_day = d.on_day);
        END IF;
        CONTINUE WHEN NEW.starts_on IS NULL;

        IF NEW.host_license_number IS NULL THEN
            SELECT kw INTO ceiling FROM capacity_ceilings
             WHERE scope = moved AND effective_from <= NEW.starts_on AND (effective_to IS NULL OR effective_to >= NEW.starts_on);
            CONTINUE WHEN NOT FOUND;
        ELSE
            SELECT coalesce(sum(kw), 0) INTO ceiling FROM capacity_movements
             WHERE license_number = NEW.host_license_number AND counts_from <= NEW.starts_on AND NEW.starts_on < counts_until;
        END IF;
        -- As granted_kw() has it.
        SELECT max(running.kw) INTO granted
          FROM (SELECT sum(kw) OVER (ORDER BY on_day) AS kw, on_day FROM capacity_days WHERE scope = moved) AS running
         WHERE running.on_day >= NEW.counts_from;
        IF granted > ceiling THEN
            -- The message is read by the program: the scope, and the kilowatts that are left in it.
            RAISE EXCEPTION '%|%', moved, greatest(ceiling - (granted - NEW.kw), 0) USING
                ERRCODE = 'check_violation', CONSTRAINT = 'capacity_stays_within_ceilings';
        END IF;
    END LOOP;

    -- A host keeps at least what it hosts, unless its license ends.
    IF NEW.reason = 'Reduced' AND NEW.host_license_number IS NULL THEN
        PERFORM FROM capacity_scopes WHERE scope = 'host:' || NEW.license_number FOR UPDATE;
        granted := granted_kw('host:' || NEW.license_number, NEW.counts_from);
        SELECT sum(kw) INTO ceiling FROM capacity_movements
         WHERE license_number = NEW.license_number AND counts_from <= NEW.counts_from AND NEW.counts_from < counts_until;
        IF granted > ceiling THEN
            RAISE EXCEPTION 'host:%|0', NEW.license_number USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_stays_within_ceilings';
        END IF;
    END IF;
    RETURN NEW;
END $$;
