-- assessments: issue only what somebody else has asked for
-- Why:  one person could run a quarter and issue its assessments one by one. Only the whole run took a second one.
-- Kind: expand.   Locks: short, assessments and assessment_runs.   Data: none. What was issued before stays as it was written.
ALTER TABLE assessment_runs ADD CONSTRAINT assessment_runs_have_one_requester UNIQUE (id, requested_by);
ALTER TABLE assessments
    ADD COLUMN requested_by text,
    ADD CONSTRAINT assessments_name_who_asked FOREIGN KEY (run_id, requested_by) REFERENCES assessment_runs (id, requested_by),
    ADD CONSTRAINT assessments_take_two_people
        CHECK (requested_by IS NOT NULL AND fold_identifier(issued_by) <> fold_identifier(requested_by)) NOT VALID;
