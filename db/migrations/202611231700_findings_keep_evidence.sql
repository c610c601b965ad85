-- findings: keep what an officer has seen
-- Why:  an acknowledgement held for any hours and signs, as long as the kWh within its range did not grow: it covered what nobody had seen.
--       Now it names its evidence, and holds for this alone. What was acknowledged before is open again: nobody kept what had been seen.
-- Kind: expand (new column; a wider one).   Locks: finding_acknowledgements, for a moment.   Data: none.
ALTER TABLE finding_acknowledgements ADD COLUMN evidence text, ALTER COLUMN kwh TYPE numeric(24, 3);
