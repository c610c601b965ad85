-- platform: create the application's role and what the schema needs of Postgres
-- Why:  the program runs without DDL and without the right to change what must never change; only migrations own the schema.
-- Kind: expand.   Locks: none.   Data: none.
CREATE EXTENSION IF NOT EXISTS btree_gist;

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'registry_app') THEN
        CREATE ROLE registry_app NOLOGIN;
    END IF;
    IF to_regclass('schema_versions') IS NOT NULL THEN
        GRANT SELECT ON schema_versions TO registry_app;
    END IF;
END $$;

GRANT USAGE ON SCHEMA public TO registry_app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO registry_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO registry_app;
