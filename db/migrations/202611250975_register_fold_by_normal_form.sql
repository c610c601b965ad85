-- register: fold names and addresses by their normal form, and letters that look alike to one
-- Why:  a list of letters did not know composed and decomposed letters, blanks of other kinds and what nobody sees, and a Latin C hid a Cyrillic name from
--       the search and from the guards that keep one open application per site and one accreditation per pool.
-- Kind: contract (a function replaced; a generated column, an index and an exclusion made anew).
-- Locks: license_versions is rewritten; writes to permit_applications and pools wait while their indexes are built. All last as long as the migration.
-- Data: the folded name of every version. What people wrote stays as they wrote it. It stops, and names them, where two open applications turn out to be
--       of one site, or two accreditations of one pool: one of them has to be withdrawn or revoked first.

-- After normalize() a letter stands without its marks (й, ё and every accented one), and so do wide, narrow and no-break forms. Then, in order: marks and
-- what cannot be seen fall away; the case and the Kazakh letters that people type with their Russian neighbors; Cyrillic, Greek and Latin letters of one
-- look become one; quotes and dots fall away; what joins or parts words is one blank. No locale has a say.
CREATE OR REPLACE FUNCTION fold_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(regexp_replace(translate(lower(regexp_replace(normalize(name, NFKD),
            '[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f'
            '\u0001-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f'
            '\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]', '', 'g') COLLATE "C"),
            'БГДЖЗЛПФЦЧШЩЪЫЬЭЮЯАӘƏΑВΒСԀЕΕНҢΗИІӀΙЈКҚΚМΜΝОӨƟΟРΡԚЅТΤԜХҺΧУҮҰΥΖҒаәəαвβсԁеεнңηиіӏıιјкқκмμνоөɵοрρԛѕтτԝхһχуүұυζғ',
            'бгджзлпфцчшщъыьэюяaaaabbcdeehhhiiiijkkkmmnooooppqsttwxxxyyyyzгaaaabbcdeehhhiiiiijkkkmmnooooppqsttwxxxyyyyzг'),
        '["''`.«»\u02b9-\u02bd\u2018-\u201f\u2032-\u2037\u2039\u203a]', '', 'g'),
        '[-\u0009-\u000d\u0020\u0085\u1680\u2010-\u2015\u2028\u2029\u2212,;:()/]+', ' ', 'g'))
$$;

DO $$
DECLARE twins text;
BEGIN
    PERFORM set_config('registry.row_scope', '*', true);
    SELECT string_agg(numbers, '; ') INTO twins FROM (
        SELECT string_agg(number, ', ' ORDER BY number) AS numbers FROM permit_applications
         WHERE status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended')
         GROUP BY applicant_bin, site_region, fold_name(site_address), kind HAVING count(*) > 1) AS t;
    IF twins IS NOT NULL THEN
        RAISE EXCEPTION 'Open applications of one site: %. Withdraw all but one of each, then migrate again.', twins;
    END IF;
END $$;

DROP INDEX permit_applications_one_open_per_site;
CREATE UNIQUE INDEX permit_applications_one_open_per_site ON permit_applications (applicant_bin, site_region, fold_name(site_address), kind)
    WHERE status IN ('Submitted', 'UnderReview', 'InformationRequested', 'Recommended');

ALTER TABLE pools DROP CONSTRAINT pools_are_accredited_once;
ALTER TABLE pools ADD CONSTRAINT pools_are_accredited_once EXCLUDE USING gist (
    fold_name(name) WITH =, daterange(accredited_from, least(accredited_to + 1, revoked_from)) WITH &&);

DROP INDEX license_versions_by_folded_name;
ALTER TABLE license_versions DROP COLUMN folded_name;
ALTER TABLE license_versions ADD COLUMN folded_name text GENERATED ALWAYS AS (fold_name(holder_name)) STORED;
CREATE INDEX license_versions_by_folded_name ON license_versions USING gin (folded_name gin_trgm_ops);
