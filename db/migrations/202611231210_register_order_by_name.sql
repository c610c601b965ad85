-- register: read a page of the register from an index
-- Why:  sorting 100,000 names for each page, and folding them for each search, costs seconds; a stored folded name and two indexes cost milliseconds.
-- Kind: expand (a generated column, indexes).   Locks: license_versions is rewritten.   Data: the folded name of every version.
DROP INDEX license_versions_by_folded_name;
ALTER TABLE license_versions ADD COLUMN folded_name text GENERATED ALWAYS AS (fold_name(holder_name)) STORED;
CREATE INDEX license_versions_by_folded_name ON license_versions USING gin (folded_name gin_trgm_ops);
CREATE INDEX license_versions_by_name ON license_versions (holder_name COLLATE kazakh, license_number);

-- The number comes from the version, so that name and number of one index make the order of a page.
CREATE OR REPLACE FUNCTION licenses_on(on_day date) RETURNS TABLE (
    number text, version int, edition int, application_id uuid, subtype text, bin text, holder_name text, region text, site_name text, site_address text,
    licensed_kw int, host_license_number text, previous_license_number text, power_sources text[], hardware jsonb, conditions text[],
    valid_from date, valid_to date, issued_at timestamptz, edition_from date, edition_issued_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT v.license_number, l.version, v.version, v.application_id, l.subtype, l.bin, v.holder_name, l.region, v.site_name, v.site_address,
           v.licensed_kw, l.host_license_number, l.previous_license_number, v.power_sources, v.hardware, v.conditions,
           l.valid_from, l.valid_to, l.issued_at, v.effective_from, v.issued_at
      FROM licenses l
      JOIN license_versions v ON v.license_number = l.number
                             AND v.effective_from <= greatest(on_day, l.valid_from) AND greatest(on_day, l.valid_from) < v.effective_until
$$;
