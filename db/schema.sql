-- Generated from db/migrations by SchemaSnapshotTests; never edited.

CREATE COLLATION public.kazakh (provider = icu, locale = 'kk');

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

CREATE FUNCTION public.append_journal(at timestamp with time zone, actor text, action text, subject text, entry text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    place bigint;
BEGIN
    WITH head AS (
        UPDATE journal_head h
           SET number = h.number + 1,
               hash = journal_hash(h.hash, h.number + 1, append_journal.at, append_journal.actor, append_journal.action,
                                   append_journal.subject, append_journal.entry)
        RETURNING h.number, h.hash)
    INSERT INTO journal_entries AS e (number, at, actor, action, subject, entry, hash)
    SELECT head.number, append_journal.at, append_journal.actor, append_journal.action, append_journal.subject, append_journal.entry, head.hash
      FROM head
    RETURNING e.number INTO place;
    RETURN place;
END $$;

CREATE FUNCTION public.capacity_granted(of_scope text) RETURNS TABLE(from_day date, until_day date, kw bigint)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.day, lead(p.day, 1, 'infinity') OVER (ORDER BY p.day), p.kw
      FROM (SELECT '-infinity'::date AS day, 0::bigint AS kw
            UNION ALL
            SELECT d.on_day, (sum(d.kw) OVER (ORDER BY d.on_day))::bigint FROM capacity_days d WHERE d.scope = of_scope) AS p
$$;

CREATE FUNCTION public.capacity_left(of_scope text, first_day date, end_day date) RETURNS TABLE(from_day date, kw bigint)
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
    RETURN QUERY
    SELECT greatest(g.from_day, c.effective_from, first_day), c.kw - g.kw
      FROM capacity_ceilings c
      JOIN capacity_granted(of_scope) g ON greatest(g.from_day, c.effective_from, first_day) < least(g.until_day, c.effective_to + 1, end_day)
     WHERE c.scope = of_scope;
END $$;

CREATE FUNCTION public.capacity_recount() RETURNS TABLE(scope text, on_day date, kw bigint)
    LANGUAGE sql STABLE
    AS $$
    SELECT counted.scope, d.on_day, sum(d.kw)::bigint
      FROM (SELECT unnest(CASE WHEN m.host_license_number IS NULL THEN ceiling_scopes(m.region) ELSE ARRAY['host:' || license_root(m.host_license_number)] END),
                   m.kw, m.counts_from, m.counts_until
              FROM capacity_movements m
            UNION ALL
            SELECT unnest(ceiling_scopes(m.region)), m.kw, greatest(m.counts_from, u.counts_from), least(m.counts_until, u.counts_until)
              FROM capacity_movements m
              JOIN capacity_unhosted u ON u.host = license_root(m.host_license_number) AND u.counts_from < m.counts_until AND m.counts_from < u.counts_until
             WHERE m.host_license_number IS NOT NULL) AS counted(scope, kw, counts_from, counts_until),
           LATERAL (VALUES (counted.counts_from, counted.kw), (counted.counts_until, -counted.kw)) AS d(on_day, kw)
     GROUP BY 1, 2
$$;

CREATE FUNCTION public.ceiling_scopes(of_region text) RETURNS text[]
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
    RETURN (SELECT ARRAY['country', 'zone:' || grid_zone, 'region:' || code] FROM regions WHERE code = of_region);
END $$;

CREATE FUNCTION public.count_capacity(in_scopes text[], moved_kw integer, from_day date, until_day date) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    touched int;
BEGIN
    UPDATE capacity_days SET kw = kw + CASE on_day WHEN from_day THEN moved_kw ELSE -moved_kw END
     WHERE scope = ANY (in_scopes) AND on_day IN (from_day, until_day);
    GET DIAGNOSTICS touched = ROW_COUNT;
    IF touched < 2 * cardinality(in_scopes) THEN
        INSERT INTO capacity_days (scope, on_day, kw)
        SELECT s.scope, d.on_day, d.kw
          FROM unnest(in_scopes) AS s(scope), (VALUES (from_day, moved_kw), (until_day, -moved_kw)) AS d(on_day, kw)
            ON CONFLICT DO NOTHING;
    END IF;
END $$;

CREATE FUNCTION public.ensure_reading_months(first date, last date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    month date := date_trunc('month', first);
    name  text;
BEGIN
    IF first < '2019-12-01' OR last > '2101-12-31' THEN
        RAISE EXCEPTION 'no readings are of % to %', first, last USING ERRCODE = 'datetime_field_overflow';
    END IF;
    WHILE month <= last LOOP
        name := 'reading_days_' || to_char(month, 'YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('reading_months'));
        END IF;
        -- Another session may have made it while this one waited.
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE reading_days INCLUDING ALL)', name);
            EXECUTE format('REVOKE ALL ON %I FROM registry_app', name);
            EXECUTE format('ALTER TABLE reading_days ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month, (month + interval '1 month')::date);
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
END $$;

CREATE FUNCTION public.fold_identifier(identifier text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT normalize(
        lower(translate(
            regexp_replace(
                normalize(identifier, NFKC),
                '[\u0001-\u0020\u007F-\u00A0\u00AD\u034F\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u115F\u1160\u1680\u17B4\u17B5'
                '\u180B-\u180F\u2000-\u200F\u2028-\u202F\u205F-\u206F\u2800\u3000\uFE00-\uFE0F\uFEFF\uFFF9-\uFFFB\U000110BD\U000110CD'
                '\U00013430-\U0001343F\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]', '', 'g'),
            U&'\0130\03A3\03C2\2010\2011\2012\2013\2014\2015\2212', U&'i\03C3\03C3-------') COLLATE "und-x-icu"),
        NFKC)
$$;

CREATE FUNCTION public.fold_name(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT btrim(regexp_replace(regexp_replace(translate(lower(regexp_replace(normalize(name, NFKD),
            '[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f'
            '\u0001-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f'
            '\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]', '', 'g') COLLATE "C"),
            'БГДЖЗЛПФЦЧШЩЪЫЬЭЮЯАӘƏΑВΒСԀЕΕНҢΗИІӀΙЈКҚΚМΜΝОӨƟΟРΡԚЅТΤԜХҺΧУҮҰΥΖҒаәəαвβсԁеεнңηиіӏıιјкқκмμνоөɵοрρԛѕтτԝхһχуүұυζғ',
            'бгджзлпфцчшщъыьэюяaaaabbcdeehhhiiiijkkkmmnooooppqsttwxxxyyyyzгaaaabbcdeehhhiiiiijkkkmmnooooppqsttwxxxyyyyzг'),
        '["''`.«»\u02b9-\u02bd\u2018-\u201f\u2032-\u2037\u2039\u203a]', '', 'g'),
        '[-\u0009-\u000d\u0020\u0085\u1680\u2010-\u2015\u2028\u2029\u2212,;:()/]+', ' ', 'g'))
$$;

CREATE FUNCTION public.free_hardware() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE hardware_units SET registered_until = greatest(registered_from, NEW.effective_from)
     WHERE license_number = NEW.license_number AND registered_until > NEW.effective_from;
    RETURN NEW;
END $$;

CREATE FUNCTION public.granted_kw(of_scope text, from_day date) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(max(running.kw), 0)
      FROM (SELECT sum(kw) OVER (ORDER BY on_day) AS kw, lead(on_day, 1, 'infinity') OVER (ORDER BY on_day) AS next_day
              FROM capacity_days WHERE scope = of_scope) AS running
     WHERE running.next_day > from_day
$$;

CREATE FUNCTION public.held_kw(root text, on_day date) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE chain AS (
        SELECT root AS number
        UNION ALL
        SELECT l.number FROM licenses l JOIN chain ON l.previous_license_number = chain.number)
    SELECT coalesce(sum(m.kw), 0)
      FROM capacity_movements m JOIN chain ON chain.number = m.license_number
     WHERE m.counts_from <= on_day AND on_day < m.counts_until
$$;

CREATE FUNCTION public.hosted_excess(root text, from_day date, until_day date) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE chain AS (
        SELECT root AS number
        UNION ALL
        SELECT l.number FROM licenses l JOIN chain ON l.previous_license_number = chain.number),
    days AS (
        SELECT from_day AS day
        UNION SELECT on_day FROM capacity_days WHERE scope = 'host:' || root
        UNION SELECT unnest(ARRAY[m.counts_from, m.counts_until]) FROM capacity_movements m JOIN chain ON chain.number = m.license_number)
    SELECT coalesce(max((SELECT coalesce(sum(kw), 0) FROM capacity_days WHERE scope = 'host:' || root AND on_day <= d.day) - held_kw(root, d.day)), 0)
      FROM days d
     WHERE from_day <= d.day AND d.day < until_day
$$;

CREATE FUNCTION public.journal_hash(previous bytea, number bigint, at timestamp with time zone, actor text, action text, subject text, entry text) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256((previous || convert_to((((((((((((('v1'::text || chr(10)) || number) || chr(10)) || ((EXTRACT(epoch FROM at) * (1000000)::numeric))::bigint) || chr(10)) || actor) || chr(10)) || action) || chr(10)) || subject) || chr(10)) || entry), 'UTF8'::name)));

CREATE FUNCTION public.keep_application_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.version <> OLD.version THEN
        INSERT INTO application_versions (application_id, version, status, submitted_by) VALUES (NEW.id, NEW.version, NEW.status, NEW.submitted_by);
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM take_side(NEW.id, NEW.created_by, 'Applicant');
    END IF;
    IF NEW.submitted_by IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.submitted_by IS NULL) THEN
        PERFORM take_side(NEW.id, NEW.submitted_by, 'Applicant');
    END IF;
    IF NEW.assigned_to IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.assigned_to IS DISTINCT FROM OLD.assigned_to) THEN
        PERFORM take_side(NEW.id, NEW.assigned_to, 'Ministry');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.last_reading_batch(known_at timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('reading_stamp'));
    RETURN coalesce((SELECT sequence FROM reading_batches WHERE received_at <= known_at ORDER BY sequence DESC LIMIT 1), 0);
END $$;

CREATE FUNCTION public.license_root(license text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE chain AS (
        SELECT number, previous_license_number FROM licenses WHERE number = license
        UNION ALL
        SELECT l.number, l.previous_license_number FROM licenses l JOIN chain ON l.number = chain.previous_license_number)
    SELECT number FROM chain WHERE previous_license_number IS NULL
$$;

CREATE FUNCTION public.license_status(license text, valid_from date, valid_to date, on_day date) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM license_events e WHERE e.license_number = license AND e.kind = 'Revoked' AND e.effective_from <= on_day) THEN 'Revoked'
        WHEN EXISTS (SELECT FROM license_events e WHERE e.license_number = license AND e.kind = 'Surrendered' AND e.effective_from <= on_day) THEN 'Surrendered'
        WHEN on_day > valid_to THEN 'Expired'
        WHEN on_day < valid_from THEN 'Pending'
        WHEN EXISTS (SELECT FROM license_events s
                      WHERE s.license_number = license AND s.kind = 'Suspended' AND on_day BETWEEN s.effective_from AND s.effective_until
                        AND NOT EXISTS (SELECT FROM license_events r WHERE r.license_number = license AND r.kind = 'Resumed'
                                           AND r.sequence > s.sequence AND r.effective_from BETWEEN s.effective_from AND on_day)) THEN 'Suspended'
        ELSE 'Active'
    END
$$;

CREATE FUNCTION public.licenses_on(on_day date) RETURNS TABLE(number text, version integer, edition integer, application_id uuid, subtype text, bin text, holder_name text, region text, site_name text, site_address text, licensed_kw integer, host_license_number text, previous_license_number text, power_sources text[], hardware jsonb, conditions text[], valid_from date, valid_to date, issued_at timestamp with time zone, edition_from date, edition_issued_at timestamp with time zone, folded_name text)
    LANGUAGE sql STABLE
    AS $$
    SELECT v.license_number, l.version, v.version, v.application_id, l.subtype, l.bin, v.holder_name, l.region, v.site_name, v.site_address,
           v.licensed_kw, l.host_license_number, l.previous_license_number, v.power_sources, v.hardware, v.conditions,
           l.valid_from, l.valid_to, l.issued_at, v.effective_from, v.issued_at, v.folded_name
      FROM licenses l
      JOIN license_versions v ON v.license_number = l.number
                             AND v.effective_from <= greatest(on_day, l.valid_from)
                             AND (v.effective_until = 'infinity' OR greatest(on_day, l.valid_from) < v.effective_until)
$$;

CREATE FUNCTION public.machines_elsewhere(license text, machines text[], first_day date, end_day date) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT DISTINCT u.serial FROM hardware_units u
     WHERE u.machine = ANY (machines) AND u.license_number <> license AND daterange(u.registered_from, u.registered_until) && daterange(first_day, end_day)
     ORDER BY u.serial
$$;

CREATE FUNCTION public.move_capacity() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    scopes text[] := ceiling_scopes(NEW.region);
    root   text;
    tight  record;
    excess bigint;
BEGIN
    -- One row for everybody: nobody waits in a circle, and whoever compares sees all that was granted before.
    PERFORM FROM capacity_plan FOR NO KEY UPDATE;

    IF NEW.host_license_number IS NULL THEN
        PERFORM count_capacity(scopes, NEW.kw, NEW.counts_from, NEW.counts_until);
    ELSE
        root := license_root(NEW.host_license_number);
        PERFORM count_capacity(ARRAY['host:' || root], NEW.kw, NEW.counts_from, NEW.counts_until);
        PERFORM count_capacity(scopes, NEW.kw, greatest(NEW.counts_from, u.counts_from), least(NEW.counts_until, u.counts_until))
           FROM capacity_unhosted u
          WHERE u.host = root AND u.counts_from < NEW.counts_until AND NEW.counts_from < u.counts_until;
    END IF;

    -- New power fits into the ceilings that are known for the days on which it is held, each of them.
    IF NEW.host_license_number IS NULL AND NEW.reason IN ('Granted', 'Raised') THEN
        SELECT c.scope, min(c.kw - g.kw) AS kw INTO tight
          FROM capacity_ceilings c
         CROSS JOIN LATERAL capacity_granted(c.scope) AS g
         WHERE c.scope = ANY (scopes) AND c.kw < g.kw
           AND greatest(g.from_day, c.effective_from, NEW.counts_from) < least(g.until_day, c.effective_to + 1, NEW.counts_until)
         GROUP BY c.scope ORDER BY array_position(scopes, c.scope) LIMIT 1;
        IF FOUND THEN
            -- The message is read by the program: the scope, and the kilowatts that are left in it.
            RAISE EXCEPTION '%|%', tight.scope, greatest(NEW.kw + tight.kw, 0) USING
                ERRCODE = 'check_violation', CONSTRAINT = 'capacity_stays_within_ceilings';
        END IF;
    END IF;

    -- A guest fits into its host; a host keeps at least what it hosts, unless a court ends it.
    IF (NEW.host_license_number IS NOT NULL AND NEW.reason IN ('Granted', 'Raised'))
       OR (NEW.host_license_number IS NULL AND NEW.reason IN ('Reduced', 'Surrendered')) THEN
        root := coalesce(root, license_root(NEW.license_number));
        excess := hosted_excess(root, NEW.counts_from, NEW.counts_until);
        IF excess > 0 THEN
            RAISE EXCEPTION 'host:%|%', root, greatest(NEW.kw - excess, 0) USING ERRCODE = 'check_violation', CONSTRAINT = 'capacity_stays_within_ceilings';
        END IF;
    END IF;
    IF NEW.host_license_number IS NULL AND NEW.reason = 'Revoked' THEN
        PERFORM unhost_guests(NEW.license_number, NEW.counts_from);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.name_pattern(part text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT '%' || regexp_replace(nullif(fold_name(part), ''), '([\\%_])', '\\\1', 'g') || '%'
$$;

COMMENT ON FUNCTION public.name_pattern(part text) IS 'What a folded name is like that has this part; null when nothing of it can be part of a name.';

CREATE FUNCTION public.payer_of(point integer, on_day date) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT payer_bin FROM metering_point_facts
     WHERE metering_point_id = point AND effective_from <= on_day AND payer_bin IS NOT NULL
     ORDER BY effective_from DESC, recorded_at DESC
     LIMIT 1
$$;

CREATE FUNCTION public.pays_for(point integer) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT EXISTS (SELECT FROM metering_point_facts
                    WHERE metering_point_id = point AND payer_bin = current_setting('registry.row_scope', true))
$$;

CREATE FUNCTION public.refuse_another_applicant() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (NEW.id, NEW.applicant_bin, NEW.created_by) IS DISTINCT FROM (OLD.id, OLD.applicant_bin, OLD.created_by)
       OR OLD.submitted_by IS NOT NULL AND NEW.submitted_by IS DISTINCT FROM OLD.submitted_by
       OR NEW.version NOT IN (OLD.version, OLD.version + 1)
       OR NEW.version = OLD.version AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'an application keeps its applicant and counts its versions' USING
            ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'permit_applications_keep_their_applicant';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION public.refuse_to_count_back() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.last <= OLD.last THEN
        RAISE EXCEPTION 'the series % has reached %', OLD.series, OLD.last USING
            ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'number_series_count_forward';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.spend_receipt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.status = 'Withdrawn' AND OLD.status = 'Submitted' THEN
        DELETE FROM state_fee_receipts WHERE application_id = NEW.id;
    ELSIF NEW.state_fee_reference IS NOT NULL AND NEW.status <> 'Draft'
          AND (TG_OP = 'INSERT' OR OLD.status = 'Draft' AND NEW.status <> 'Withdrawn'
               OR OLD.status = 'InformationRequested' AND NEW.status = 'UnderReview') THEN
        INSERT INTO state_fee_receipts (applicant_bin, reference, application_id)
        VALUES (NEW.applicant_bin, fold_name(fold_identifier(NEW.state_fee_reference)), NEW.id)
            ON CONFLICT (applicant_bin, reference, application_id) DO NOTHING;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.take_side(application uuid, person text, side text) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO application_people (application_id, person, side) VALUES (application, fold_identifier(take_side.person), take_side.side)
        ON CONFLICT (application_id, person, side) DO NOTHING
$$;

CREATE FUNCTION public.take_side_of_row() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM take_side(NEW.application_id, to_jsonb(NEW) ->> TG_ARGV[0], TG_ARGV[1]);
    RETURN NEW;
END $$;

CREATE FUNCTION public.unhost_guests(license text, from_day date) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    root      text := license_root(license);
    until_day date := (SELECT valid_to + 1 FROM licenses WHERE number = license);
    ended     record;
BEGIN
    FOR ended IN
        WITH RECURSIVE chain AS (
            SELECT root AS number
            UNION ALL
            SELECT l.number FROM licenses l JOIN chain ON l.previous_license_number = chain.number),
        days AS (
            SELECT from_day AS day
            UNION SELECT unnest(ARRAY[m.counts_from, m.counts_until]) FROM capacity_movements m JOIN chain ON chain.number = m.license_number
            UNION SELECT unnest(ARRAY[u.counts_from, u.counts_until]) FROM capacity_unhosted u WHERE u.host = root)
        SELECT p.day, p.next_day
          FROM (SELECT d.day, lead(d.day, 1, until_day) OVER (ORDER BY d.day) AS next_day
                  FROM days d WHERE from_day <= d.day AND d.day < until_day) AS p
         WHERE held_kw(root, p.day) = 0
           AND NOT EXISTS (SELECT FROM capacity_unhosted u WHERE u.host = root AND u.counts_from <= p.day AND p.day < u.counts_until)
    LOOP
        INSERT INTO capacity_unhosted (host, counts_from, counts_until) VALUES (root, ended.day, ended.next_day);
        PERFORM count_capacity(ceiling_scopes(m.region), m.kw, greatest(m.counts_from, ended.day), least(m.counts_until, ended.next_day))
           FROM capacity_movements m
          WHERE m.host_license_number IS NOT NULL AND license_root(m.host_license_number) = root
            AND m.counts_from < ended.next_day AND ended.day < m.counts_until;
    END LOOP;
END $$;

CREATE FUNCTION public.waiting_applications() RETURNS TABLE(application_id uuid, "position" integer, region text, needed_kw integer, submitted_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    SELECT a.id, (row_number() OVER (ORDER BY a.submitted_at, a.id))::int, a.site_region, a.requested_kw - coalesce(v.licensed_kw, 0), a.submitted_at
      FROM permit_applications a
      JOIN application_recommendations r ON r.application_id = a.id AND r.application_version = a.version AND r.outcome = 'Approve'
      LEFT JOIN license_versions v ON v.license_number = a.previous_license_number AND v.effective_until = 'infinity'
     WHERE a.status = 'Recommended' AND a.subtype = 'I' AND a.requested_kw > coalesce(v.licensed_kw, 0)
$$;

CREATE TABLE public.application_decisions (
    application_id uuid NOT NULL,
    application_version integer NOT NULL,
    outcome text NOT NULL,
    decider text NOT NULL,
    recommender text NOT NULL,
    applicant text NOT NULL,
    reasons text NOT NULL,
    grounds text[] NOT NULL,
    at timestamp with time zone NOT NULL,
    decided_version integer GENERATED ALWAYS AS ((application_version + 1)) STORED NOT NULL,
    decided_status text GENERATED ALWAYS AS (
CASE outcome
    WHEN 'Approve'::text THEN 'Approved'::text
    ELSE 'Refused'::text
END) STORED NOT NULL
);

CREATE TABLE public.application_documents (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    type text NOT NULL,
    name text NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 bytea NOT NULL,
    kept_in text NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    uploaded_by text NOT NULL,
    CONSTRAINT application_documents_are_not_empty CHECK ((size_bytes > 0)),
    CONSTRAINT application_documents_have_a_name CHECK (((length(name) >= 1) AND (length(name) <= 255))),
    CONSTRAINT application_documents_keeper_is_known CHECK ((kept_in = ANY (ARRAY['Postgres'::text, 'Folder'::text]))),
    CONSTRAINT application_documents_name_their_content CHECK ((octet_length(sha256) = 32))
);

ALTER TABLE ONLY public.application_documents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.application_people (
    application_id uuid NOT NULL,
    person text NOT NULL,
    side text NOT NULL,
    CONSTRAINT application_people_are_folded CHECK ((person = public.fold_identifier(person))),
    CONSTRAINT application_people_side_is_known CHECK ((side = ANY (ARRAY['Applicant'::text, 'Ministry'::text])))
);

CREATE TABLE public.application_recommendations (
    application_id uuid NOT NULL,
    application_version integer NOT NULL,
    outcome text NOT NULL,
    recommender text NOT NULL,
    applicant text NOT NULL,
    reasons text NOT NULL,
    grounds text[] NOT NULL,
    at timestamp with time zone NOT NULL,
    seen_status text GENERATED ALWAYS AS ('Recommended'::text) STORED NOT NULL,
    CONSTRAINT application_recommendations_outcome_is_known CHECK ((outcome = ANY (ARRAY['Approve'::text, 'Refuse'::text]))),
    CONSTRAINT application_recommendations_refusal_has_grounds CHECK (((outcome = 'Approve'::text) OR (cardinality(grounds) > 0)))
);

CREATE TABLE public.application_versions (
    application_id uuid NOT NULL,
    version integer NOT NULL,
    status text NOT NULL,
    submitted_by text
);

CREATE TABLE public.assessment_drafts (
    id uuid NOT NULL,
    revision integer NOT NULL,
    run_id uuid NOT NULL,
    instrument text NOT NULL,
    payer_bin text NOT NULL,
    period text NOT NULL,
    total_kzt numeric(20,0) NOT NULL,
    delta_kzt numeric(20,0) NOT NULL,
    input_fingerprint text NOT NULL,
    drafted_by text NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    doc text NOT NULL
);

ALTER TABLE ONLY public.assessment_drafts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.assessment_revisions (
    assessment_id uuid NOT NULL,
    revision integer NOT NULL,
    status text NOT NULL,
    payer_bin text NOT NULL,
    at timestamp with time zone NOT NULL,
    doc text NOT NULL,
    CONSTRAINT assessment_revisions_status_is_known CHECK ((status = ANY (ARRAY['Issued'::text, 'Objected'::text, 'Settled'::text, 'Superseded'::text, 'Withdrawn'::text])))
);

ALTER TABLE ONLY public.assessment_revisions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.assessment_run_payers (
    run_id uuid NOT NULL,
    payer_bin text NOT NULL,
    outcome text,
    detail text,
    CONSTRAINT assessment_run_payers_outcome_is_known CHECK ((outcome = ANY (ARRAY['Drafted'::text, 'Unchanged'::text, 'NothingDue'::text, 'Failed'::text])))
);

CREATE TABLE public.assessment_runs (
    id uuid NOT NULL,
    version integer NOT NULL,
    period text NOT NULL,
    instrument text NOT NULL,
    bins text[],
    status text NOT NULL,
    done integer NOT NULL,
    total integer NOT NULL,
    total_kzt numeric(24,0) NOT NULL,
    input_fingerprint text,
    failure text,
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT assessment_runs_status_is_known CHECK ((status = ANY (ARRAY['Queued'::text, 'Running'::text, 'Completed'::text, 'Failed'::text, 'Canceled'::text])))
);

CREATE TABLE public.assessments (
    id uuid NOT NULL,
    number text NOT NULL,
    version integer NOT NULL,
    supersedes uuid,
    run_id uuid NOT NULL,
    instrument text NOT NULL,
    payer_bin text NOT NULL,
    period text NOT NULL,
    total_kzt numeric(20,0) NOT NULL,
    delta_kzt numeric(20,0) NOT NULL,
    due_on date NOT NULL,
    input_fingerprint text NOT NULL,
    issued_by text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    requested_by text
);

ALTER TABLE ONLY public.assessments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.base_rates (
    effective_from date NOT NULL,
    rate_percent numeric(6,2),
    decided_on date NOT NULL,
    confidence text NOT NULL
);

CREATE TABLE public.capacity_ceilings (
    scope text NOT NULL,
    effective_from date NOT NULL,
    effective_to date,
    kw integer NOT NULL,
    CONSTRAINT capacity_ceilings_are_not_negative CHECK ((kw >= 0)),
    CONSTRAINT capacity_ceilings_scope_is_known CHECK (((scope = 'country'::text) OR (scope ~ '^(zone:(north|south|west)|region:[0-9]{2})$'::text)))
);

CREATE TABLE public.capacity_days (
    scope text NOT NULL,
    on_day date NOT NULL,
    kw bigint NOT NULL
);

CREATE TABLE public.capacity_movements (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    license_number text NOT NULL,
    region text NOT NULL,
    kw integer NOT NULL,
    reason text NOT NULL,
    counts_from date NOT NULL,
    at timestamp with time zone NOT NULL,
    counts_until date NOT NULL,
    host_license_number text,
    CONSTRAINT capacity_movements_last CHECK ((counts_from < counts_until)),
    CONSTRAINT capacity_movements_move_something CHECK ((kw <> 0)),
    CONSTRAINT capacity_movements_reason_is_known CHECK ((reason = ANY (ARRAY['Granted'::text, 'Raised'::text, 'Reduced'::text, 'Surrendered'::text, 'Revoked'::text, 'Reserved'::text, 'Released'::text, 'Renewed'::text])))
);

CREATE TABLE public.capacity_plan (
    only_row boolean DEFAULT true NOT NULL,
    version integer NOT NULL,
    CONSTRAINT capacity_plan_is_one_row CHECK (only_row)
);

CREATE TABLE public.capacity_unhosted (
    host text NOT NULL,
    counts_from date NOT NULL,
    counts_until date NOT NULL,
    CONSTRAINT capacity_unhosted_lasts CHECK ((counts_from < counts_until))
);

CREATE TABLE public.civil_offsets (
    region text NOT NULL,
    effective_from date NOT NULL,
    utc_offset_hours integer NOT NULL
);

CREATE TABLE public.cursor_secret (
    only_row boolean DEFAULT true NOT NULL,
    secret bytea NOT NULL,
    CONSTRAINT cursor_secret_is_long CHECK ((octet_length(secret) = 32)),
    CONSTRAINT cursor_secret_is_one_row CHECK (only_row)
);

CREATE TABLE public.document_contents (
    sha256 bytea NOT NULL,
    part integer NOT NULL,
    bytes bytea NOT NULL
);
ALTER TABLE ONLY public.document_contents ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.document_contents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.document_types (
    code text NOT NULL,
    title_en text NOT NULL,
    title_ru text NOT NULL,
    title_kk text NOT NULL,
    required_on_submit boolean NOT NULL,
    legal_basis text NOT NULL,
    confidence text NOT NULL,
    effective_from date NOT NULL,
    effective_to date
);

CREATE TABLE public.electricity_purchase_withdrawals (
    purchase_id uuid NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    by text NOT NULL,
    CONSTRAINT electricity_purchase_withdrawals_have_a_reason CHECK ((reason <> ''::text))
);

ALTER TABLE ONLY public.electricity_purchase_withdrawals FORCE ROW LEVEL SECURITY;

CREATE TABLE public.electricity_purchases (
    id uuid NOT NULL,
    metering_point_id integer NOT NULL,
    month date NOT NULL,
    kwh numeric(18,3) NOT NULL,
    cost_kzt numeric(20,2) NOT NULL,
    source text NOT NULL,
    reference text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT electricity_purchases_are_not_negative CHECK (((kwh > (0)::numeric) AND (cost_kzt >= (0)::numeric))),
    CONSTRAINT electricity_purchases_month_is_its_first_day CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);

ALTER TABLE ONLY public.electricity_purchases FORCE ROW LEVEL SECURITY;

CREATE TABLE public.fee_deadlines (
    effective_from date NOT NULL,
    effective_to date,
    declaration_month_offset integer,
    declaration_day integer,
    payment_month_offset integer NOT NULL,
    payment_day integer NOT NULL,
    paid_at text NOT NULL,
    budget_code text NOT NULL,
    legal_basis text NOT NULL,
    CONSTRAINT fee_deadlines_declaration_is_whole CHECK (((declaration_month_offset IS NULL) = (declaration_day IS NULL)))
);

CREATE TABLE public.finding_acknowledgements (
    id uuid NOT NULL,
    metering_point_id integer NOT NULL,
    kind text NOT NULL,
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone NOT NULL,
    kwh numeric(24,3) NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    by text NOT NULL,
    evidence text,
    CONSTRAINT finding_acknowledgements_have_a_reason CHECK ((reason <> ''::text)),
    CONSTRAINT finding_acknowledgements_kind_is_known CHECK ((kind = ANY (ARRAY['Gap'::text, 'OverCapacity'::text, 'FlatZero'::text, 'LoadWhileSuspended'::text, 'LoadWithoutLicense'::text, 'LicenseWithoutLoad'::text, 'TooMuchEstimated'::text, 'PurchasesMismatch'::text]))),
    CONSTRAINT finding_acknowledgements_span_some_time CHECK ((start_at < end_at))
);

ALTER TABLE ONLY public.finding_acknowledgements FORCE ROW LEVEL SECURITY;

CREATE TABLE public.grounds (
    code text NOT NULL,
    decision text NOT NULL,
    title_en text NOT NULL,
    title_ru text NOT NULL,
    title_kk text NOT NULL,
    article text NOT NULL,
    confidence text NOT NULL,
    effective_from date NOT NULL,
    effective_to date,
    CONSTRAINT grounds_decision_is_known CHECK ((decision = ANY (ARRAY['Refusal'::text, 'Suspension'::text, 'Revocation'::text])))
);

CREATE TABLE public.hardware_units (
    id uuid NOT NULL,
    license_number text NOT NULL,
    maker text NOT NULL,
    model text NOT NULL,
    serial text NOT NULL,
    hash_rate_ths numeric(9,3) NOT NULL,
    power_w numeric(10,3) NOT NULL,
    machine text GENERATED ALWAYS AS (((lower(maker) || '|'::text) || lower(serial))) STORED NOT NULL,
    registered_from date NOT NULL,
    registered_until date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT hardware_units_are_told_by_maker_and_serial CHECK (((maker ~ '^[!-~ ]+$'::text) AND (maker !~ '\|'::text) AND (serial ~ '^[!-~]+$'::text))),
    CONSTRAINT hardware_units_days_are_in_order CHECK ((registered_from <= registered_until)),
    CONSTRAINT hardware_units_work CHECK (((hash_rate_ths > (0)::numeric) AND (power_w > (0)::numeric)))
);

CREATE TABLE public.holidays (
    "on" date NOT NULL,
    kind text NOT NULL,
    is_working boolean NOT NULL,
    name_en text NOT NULL,
    source text NOT NULL
);

CREATE TABLE public.idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    action text NOT NULL,
    at timestamp with time zone NOT NULL,
    subject text,
    reply text,
    bin text,
    permission text,
    row_scope text
);

CREATE TABLE public.information_requests (
    application_id uuid NOT NULL,
    round integer NOT NULL,
    items jsonb NOT NULL,
    respond_by date NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    requested_by text NOT NULL,
    answers jsonb,
    closed_at timestamp with time zone,
    closed_as text,
    CONSTRAINT information_requests_answers_close CHECK ((((closed_as = 'Answered'::text) = (answers IS NOT NULL)) OR ((closed_as IS NULL) AND (answers IS NULL)))),
    CONSTRAINT information_requests_end_is_known CHECK ((closed_as = ANY (ARRAY['Answered'::text, 'Withdrawn'::text, 'Lapsed'::text]))),
    CONSTRAINT information_requests_end_is_whole CHECK (((closed_at IS NULL) = (closed_as IS NULL)))
);

ALTER TABLE ONLY public.information_requests FORCE ROW LEVEL SECURITY;

CREATE TABLE public.journal_entries (
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    entry text NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT journal_entries_fields_are_one_line CHECK ((((actor || action) || subject) !~ '\n'::text))
);

CREATE TABLE public.journal_head (
    only_row boolean DEFAULT true NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT journal_head_is_one_row CHECK (only_row)
);

CREATE TABLE public.legal_parameters (
    name text NOT NULL,
    effective_from date NOT NULL,
    effective_to date,
    value numeric NOT NULL,
    legal_basis text NOT NULL,
    confidence text NOT NULL
);

CREATE TABLE public.license_events (
    license_number text NOT NULL,
    sequence integer NOT NULL,
    kind text NOT NULL,
    effective_from date NOT NULL,
    effective_until date,
    ground text,
    reasons text,
    court_act_number text,
    court_act_on date,
    at timestamp with time zone NOT NULL,
    by text NOT NULL,
    CONSTRAINT license_events_kind_is_known CHECK ((kind = ANY (ARRAY['Suspended'::text, 'Resumed'::text, 'Revoked'::text, 'Surrendered'::text]))),
    CONSTRAINT license_events_revocation_names_the_court CHECK (((kind <> 'Revoked'::text) OR ((court_act_number IS NOT NULL) AND (court_act_on IS NOT NULL)))),
    CONSTRAINT license_events_suspension_has_an_end CHECK (((kind = 'Suspended'::text) = (effective_until IS NOT NULL)))
);

CREATE TABLE public.license_versions (
    license_number text NOT NULL,
    version integer NOT NULL,
    effective_from date NOT NULL,
    effective_until date DEFAULT 'infinity'::date NOT NULL,
    application_id uuid NOT NULL,
    outcome text DEFAULT 'Approve'::text NOT NULL,
    holder_name text NOT NULL,
    site_name text NOT NULL,
    site_address text NOT NULL,
    licensed_kw integer NOT NULL,
    power_sources text[] NOT NULL,
    hardware jsonb NOT NULL,
    conditions text[] NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    folded_name text GENERATED ALWAYS AS (public.fold_name(holder_name)) STORED,
    CONSTRAINT license_versions_are_in_order CHECK ((effective_from <= effective_until)),
    CONSTRAINT license_versions_come_from_an_approval CHECK ((outcome = 'Approve'::text)),
    CONSTRAINT license_versions_license_power CHECK ((licensed_kw > 0))
);

CREATE TABLE public.licenses (
    number text NOT NULL,
    version integer NOT NULL,
    subtype text NOT NULL,
    bin text NOT NULL,
    region text NOT NULL,
    host_license_number text,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    previous_license_number text,
    CONSTRAINT licenses_have_a_term CHECK ((valid_from <= valid_to)),
    CONSTRAINT licenses_subtype_ii_has_a_host CHECK (((subtype = 'II'::text) = (host_license_number IS NOT NULL)))
);

CREATE TABLE public.mci (
    effective_from date NOT NULL,
    effective_to date,
    mci_kzt numeric(12,2) NOT NULL,
    legal_basis text NOT NULL,
    confidence text NOT NULL
);

CREATE TABLE public.metering_point_facts (
    id uuid NOT NULL,
    metering_point_id integer NOT NULL,
    effective_from date NOT NULL,
    payer_bin text,
    power_source text,
    meter_state text,
    maximum_capacity_kw numeric(12,3),
    license_number text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    meter_serial text,
    CONSTRAINT metering_point_facts_capacity_is_positive CHECK ((maximum_capacity_kw > (0)::numeric)),
    CONSTRAINT metering_point_facts_meter_serial_is_not_empty CHECK ((meter_serial <> ''::text)),
    CONSTRAINT metering_point_facts_meter_state_is_known CHECK ((meter_state = ANY (ARRAY['Working'::text, 'Absent'::text, 'Faulty'::text]))),
    CONSTRAINT metering_point_facts_power_source_is_known CHECK ((power_source = ANY (ARRAY['GridPurchase'::text, 'Import'::text, 'OwnGeneration'::text, 'OwnRenewable'::text, 'OffGridGenerator'::text])))
);

CREATE TABLE public.metering_points (
    id integer NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    site_region text NOT NULL,
    grid_zone text NOT NULL,
    address text,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL
);

ALTER TABLE ONLY public.metering_points FORCE ROW LEVEL SECURITY;

ALTER TABLE public.metering_points ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.metering_points_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.number_series (
    series text NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT number_series_begin_with_one CHECK ((last > 0))
);

CREATE TABLE public.permit_applications (
    id uuid NOT NULL,
    number text NOT NULL,
    version integer NOT NULL,
    status text NOT NULL,
    kind text NOT NULL,
    subtype text NOT NULL,
    applicant_bin text NOT NULL,
    applicant_name text NOT NULL,
    contact_email text NOT NULL,
    contact_phone text NOT NULL,
    site_name text NOT NULL,
    site_region text NOT NULL,
    site_address text NOT NULL,
    site_latitude numeric(9,6),
    site_longitude numeric(9,6),
    site_grid_connection text NOT NULL,
    host_license_number text,
    requested_kw integer NOT NULL,
    power_sources text[] NOT NULL,
    planned_investment_kzt numeric(20,2) NOT NULL,
    planned_jobs integer NOT NULL,
    hardware jsonb NOT NULL,
    state_fee_paid_on date,
    state_fee_amount_kzt numeric(14,2),
    state_fee_reference text,
    previous_license_number text,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    submitted_at timestamp with time zone,
    submitted_by text,
    assigned_to text,
    closed_at timestamp with time zone,
    due_on date,
    working_days_used integer,
    CONSTRAINT permit_applications_capacity_is_positive CHECK ((requested_kw > 0)),
    CONSTRAINT permit_applications_draft_is_not_submitted CHECK (((status <> 'Draft'::text) OR (submitted_at IS NULL))),
    CONSTRAINT permit_applications_end_is_whole CHECK (((status = ANY (ARRAY['Approved'::text, 'Refused'::text, 'Withdrawn'::text, 'Lapsed'::text])) = (closed_at IS NOT NULL))),
    CONSTRAINT permit_applications_status_is_known CHECK ((status = ANY (ARRAY['Draft'::text, 'Submitted'::text, 'UnderReview'::text, 'InformationRequested'::text, 'Recommended'::text, 'Approved'::text, 'Refused'::text, 'Withdrawn'::text, 'Lapsed'::text]))),
    CONSTRAINT permit_applications_submission_is_whole CHECK (((submitted_at IS NULL) = (submitted_by IS NULL))),
    CONSTRAINT permit_applications_subtype_is_known CHECK ((subtype = ANY (ARRAY['I'::text, 'II'::text])))
);

ALTER TABLE ONLY public.permit_applications FORCE ROW LEVEL SECURITY;

CREATE TABLE public.pools (
    id uuid NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    homepage text,
    accredited_from date NOT NULL,
    accredited_to date,
    act text NOT NULL,
    revoked_from date,
    revocation_act text,
    CONSTRAINT pools_country_is_a_code CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT pools_have_a_term CHECK ((accredited_from <= accredited_to)),
    CONSTRAINT pools_revocation_follows_accreditation CHECK ((revoked_from >= accredited_from)),
    CONSTRAINT pools_revocation_is_whole CHECK (((revoked_from IS NULL) = (revocation_act IS NULL)))
);

CREATE TABLE public.reading_batch_errors (
    batch_id uuid NOT NULL,
    line bigint NOT NULL,
    code text NOT NULL,
    number integer NOT NULL
);

CREATE TABLE public.reading_batches (
    id uuid NOT NULL,
    sequence integer NOT NULL,
    sha256 bytea NOT NULL,
    mode text NOT NULL,
    first_day date,
    last_day date,
    received bigint NOT NULL,
    accepted bigint NOT NULL,
    unchanged bigint NOT NULL,
    superseded bigint NOT NULL,
    rejected bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    received_by text NOT NULL,
    ignored bigint DEFAULT 0 NOT NULL,
    gaps bigint DEFAULT 0 NOT NULL,
    outdated bigint DEFAULT 0 NOT NULL,
    message_sender text,
    message_number bigint,
    message_written_at timestamp with time zone,
    CONSTRAINT reading_batches_a_message_is_named_whole CHECK ((num_nulls(message_sender, message_number, message_written_at) = ANY (ARRAY[0, 3]))),
    CONSTRAINT reading_batches_every_row_has_a_fate CHECK (((((accepted + unchanged) + superseded) + rejected) = received)),
    CONSTRAINT reading_batches_gaps_and_outdated_hours_change_nothing CHECK (((gaps >= 0) AND (outdated >= 0) AND ((gaps + outdated) <= unchanged))),
    CONSTRAINT reading_batches_mode_is_known CHECK ((mode = ANY (ARRAY['atomic'::text, 'partial'::text])))
);

CREATE TABLE public.reading_day_history (
    metering_point_id integer NOT NULL,
    day date NOT NULL,
    known_hours integer NOT NULL,
    estimated_hours integer NOT NULL,
    wh integer[] NOT NULL,
    day_wh bigint NOT NULL,
    revision integer NOT NULL,
    batch integer NOT NULL,
    superseded_by integer NOT NULL
);

CREATE TABLE public.reading_days (
    metering_point_id integer NOT NULL,
    day date NOT NULL,
    known_hours integer NOT NULL,
    estimated_hours integer NOT NULL,
    wh integer[] NOT NULL,
    day_wh bigint NOT NULL,
    revision integer NOT NULL,
    batch integer NOT NULL
)
PARTITION BY RANGE (day);

CREATE TABLE public.reading_message_hours (
    metering_point_id integer NOT NULL,
    day date NOT NULL,
    batch integer NOT NULL,
    hours integer NOT NULL,
    CONSTRAINT reading_message_hours_are_some CHECK ((hours <> 0))
);

CREATE TABLE public.region_names (
    region text NOT NULL,
    effective_from date NOT NULL,
    name_en text NOT NULL,
    name_ru text NOT NULL,
    name_kk text NOT NULL
);

CREATE TABLE public.regions (
    code text NOT NULL,
    kato text NOT NULL,
    kind text NOT NULL,
    grid_zone text NOT NULL,
    centre text,
    valid_from date,
    note text,
    CONSTRAINT regions_grid_zone_is_known CHECK ((grid_zone = ANY (ARRAY['north'::text, 'south'::text, 'west'::text]))),
    CONSTRAINT regions_kind_is_known CHECK ((kind = ANY (ARRAY['oblast'::text, 'city'::text])))
);

CREATE VIEW public.standing_purchases WITH (security_invoker='true') AS
 SELECT b.id,
    b.metering_point_id,
    b.month,
    b.kwh,
    b.cost_kzt
   FROM public.electricity_purchases b
  WHERE (NOT (EXISTS ( SELECT
           FROM public.electricity_purchase_withdrawals w
          WHERE (w.purchase_id = b.id))));

CREATE TABLE public.state_fee_receipts (
    applicant_bin text NOT NULL,
    reference text NOT NULL,
    application_id uuid NOT NULL
);

CREATE TABLE public.tariffs (
    id uuid NOT NULL,
    code text NOT NULL,
    version integer NOT NULL,
    status text NOT NULL,
    instrument text NOT NULL,
    title jsonb NOT NULL,
    act text NOT NULL,
    article text NOT NULL,
    url text,
    effective_from date NOT NULL,
    effective_to date,
    combination text NOT NULL,
    unmetered_volume text NOT NULL,
    rounding text NOT NULL,
    rules jsonb NOT NULL,
    proposed_by text,
    adopted_by text,
    adopted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT tariffs_adoption_is_whole CHECK (((status = ANY (ARRAY['Adopted'::text, 'Repealed'::text])) = (adopted_at IS NOT NULL))),
    CONSTRAINT tariffs_have_a_term CHECK (((effective_to IS NULL) OR (effective_from <= effective_to))),
    CONSTRAINT tariffs_instrument_is_known CHECK ((instrument = ANY (ARRAY['MiningFee'::text, 'ElectricitySurcharge'::text]))),
    CONSTRAINT tariffs_proposer_does_not_adopt CHECK ((lower(adopted_by) <> lower(proposed_by))),
    CONSTRAINT tariffs_status_is_known CHECK ((status = ANY (ARRAY['Draft'::text, 'Proposed'::text, 'Adopted'::text, 'Rejected'::text, 'Withdrawn'::text, 'Repealed'::text])))
);

CREATE TABLE public.tax_feed (
    number bigint NOT NULL,
    "position" integer NOT NULL,
    period text NOT NULL,
    change text NOT NULL,
    assessment_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    doc text NOT NULL,
    CONSTRAINT tax_feed_change_is_known CHECK ((change = ANY (ARRAY['Issued'::text, 'Superseded'::text, 'Withdrawn'::text, 'Settled'::text, 'ObjectionOpened'::text, 'ObjectionDecided'::text])))
);

ALTER TABLE ONLY public.application_decisions
    ADD CONSTRAINT application_decisions_application_id_outcome_key UNIQUE (application_id, outcome);

ALTER TABLE ONLY public.application_decisions
    ADD CONSTRAINT application_decisions_pkey PRIMARY KEY (application_id);

ALTER TABLE public.application_decisions
    ADD CONSTRAINT application_decisions_take_four_eyes CHECK ((public.fold_identifier(decider) <> public.fold_identifier(recommender))) NOT VALID;

ALTER TABLE ONLY public.application_documents
    ADD CONSTRAINT application_documents_are_given_once UNIQUE (application_id, type, sha256);

ALTER TABLE ONLY public.application_documents
    ADD CONSTRAINT application_documents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.application_people
    ADD CONSTRAINT application_people_application_id_person_side_key UNIQUE (application_id, person, side);

ALTER TABLE ONLY public.application_people
    ADD CONSTRAINT application_people_take_one_side PRIMARY KEY (application_id, person);

ALTER TABLE ONLY public.application_recommendations
    ADD CONSTRAINT application_recommendations_application_id_application_vers_key UNIQUE (application_id, application_version, outcome, recommender, applicant);

ALTER TABLE ONLY public.application_recommendations
    ADD CONSTRAINT application_recommendations_pkey PRIMARY KEY (application_id, application_version);

ALTER TABLE ONLY public.application_versions
    ADD CONSTRAINT application_versions_application_id_version_status_submitte_key UNIQUE (application_id, version, status, submitted_by);

ALTER TABLE ONLY public.application_versions
    ADD CONSTRAINT application_versions_pkey PRIMARY KEY (application_id, version);

ALTER TABLE ONLY public.assessment_drafts
    ADD CONSTRAINT assessment_drafts_payer_bin_period_instrument_key UNIQUE (payer_bin, period, instrument);

ALTER TABLE ONLY public.assessment_drafts
    ADD CONSTRAINT assessment_drafts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.assessment_revisions
    ADD CONSTRAINT assessment_revisions_pkey PRIMARY KEY (assessment_id, revision);

ALTER TABLE ONLY public.assessment_run_payers
    ADD CONSTRAINT assessment_run_payers_pkey PRIMARY KEY (run_id, payer_bin);

ALTER TABLE ONLY public.assessment_runs
    ADD CONSTRAINT assessment_runs_have_one_requester UNIQUE (id, requested_by);

ALTER TABLE ONLY public.assessment_runs
    ADD CONSTRAINT assessment_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_number_key UNIQUE (number);

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_payer_bin_period_instrument_version_key UNIQUE (payer_bin, period, instrument, version);

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_supersedes_key UNIQUE (supersedes);

ALTER TABLE public.assessments
    ADD CONSTRAINT assessments_take_two_people CHECK (((requested_by IS NOT NULL) AND (public.fold_identifier(issued_by) <> public.fold_identifier(requested_by)))) NOT VALID;

ALTER TABLE ONLY public.base_rates
    ADD CONSTRAINT base_rates_pkey PRIMARY KEY (effective_from);

ALTER TABLE ONLY public.capacity_ceilings
    ADD CONSTRAINT capacity_ceilings_do_not_overlap EXCLUDE USING gist (scope WITH =, daterange(effective_from, effective_to, '[]'::text) WITH &&);

ALTER TABLE ONLY public.capacity_ceilings
    ADD CONSTRAINT capacity_ceilings_pkey PRIMARY KEY (scope, effective_from);

ALTER TABLE ONLY public.capacity_days
    ADD CONSTRAINT capacity_days_pkey PRIMARY KEY (scope, on_day);

ALTER TABLE ONLY public.capacity_movements
    ADD CONSTRAINT capacity_movements_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.capacity_plan
    ADD CONSTRAINT capacity_plan_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.capacity_unhosted
    ADD CONSTRAINT capacity_unhosted_counts_a_day_once EXCLUDE USING gist (host WITH =, daterange(counts_from, counts_until) WITH &&);

ALTER TABLE ONLY public.capacity_unhosted
    ADD CONSTRAINT capacity_unhosted_pkey PRIMARY KEY (host, counts_from);

ALTER TABLE ONLY public.civil_offsets
    ADD CONSTRAINT civil_offsets_pkey PRIMARY KEY (region, effective_from);

ALTER TABLE ONLY public.cursor_secret
    ADD CONSTRAINT cursor_secret_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.document_contents
    ADD CONSTRAINT document_contents_pkey PRIMARY KEY (sha256, part);

ALTER TABLE ONLY public.document_types
    ADD CONSTRAINT document_types_do_not_overlap EXCLUDE USING gist (code WITH =, daterange(effective_from, effective_to, '[]'::text) WITH &&);

ALTER TABLE ONLY public.document_types
    ADD CONSTRAINT document_types_pkey PRIMARY KEY (code, effective_from);

ALTER TABLE ONLY public.electricity_purchase_withdrawals
    ADD CONSTRAINT electricity_purchase_withdrawals_pkey PRIMARY KEY (purchase_id);

ALTER TABLE ONLY public.electricity_purchases
    ADD CONSTRAINT electricity_purchases_one_per_reference UNIQUE (metering_point_id, month, reference);

ALTER TABLE ONLY public.electricity_purchases
    ADD CONSTRAINT electricity_purchases_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.fee_deadlines
    ADD CONSTRAINT fee_deadlines_pkey PRIMARY KEY (effective_from);

ALTER TABLE ONLY public.finding_acknowledgements
    ADD CONSTRAINT finding_acknowledgements_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.grounds
    ADD CONSTRAINT grounds_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.hardware_units
    ADD CONSTRAINT hardware_units_are_on_one_license EXCLUDE USING gist (machine WITH =, daterange(registered_from, registered_until) WITH &&);

ALTER TABLE ONLY public.hardware_units
    ADD CONSTRAINT hardware_units_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.holidays
    ADD CONSTRAINT holidays_pkey PRIMARY KEY ("on");

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (caller, key);

ALTER TABLE ONLY public.information_requests
    ADD CONSTRAINT information_requests_pkey PRIMARY KEY (application_id, round);

ALTER TABLE ONLY public.journal_entries
    ADD CONSTRAINT journal_entries_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.journal_head
    ADD CONSTRAINT journal_head_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.legal_parameters
    ADD CONSTRAINT legal_parameters_pkey PRIMARY KEY (name, effective_from);

ALTER TABLE ONLY public.license_events
    ADD CONSTRAINT license_events_pkey PRIMARY KEY (license_number, sequence);

ALTER TABLE ONLY public.license_versions
    ADD CONSTRAINT license_versions_application_id_key UNIQUE (application_id);

ALTER TABLE ONLY public.license_versions
    ADD CONSTRAINT license_versions_pkey PRIMARY KEY (license_number, version);

ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.mci
    ADD CONSTRAINT mci_pkey PRIMARY KEY (effective_from);

ALTER TABLE ONLY public.metering_point_facts
    ADD CONSTRAINT metering_point_facts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.metering_points
    ADD CONSTRAINT metering_points_code_key UNIQUE (code);

ALTER TABLE ONLY public.metering_points
    ADD CONSTRAINT metering_points_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.number_series
    ADD CONSTRAINT number_series_pkey PRIMARY KEY (series);

ALTER TABLE ONLY public.permit_applications
    ADD CONSTRAINT permit_applications_number_key UNIQUE (number);

ALTER TABLE ONLY public.permit_applications
    ADD CONSTRAINT permit_applications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pools
    ADD CONSTRAINT pools_are_accredited_once EXCLUDE USING gist (public.fold_name(name) WITH =, daterange(accredited_from, LEAST((accredited_to + 1), revoked_from)) WITH &&);

ALTER TABLE ONLY public.pools
    ADD CONSTRAINT pools_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reading_batch_errors
    ADD CONSTRAINT reading_batch_errors_pkey PRIMARY KEY (batch_id, number);

ALTER TABLE ONLY public.reading_batches
    ADD CONSTRAINT reading_batches_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reading_batches
    ADD CONSTRAINT reading_batches_sequence_key UNIQUE (sequence);

ALTER TABLE ONLY public.reading_day_history
    ADD CONSTRAINT reading_day_history_pkey PRIMARY KEY (metering_point_id, day, revision);

ALTER TABLE ONLY public.reading_days
    ADD CONSTRAINT reading_days_pkey PRIMARY KEY (metering_point_id, day);

ALTER TABLE ONLY public.reading_message_hours
    ADD CONSTRAINT reading_message_hours_pkey PRIMARY KEY (metering_point_id, day, batch);

ALTER TABLE ONLY public.region_names
    ADD CONSTRAINT region_names_pkey PRIMARY KEY (region, effective_from);

ALTER TABLE ONLY public.regions
    ADD CONSTRAINT regions_kato_key UNIQUE (kato);

ALTER TABLE ONLY public.regions
    ADD CONSTRAINT regions_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.state_fee_receipts
    ADD CONSTRAINT state_fee_receipts_applicant_bin_reference_application_id_key UNIQUE (applicant_bin, reference, application_id);

ALTER TABLE ONLY public.state_fee_receipts
    ADD CONSTRAINT state_fee_receipts_pay_once PRIMARY KEY (applicant_bin, reference);

ALTER TABLE ONLY public.tariffs
    ADD CONSTRAINT tariffs_adopted_do_not_overlap EXCLUDE USING gist (instrument WITH =, daterange(effective_from, effective_to, '[]'::text) WITH &&) WHERE ((status = 'Adopted'::text));

ALTER TABLE ONLY public.tariffs
    ADD CONSTRAINT tariffs_code_key UNIQUE (code);

ALTER TABLE ONLY public.tariffs
    ADD CONSTRAINT tariffs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tax_feed
    ADD CONSTRAINT tax_feed_pkey PRIMARY KEY (number, "position");

CREATE INDEX application_documents_by_application ON public.application_documents USING btree (application_id, id);

CREATE INDEX application_documents_by_content ON public.application_documents USING btree (sha256);

CREATE INDEX application_people_by_person ON public.application_people USING btree (person);

CREATE INDEX assessment_runs_open ON public.assessment_runs USING btree (requested_at) WHERE (status = ANY (ARRAY['Queued'::text, 'Running'::text]));

CREATE INDEX assessments_by_payer ON public.assessments USING btree (payer_bin, id);

CREATE INDEX assessments_by_period ON public.assessments USING btree (period, id);

CREATE INDEX capacity_movements_by_host ON public.capacity_movements USING btree (host_license_number) WHERE (host_license_number IS NOT NULL);

CREATE INDEX capacity_movements_by_license ON public.capacity_movements USING btree (license_number);

CREATE INDEX finding_acknowledgements_by_point ON public.finding_acknowledgements USING btree (metering_point_id);

CREATE INDEX hardware_units_by_license ON public.hardware_units USING btree (license_number, machine);

CREATE INDEX idempotency_keys_by_at ON public.idempotency_keys USING btree (at);

CREATE INDEX information_requests_by_respond_by ON public.information_requests USING btree (respond_by) WHERE (closed_at IS NULL);

CREATE UNIQUE INDEX information_requests_one_open ON public.information_requests USING btree (application_id) WHERE (closed_at IS NULL);

CREATE INDEX journal_entries_by_actor ON public.journal_entries USING btree (actor, number);

CREATE INDEX journal_entries_by_at ON public.journal_entries USING btree (at, number);

CREATE INDEX journal_entries_by_subject ON public.journal_entries USING btree (subject, number);

CREATE INDEX journal_entries_of_licensing ON public.journal_entries USING btree (number) WHERE ((subject ~~ 'application:%'::text) OR (subject ~~ 'license:%'::text));

CREATE INDEX license_events_by_kind ON public.license_events USING btree (kind, license_number);

CREATE INDEX license_versions_by_folded_name ON public.license_versions USING gin (folded_name public.gin_trgm_ops);

CREATE INDEX license_versions_by_name ON public.license_versions USING btree (holder_name COLLATE public.kazakh, license_number);

CREATE UNIQUE INDEX licenses_are_renewed_once ON public.licenses USING btree (previous_license_number) WHERE (previous_license_number IS NOT NULL);

CREATE INDEX licenses_by_bin ON public.licenses USING btree (bin, number);

CREATE INDEX licenses_by_host ON public.licenses USING btree (host_license_number) WHERE (host_license_number IS NOT NULL);

CREATE INDEX licenses_by_region ON public.licenses USING btree (region, number);

CREATE INDEX metering_point_facts_by_payer ON public.metering_point_facts USING btree (payer_bin, metering_point_id) WHERE (payer_bin IS NOT NULL);

CREATE INDEX metering_point_facts_by_point ON public.metering_point_facts USING btree (metering_point_id, effective_from, recorded_at);

CREATE INDEX permit_applications_by_applicant ON public.permit_applications USING btree (applicant_bin, id);

CREATE INDEX permit_applications_by_due_day ON public.permit_applications USING btree (due_on, id) WHERE (status = ANY (ARRAY['Submitted'::text, 'UnderReview'::text, 'InformationRequested'::text, 'Recommended'::text]));

CREATE INDEX permit_applications_by_folded_name ON public.permit_applications USING gin (public.fold_name(applicant_name) public.gin_trgm_ops);

CREATE INDEX permit_applications_by_status ON public.permit_applications USING btree (status, id);

CREATE UNIQUE INDEX permit_applications_one_open_per_license ON public.permit_applications USING btree (previous_license_number, kind) WHERE ((status = ANY (ARRAY['Submitted'::text, 'UnderReview'::text, 'InformationRequested'::text, 'Recommended'::text])) AND (previous_license_number IS NOT NULL));

CREATE UNIQUE INDEX permit_applications_one_open_per_site ON public.permit_applications USING btree (applicant_bin, site_region, public.fold_name(site_address), kind) WHERE (status = ANY (ARRAY['Submitted'::text, 'UnderReview'::text, 'InformationRequested'::text, 'Recommended'::text]));

CREATE INDEX reading_batches_by_sender ON public.reading_batches USING btree (received_by, sequence);

CREATE INDEX reading_batches_by_sha256 ON public.reading_batches USING btree (sha256);

CREATE INDEX state_fee_receipts_by_application ON public.state_fee_receipts USING btree (application_id);

CREATE TRIGGER application_decisions_take_a_side AFTER INSERT ON public.application_decisions FOR EACH ROW EXECUTE FUNCTION public.take_side_of_row('decider', 'Ministry');

CREATE TRIGGER application_documents_take_a_side AFTER INSERT ON public.application_documents FOR EACH ROW EXECUTE FUNCTION public.take_side_of_row('uploaded_by', 'Applicant');

CREATE TRIGGER application_recommendations_take_a_side AFTER INSERT ON public.application_recommendations FOR EACH ROW EXECUTE FUNCTION public.take_side_of_row('recommender', 'Ministry');

CREATE TRIGGER assessment_revisions_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.assessment_revisions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER assessments_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.assessments FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER capacity_movements_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.capacity_movements FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER capacity_movements_move_scopes AFTER INSERT ON public.capacity_movements FOR EACH ROW EXECUTE FUNCTION public.move_capacity();

CREATE TRIGGER information_requests_take_a_side AFTER INSERT ON public.information_requests FOR EACH ROW EXECUTE FUNCTION public.take_side_of_row('requested_by', 'Ministry');

CREATE TRIGGER journal_entries_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.journal_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER license_events_free_hardware AFTER INSERT ON public.license_events FOR EACH ROW WHEN ((new.kind = ANY (ARRAY['Revoked'::text, 'Surrendered'::text]))) EXECUTE FUNCTION public.free_hardware();

CREATE TRIGGER number_series_count_forward BEFORE UPDATE ON public.number_series FOR EACH ROW EXECUTE FUNCTION public.refuse_to_count_back();

CREATE TRIGGER permit_applications_keep_their_applicant BEFORE UPDATE ON public.permit_applications FOR EACH ROW EXECUTE FUNCTION public.refuse_another_applicant();

CREATE TRIGGER permit_applications_keep_their_versions AFTER INSERT OR UPDATE ON public.permit_applications FOR EACH ROW EXECUTE FUNCTION public.keep_application_version();

CREATE TRIGGER permit_applications_spend_their_receipt AFTER INSERT OR UPDATE ON public.permit_applications FOR EACH ROW EXECUTE FUNCTION public.spend_receipt();

CREATE TRIGGER tax_feed_are_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.tax_feed FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE ONLY public.application_decisions
    ADD CONSTRAINT application_decisions_application_id_application_version_o_fkey FOREIGN KEY (application_id, application_version, outcome, recommender, applicant) REFERENCES public.application_recommendations(application_id, application_version, outcome, recommender, applicant);

ALTER TABLE ONLY public.application_decisions
    ADD CONSTRAINT application_decisions_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.permit_applications(id);

ALTER TABLE ONLY public.application_decisions
    ADD CONSTRAINT application_decisions_make_the_next_version FOREIGN KEY (application_id, decided_version, decided_status, applicant) REFERENCES public.application_versions(application_id, version, status, submitted_by);

ALTER TABLE ONLY public.application_documents
    ADD CONSTRAINT application_documents_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.permit_applications(id);

ALTER TABLE ONLY public.application_people
    ADD CONSTRAINT application_people_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.permit_applications(id);

ALTER TABLE ONLY public.application_recommendations
    ADD CONSTRAINT application_recommendations_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.permit_applications(id);

ALTER TABLE ONLY public.application_recommendations
    ADD CONSTRAINT application_recommendations_name_a_version FOREIGN KEY (application_id, application_version, seen_status, applicant) REFERENCES public.application_versions(application_id, version, status, submitted_by);

ALTER TABLE ONLY public.application_versions
    ADD CONSTRAINT application_versions_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.permit_applications(id);

ALTER TABLE ONLY public.assessment_drafts
    ADD CONSTRAINT assessment_drafts_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.assessment_runs(id);

ALTER TABLE ONLY public.assessment_revisions
    ADD CONSTRAINT assessment_revisions_assessment_id_fkey FOREIGN KEY (assessment_id) REFERENCES public.assessments(id);

ALTER TABLE ONLY public.assessment_run_payers
    ADD CONSTRAINT assessment_run_payers_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.assessment_runs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_name_who_asked FOREIGN KEY (run_id, requested_by) REFERENCES public.assessment_runs(id, requested_by);

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.assessment_runs(id);

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_supersedes_fkey FOREIGN KEY (supersedes) REFERENCES public.assessments(id);

ALTER TABLE ONLY public.capacity_movements
    ADD CONSTRAINT capacity_movements_host_license_number_fkey FOREIGN KEY (host_license_number) REFERENCES public.licenses(number);

ALTER TABLE ONLY public.capacity_movements
    ADD CONSTRAINT capacity_movements_license_number_fkey FOREIGN KEY (license_number) REFERENCES public.licenses(number);

ALTER TABLE ONLY public.capacity_movements
    ADD CONSTRAINT capacity_movements_region_fkey FOREIGN KEY (region) REFERENCES public.regions(code);

ALTER TABLE ONLY public.capacity_unhosted
    ADD CONSTRAINT capacity_unhosted_host_fkey FOREIGN KEY (host) REFERENCES public.licenses(number);

ALTER TABLE ONLY public.civil_offsets
    ADD CONSTRAINT civil_offsets_region_fkey FOREIGN KEY (region) REFERENCES public.regions(code);

ALTER TABLE ONLY public.electricity_purchase_withdrawals
    ADD CONSTRAINT electricity_purchase_withdrawals_purchase_id_fkey FOREIGN KEY (purchase_id) REFERENCES public.electricity_purchases(id);

ALTER TABLE ONLY public.electricity_purchases
    ADD CONSTRAINT electricity_purchases_metering_point_id_fkey FOREIGN KEY (metering_point_id) REFERENCES public.metering_points(id);

ALTER TABLE ONLY public.finding_acknowledgements
    ADD CONSTRAINT finding_acknowledgements_metering_point_id_fkey FOREIGN KEY (metering_point_id) REFERENCES public.metering_points(id);

ALTER TABLE ONLY public.hardware_units
    ADD CONSTRAINT hardware_units_license_number_fkey FOREIGN KEY (license_number) REFERENCES public.licenses(number);

ALTER TABLE ONLY public.information_requests
    ADD CONSTRAINT information_requests_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.permit_applications(id);

ALTER TABLE ONLY public.license_events
    ADD CONSTRAINT license_events_ground_fkey FOREIGN KEY (ground) REFERENCES public.grounds(code);

ALTER TABLE ONLY public.license_events
    ADD CONSTRAINT license_events_license_number_fkey FOREIGN KEY (license_number) REFERENCES public.licenses(number);

ALTER TABLE ONLY public.license_versions
    ADD CONSTRAINT license_versions_application_id_outcome_fkey FOREIGN KEY (application_id, outcome) REFERENCES public.application_decisions(application_id, outcome);

ALTER TABLE ONLY public.license_versions
    ADD CONSTRAINT license_versions_license_number_fkey FOREIGN KEY (license_number) REFERENCES public.licenses(number);

ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_host_license_number_fkey FOREIGN KEY (host_license_number) REFERENCES public.licenses(number);

ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_previous_license_number_fkey FOREIGN KEY (previous_license_number) REFERENCES public.licenses(number);

ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_region_fkey FOREIGN KEY (region) REFERENCES public.regions(code);

ALTER TABLE ONLY public.metering_point_facts
    ADD CONSTRAINT metering_point_facts_license_number_fkey FOREIGN KEY (license_number) REFERENCES public.licenses(number);

ALTER TABLE ONLY public.metering_point_facts
    ADD CONSTRAINT metering_point_facts_metering_point_id_fkey FOREIGN KEY (metering_point_id) REFERENCES public.metering_points(id);

ALTER TABLE ONLY public.metering_points
    ADD CONSTRAINT metering_points_site_region_fkey FOREIGN KEY (site_region) REFERENCES public.regions(code);

ALTER TABLE ONLY public.permit_applications
    ADD CONSTRAINT permit_applications_site_region_fkey FOREIGN KEY (site_region) REFERENCES public.regions(code);

ALTER TABLE ONLY public.reading_batch_errors
    ADD CONSTRAINT reading_batch_errors_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.reading_batches(id);

ALTER TABLE ONLY public.region_names
    ADD CONSTRAINT region_names_region_fkey FOREIGN KEY (region) REFERENCES public.regions(code);

ALTER TABLE ONLY public.state_fee_receipts
    ADD CONSTRAINT state_fee_receipts_application_id_fkey FOREIGN KEY (application_id) REFERENCES public.permit_applications(id);

ALTER TABLE ONLY public.tax_feed
    ADD CONSTRAINT tax_feed_assessment_id_fkey FOREIGN KEY (assessment_id) REFERENCES public.assessments(id);

ALTER TABLE ONLY public.tax_feed
    ADD CONSTRAINT tax_feed_tells_of_an_entry FOREIGN KEY (number) REFERENCES public.journal_entries(number);

ALTER TABLE public.application_decisions ENABLE ROW LEVEL SECURITY;

CREATE POLICY application_decisions_own_or_staff ON public.application_decisions USING (((current_setting('registry.row_scope'::text, true) = '*'::text) OR (EXISTS ( SELECT
   FROM public.permit_applications a
  WHERE (a.id = application_decisions.application_id)))));

ALTER TABLE public.application_documents ENABLE ROW LEVEL SECURITY;

CREATE POLICY application_documents_own_or_staff ON public.application_documents USING ((EXISTS ( SELECT
   FROM public.permit_applications a
  WHERE (a.id = application_documents.application_id))));

ALTER TABLE public.application_people ENABLE ROW LEVEL SECURITY;

CREATE POLICY application_people_own_or_staff ON public.application_people USING ((EXISTS ( SELECT
   FROM public.permit_applications a
  WHERE (a.id = application_people.application_id))));

ALTER TABLE public.application_recommendations ENABLE ROW LEVEL SECURITY;

CREATE POLICY application_recommendations_own_or_staff ON public.application_recommendations USING (((current_setting('registry.row_scope'::text, true) = '*'::text) OR (EXISTS ( SELECT
   FROM public.permit_applications a
  WHERE (a.id = application_recommendations.application_id)))));

ALTER TABLE public.application_versions ENABLE ROW LEVEL SECURITY;

CREATE POLICY application_versions_own_or_staff ON public.application_versions USING ((EXISTS ( SELECT
   FROM public.permit_applications a
  WHERE (a.id = application_versions.application_id))));

ALTER TABLE public.assessment_drafts ENABLE ROW LEVEL SECURITY;

CREATE POLICY assessment_drafts_staff_only ON public.assessment_drafts USING ((current_setting('registry.row_scope'::text, true) = '*'::text)) WITH CHECK ((current_setting('registry.row_scope'::text, true) = '*'::text));

ALTER TABLE public.assessment_revisions ENABLE ROW LEVEL SECURITY;

CREATE POLICY assessment_revisions_own_or_staff ON public.assessment_revisions USING (((current_setting('registry.row_scope'::text, true) = '*'::text) OR (current_setting('registry.row_scope'::text, true) = payer_bin))) WITH CHECK (((current_setting('registry.row_scope'::text, true) = '*'::text) OR (current_setting('registry.row_scope'::text, true) = payer_bin)));

ALTER TABLE public.assessment_run_payers ENABLE ROW LEVEL SECURITY;

CREATE POLICY assessment_run_payers_staff_only ON public.assessment_run_payers USING ((current_setting('registry.row_scope'::text, true) = '*'::text));

ALTER TABLE public.assessment_runs ENABLE ROW LEVEL SECURITY;

CREATE POLICY assessment_runs_staff_only ON public.assessment_runs USING ((current_setting('registry.row_scope'::text, true) = '*'::text));

ALTER TABLE public.assessments ENABLE ROW LEVEL SECURITY;

CREATE POLICY assessments_own_or_staff ON public.assessments USING (((current_setting('registry.row_scope'::text, true) = '*'::text) OR (current_setting('registry.row_scope'::text, true) = payer_bin))) WITH CHECK (((current_setting('registry.row_scope'::text, true) = '*'::text) OR (current_setting('registry.row_scope'::text, true) = payer_bin)));

ALTER TABLE public.document_contents ENABLE ROW LEVEL SECURITY;

CREATE POLICY document_contents_are_added ON public.document_contents FOR INSERT WITH CHECK (true);

CREATE POLICY document_contents_of_readable_documents ON public.document_contents FOR SELECT USING ((EXISTS ( SELECT
   FROM public.application_documents d
  WHERE (d.sha256 = document_contents.sha256))));

ALTER TABLE public.electricity_purchase_withdrawals ENABLE ROW LEVEL SECURITY;

CREATE POLICY electricity_purchase_withdrawals_payers_or_staff ON public.electricity_purchase_withdrawals USING ((EXISTS ( SELECT
   FROM public.electricity_purchases b
  WHERE (b.id = electricity_purchase_withdrawals.purchase_id))));

ALTER TABLE public.electricity_purchases ENABLE ROW LEVEL SECURITY;

CREATE POLICY electricity_purchases_payers_or_staff ON public.electricity_purchases USING (((current_setting('registry.row_scope'::text, true) = '*'::text) OR public.pays_for(metering_point_id)));

ALTER TABLE public.finding_acknowledgements ENABLE ROW LEVEL SECURITY;

CREATE POLICY finding_acknowledgements_payers_or_staff ON public.finding_acknowledgements USING (((current_setting('registry.row_scope'::text, true) = '*'::text) OR public.pays_for(metering_point_id)));

ALTER TABLE public.hardware_units ENABLE ROW LEVEL SECURITY;

CREATE POLICY hardware_units_own_or_staff ON public.hardware_units USING ((EXISTS ( SELECT
   FROM public.licenses l
  WHERE ((l.number = hardware_units.license_number) AND ((current_setting('registry.row_scope'::text, true) = '*'::text) OR (current_setting('registry.row_scope'::text, true) = l.bin))))));

ALTER TABLE public.information_requests ENABLE ROW LEVEL SECURITY;

CREATE POLICY information_requests_own_or_staff ON public.information_requests USING ((EXISTS ( SELECT
   FROM public.permit_applications a
  WHERE (a.id = information_requests.application_id))));

ALTER TABLE public.metering_point_facts ENABLE ROW LEVEL SECURITY;

CREATE POLICY metering_point_facts_payers_or_staff ON public.metering_point_facts USING (((current_setting('registry.row_scope'::text, true) = '*'::text) OR public.pays_for(metering_point_id)));

ALTER TABLE public.metering_points ENABLE ROW LEVEL SECURITY;

CREATE POLICY metering_points_payers_or_staff ON public.metering_points USING (((current_setting('registry.row_scope'::text, true) = '*'::text) OR public.pays_for(id)));

ALTER TABLE public.permit_applications ENABLE ROW LEVEL SECURITY;

CREATE POLICY permit_applications_own_or_staff ON public.permit_applications USING (((current_setting('registry.row_scope'::text, true) = '*'::text) OR (current_setting('registry.row_scope'::text, true) = applicant_bin))) WITH CHECK (((current_setting('registry.row_scope'::text, true) = '*'::text) OR (current_setting('registry.row_scope'::text, true) = applicant_bin)));

ALTER TABLE public.state_fee_receipts ENABLE ROW LEVEL SECURITY;

CREATE POLICY state_fee_receipts_own_or_staff ON public.state_fee_receipts USING (((current_setting('registry.row_scope'::text, true) = '*'::text) OR (current_setting('registry.row_scope'::text, true) = applicant_bin)));

ALTER TABLE public.tax_feed ENABLE ROW LEVEL SECURITY;

CREATE POLICY tax_feed_staff_only ON public.tax_feed USING ((current_setting('registry.row_scope'::text, true) = '*'::text));

GRANT USAGE ON SCHEMA public TO registry_app;

REVOKE ALL ON FUNCTION public.append_journal(at timestamp with time zone, actor text, action text, subject text, entry text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.append_journal(at timestamp with time zone, actor text, action text, subject text, entry text) TO registry_app;

REVOKE ALL ON FUNCTION public.ensure_reading_months(first date, last date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ensure_reading_months(first date, last date) TO registry_app;

REVOKE ALL ON FUNCTION public.move_capacity() FROM PUBLIC;

GRANT SELECT,INSERT ON TABLE public.application_decisions TO registry_app;

GRANT SELECT,INSERT ON TABLE public.application_documents TO registry_app;

GRANT SELECT,INSERT ON TABLE public.application_people TO registry_app;

GRANT SELECT,INSERT ON TABLE public.application_recommendations TO registry_app;

GRANT SELECT ON TABLE public.application_versions TO registry_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.assessment_drafts TO registry_app;

GRANT UPDATE(revision) ON TABLE public.assessment_drafts TO registry_app;

GRANT SELECT,INSERT ON TABLE public.assessment_revisions TO registry_app;

GRANT SELECT,INSERT ON TABLE public.assessment_run_payers TO registry_app;

GRANT UPDATE(outcome) ON TABLE public.assessment_run_payers TO registry_app;

GRANT UPDATE(detail) ON TABLE public.assessment_run_payers TO registry_app;

GRANT SELECT,INSERT ON TABLE public.assessment_runs TO registry_app;

GRANT UPDATE(version) ON TABLE public.assessment_runs TO registry_app;

GRANT UPDATE(status) ON TABLE public.assessment_runs TO registry_app;

GRANT UPDATE(done) ON TABLE public.assessment_runs TO registry_app;

GRANT UPDATE(total_kzt) ON TABLE public.assessment_runs TO registry_app;

GRANT UPDATE(input_fingerprint) ON TABLE public.assessment_runs TO registry_app;

GRANT UPDATE(failure) ON TABLE public.assessment_runs TO registry_app;

GRANT UPDATE(finished_at) ON TABLE public.assessment_runs TO registry_app;

GRANT SELECT,INSERT ON TABLE public.assessments TO registry_app;

GRANT SELECT ON TABLE public.base_rates TO registry_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.capacity_ceilings TO registry_app;

GRANT SELECT ON TABLE public.capacity_days TO registry_app;

GRANT SELECT ON TABLE public.capacity_movements TO registry_app;

GRANT INSERT(license_number) ON TABLE public.capacity_movements TO registry_app;

GRANT INSERT(region) ON TABLE public.capacity_movements TO registry_app;

GRANT INSERT(kw) ON TABLE public.capacity_movements TO registry_app;

GRANT INSERT(reason) ON TABLE public.capacity_movements TO registry_app;

GRANT INSERT(counts_from) ON TABLE public.capacity_movements TO registry_app;

GRANT INSERT(at) ON TABLE public.capacity_movements TO registry_app;

GRANT INSERT(counts_until) ON TABLE public.capacity_movements TO registry_app;

GRANT INSERT(host_license_number) ON TABLE public.capacity_movements TO registry_app;

GRANT SELECT ON TABLE public.capacity_plan TO registry_app;

GRANT UPDATE(version) ON TABLE public.capacity_plan TO registry_app;

GRANT SELECT ON TABLE public.capacity_unhosted TO registry_app;

GRANT SELECT ON TABLE public.civil_offsets TO registry_app;

GRANT SELECT ON TABLE public.cursor_secret TO registry_app;

GRANT SELECT,INSERT ON TABLE public.document_contents TO registry_app;

GRANT SELECT ON TABLE public.document_types TO registry_app;

GRANT SELECT,INSERT ON TABLE public.electricity_purchase_withdrawals TO registry_app;

GRANT SELECT,INSERT ON TABLE public.electricity_purchases TO registry_app;

GRANT SELECT ON TABLE public.fee_deadlines TO registry_app;

GRANT SELECT,INSERT ON TABLE public.finding_acknowledgements TO registry_app;

GRANT SELECT ON TABLE public.grounds TO registry_app;

GRANT SELECT,INSERT ON TABLE public.hardware_units TO registry_app;

GRANT UPDATE(registered_until) ON TABLE public.hardware_units TO registry_app;

GRANT SELECT ON TABLE public.holidays TO registry_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency_keys TO registry_app;

GRANT UPDATE(fingerprint) ON TABLE public.idempotency_keys TO registry_app;

GRANT UPDATE(subject) ON TABLE public.idempotency_keys TO registry_app;

GRANT UPDATE(reply) ON TABLE public.idempotency_keys TO registry_app;

GRANT SELECT,INSERT ON TABLE public.information_requests TO registry_app;

GRANT UPDATE(answers) ON TABLE public.information_requests TO registry_app;

GRANT UPDATE(closed_at) ON TABLE public.information_requests TO registry_app;

GRANT UPDATE(closed_as) ON TABLE public.information_requests TO registry_app;

GRANT SELECT ON TABLE public.journal_entries TO registry_app;

GRANT SELECT ON TABLE public.journal_head TO registry_app;

GRANT SELECT ON TABLE public.legal_parameters TO registry_app;

GRANT SELECT,INSERT ON TABLE public.license_events TO registry_app;

GRANT SELECT,INSERT ON TABLE public.license_versions TO registry_app;

GRANT UPDATE(effective_until) ON TABLE public.license_versions TO registry_app;

GRANT SELECT,INSERT ON TABLE public.licenses TO registry_app;

GRANT UPDATE(version) ON TABLE public.licenses TO registry_app;

GRANT SELECT ON TABLE public.mci TO registry_app;

GRANT SELECT,INSERT ON TABLE public.metering_point_facts TO registry_app;

GRANT SELECT,INSERT ON TABLE public.metering_points TO registry_app;

GRANT UPDATE(version) ON TABLE public.metering_points TO registry_app;

GRANT SELECT,INSERT ON TABLE public.number_series TO registry_app;

GRANT UPDATE(last) ON TABLE public.number_series TO registry_app;

GRANT SELECT,INSERT ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(version) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(status) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(kind) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(subtype) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(applicant_name) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(contact_email) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(contact_phone) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(site_name) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(site_region) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(site_address) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(site_latitude) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(site_longitude) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(site_grid_connection) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(host_license_number) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(requested_kw) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(power_sources) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(planned_investment_kzt) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(planned_jobs) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(hardware) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(state_fee_paid_on) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(state_fee_amount_kzt) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(state_fee_reference) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(previous_license_number) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(submitted_at) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(submitted_by) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(assigned_to) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(closed_at) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(due_on) ON TABLE public.permit_applications TO registry_app;

GRANT UPDATE(working_days_used) ON TABLE public.permit_applications TO registry_app;

GRANT SELECT,INSERT ON TABLE public.pools TO registry_app;

GRANT UPDATE(version) ON TABLE public.pools TO registry_app;

GRANT UPDATE(revoked_from) ON TABLE public.pools TO registry_app;

GRANT UPDATE(revocation_act) ON TABLE public.pools TO registry_app;

GRANT SELECT,INSERT ON TABLE public.reading_batch_errors TO registry_app;

GRANT SELECT,INSERT ON TABLE public.reading_batches TO registry_app;

GRANT SELECT,INSERT ON TABLE public.reading_day_history TO registry_app;

GRANT SELECT,INSERT ON TABLE public.reading_days TO registry_app;

GRANT UPDATE(known_hours) ON TABLE public.reading_days TO registry_app;

GRANT UPDATE(estimated_hours) ON TABLE public.reading_days TO registry_app;

GRANT UPDATE(wh) ON TABLE public.reading_days TO registry_app;

GRANT UPDATE(day_wh) ON TABLE public.reading_days TO registry_app;

GRANT UPDATE(revision) ON TABLE public.reading_days TO registry_app;

GRANT UPDATE(batch) ON TABLE public.reading_days TO registry_app;

GRANT SELECT,INSERT ON TABLE public.reading_message_hours TO registry_app;

GRANT SELECT ON TABLE public.region_names TO registry_app;

GRANT SELECT ON TABLE public.regions TO registry_app;

GRANT SELECT ON TABLE public.standing_purchases TO registry_app;

GRANT SELECT ON TABLE public.state_fee_receipts TO registry_app;

GRANT SELECT ON TABLE public.tariffs TO registry_app;

GRANT SELECT,INSERT ON TABLE public.tax_feed TO registry_app;

ALTER DEFAULT PRIVILEGES FOR ROLE registry_owner IN SCHEMA public GRANT SELECT ON TABLES  TO registry_app;
