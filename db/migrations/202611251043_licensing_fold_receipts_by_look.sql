-- licensing: know a receipt of the state fee by its look
-- Why:  a reference with one Cyrillic letter, a dot or a slash in another place was another receipt, and the payment bought a second license.
-- Kind: contract (a function replaced, a check dropped).   Locks: state_fee_receipts, while it is refolded.
-- Data: references that are used. Of two that turn out to be one, the application that was opened first keeps it.
ALTER TABLE state_fee_receipts DROP CONSTRAINT state_fee_receipts_are_folded;
DELETE FROM state_fee_receipts r USING state_fee_receipts earlier
 WHERE earlier.applicant_bin = r.applicant_bin AND fold_name(earlier.reference) = fold_name(r.reference)
   AND (earlier.application_id, earlier.reference) < (r.application_id, r.reference);
UPDATE state_fee_receipts SET reference = fold_name(reference) WHERE reference <> fold_name(reference);

-- Blanks do not count, then letters and signs of one look are one. Only this trigger writes the table.
CREATE OR REPLACE FUNCTION spend_receipt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.status = 'Withdrawn' AND OLD.status = 'Submitted' THEN
        DELETE FROM state_fee_receipts WHERE application_id = NEW.id;
    ELSIF NEW.state_fee_reference IS NOT NULL AND NEW.status <> 'Draft'
          AND (TG_OP = 'INSERT' OR OLD.status = 'Draft' AND NEW.status <> 'Withdrawn'
               OR OLD.status = 'InformationRequested' AND NEW.status = 'UnderReview') THEN
        INSERT INTO state_fee_receipts (applicant_bin, reference, application_id)
        VALUES (NEW.applicant_bin, fold_name(fold_identifier(NEW.state_fee_reference)), NEW.id)
            ON CONFLICT (applicant_bin, reference, application_id) DO NOTHING;
    END IF;
    RETURN NEW;
END $$;
