-- Demo: a dozen licensees with three quarters of readings. Their BINs were "registered" in 2026-01, so that nobody takes them for real ones.
CREATE TEMP TABLE demo (n int, bin text, name text, region text, kw int, source text, subtype text, valid_from date, license text) ON COMMIT DROP;
INSERT INTO demo VALUES
    ( 1, '260140000015', 'ТОО «Sary-Arqa Mining»', '35', 12500, 'GridPurchase', 'I', '2025-07-01', 'KZ-DM-I-2025-000001'),
    ( 2, '260140000025', 'ТОО «Yertis Digital»', '55', 20000, 'GridPurchase', 'I', '2025-07-01', 'KZ-DM-I-2025-000002'),
    ( 3, '260140000035', 'ТОО «Ekibastuz Hash»', '55', 18000, 'GridPurchase', 'I', '2025-07-01', 'KZ-DM-I-2025-000003'),
    ( 4, '260140000045', 'ТОО «Altai Compute»', '63', 8000, 'GridPurchase', 'I', '2025-07-01', 'KZ-DM-I-2025-000004'),
    ( 5, '260140000055', 'ТОО «Tobol Data»', '39', 6000, 'Import', 'I', '2025-08-01', 'KZ-DM-I-2025-000005'),
    ( 6, '260140000065', 'ТОО «Balqash Nodes»', '35', 9500, 'GridPurchase', 'I', '2025-08-01', 'KZ-DM-I-2025-000006'),
    ( 7, '260140000075', 'ТОО «Turan Energy Mining»', '61', 3000, 'GridPurchase', 'I', '2025-09-01', 'KZ-DM-I-2025-000007'),
    ( 8, '260140000085', 'ТОО «Zhaiyq Block»', '27', 15000, 'OffGridGenerator', 'I', '2025-09-01', 'KZ-DM-I-2025-000008'),
    ( 9, '260140000095', 'ТОО «Temirtau Hosting»', '35', 22000, 'GridPurchase', 'I', '2025-10-01', 'KZ-DM-I-2025-000009'),
    (10, '260140000104', 'ТОО «Semey Wind Mining»', '10', 5000, 'OwnRenewable', 'I', '2025-10-01', 'KZ-DM-I-2025-000010'),
    (11, '260140000114', 'ТОО «Kokshetau DC»', '11', 4000, 'GridPurchase', 'I', '2023-06-01', 'KZ-DM-I-2023-000001'),
    (12, '260140000124', 'ТОО «Ulytau Rigs»', '35', 2000, 'GridPurchase', 'II', '2025-11-01', 'KZ-DM-II-2025-000001');

INSERT INTO permit_applications (
    id, number, version, status, kind, subtype, applicant_bin, applicant_name, contact_email, contact_phone, site_name, site_region, site_address,
    site_grid_connection, host_license_number, requested_kw, power_sources, planned_investment_kzt, planned_jobs, hardware, state_fee_paid_on,
    state_fee_amount_kzt, state_fee_reference, created_at, created_by, submitted_at, submitted_by, assigned_to, closed_at, due_on, working_days_used)
SELECT ('017e0000-0000-7000-8000-0000000001' || lpad(n::text, 2, '0'))::uuid,
       format('A-%s-%s', extract(year FROM valid_from), lpad((row_number() OVER (PARTITION BY extract(year FROM valid_from) ORDER BY n))::text, 6, '0')),
       4, 'Recommended', 'New', subtype, bin, name, 'demo@example.kz', '+77010000000', 'Data center ' || n, region, 'Industrial zone ' || n, '110 kV',
       CASE subtype WHEN 'II' THEN 'KZ-DM-I-2025-000009' END, kw, ARRAY[source], 0, 0,
       jsonb_build_array(jsonb_build_object('maker', 'Bitmain', 'model', 'S21', 'count', kw * 2 / 7, 'hashRateThs', 200, 'powerW', 3500)),
       valid_from - 30, CASE subtype WHEN 'I' THEN 7864000 ELSE 19660 END, 'demo-' || n, valid_from - 25, 'applicant-' || bin, valid_from - 20,
       'applicant-' || bin, 'officer-1', NULL, valid_from + 1, 11
  FROM demo;

INSERT INTO application_recommendations (application_id, application_version, outcome, recommender, applicant, reasons, grounds, at)
SELECT id, 4, 'Approve', 'officer-1', submitted_by, 'Demo', '{}', submitted_at + interval '14 days' FROM permit_applications;

UPDATE permit_applications SET version = 5, status = 'Approved', closed_at = submitted_at + interval '15 days';

INSERT INTO application_decisions (application_id, application_version, outcome, decider, recommender, applicant, reasons, grounds, at)
SELECT id, 4, 'Approve', 'approver-1', 'officer-1', submitted_by, 'Demo', '{}', closed_at FROM permit_applications;

INSERT INTO licenses (number, version, subtype, bin, region, host_license_number, valid_from, valid_to, issued_at)
SELECT d.license, 1, d.subtype, d.bin, d.region, a.host_license_number, d.valid_from,
       -- A guest ends with its host.
       (least(d.valid_from, (SELECT h.valid_from FROM demo h WHERE h.license = a.host_license_number)) + interval '3 years - 1 day')::date, a.closed_at
  FROM demo d JOIN permit_applications a ON a.applicant_bin = d.bin ORDER BY d.n;

INSERT INTO license_versions (license_number, version, effective_from, application_id, holder_name, site_name, site_address, licensed_kw, power_sources,
                              hardware, conditions, issued_at)
SELECT d.license, 1, d.valid_from, a.id, d.name, a.site_name, a.site_address, d.kw, a.power_sources, a.hardware, '{}', a.closed_at
  FROM demo d JOIN permit_applications a ON a.applicant_bin = d.bin;

-- One suspended in the middle of 2026, one surrendered, one revoked by a court; Kokshetau's expired on 2026-05-31 by itself.
INSERT INTO license_events (license_number, sequence, kind, effective_from, effective_until, ground, reasons, court_act_number, court_act_on, at, by)
VALUES ('KZ-DM-I-2025-000004', 1, 'Suspended', '2026-05-10', '2026-08-09', 'changes-not-reported', 'Demo', NULL, NULL, '2026-05-08', 'approver-1'),
       ('KZ-DM-I-2025-000005', 1, 'Surrendered', '2026-08-01', NULL, NULL, 'Demo', NULL, NULL, '2026-07-20', 'approver-1'),
       ('KZ-DM-I-2025-000006', 1, 'Revoked', '2026-09-01', NULL, 'court-decision', 'Demo', '2-1234/2026', '2026-08-25', '2026-08-28', 'approver-1');

INSERT INTO capacity_ceilings (scope, effective_from, effective_to, kw)
VALUES ('country', '2022-02-01', NULL, 380000), ('region:35', '2025-01-01', NULL, 100000), ('zone:south', '2025-01-01', NULL, 40000);

-- Hosted power moves within its host. An expired license counts no more by date; one that ended earlier gave back the rest of its term.
INSERT INTO capacity_movements (license_number, region, host_license_number, kw, reason, counts_from, counts_until, at)
SELECT d.license, d.region, l.host_license_number, d.kw, 'Granted', d.valid_from, l.valid_to + 1, d.valid_from - 5
  FROM demo d JOIN licenses l ON l.number = d.license ORDER BY d.n;
INSERT INTO capacity_movements (license_number, region, kw, reason, counts_from, counts_until, at)
SELECT d.license, d.region, -d.kw, e.kind, e.effective_from, l.valid_to + 1, e.at
  FROM license_events e JOIN demo d ON d.license = e.license_number JOIN licenses l ON l.number = d.license
 WHERE e.kind IN ('Surrendered', 'Revoked');

INSERT INTO number_series (series, last)
SELECT regexp_replace(license, '-[0-9]+$', ''), count(*) FROM demo GROUP BY 1
UNION ALL
SELECT 'A-' || extract(year FROM valid_from), count(*) FROM demo GROUP BY 1;

INSERT INTO metering_points (code, version, site_region, grid_zone, address, created_at, created_by)
SELECT 'DEMO-' || lpad(d.n::text, 3, '0'), 1, d.region, r.grid_zone, 'Industrial zone ' || d.n, d.valid_from, 'grid-1'
  FROM demo d JOIN regions r ON r.code = d.region ORDER BY d.n;

INSERT INTO metering_point_facts (id, metering_point_id, effective_from, payer_bin, power_source, meter_state, maximum_capacity_kw, license_number,
                                  recorded_at, recorded_by)
SELECT gen_random_uuid(), p.id, d.valid_from, d.bin, d.source, 'Working', d.kw, d.license, d.valid_from, 'grid-1'
  FROM demo d JOIN metering_points p ON p.code = 'DEMO-' || lpad(d.n::text, 3, '0')
UNION ALL
-- Turan's meter broke on 2026-02-15 and stays broken: from then on the volume is round-the-clock use of the maximum capacity.
SELECT gen_random_uuid(), p.id, '2026-02-15', NULL, NULL, 'Faulty', NULL, NULL, '2026-02-16', 'grid-1' FROM metering_points p WHERE p.code = 'DEMO-007';

SELECT ensure_reading_months('2026-01-01', '2026-09-30');

-- One batch a day, which comes the day after.
INSERT INTO reading_batches (id, sequence, sha256, mode, received, accepted, unchanged, superseded, rejected, received_at, received_by)
SELECT ('017e0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, n, sha256(('demo-' || n)::bytea), 'atomic', 0, 0, 0, 0, 0, DATE '2026-01-01' + n, 'grid-1'
  FROM generate_series(1, DATE '2026-10-01' - DATE '2026-01-01') AS n;

-- Flat round-the-clock load a little under the maximum, as miners have it; every hundredth hour is estimated.
INSERT INTO reading_days (metering_point_id, day, known_hours, estimated_hours, wh, day_wh, batch, revision)
SELECT p.id, day, (1 << 24) - 1, CASE WHEN mod(p.id + extract(doy FROM day)::int, 25) = 0 THEN 64 ELSE 0 END, hours.wh,
       (SELECT sum(w) FROM unnest(hours.wh) AS w), day - DATE '2026-01-01' + 1, 1
  FROM demo d
  JOIN metering_points p ON p.code = 'DEMO-' || lpad(d.n::text, 3, '0')
 CROSS JOIN LATERAL (SELECT generate_series(DATE '2026-01-01', DATE '2026-09-30', interval '1 day')::date AS day) AS days
 CROSS JOIN LATERAL (
     SELECT array_agg(least(d.kw, 2000) * (900 + mod(h * 7 + d.n * 13 + extract(doy FROM day)::int * 3, 60)) ORDER BY h) AS wh
       FROM generate_series(0, 23) AS h) AS hours
 WHERE NOT (d.n = 7 AND day >= '2026-02-15');

INSERT INTO electricity_purchases (id, metering_point_id, month, kwh, cost_kzt, source, reference, recorded_at, recorded_by)
SELECT gen_random_uuid(), p.id, date_trunc('month', r.day)::date, sum(r.day_wh) / 1000.0, round(sum(r.day_wh) / 1000.0 * (17 + d.n * 0.35), 2),
       CASE d.source WHEN 'Import' THEN 'Import' ELSE 'SinglePurchaser' END, 'demo-' || d.n || '-' || to_char(date_trunc('month', r.day), 'YYYYMM'),
       '2026-10-05', 'grid-1'
  FROM demo d
  JOIN metering_points p ON p.code = 'DEMO-' || lpad(d.n::text, 3, '0')
  JOIN reading_days r ON r.metering_point_id = p.id
 WHERE d.source IN ('GridPurchase', 'Import')
 GROUP BY p.id, d.n, d.source, date_trunc('month', r.day);

SELECT append_journal('2026-10-05', 'registry', 'LoadDemo', 'demo:licensees', '{"name":"registry","roles":[],"facts":[]}');
