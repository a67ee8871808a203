"""The job's tables, with only the indexes that it needs."""

SCHEMA = """
    CREATE TABLE client (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        phone text NOT NULL UNIQUE, operator_code text NOT NULL, timezone text NOT NULL
    );
    CREATE INDEX ON client (operator_code, id);
    CREATE TABLE mailing (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        text text NOT NULL, ends_at timestamptz NOT NULL
    );
    CREATE TABLE message (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        mailing_id bigint NOT NULL REFERENCES mailing, client_id bigint NOT NULL REFERENCES client,
        status text NOT NULL DEFAULT 'pending', attempts smallint NOT NULL DEFAULT 0, error text, sent_at timestamptz,
        UNIQUE (mailing_id, client_id)
    ) WITH (fillfactor = 70);
"""
