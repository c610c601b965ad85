-- licensing: ask applicants, stop the statutory clock meanwhile, and sort the review queue by its due day
-- Why:  the term of review runs only while the ministry holds the file; what falls due first is worked on first.
-- Kind: expand, one column renamed.   Locks: short, permit_applications.   Data: due days of open applications, closing instants of withdrawn ones.
CREATE TABLE information_requests (
    application_id uuid NOT NULL REFERENCES permit_applications,
    round          int  NOT NULL,
    items          jsonb NOT NULL,
    respond_by     date NOT NULL,
    requested_at   timestamptz NOT NULL,
    requested_by   text NOT NULL,
    answers        jsonb,
    closed_at      timestamptz,
    closed_as      text,
    PRIMARY KEY (application_id, round),
    CONSTRAINT information_requests_end_is_known CHECK (closed_as IN ('Answered', 'Withdrawn', 'Lapsed')),
    CONSTRAINT information_requests_end_is_whole CHECK ((closed_at IS NULL) = (closed_as IS NULL)),
    CONSTRAINT information_requests_answers_close CHECK ((closed_as = 'Answered') = (answers IS NOT NULL) OR closed_as IS NULL AND answers IS NULL)
);
-- The due job looks for open requests whose day has passed.
CREATE UNIQUE INDEX information_requests_one_open ON information_requests (application_id) WHERE closed_at IS NULL;
CREATE INDEX information_requests_by_respond_by   ON information_requests (respond_by) WHERE closed_at IS NULL;
REVOKE DELETE, TRUNCATE ON information_requests FROM registry_app;

ALTER TABLE information_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE information_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY information_requests_own_or_staff ON information_requests
    USING (EXISTS (SELECT FROM permit_applications a WHERE a.id = application_id));

ALTER TABLE permit_applications NO FORCE ROW LEVEL SECURITY;
ALTER TABLE permit_applications DROP CONSTRAINT permit_applications_decision_is_whole;
ALTER TABLE permit_applications RENAME COLUMN decided_at TO closed_at;
UPDATE permit_applications a
   SET closed_at = coalesce((SELECT max(e.at) FROM journal_entries e WHERE e.subject = 'application:' || a.id), a.submitted_at, a.created_at)
 WHERE status IN ('Withdrawn', 'Lapsed');
ALTER TABLE permit_applications ADD CONSTRAINT permit_applications_end_is_whole
    CHECK ((status IN ('Approved', 'Refused', 'Withdrawn', 'Lapsed')) = (closed_at IS NOT NULL));

-- Written at every transition. While the applicant holds the file: the due day if the answer comes on its last day.
ALTER TABLE permit_applications ADD COLUMN due_on date;
-- At the end of the review, for the processing figures.
ALTER TABLE permit_applications ADD COLUMN working_days_used int;
UPDATE permit_applications a
   SET due_on = (SELECT working.day
                   FROM (SELECT d::date AS day, row_number() OVER (ORDER BY d) AS used
                           FROM generate_series((a.submitted_at AT TIME ZONE interval '5 hours')::date + 1, (a.submitted_at AT TIME ZONE interval '5 hours')::date + 60,
                                                '1 day') AS d
                           LEFT JOIN holidays h ON h."on" = d::date
                          WHERE coalesce(h.is_working, extract(isodow FROM d) < 6)) AS working
                  WHERE working.used = 15)
 WHERE submitted_at IS NOT NULL;
CREATE INDEX permit_applications_by_due_day ON permit_applications (due_on, id)
    WHERE status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended');
-- A license has one open renewal and one open amendment.
CREATE UNIQUE INDEX permit_applications_one_open_per_license ON permit_applications (previous_license_number, kind)
    WHERE status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended') AND previous_license_number IS NOT NULL;
ALTER TABLE permit_applications FORCE ROW LEVEL SECURITY;
