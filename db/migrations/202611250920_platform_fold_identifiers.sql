-- platform: fold what names a person or a payment
-- Why:  "off-1", "OFF-1", "off-1" with a blank or with something invisible in it, and its full-width form are one person.
-- Kind: expand (a function).   Locks: none.   Data: none.

-- Identifier.Fold in the domain says the same, and a test holds the two together. The collation makes lower() independent of that of the database,
-- the letters that it would lower by their neighbors, or into two, are lowered before it, and any dash becomes a hyphen.
CREATE FUNCTION fold_identifier(identifier text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT normalize(
        lower(translate(
            regexp_replace(
                normalize(identifier, NFKC),
                '[\u0001-\u0020\u007F-\u00A0\u00AD\u034F\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u115F\u1160\u1680\u17B4\u17B5'
                '\u180B-\u180F\u2000-\u200F\u2028-\u202F\u205F-\u206F\u3000\uFE00-\uFE0F\uFEFF\uFFF9-\uFFFB\U000110BD\U000110CD'
                '\U00013430-\U0001343F\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]', '', 'g'),
            U&'\0130\03A3\03C2\2010\2011\2012\2013\2014\2015\2212', U&'i\03C3\03C3-------') COLLATE "und-x-icu"),
        NFKC)
$$;
