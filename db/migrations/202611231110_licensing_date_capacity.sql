-- licensing: give every movement of capacity its days
-- Why:  capacity comes free on the day a license expires, is surrendered or reduced, by date and with nobody at work; hosted power counts against its host.
-- Kind: expand and contract (capacity_counters become capacity_scopes and capacity_days).   Locks: short.   Data: movements get their last day.
DROP TRIGGER capacity_movements_are_append_only ON capacity_movements;
DROP TRIGGER capacity_movements_move_counters ON capacity_movements;

ALTER TABLE capacity_movements ALTER COLUMN id SET DEFAULT gen_random_uuid();
ALTER TABLE capacity_movements RENAME COLUMN on_day TO counts_from;
-- Half-open: from counts_until on the movement counts no more.
ALTER TABLE capacity_movements ADD COLUMN counts_until date;
-- New capacity is measured against the ceilings of the day on which it is first used; null: it was held before, or is given back.
ALTER TABLE capacity_movements ADD COLUMN starts_on date;
-- Hosted power (subtype II) moves within its host and not within the ceilings.
ALTER TABLE capacity_movements ADD COLUMN host_license_number text REFERENCES licenses;
UPDATE capacity_movements m
   SET counts_until = l.valid_to + 1, starts_on = CASE WHEN m.kw > 0 THEN m.counts_from END
  FROM licenses l WHERE l.number = m.license_number;
-- Expiry needs no movement any more.
DELETE FROM capacity_movements WHERE counts_until <= counts_from;
ALTER TABLE capacity_movements ALTER COLUMN counts_until SET NOT NULL;
ALTER TABLE capacity_movements ADD CONSTRAINT capacity_movements_last CHECK (counts_from < counts_until);
ALTER TABLE capacity_movements ADD CONSTRAINT capacity_movements_reason_is_known
    CHECK (reason IN ('Granted', 'Raised', 'Reduced', 'Surrendered', 'Revoked', 'Reserved', 'Released', 'Renewed'));
CREATE INDEX capacity_movements_by_host ON capacity_movements (host_license_number) WHERE host_license_number IS NOT NULL;

-- Whoever moves capacity within a scope holds its row.
ALTER TABLE capacity_counters RENAME TO capacity_scopes;
ALTER TABLE capacity_scopes DROP COLUMN allocated_kw;
-- Every grant within the ceilings locks this one first.
INSERT INTO capacity_scopes (scope) VALUES ('country') ON CONFLICT DO NOTHING;

-- By how much the capacity that is granted in a scope changes on a day; its running sum is what counts on a day.
CREATE TABLE capacity_days (
    scope  text NOT NULL REFERENCES capacity_scopes,
    on_day date NOT NULL,
    kw     bigint NOT NULL,
    PRIMARY KEY (scope, on_day)
);

CREATE FUNCTION capacity_scopes_of(movement capacity_movements) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN movement.host_license_number IS NULL
                THEN ARRAY['country', 'zone:' || (SELECT grid_zone FROM regions WHERE code = movement.region), 'region:' || movement.region]
                ELSE ARRAY['host:' || movement.host_license_number] END
$$;

-- The most that is granted in a scope on any day from this one on.
CREATE FUNCTION granted_kw(of_scope text, from_day date) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(running.kw), 0)
      FROM (SELECT sum(kw) OVER (ORDER BY on_day) AS kw, lead(on_day, 1, 'infinity') OVER (ORDER BY on_day) AS next_day
              FROM capacity_days WHERE scope = of_scope) AS running
     WHERE running.next_day > from_day
$$;

INSERT INTO capacity_scopes (scope) SELECT DISTINCT unnest(capacity_scopes_of(m)) FROM capacity_movements m ON CONFLICT DO NOTHING;
INSERT INTO capacity_days (scope, on_day, kw)
SELECT s.scope, d.on_day, sum(d.kw)
  FROM capacity_movements m,
       unnest(capacity_scopes_of(m)) AS s(scope),
       LATERAL (VALUES (m.counts_from, m.kw), (m.counts_until, -m.kw)) AS d(on_day, kw)
 GROUP BY 1, 2;

-- Locks the scopes in one fixed order (country, zone, region), so that the comparison with the ceiling is safe and nobody waits in a circle.
CREATE OR REPLACE FUNCTION move_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved   text;
    granted bigint;
    ceiling bigint;
BEGIN
    FOREACH moved IN ARRAY capacity_scopes_of(NEW) LOOP
        INSERT INTO capacity_scopes (scope) VALUES (moved) ON CONFLICT DO NOTHING;
        PERFORM FROM capacity_scopes WHERE scope = moved FOR UPDATE;
        INSERT INTO capacity_days AS day (scope, on_day, kw) VALUES (moved, NEW.counts_from, NEW.kw), (moved, NEW.counts_until, -NEW.kw)
            ON CONFLICT (scope, on_day) DO UPDATE SET kw = day.kw + EXCLUDED.kw;
        CONTINUE WHEN NEW.starts_on IS NULL;

        IF NEW.host_license_number IS NULL THEN
            SELECT kw INTO ceiling FROM capacity_ceilings
             WHERE scope = moved AND effective_from <= NEW.starts_on AND (effective_to IS NULL OR effective_to >= NEW.starts_on);
        ELSE
            SELECT coalesce(sum(kw), 0) INTO ceiling FROM capacity_movements
             WHERE license_number = NEW.host_license_number AND counts_from <= NEW.starts_on AND NEW.starts_on < counts_until;
        END IF;
        granted := granted_kw(moved, NEW.counts_from);
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
CREATE TRIGGER capacity_movements_move_scopes AFTER INSERT ON capacity_movements FOR EACH ROW EXECUTE FUNCTION move_capacity();
CREATE TRIGGER capacity_movements_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON capacity_movements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE DELETE, TRUNCATE ON capacity_days, capacity_scopes FROM registry_app;
