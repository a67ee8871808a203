-- Lists the rows whose clients would have too many attributes with those that they keep, and removes them.
-- {part}  condition of the part
WITH refused AS MATERIALIZED (
    SELECT phone, line FROM import_row JOIN client USING (phone)
    WHERE {part} AND (
        SELECT count(*)
        FROM jsonb_object_keys((client.attributes - CAST(:columns AS text[])) || import_row.attributes)
    ) > :max_items
),
listed AS (
    INSERT INTO import_refusal (import_id, line, field, code, params)
    SELECT :import_id, line, 'attributes', :code, jsonb_build_object('max_items', CAST(:max_items AS int)) FROM refused
    ON CONFLICT DO NOTHING
)
DELETE FROM import_row USING refused
WHERE import_id = :import_id AND import_row.phone = refused.phone AND import_row.line = refused.line
