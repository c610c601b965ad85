-- platform: let row-level security hold below what officers write to each other, too
-- Why:  recommendations, decisions, runs and the tax authority's feed were kept apart by the statements alone: a statement that forgot its predicate
--       would have shown them to every applicant.
-- Kind: expand (policies).   Locks: short, the five tables.   Data: none.
ALTER TABLE application_recommendations ENABLE ROW LEVEL SECURITY;
ALTER TABLE application_decisions       ENABLE ROW LEVEL SECURITY;
ALTER TABLE assessment_runs             ENABLE ROW LEVEL SECURITY;
ALTER TABLE assessment_run_payers       ENABLE ROW LEVEL SECURITY;
ALTER TABLE tax_feed                    ENABLE ROW LEVEL SECURITY;
CREATE POLICY application_recommendations_own_or_staff ON application_recommendations
    USING (current_setting('registry.row_scope', true) = '*' OR EXISTS (SELECT FROM permit_applications a WHERE a.id = application_id));
CREATE POLICY application_decisions_own_or_staff ON application_decisions
    USING (current_setting('registry.row_scope', true) = '*' OR EXISTS (SELECT FROM permit_applications a WHERE a.id = application_id));
CREATE POLICY assessment_runs_staff_only       ON assessment_runs       USING (current_setting('registry.row_scope', true) = '*');
CREATE POLICY assessment_run_payers_staff_only ON assessment_run_payers USING (current_setting('registry.row_scope', true) = '*');
CREATE POLICY tax_feed_staff_only              ON tax_feed              USING (current_setting('registry.row_scope', true) = '*');
