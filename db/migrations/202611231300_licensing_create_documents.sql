-- licensing: keep the documents of applications
-- Why:  what an applicant has to prove comes as files; a decision rests on exactly the bytes that were uploaded.
-- Kind: expand (new tables only).   Locks: short, permit_applications (foreign key).   Data: none; db/seed fills the types.

-- What may be uploaded, and what must be before an application is filed. Order 169/НҚ is not verified: nothing is required until it is.
CREATE TABLE document_types (
    code               text NOT NULL,
    title_en           text NOT NULL,
    title_ru           text NOT NULL,
    title_kk           text NOT NULL,
    required_on_submit boolean NOT NULL,
    legal_basis        text NOT NULL,
    confidence         text NOT NULL,
    effective_from     date NOT NULL,
    effective_to       date,
    PRIMARY KEY (code, effective_from),
    CONSTRAINT document_types_do_not_overlap EXCLUDE USING gist (code WITH =, daterange(effective_from, effective_to, '[]') WITH &&)
);

CREATE TABLE application_documents (
    id             uuid PRIMARY KEY,
    application_id uuid NOT NULL REFERENCES permit_applications,
    type           text NOT NULL,
    name           text NOT NULL,
    content_type   text NOT NULL,
    size_bytes     bigint NOT NULL,
    sha256         bytea NOT NULL,
    -- Where the content was put: the setting may change later.
    kept_in        text NOT NULL,
    uploaded_at    timestamptz NOT NULL,
    uploaded_by    text NOT NULL,
    CONSTRAINT application_documents_are_given_once UNIQUE (application_id, type, sha256),
    CONSTRAINT application_documents_are_not_empty CHECK (size_bytes > 0),
    CONSTRAINT application_documents_name_their_content CHECK (octet_length(sha256) = 32),
    CONSTRAINT application_documents_have_a_name CHECK (length(name) BETWEEN 1 AND 255),
    CONSTRAINT application_documents_keeper_is_known CHECK (kept_in IN ('Postgres', 'Folder'))
);
CREATE INDEX application_documents_by_application ON application_documents (application_id, id);
CREATE INDEX application_documents_by_content     ON application_documents (sha256);

-- One content is stored once, whoever uploads it, in parts: neither the program nor the server ever holds a file whole.
CREATE TABLE document_contents (
    sha256 bytea NOT NULL,
    part   int   NOT NULL,
    bytes  bytea NOT NULL,
    PRIMARY KEY (sha256, part)
);
-- PDF and pictures are compressed already.
ALTER TABLE document_contents ALTER COLUMN bytes SET STORAGE EXTERNAL;

REVOKE UPDATE, DELETE, TRUNCATE ON application_documents, document_contents FROM registry_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON document_types FROM registry_app;

ALTER TABLE application_documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE application_documents FORCE ROW LEVEL SECURITY;
CREATE POLICY application_documents_own_or_staff ON application_documents
    USING (EXISTS (SELECT FROM permit_applications a WHERE a.id = application_id));

-- A content is readable through a document; it is written before its document is.
ALTER TABLE document_contents ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_contents FORCE ROW LEVEL SECURITY;
CREATE POLICY document_contents_of_readable_documents ON document_contents FOR SELECT
    USING (EXISTS (SELECT FROM application_documents d WHERE d.sha256 = document_contents.sha256));
CREATE POLICY document_contents_are_added ON document_contents FOR INSERT WITH CHECK (true);
