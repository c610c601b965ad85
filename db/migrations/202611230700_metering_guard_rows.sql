-- metering: let payers see only what is theirs, whatever a query forgets
-- Why:  a metering point tells where a miner is, a purchase what it pays; the predicate stands in every query, this is the net below it.
-- Kind: expand (policies).   Locks: short, on tables that are not in use yet.   Data: none.

-- Who pays for a point on a day: of several facts for one day the one recorded last.
CREATE FUNCTION payer_of(point int, on_day date) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT payer_bin FROM metering_point_facts
     WHERE metering_point_id = point AND effective_from <= on_day AND payer_bin IS NOT NULL
     ORDER BY effective_from DESC, recorded_at DESC
     LIMIT 1
$$;

-- Runs with the owner's rights, and the facts are not FORCEd, or the policy would ask itself.
CREATE FUNCTION pays_for(point int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM metering_point_facts
                    WHERE metering_point_id = point AND payer_bin = current_setting('registry.row_scope', true))
$$;

ALTER TABLE metering_points       ENABLE ROW LEVEL SECURITY;
ALTER TABLE metering_points       FORCE ROW LEVEL SECURITY;
ALTER TABLE metering_point_facts  ENABLE ROW LEVEL SECURITY;
ALTER TABLE electricity_purchases ENABLE ROW LEVEL SECURITY;
ALTER TABLE electricity_purchases FORCE ROW LEVEL SECURITY;

CREATE POLICY metering_points_payers_or_staff ON metering_points
    USING (current_setting('registry.row_scope', true) = '*' OR pays_for(id));
CREATE POLICY metering_point_facts_payers_or_staff ON metering_point_facts
    USING (current_setting('registry.row_scope', true) = '*' OR pays_for(metering_point_id));
CREATE POLICY electricity_purchases_payers_or_staff ON electricity_purchases
    USING (current_setting('registry.row_scope', true) = '*' OR pays_for(metering_point_id));
