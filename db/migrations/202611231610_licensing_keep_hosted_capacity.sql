-- licensing: let no power hang in the air when a host ends, and know a site however its address is spelled
-- Why:  a host's end gave its megawatts away while its guests went on with them: more was licensed than the ceilings allow. A host does not
--       surrender what it hosts; when a court revokes it, what its guests go on with counts for itself. And a guest decided on now has to
--       fit on every day of its term, not on the first alone.
-- Kind: expand (functions replaced, a reason added, an index made anew).   Locks: short.   Data: none.
ALTER TABLE capacity_movements DROP CONSTRAINT capacity_movements_reason_is_known;
ALTER TABLE capacity_movements ADD CONSTRAINT capacity_movements_reason_is_known
    CHECK (reason IN ('Granted', 'Raised', 'Reduced', 'Surrendered', 'Revoked', 'Reserved', 'Released', 'Renewed', 'Unhosted'));

-- By how many kW the hosted power exceeds its host's, on the worst day of a range.
CREATE FUNCTION hosted_excess(root text, from_day date, until_day date) RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chain AS (
        SELECT root AS number
        UNION ALL
        SELECT l.number FROM licenses l JOIN chain ON l.previous_license_number = chain.number),
    days AS (
        SELECT from_day AS day
        UNION SELECT on_day FROM capacity_days WHERE scope = 'host:' || root
        UNION SELECT unnest(ARRAY[m.counts_from, m.counts_until]) FROM capacity_movements m JOIN chain ON chain.number = m.license_number)
    SELECT coalesce(max((SELECT coalesce(sum(kw), 0) FROM capacity_days WHERE scope = 'host:' || root AND on_day <= d.day) - held_kw(root, d.day)), 0)
      FROM days d
     WHERE from_day <= d.day AND d.day < until_day
$$;

CREATE OR REPLACE FUNCTION move_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    scopes  text[];
    moved   text;
    root    text;
    touched int;
    granted bigint;
    ceiling bigint;
    excess  bigint;
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
        CONTINUE WHEN NEW.starts_on IS NULL OR NEW.host_license_number IS NOT NULL;

        SELECT kw INTO ceiling FROM capacity_ceilings
         WHERE scope = moved AND effective_from <= NEW.starts_on AND (effective_to IS NULL OR effective_to >= NEW.starts_on);
        CONTINUE WHEN NOT FOUND;
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

    -- A guest fits into its host; a host keeps at least what it hosts, unless a court ends it.
    IF (NEW.host_license_number IS NOT NULL AND NEW.starts_on IS NOT NULL) OR (NEW.host_license_number IS NULL AND NEW.reason IN ('Reduced', 'Surrendered')) THEN
        root := license_root(coalesce(NEW.host_license_number, NEW.license_number));
        PERFORM FROM capacity_scopes WHERE scope = 'host:' || root FOR UPDATE;
        excess := hosted_excess(root, NEW.counts_from, NEW.counts_until);
        IF excess > 0 THEN
            RAISE EXCEPTION 'host:%|%', root, greatest(NEW.kw - excess, 0) USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_stays_within_ceilings';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- The same site however its address is spelled.
DROP INDEX permit_applications_one_open_per_site;
CREATE UNIQUE INDEX permit_applications_one_open_per_site ON permit_applications (applicant_bin, site_region, fold_name(site_address), kind)
    WHERE status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended');
