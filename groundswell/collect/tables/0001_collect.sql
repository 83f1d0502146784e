-- up
CREATE TABLE groundswell.receipts
(
    project UInt32,
    message UInt64 COMMENT 'hash of the message id',
    expires Date COMMENT 'the last day on which a repeat is a duplicate'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(expires)
ORDER BY (project, message)
TTL expires
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20, ttl_only_drop_parts = 1;

CREATE TABLE groundswell.ingestion
(
    project UInt32,
    reason LowCardinality(String) COMMENT 'loaded, or why it was dropped',
    messages UInt64
)
ENGINE = SummingMergeTree
ORDER BY (project, reason)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.progress
(
    journal String COMMENT 'the inbox, or the file of an import',
    position UInt64 COMMENT 'everything before it is in the store',
    at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(position)
ORDER BY journal
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;
-- down
DROP TABLE groundswell.progress;
DROP TABLE groundswell.ingestion;
DROP TABLE groundswell.receipts;
