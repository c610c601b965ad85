-- licensing: keep every version of an application, and on which side of it each person is
-- Why:  four eyes held by what the program said of itself: its role could name somebody else as the applicant, and decide a version that never
--       was. What a recommendation and a decision name is looked up now, and a person who wrote an application takes no part in its review.
-- Kind: expand, one check replaced.   Locks: short, permit_applications. Decisions and recommendations are rewritten.   Data: versions and people
--       that are known of the applications so far. Decisions that were taken before keep what they say.
CREATE TABLE application_versions (
    application_id uuid NOT NULL REFERENCES permit_applications,
    version        int  NOT NULL,
    status         text NOT NULL,
    submitted_by   text,
    PRIMARY KEY (application_id, version),
    UNIQUE (application_id, version, status, submitted_by)
);

CREATE TABLE application_people (
    application_id uuid NOT NULL REFERENCES permit_applications,
    person         text NOT NULL,
    side           text NOT NULL,
    CONSTRAINT application_people_take_one_side PRIMARY KEY (application_id, person),
    UNIQUE (application_id, person, side),
    CONSTRAINT application_people_are_folded CHECK (person = fold_identifier(person)),
    CONSTRAINT application_people_side_is_known CHECK (side IN ('Applicant', 'Ministry'))
);
CREATE INDEX application_people_by_person ON application_people (person);

-- Only the database writes versions. Whoever edits or answers adds itself to the people. Nobody leaves them.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON application_versions FROM registry_app;
REVOKE UPDATE, DELETE, TRUNCATE ON application_people FROM registry_app;
GRANT INSERT ON application_people TO registry_app;

ALTER TABLE application_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE application_people   ENABLE ROW LEVEL SECURITY;
CREATE POLICY application_versions_own_or_staff ON application_versions
    USING (EXISTS (SELECT FROM permit_applications a WHERE a.id = application_id));
CREATE POLICY application_people_own_or_staff ON application_people
    USING (EXISTS (SELECT FROM permit_applications a WHERE a.id = application_id));

ALTER TABLE permit_applications NO FORCE ROW LEVEL SECURITY;
INSERT INTO application_versions (application_id, version, status, submitted_by)
SELECT id, version, status, submitted_by FROM permit_applications
UNION
SELECT application_id, application_version, 'Recommended', applicant FROM application_recommendations;
INSERT INTO application_people (application_id, person, side)
SELECT application_id, fold_identifier(person), side
  FROM (SELECT id AS application_id, unnest(ARRAY[created_by, submitted_by]) AS person, 'Applicant' AS side FROM permit_applications
        UNION ALL SELECT application_id, uploaded_by, 'Applicant' FROM application_documents
        UNION ALL SELECT substr(subject, 13)::uuid, actor, 'Applicant' FROM journal_entries
                   WHERE subject LIKE 'application:%' AND action IN ('ReplaceApplication', 'RespondToRequest')
        UNION ALL SELECT id, assigned_to, 'Ministry' FROM permit_applications
        UNION ALL SELECT application_id, requested_by, 'Ministry' FROM information_requests
        UNION ALL SELECT application_id, recommender, 'Ministry' FROM application_recommendations
        UNION ALL SELECT application_id, decider, 'Ministry' FROM application_decisions) AS acted
 WHERE person IS NOT NULL
 ORDER BY side
    ON CONFLICT DO NOTHING;
ALTER TABLE permit_applications FORCE ROW LEVEL SECURITY;

CREATE FUNCTION take_side(application uuid, person text, side text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO application_people (application_id, person, side) VALUES (application, fold_identifier(take_side.person), take_side.side)
        ON CONFLICT (application_id, person, side) DO NOTHING
$$;

CREATE FUNCTION keep_application_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.version <> OLD.version THEN
        INSERT INTO application_versions (application_id, version, status, submitted_by) VALUES (NEW.id, NEW.version, NEW.status, NEW.submitted_by);
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM take_side(NEW.id, NEW.created_by, 'Applicant');
    END IF;
    IF NEW.submitted_by IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.submitted_by IS NULL) THEN
        PERFORM take_side(NEW.id, NEW.submitted_by, 'Applicant');
    END IF;
    IF NEW.assigned_to IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.assigned_to IS DISTINCT FROM OLD.assigned_to) THEN
        PERFORM take_side(NEW.id, NEW.assigned_to, 'Ministry');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER permit_applications_keep_their_versions AFTER INSERT OR UPDATE ON permit_applications
    FOR EACH ROW EXECUTE FUNCTION keep_application_version();

-- Whose an application is, who opened and who submitted it, is said once. What changes its state is the next version.
CREATE FUNCTION refuse_another_applicant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.applicant_bin, NEW.created_by) IS DISTINCT FROM (OLD.id, OLD.applicant_bin, OLD.created_by)
       OR OLD.submitted_by IS NOT NULL AND NEW.submitted_by IS DISTINCT FROM OLD.submitted_by
       OR NEW.version NOT IN (OLD.version, OLD.version + 1)
       OR NEW.version = OLD.version AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'an application keeps its applicant and counts its versions' USING
            ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'permit_applications_keep_their_applicant';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER permit_applications_keep_their_applicant BEFORE UPDATE ON permit_applications
    FOR EACH ROW EXECUTE FUNCTION refuse_another_applicant();

CREATE FUNCTION take_side_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM take_side(NEW.application_id, to_jsonb(NEW) ->> TG_ARGV[0], TG_ARGV[1]);
    RETURN NEW;
END $$;
CREATE TRIGGER application_documents_take_a_side AFTER INSERT ON application_documents
    FOR EACH ROW EXECUTE FUNCTION take_side_of_row('uploaded_by', 'Applicant');
CREATE TRIGGER information_requests_take_a_side AFTER INSERT ON information_requests
    FOR EACH ROW EXECUTE FUNCTION take_side_of_row('requested_by', 'Ministry');
CREATE TRIGGER application_recommendations_take_a_side AFTER INSERT ON application_recommendations
    FOR EACH ROW EXECUTE FUNCTION take_side_of_row('recommender', 'Ministry');
CREATE TRIGGER application_decisions_take_a_side AFTER INSERT ON application_decisions
    FOR EACH ROW EXECUTE FUNCTION take_side_of_row('decider', 'Ministry');

-- What is recommended is a version that was recommended, of the person who submitted it. What is decided is the version after it.
ALTER TABLE application_recommendations
    ADD COLUMN seen_status text NOT NULL GENERATED ALWAYS AS ('Recommended'::text) STORED,
    ADD CONSTRAINT application_recommendations_name_a_version FOREIGN KEY (application_id, application_version, seen_status, applicant)
        REFERENCES application_versions (application_id, version, status, submitted_by);
ALTER TABLE application_decisions
    ADD COLUMN decided_version int  NOT NULL GENERATED ALWAYS AS (application_version + 1) STORED,
    ADD COLUMN decided_status  text NOT NULL GENERATED ALWAYS AS (CASE outcome WHEN 'Approve' THEN 'Approved' ELSE 'Refused' END) STORED,
    ADD CONSTRAINT application_decisions_make_the_next_version FOREIGN KEY (application_id, decided_version, decided_status, applicant)
        REFERENCES application_versions (application_id, version, status, submitted_by),
    DROP CONSTRAINT application_decisions_take_four_eyes,
    ADD CONSTRAINT application_decisions_take_four_eyes CHECK (fold_identifier(decider) <> fold_identifier(recommender)) NOT VALID;
