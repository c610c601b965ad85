-- platform: let series of numbers count forward only
-- Why:  the program's role could set a series back, and a number of a license or an assessment would be given twice.
-- Kind: expand (a trigger).   Locks: short, number_series.   Data: none.
CREATE FUNCTION refuse_to_count_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last <= OLD.last THEN
        RAISE EXCEPTION 'the series % has reached %', OLD.series, OLD.last USING
            ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'number_series_count_forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER number_series_count_forward BEFORE UPDATE ON number_series FOR EACH ROW EXECUTE FUNCTION refuse_to_count_back();
ALTER TABLE number_series ADD CONSTRAINT number_series_begin_with_one CHECK (last > 0);
