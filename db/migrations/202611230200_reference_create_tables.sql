-- reference: create the dated tables of law, calendar and places
-- Why:  a registry that hard-codes one year's law is wrong the next year; every legal fact is a row with dates and a source.
-- Kind: expand (new tables only).   Locks: none on existing tables.   Data: none; db/seed fills them.
CREATE TABLE regions (
    code       text PRIMARY KEY,
    kato       text NOT NULL UNIQUE,
    kind       text NOT NULL,
    grid_zone  text NOT NULL,
    centre     text,
    valid_from date,
    note       text,
    CONSTRAINT regions_kind_is_known CHECK (kind IN ('oblast', 'city')),
    CONSTRAINT regions_grid_zone_is_known CHECK (grid_zone IN ('north', 'south', 'west'))
);

CREATE TABLE region_names (
    region         text NOT NULL REFERENCES regions,
    effective_from date NOT NULL,
    name_en        text NOT NULL,
    name_ru        text NOT NULL,
    name_kk        text NOT NULL,
    PRIMARY KEY (region, effective_from)
);

-- The civil day of a place before 2024-03-01, when most of the country was UTC+6.
CREATE TABLE civil_offsets (
    region           text NOT NULL REFERENCES regions,
    effective_from   date NOT NULL,
    utc_offset_hours int  NOT NULL,
    PRIMARY KEY (region, effective_from)
);

CREATE TABLE holidays (
    "on"       date PRIMARY KEY,
    kind       text NOT NULL,
    is_working boolean NOT NULL,
    name_en    text NOT NULL,
    source     text NOT NULL
);

-- Monthly calculation index: the unit of state fees.
CREATE TABLE mci (
    effective_from date PRIMARY KEY,
    effective_to   date,
    mci_kzt        numeric(12, 2) NOT NULL,
    legal_basis    text NOT NULL,
    confidence     text NOT NULL
);

-- A row without a rate is unknown: computing past it is refused.
CREATE TABLE base_rates (
    effective_from date PRIMARY KEY,
    rate_percent   numeric(6, 2),
    decided_on     date NOT NULL,
    confidence     text NOT NULL
);

CREATE TABLE fee_deadlines (
    effective_from           date PRIMARY KEY,
    effective_to             date,
    declaration_month_offset int,
    declaration_day          int,
    payment_month_offset     int NOT NULL,
    payment_day              int NOT NULL,
    paid_at                  text NOT NULL,
    budget_code              text NOT NULL,
    legal_basis              text NOT NULL,
    CONSTRAINT fee_deadlines_declaration_is_whole CHECK ((declaration_month_offset IS NULL) = (declaration_day IS NULL))
);

-- Numbers of the law that are not tables of their own: terms, multiples, divisors.
CREATE TABLE legal_parameters (
    name           text NOT NULL,
    effective_from date NOT NULL,
    effective_to   date,
    value          numeric NOT NULL,
    legal_basis    text NOT NULL,
    confidence     text NOT NULL,
    PRIMARY KEY (name, effective_from)
);

-- Coded reasons of decisions: refusal, suspension, revocation.
CREATE TABLE grounds (
    code           text PRIMARY KEY,
    decision       text NOT NULL,
    title_en       text NOT NULL,
    title_ru       text NOT NULL,
    title_kk       text NOT NULL,
    article        text NOT NULL,
    confidence     text NOT NULL,
    effective_from date NOT NULL,
    effective_to   date,
    CONSTRAINT grounds_decision_is_known CHECK (decision IN ('Refusal', 'Suspension', 'Revocation'))
);
