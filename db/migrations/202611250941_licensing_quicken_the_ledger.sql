-- licensing: compare new power with its ceilings in one statement
-- Why:  whoever is granted something holds the ledger's row until it commits; three calls of a function for the three scopes, most of them
--       without a ceiling, made that a quarter longer.
-- Kind: expand (the trigger's function is replaced).   Locks: none.   Data: none.

-- With the rights of the schema's owner: the program appends movements and has no other way to the sums.
CREATE OR REPLACE FUNCTION move_capacity() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    scopes text[] := ceiling_scopes(NEW.region);
    root   text;
    tight  record;
    excess bigint;
BEGIN
    -- One row for everybody: nobody waits in a circle, and whoever compares sees all that was granted before.
    PERFORM FROM capacity_plan FOR NO KEY UPDATE;

    IF NEW.host_license_number IS NULL THEN
        PERFORM count_capacity(scopes, NEW.kw, NEW.counts_from, NEW.counts_until);
    ELSE
        root := license_root(NEW.host_license_number);
        PERFORM count_capacity(ARRAY['host:' || root], NEW.kw, NEW.counts_from, NEW.counts_until);
        PERFORM count_capacity(scopes, NEW.kw, greatest(NEW.counts_from, u.counts_from), least(NEW.counts_until, u.counts_until))
           FROM capacity_unhosted u
          WHERE u.host = root AND u.counts_from < NEW.counts_until AND NEW.counts_from < u.counts_until;
    END IF;

    -- New power fits into the ceilings that are known for the days on which it is held, each of them.
    IF NEW.host_license_number IS NULL AND NEW.reason IN ('Granted', 'Raised') THEN
        SELECT c.scope, min(c.kw - g.kw) AS kw INTO tight
          FROM capacity_ceilings c
         CROSS JOIN LATERAL capacity_granted(c.scope) AS g
         WHERE c.scope = ANY (scopes) AND c.kw < g.kw
           AND greatest(g.from_day, c.effective_from, NEW.counts_from) < least(g.until_day, c.effective_to + 1, NEW.counts_until)
         GROUP BY c.scope ORDER BY array_position(scopes, c.scope) LIMIT 1;
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
