-- licensing: count capacity on the days on which it is held, and fit it into the ceilings of all of them
-- Why:  what a revoked host's guests go on with was written down once more at each event, so that a second, earlier revocation counted it twice
--       and a guest that was reduced kept what it had given back. A grant was held against the ceiling of its first day alone. Power for later
--       days counted from the decision on, and looked like too much on the days before. Grants that crossed could wait for each other.
-- Kind: expand and contract (the ledger's trigger; capacity_scopes and starts_on go, capacity_unhosted comes).
-- Locks: writers of capacity_movements wait until this ends, readers only for its last statements; it reads the ledger twice.
-- Data: promised power counts from its first day; what stood in for revoked hosts is told by capacity_unhosted; all daily sums are counted anew.

-- The days on which the guests of a place (license_root of their host) count in the ceilings for themselves: a court has ended the host.
CREATE TABLE capacity_unhosted (
    host         text NOT NULL REFERENCES licenses,
    counts_from  date NOT NULL,
    -- Half-open, as in capacity_movements.
    counts_until date NOT NULL,
    PRIMARY KEY (host, counts_from),
    CONSTRAINT capacity_unhosted_lasts CHECK (counts_from < counts_until),
    CONSTRAINT capacity_unhosted_counts_a_day_once EXCLUDE USING gist (host WITH =, daterange(counts_from, counts_until) WITH &&)
);

-- plpgsql keeps the plans of its statements: whatever is granted waits for one row, so what happens meanwhile is kept short.
CREATE FUNCTION ceiling_scopes(of_region text) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT ARRAY['country', 'zone:' || grid_zone, 'region:' || code] FROM regions WHERE code = of_region);
END $$;

CREATE FUNCTION count_capacity(in_scopes text[], moved_kw int, from_day date, until_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    touched int;
BEGIN
    UPDATE capacity_days SET kw = kw + CASE on_day WHEN from_day THEN moved_kw ELSE -moved_kw END
     WHERE scope = ANY (in_scopes) AND on_day IN (from_day, until_day);
    GET DIAGNOSTICS touched = ROW_COUNT;
    IF touched < 2 * cardinality(in_scopes) THEN
        INSERT INTO capacity_days (scope, on_day, kw)
        SELECT s.scope, d.on_day, d.kw
          FROM unnest(in_scopes) AS s(scope), (VALUES (from_day, moved_kw), (until_day, -moved_kw)) AS d(on_day, kw)
            ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- What is granted in a scope, range by range, over all time.
CREATE FUNCTION capacity_granted(of_scope text) RETURNS TABLE (from_day date, until_day date, kw bigint) LANGUAGE sql STABLE AS $$
    SELECT p.day, lead(p.day, 1, 'infinity') OVER (ORDER BY p.day), p.kw
      FROM (SELECT '-infinity'::date AS day, 0::bigint AS kw
            UNION ALL
            SELECT d.on_day, (sum(d.kw) OVER (ORDER BY d.on_day))::bigint FROM capacity_days d WHERE d.scope = of_scope) AS p
$$;

-- What the known ceilings of a scope leave within some days, range by range; negative where more is granted. Days without a ceiling are no row.
CREATE FUNCTION capacity_left(of_scope text, first_day date, end_day date) RETURNS TABLE (from_day date, kw bigint) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT greatest(g.from_day, c.effective_from, first_day), c.kw - g.kw
      FROM capacity_ceilings c
      JOIN capacity_granted(of_scope) g ON greatest(g.from_day, c.effective_from, first_day) < least(g.until_day, c.effective_to + 1, end_day)
     WHERE c.scope = of_scope;
END $$;

-- A court ended a license: on the days of its term on which its place holds nothing any more, the guests count for themselves.
CREATE FUNCTION unhost_guests(license text, from_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    root      text := license_root(license);
    until_day date := (SELECT valid_to + 1 FROM licenses WHERE number = license);
    ended     record;
BEGIN
    FOR ended IN
        WITH RECURSIVE chain AS (
            SELECT root AS number
            UNION ALL
            SELECT l.number FROM licenses l JOIN chain ON l.previous_license_number = chain.number),
        days AS (
            SELECT from_day AS day
            UNION SELECT unnest(ARRAY[m.counts_from, m.counts_until]) FROM capacity_movements m JOIN chain ON chain.number = m.license_number
            UNION SELECT unnest(ARRAY[u.counts_from, u.counts_until]) FROM capacity_unhosted u WHERE u.host = root)
        SELECT p.day, p.next_day
          FROM (SELECT d.day, lead(d.day, 1, until_day) OVER (ORDER BY d.day) AS next_day
                  FROM days d WHERE from_day <= d.day AND d.day < until_day) AS p
         WHERE held_kw(root, p.day) = 0
           AND NOT EXISTS (SELECT FROM capacity_unhosted u WHERE u.host = root AND u.counts_from <= p.day AND p.day < u.counts_until)
    LOOP
        INSERT INTO capacity_unhosted (host, counts_from, counts_until) VALUES (root, ended.day, ended.next_day);
        PERFORM count_capacity(ceiling_scopes(m.region), m.kw, greatest(m.counts_from, ended.day), least(m.counts_until, ended.next_day))
           FROM capacity_movements m
          WHERE m.host_license_number IS NOT NULL AND license_root(m.host_license_number) = root
            AND m.counts_from < ended.next_day AND ended.day < m.counts_until;
    END LOOP;
END $$;

-- With the rights of the schema's owner: the program appends movements and has no other way to the sums.
CREATE OR REPLACE FUNCTION move_capacity() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    root   text;
    tight  record;
    excess bigint;
BEGIN
    -- One row for everybody: nobody waits in a circle, and whoever compares sees all that was granted before.
    PERFORM FROM capacity_plan FOR NO KEY UPDATE;

    IF NEW.host_license_number IS NULL THEN
        PERFORM count_capacity(ceiling_scopes(NEW.region), NEW.kw, NEW.counts_from, NEW.counts_until);
    ELSE
        root := license_root(NEW.host_license_number);
        PERFORM count_capacity(ARRAY['host:' || root], NEW.kw, NEW.counts_from, NEW.counts_until);
        PERFORM count_capacity(ceiling_scopes(NEW.region), NEW.kw, greatest(NEW.counts_from, u.counts_from), least(NEW.counts_until, u.counts_until))
           FROM capacity_unhosted u
          WHERE u.host = root AND u.counts_from < NEW.counts_until AND NEW.counts_from < u.counts_until;
    END IF;

    -- New power fits into the ceilings that are known for the days on which it is held, each of them.
    IF NEW.host_license_number IS NULL AND NEW.reason IN ('Granted', 'Raised') THEN
        SELECT s.scope, min(l.kw) AS kw INTO tight
          FROM unnest(ceiling_scopes(NEW.region)) WITH ORDINALITY AS s(scope, place), capacity_left(s.scope, NEW.counts_from, NEW.counts_until) AS l
         WHERE l.kw < 0
         GROUP BY s.scope, s.place ORDER BY s.place LIMIT 1;
        IF FOUND THEN
            -- The message is read by the program: the scope, and the kilowatts that are left in it.
            RAISE EXCEPTION '%|%', tight.scope, greatest(NEW.kw + tight.kw, 0) USING
                ERRCODE = 'check_violation', CONSTRAINT = 'capacity_stays_within_ceilings';
        END IF;
    END IF;

    -- A guest fits into its host; a host keeps at least what it hosts, unless a court ends it.
    IF (NEW.host_license_number IS NOT NULL AND NEW.reason IN ('Granted', 'Raised'))
       OR (NEW.host_license_number IS NULL AND NEW.reason IN ('Reduced', 'Surrendered')) THEN
        root := coalesce(root, license_root(NEW.license_number));
        excess := hosted_excess(root, NEW.counts_from, NEW.counts_until);
        IF excess > 0 THEN
            RAISE EXCEPTION 'host:%|%', root, greatest(NEW.kw - excess, 0) USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_stays_within_ceilings';
        END IF;
    END IF;
    IF NEW.host_license_number IS NULL AND NEW.reason = 'Revoked' THEN
        PERFORM unhost_guests(NEW.license_number, NEW.counts_from);
    END IF;
    RETURN NEW;
END $$;

-- The sums from scratch; capacity_days holds the same at any time.
CREATE FUNCTION capacity_recount() RETURNS TABLE (scope text, on_day date, kw bigint) LANGUAGE sql STABLE AS $$
    SELECT counted.scope, d.on_day, sum(d.kw)::bigint
      FROM (SELECT unnest(CASE WHEN m.host_license_number IS NULL THEN ceiling_scopes(m.region) ELSE ARRAY['host:' || license_root(m.host_license_number)] END),
                   m.kw, m.counts_from, m.counts_until
              FROM capacity_movements m
            UNION ALL
            SELECT unnest(ceiling_scopes(m.region)), m.kw, greatest(m.counts_from, u.counts_from), least(m.counts_until, u.counts_until)
              FROM capacity_movements m
              JOIN capacity_unhosted u ON u.host = license_root(m.host_license_number) AND u.counts_from < m.counts_until AND m.counts_from < u.counts_until
             WHERE m.host_license_number IS NOT NULL) AS counted(scope, kw, counts_from, counts_until),
           LATERAL (VALUES (counted.counts_from, counted.kw), (counted.counts_until, -counted.kw)) AS d(on_day, kw)
     GROUP BY 1, 2
$$;

ALTER TABLE capacity_movements DISABLE TRIGGER capacity_movements_are_append_only;
-- What was written down beside its own movements when a guest's host was revoked, and what took it back.
DELETE FROM capacity_movements m USING licenses l
 WHERE l.number = m.license_number AND l.subtype = 'II' AND m.host_license_number IS NULL;
-- Promised power counts from its first day, or from its end where it was given back before that: then both come to nothing.
UPDATE capacity_movements m
   SET counts_from = held.first_day
  FROM (SELECT p.id, least(p.starts_on, (SELECT min(e.counts_from) FROM capacity_movements e
                                          WHERE e.license_number = p.license_number AND e.reason IN ('Surrendered', 'Revoked'))) AS first_day
          FROM capacity_movements p WHERE p.starts_on > p.counts_from) AS held
 WHERE held.id = m.id AND m.counts_from < held.first_day AND held.first_day < m.counts_until;
ALTER TABLE capacity_movements ENABLE TRIGGER capacity_movements_are_append_only;
SELECT unhost_guests(m.license_number, m.counts_from)
  FROM capacity_movements m WHERE m.reason = 'Revoked' AND m.host_license_number IS NULL ORDER BY m.at, m.counts_from;
DELETE FROM capacity_days;
INSERT INTO capacity_days (scope, on_day, kw) SELECT scope, on_day, kw FROM capacity_recount();

ALTER TABLE capacity_movements DROP COLUMN starts_on;
ALTER TABLE capacity_movements DROP CONSTRAINT capacity_movements_reason_is_known;
ALTER TABLE capacity_movements ADD CONSTRAINT capacity_movements_reason_is_known
    CHECK (reason IN ('Granted', 'Raised', 'Reduced', 'Surrendered', 'Revoked', 'Reserved', 'Released', 'Renewed'));
DROP FUNCTION capacity_scopes_of(capacity_movements);
DROP TABLE capacity_scopes;

-- The sums change through the trigger alone.
REVOKE EXECUTE ON FUNCTION move_capacity FROM PUBLIC;
REVOKE INSERT, UPDATE, DELETE ON capacity_days, capacity_unhosted FROM registry_app;
REVOKE INSERT ON capacity_movements FROM registry_app;
GRANT INSERT (license_number, region, host_license_number, kw, reason, counts_from, counts_until, at) ON capacity_movements TO registry_app;
