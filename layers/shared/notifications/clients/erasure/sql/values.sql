-- Selects the values of a person's attributes, present and former ones.
--
-- phone           the person's phone
-- change_ids      the person's entries in the audit log
-- min_characters  shorter values are left out
WITH known (attributes) AS (
    SELECT attributes FROM client WHERE phone = :phone
    UNION ALL
    SELECT given.attributes
    FROM audit CROSS JOIN LATERAL (VALUES (before -> 'attributes'), (after -> 'attributes')) AS given (attributes)
    WHERE audit.id = ANY(CAST(:change_ids AS bigint[])) AND jsonb_typeof(given.attributes) = 'object'
)
SELECT DISTINCT one.value #>> '{{}}'
FROM known CROSS JOIN LATERAL jsonb_each(known.attributes) AS one
WHERE jsonb_typeof(one.value) = 'string' AND length(one.value #>> '{{}}') >= :min_characters
