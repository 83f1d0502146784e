-- up
CREATE TABLE groundswell.daily
(
    project UInt32,
    edition UInt16 COMMENT 'of the rollup, whose days these are',
    event LowCardinality(String) COMMENT 'empty: any event',
    day Date,
    people UInt64,
    total UInt64,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (project, edition, event, day)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.daily_until
(
    project UInt32,
    edition UInt16,
    until Date COMMENT 'the days before it are counted; rows of daily from there on say nothing',
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (project, edition)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

-- down
DROP TABLE groundswell.daily_until;
DROP TABLE groundswell.daily;
