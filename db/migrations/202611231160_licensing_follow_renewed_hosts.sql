-- licensing: let guests stay with a host that was renewed
-- Why:  a renewed license has a new number; the power hosted under the old one is still there and must count against the new one.
-- Kind: expand (functions).   Locks: short.   Data: none (no license has been renewed before this).

-- A license and all that renewed it are one place: it is named by the first of them.
CREATE FUNCTION license_root(license text) RETURNS text LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chain AS (
        SELECT number, previous_license_number FROM licenses WHERE number = license
        UNION ALL
        SELECT l.number, l.previous_license_number FROM licenses l JOIN chain ON l.number = chain.previous_license_number)
    SELECT number FROM chain WHERE previous_license_number IS NULL
$$;

-- What a place itself holds on a day, under whichever number.
CREATE FUNCTION held_kw(root text, on_day date) RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chain AS (
        SELECT root AS number
        UNION ALL
        SELECT l.number FROM licenses l JOIN chain ON l.previous_license_number = chain.number)
    SELECT coalesce(sum(m.kw), 0)
      FROM capacity_movements m JOIN chain ON chain.number = m.license_number
     WHERE m.counts_from <= on_day AND on_day < m.counts_until
$$;

CREATE OR REPLACE FUNCTION capacity_scopes_of(movement capacity_movements) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN movement.host_license_number IS NULL
                THEN ARRAY['country', 'zone:' || (SELECT grid_zone FROM regions WHERE code = movement.region), 'region:' || movement.region]
                ELSE ARRAY['host:' || license_root(movement.host_license_number)] END
$$;

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
        scopes := ARRAY['host:' || license_root(NEW.host_license_number)];
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
            ceiling := held_kw(license_root(NEW.host_license_number), NEW.starts_on);
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
        PERFORM FROM capacity_scopes WHERE scope = 'host:' || license_root(NEW.license_number) FOR UPDATE;
        granted := granted_kw('host:' || license_root(NEW.license_number), NEW.counts_from);
        IF granted > held_kw(license_root(NEW.license_number), NEW.counts_from) THEN
            RAISE EXCEPTION 'host:%|0', NEW.license_number USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_stays_within_ceilings';
        END IF;
    END IF;
    RETURN NEW;
END $$;
