-- Lists the rows that a later row with their phone overrides, and removes them. The other phones are then unique.
-- {part}  condition of the part
WITH overridden AS MATERIALIZED (
    SELECT * FROM (
        SELECT phone, line, lead(line) OVER (PARTITION BY phone ORDER BY line) AS by_line FROM import_row WHERE {part}
    ) AS rows
    WHERE by_line IS NOT NULL
),
listed AS (
    INSERT INTO import_refusal (import_id, line, field, code, params)
    SELECT :import_id, line, 'phone', :code, jsonb_build_object('line', by_line) FROM overridden
    ON CONFLICT DO NOTHING
)
DELETE FROM import_row USING overridden
WHERE import_id = :import_id AND import_row.phone = overridden.phone AND import_row.line = overridden.line
