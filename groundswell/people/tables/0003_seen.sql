-- up
CREATE TABLE groundswell.seen
(
    project UInt32,
    id UInt64,
    first SimpleAggregateFunction(min, DateTime64(6, 'UTC')),
    last SimpleAggregateFunction(max, DateTime64(6, 'UTC')),
    count SimpleAggregateFunction(sum, UInt64) COMMENT 'of events'
)
ENGINE = AggregatingMergeTree
ORDER BY (project, id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

INSERT INTO groundswell.seen
SELECT project, id, min(first), max(last), sum(count)
FROM groundswell.rollup
WHERE (project, edition) IN (SELECT project, max(edition) FROM groundswell.rollup GROUP BY project)
GROUP BY project, id;
-- down
DROP TABLE groundswell.seen;
