-- register: find "Kaz-Mining" by "kaz mining", and a page of many matches without reading them all
-- Why:  what joins words was dropped, so the words grew together; it is a blank now. A search reads the stored folded name of the edition.
-- Kind: expand (functions replaced, a generated column made anew).   Locks: license_versions is rewritten.   Data: the folded name of every version.
CREATE OR REPLACE FUNCTION fold_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        translate(lower(name),
            'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁӘҒҚҢӨҰҮҺІёәғқңөұүһі-–—,()/«»“”„"''`.',
            'абвгдежзийклмнопрстуфхцчшщъыьэюяеагкноуухиеагкноуухи       '),
        '\s+', ' ', 'g'))
$$;

DROP INDEX license_versions_by_folded_name;
ALTER TABLE license_versions DROP COLUMN folded_name;
ALTER TABLE license_versions ADD COLUMN folded_name text GENERATED ALWAYS AS (fold_name(holder_name)) STORED;
CREATE INDEX license_versions_by_folded_name ON license_versions USING gin (folded_name gin_trgm_ops);

DROP FUNCTION licenses_on(date);
CREATE FUNCTION licenses_on(on_day date) RETURNS TABLE (
    number text, version int, edition int, application_id uuid, subtype text, bin text, holder_name text, region text, site_name text, site_address text,
    licensed_kw int, host_license_number text, previous_license_number text, power_sources text[], hardware jsonb, conditions text[],
    valid_from date, valid_to date, issued_at timestamptz, edition_from date, edition_issued_at timestamptz, folded_name text) LANGUAGE sql STABLE AS $$
    SELECT v.license_number, l.version, v.version, v.application_id, l.subtype, l.bin, v.holder_name, l.region, v.site_name, v.site_address,
           v.licensed_kw, l.host_license_number, l.previous_license_number, v.power_sources, v.hardware, v.conditions,
           l.valid_from, l.valid_to, l.issued_at, v.effective_from, v.issued_at, v.folded_name
      FROM licenses l
      JOIN license_versions v ON v.license_number = l.number
                             AND v.effective_from <= greatest(on_day, l.valid_from)
                             AND (v.effective_until = 'infinity' OR greatest(on_day, l.valid_from) < v.effective_until)
$$;
CREATE INDEX license_events_by_kind ON license_events (kind, license_number);
