-- licensing: let a receipt of the state fee pay for one application
-- Why:  one payment, named in two applications one after the other, brought two licenses.
-- Kind: expand (new table).   Locks: short, permit_applications (foreign key, trigger).   Data: receipts of submitted applications. The first keeps it.
CREATE TABLE state_fee_receipts (
    applicant_bin  text NOT NULL,
    reference      text NOT NULL,
    application_id uuid NOT NULL REFERENCES permit_applications,
    CONSTRAINT state_fee_receipts_pay_once PRIMARY KEY (applicant_bin, reference),
    UNIQUE (applicant_bin, reference, application_id),
    CONSTRAINT state_fee_receipts_are_folded CHECK (reference = fold_identifier(reference))
);
CREATE INDEX state_fee_receipts_by_application ON state_fee_receipts (application_id);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON state_fee_receipts FROM registry_app;
ALTER TABLE state_fee_receipts ENABLE ROW LEVEL SECURITY;
CREATE POLICY state_fee_receipts_own_or_staff ON state_fee_receipts
    USING (current_setting('registry.row_scope', true) IN ('*', applicant_bin));

ALTER TABLE permit_applications NO FORCE ROW LEVEL SECURITY;
INSERT INTO state_fee_receipts (applicant_bin, reference, application_id)
SELECT applicant_bin, fold_identifier(state_fee_reference), id
  FROM permit_applications a
 WHERE submitted_at IS NOT NULL AND state_fee_reference IS NOT NULL
   AND (status <> 'Withdrawn' OR EXISTS (SELECT FROM journal_entries e WHERE e.subject = 'application:' || a.id AND e.action = 'StartReview'))
 ORDER BY submitted_at, id
    ON CONFLICT DO NOTHING;
ALTER TABLE permit_applications FORCE ROW LEVEL SECURITY;

-- Filing takes the receipt, and so does an answer that names another one. Only what is withdrawn before anybody looked at it gives it back.
CREATE FUNCTION spend_receipt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.status = 'Withdrawn' AND OLD.status = 'Submitted' THEN
        DELETE FROM state_fee_receipts WHERE application_id = NEW.id;
    ELSIF NEW.state_fee_reference IS NOT NULL AND NEW.status <> 'Draft'
          AND (TG_OP = 'INSERT' OR OLD.status = 'Draft' AND NEW.status = 'Submitted' OR OLD.status = 'InformationRequested' AND NEW.status = 'UnderReview') THEN
        INSERT INTO state_fee_receipts (applicant_bin, reference, application_id)
        VALUES (NEW.applicant_bin, fold_identifier(NEW.state_fee_reference), NEW.id)
            ON CONFLICT (applicant_bin, reference, application_id) DO NOTHING;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER permit_applications_spend_their_receipt AFTER INSERT OR UPDATE ON permit_applications
    FOR EACH ROW EXECUTE FUNCTION spend_receipt();
