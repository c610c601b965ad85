-- licensing: find the transitions of applications and licenses in the journal
-- Why:  the licensing feed reads the journal in commit order past millions of entries about other things.
-- Kind: expand (index).   Locks: writes to the journal wait while it is built.   Data: none.
CREATE INDEX journal_entries_of_licensing ON journal_entries (number) WHERE subject LIKE 'application:%' OR subject LIKE 'license:%';
