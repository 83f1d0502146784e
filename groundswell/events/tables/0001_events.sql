-- up
CREATE TABLE groundswell.events
(
    project UInt32,
    id UInt64 COMMENT 'stable id of the name that the event was sent with; joins are looked up when read',
    timestamp DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    event LowCardinality(String),
    account UInt64 COMMENT 'the account given with the event; 0 where none was' CODEC(ZSTD(1)),
    message UInt64 COMMENT 'hash of the message id; 0 where none was sent',
    key UInt32 COMMENT 'the key it came with; 0 for imports',
    received DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    properties String COMMENT 'canonical JSON object' CODEC(ZSTD(1)),
    context String COMMENT 'JSON object as sent, or empty' CODEC(ZSTD(1)),
    s01 LowCardinality(String),
    s02 LowCardinality(String),
    s03 LowCardinality(String),
    s04 LowCardinality(String),
    s05 LowCardinality(String),
    s06 LowCardinality(String),
    s07 LowCardinality(String),
    s08 LowCardinality(String),
    s09 LowCardinality(String),
    s10 LowCardinality(String),
    s11 LowCardinality(String),
    s12 LowCardinality(String),
    PROJECTION by_event
    (
        SELECT project, event, timestamp, id, account, s01, s02, s03, s04, s05, s06, s07, s08, s09, s10, s11, s12
        ORDER BY project, event, timestamp
    )
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (project, id, timestamp)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20, min_bytes_for_wide_part = 500000000, lightweight_mutation_projection_mode = 'rebuild';

CREATE TABLE groundswell.rollup
(
    project UInt32,
    edition UInt16 COMMENT 'counts up when the project changes its zone, for days are local',
    event LowCardinality(String),
    day Date,
    id UInt64,
    first SimpleAggregateFunction(min, DateTime64(6, 'UTC')),
    last SimpleAggregateFunction(max, DateTime64(6, 'UTC')),
    count SimpleAggregateFunction(sum, UInt64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project, edition, event, day, id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.rollup_editions
(
    project UInt32,
    edition UInt16 COMMENT 'the one that questions read: the largest',
    zone String
)
ENGINE = MergeTree
ORDER BY (project, edition);
-- down
DROP TABLE groundswell.rollup_editions;
DROP TABLE groundswell.rollup;
DROP TABLE groundswell.events;
