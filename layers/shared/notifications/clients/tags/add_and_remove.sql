-- Adds and removes tags of locked clients, by one statement. Gives the numbers of changed and of refused clients.
--
-- A client that would have too many tags is refused: nothing is added to it or removed. Tags that no longer exist are
-- left out.
--
-- client_ids   the clients
-- add, remove  ids of tags, none in both
-- max_tags     the most tags that a client may have
WITH given AS (SELECT unnest(CAST(:client_ids AS bigint[])) AS id),
other AS (
    SELECT client_id, count(*) AS n FROM client_tag
    WHERE client_id = ANY(CAST(:client_ids AS bigint[]))
      AND tag_id <> ALL(CAST(:add AS int[])) AND tag_id <> ALL(CAST(:remove AS int[]))
    GROUP BY client_id
),
new_tag AS (SELECT id FROM tag WHERE id = ANY(CAST(:add AS int[]))),
allowed AS (
    SELECT given.id FROM given LEFT JOIN other ON other.client_id = given.id
    WHERE COALESCE(other.n, 0) + (SELECT count(*) FROM new_tag) <= :max_tags
       OR NOT EXISTS (SELECT FROM new_tag)
),
removed AS (
    DELETE FROM client_tag USING allowed
    WHERE client_id = allowed.id AND tag_id = ANY(CAST(:remove AS int[]))
    RETURNING client_id
),
added AS (
    INSERT INTO client_tag (client_id, tag_id)
    SELECT allowed.id, new_tag.id FROM allowed CROSS JOIN new_tag ORDER BY allowed.id, new_tag.id
    ON CONFLICT DO NOTHING RETURNING client_id
),
changed AS (
    UPDATE client SET updated_at = :now
    WHERE id IN (SELECT client_id FROM removed UNION SELECT client_id FROM added)
    RETURNING id
)
SELECT (SELECT count(*) FROM changed) AS changed,
       (SELECT count(*) FROM given) - (SELECT count(*) FROM allowed) AS refused
