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
           (COALESCE(client.attributes, '{{}}') - CAST(:columns AS text[])) || import_row.attributes AS attributes,
           client.consent_at AS old_consent_at, client.consent_source AS old_consent_source,
           CASE WHEN has_consent THEN import_row.consent_at ELSE client.consent_at END AS consent_at,
           CASE WHEN has_consent THEN import_row.consent_source ELSE client.consent_source END AS consent_source
    FROM import_row LEFT JOIN client USING (phone)
    CROSS JOIN (SELECT 'consent_at' = ANY(CAST(:columns AS text[])) AS has_consent) AS header
    WHERE {part}
),
saved AS (
    INSERT INTO client (
        phone, operator_code, timezone, attributes, consent_at, consent_source, created_at, updated_at
    )
    SELECT phone, operator_code, timezone, attributes, consent_at, consent_source, :now, :now FROM given
    WHERE id IS NULL
       -- As text, in which 1 and 1.0 differ.
       OR (old_code, old_timezone, CAST(old_attributes AS text), old_consent_at, old_consent_source)
          IS DISTINCT FROM (operator_code, timezone, CAST(attributes AS text), consent_at, consent_source)
       OR ('tags' = ANY(CAST(:columns AS text[])) AND
           ARRAY(SELECT tag_id FROM client_tag WHERE client_id = given.id ORDER BY tag_id) <> {tag_ids})
    ORDER BY phone
    ON CONFLICT (phone) DO UPDATE SET
        operator_code = excluded.operator_code, timezone = excluded.timezone, attributes = excluded.attributes,
        consent_at = excluded.consent_at, consent_source = excluded.consent_source, updated_at = :now
    RETURNING client.xmax = 0 AS created
)
SELECT count(*) FILTER (WHERE created) AS created, (SELECT count(*) FROM given WHERE id IS NULL) AS new FROM saved
