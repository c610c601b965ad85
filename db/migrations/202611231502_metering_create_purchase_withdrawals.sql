-- metering: let a wrong purchase be withdrawn
-- Why:  purchases make the average price, and through it the fee; a wrong one must stop counting, and stay readable.
-- Kind: expand (new table and view).   Locks: none on existing tables.   Data: none.
CREATE TABLE electricity_purchase_withdrawals (
    purchase_id uuid PRIMARY KEY REFERENCES electricity_purchases,
    reason      text NOT NULL,
    at          timestamptz NOT NULL,
    by          text NOT NULL,
    CONSTRAINT electricity_purchase_withdrawals_have_a_reason CHECK (reason <> '')
);

REVOKE UPDATE, DELETE, TRUNCATE ON electricity_purchase_withdrawals FROM registry_app;

-- Who sees the purchase sees that it was withdrawn: the inner query is under the policy of purchases.
ALTER TABLE electricity_purchase_withdrawals ENABLE ROW LEVEL SECURITY;
ALTER TABLE electricity_purchase_withdrawals FORCE ROW LEVEL SECURITY;
CREATE POLICY electricity_purchase_withdrawals_payers_or_staff ON electricity_purchase_withdrawals
    USING (EXISTS (SELECT FROM electricity_purchases b WHERE b.id = purchase_id));

-- What counts. The view asks with the rights of who reads it, so the policies hold.
CREATE VIEW standing_purchases WITH (security_invoker = true) AS
SELECT b.id, b.metering_point_id, b.month, b.kwh, b.cost_kzt
  FROM electricity_purchases b
 WHERE NOT EXISTS (SELECT FROM electricity_purchase_withdrawals w WHERE w.purchase_id = b.id);

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON standing_purchases FROM registry_app;
