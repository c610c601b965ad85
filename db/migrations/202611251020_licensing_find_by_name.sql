-- licensing: find applications by the applicant's name
-- Why:  officers look for a file by the name that stands on it, in any spelling; the register finds licenses that way already.
-- Kind: expand (a function, an index).   Locks: writes to permit_applications wait while the index is built; reads go on.   Data: none.
CREATE FUNCTION name_pattern(part text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '%' || regexp_replace(nullif(fold_name(part), ''), '([\\%_])', '\\\1', 'g') || '%'
$$;
COMMENT ON FUNCTION name_pattern(text) IS 'What a folded name is like that has this part; null when nothing of it can be part of a name.';

CREATE INDEX permit_applications_by_folded_name ON permit_applications USING gin (fold_name(applicant_name) gin_trgm_ops);
