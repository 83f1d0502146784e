-- up
DROP TABLE groundswell.seen_in;

CREATE TABLE groundswell.seen_in
(
    project UInt32,
    account UInt64 COMMENT 'the account given with the events; 0 where none was',
    id UInt64,
    first SimpleAggregateFunction(min, DateTime64(6, 'UTC')),
    last SimpleAggregateFunction(max, DateTime64(6, 'UTC')),
    count SimpleAggregateFunction(sum, UInt64) COMMENT 'of events'
)
ENGINE = AggregatingMergeTree
ORDER BY (project, account, id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

INSERT INTO groundswell.seen_in
SELECT project, account, id, min(timestamp), max(timestamp), count()
FROM groundswell.events
GROUP BY project, account, id;
-- down
DROP TABLE groundswell.seen_in;

CREATE TABLE groundswell.seen_in
(
    project UInt32,
    account UInt64 COMMENT 'the account given with the events',
    id UInt64,
    first SimpleAggregateFunction(min, DateTime64(6, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (project, account, id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

INSERT INTO groundswell.seen_in
SELECT project, account, id, min(timestamp)
FROM groundswell.events
WHERE account != 0
GROUP BY project, account, id;
