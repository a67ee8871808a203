-- Gives the operator whose share of undeliverable messages has grown most, in percent of the messages with a receipt.
--
-- first, recent  begin of the days before, and of the last hours
-- least          least number of messages with a receipt, in both times
WITH counted AS (
    SELECT operator_code, hour >= :recent AS is_recent, sum(n) AS messages,
           100 * COALESCE(sum(n) FILTER (WHERE operator_delivery.state = 'undeliverable'), 0) / sum(n) AS share
    FROM operator_delivery
    WHERE hour >= :first AND operator_delivery.state <> 'unconfirmed'
      -- A stack that sends nothing does not read the days before.
      AND EXISTS (SELECT FROM operator_delivery WHERE hour >= :recent)
    GROUP BY operator_code, is_recent HAVING sum(n) >= :least
)
SELECT operator_code, recent.messages, CAST(recent.share AS float) AS share, CAST(before.share AS float) AS share_before
FROM counted AS recent JOIN counted AS before USING (operator_code)
WHERE recent.is_recent AND NOT before.is_recent
ORDER BY recent.share - before.share DESC, operator_code LIMIT 1
