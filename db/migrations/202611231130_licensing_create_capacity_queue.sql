-- licensing: order what waits for capacity
-- Why:  what does not fit waits visibly; freed capacity goes to the first that fits, by a person's decision.
-- Kind: expand (functions only).   Locks: none.   Data: none.

-- Applications recommended for approval that need capacity of the grid, in the order of their submission. Hosted power and renewals need none.
CREATE FUNCTION waiting_applications() RETURNS TABLE (application_id uuid, "position" int, region text, needed_kw int, submitted_at timestamptz)
    LANGUAGE sql STABLE AS $$
    SELECT a.id, (row_number() OVER (ORDER BY a.submitted_at, a.id))::int, a.site_region, a.requested_kw - coalesce(v.licensed_kw, 0), a.submitted_at
      FROM permit_applications a
      JOIN application_recommendations r ON r.application_id = a.id AND r.application_version = a.version AND r.outcome = 'Approve'
      LEFT JOIN license_versions v ON v.license_number = a.previous_license_number AND v.effective_until = 'infinity'
     WHERE a.status = 'Recommended' AND a.subtype = 'I' AND a.requested_kw > coalesce(v.licensed_kw, 0)
$$;
