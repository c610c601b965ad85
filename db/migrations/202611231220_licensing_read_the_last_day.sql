-- licensing: read a license as of the last day that there is
-- Why:  9999-12-31 travels as infinity, and infinity is not before infinity: the last edition has no end.
-- Kind: expand (function replaced).   Locks: none.   Data: none.
CREATE OR REPLACE FUNCTION licenses_on(on_day date) RETURNS TABLE (
    number text, version int, edition int, application_id uuid, subtype text, bin text, holder_name text, region text, site_name text, site_address text,
    licensed_kw int, host_license_number text, previous_license_number text, power_sources text[], hardware jsonb, conditions text[],
    valid_from date, valid_to date, issued_at timestamptz, edition_from date, edition_issued_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT v.license_number, l.version, v.version, v.application_id, l.subtype, l.bin, v.holder_name, l.region, v.site_name, v.site_address,
           v.licensed_kw, l.host_license_number, l.previous_license_number, v.power_sources, v.hardware, v.conditions,
           l.valid_from, l.valid_to, l.issued_at, v.effective_from, v.issued_at
      FROM licenses l
      JOIN license_versions v ON v.license_number = l.number
                             AND v.effective_from <= greatest(on_day, l.valid_from)
                             AND (v.effective_until = 'infinity' OR greatest(on_day, l.valid_from) < v.effective_until)
$$;
