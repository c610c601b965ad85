-- register: find licensees by name whatever the spelling
-- Why:  the public types К for Қ, е for ё and leaves out quotes; a name is found all the same, and sorted as Kazakh is.
-- Kind: expand (a function, a collation, an index).   Locks: writes to license_versions wait while the index is built.   Data: none.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Letter by letter: lower() knows Cyrillic only in some locales. Punctuation falls away.
CREATE FUNCTION fold_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        translate(lower(name),
            'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁӘҒҚҢӨҰҮҺІёәғқңөұүһі«»“”„"''`.,()-–—',
            'абвгдежзийклмнопрстуфхцчшщъыьэюяеагкноуухиеагкноуухи'),
        '\s+', ' ', 'g'))
$$;

CREATE INDEX license_versions_by_folded_name ON license_versions USING gin (fold_name(holder_name) gin_trgm_ops);

-- Postgres without ICU knows no Kazakh; names are then sorted by their letters' codes.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_collation WHERE collname = 'kk-x-icu') THEN
        CREATE COLLATION kazakh FROM "kk-x-icu";
    ELSE
        CREATE COLLATION kazakh FROM "C";
    END IF;
END $$;
