-- Creates and updates the clients of a part, but writes none that would not change.
--
-- Gives the number of created clients, and the number of those that were to be created: more, if another call has just
-- created some of them.
-- {part}     condition of the part
-- {tag_ids}  the row's tags as a sorted array of ids
-- columns    the given columns
-- tags       ids of tags by name
WITH given AS (
    SELECT import_row.phone, client.id, client.operator_code AS old_code, client.timezone AS old_timezone,
           client.attributes AS old_attributes, import_row.timezone, import_row.tags,
           COALESCE(
               import_row.operator_code,
               CASE WHEN client.id IS NULL THEN import_row.phone_code ELSE client.operator_code END
           ) AS operator_code,
           (COALESCE(client.attributes, '{{}}') - CAST(:columns AS text[])) || import_row.attributes AS attributes
    FROM import_row LEFT JOIN client USING (phone)
    WHERE {part}
),
saved AS (
    INSERT INTO client (phone, operator_code, timezone, attributes, created_at, updated_at)
    SELECT phone, operator_code, timezone, attributes, :now, :now FROM given
    WHERE id IS NULL
       -- As text, in which 1 and 1.0 differ.
       OR (old_code, old_timezone, CAST(old_attributes AS text))
          IS DISTINCT FROM (operator_code, timezone, CAST(attributes AS text))
       OR ('tags' = ANY(CAST(:columns AS text[])) AND
           ARRAY(SELECT tag_id FROM client_tag WHERE client_id = given.id ORDER BY tag_id) <> {tag_ids})
    ORDER BY phone
    ON CONFLICT (phone) DO UPDATE SET
        operator_code = excluded.operator_code, timezone = excluded.timezone, attributes = excluded.attributes,
        updated_at = :now
    RETURNING client.xmax = 0 AS created
)
SELECT count(*) FILTER (WHERE created) AS created, (SELECT count(*) FROM given WHERE id IS NULL) AS new FROM saved
