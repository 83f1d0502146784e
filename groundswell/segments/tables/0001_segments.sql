-- up
CREATE TABLE groundswell.segment_moves
(
    project UInt32,
    segment UInt32,
    id UInt64 COMMENT 'the stable id that stood for somebody then; joins are looked up when read',
    number UInt64 COMMENT 'of the change that it is part of; grows',
    entered UInt8 COMMENT '0: left',
    redefined UInt8 COMMENT '1 where the segment was made or changed, and not what somebody does',
    at DateTime64(6, 'UTC')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (project, segment, id, number)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.segment_members
(
    project UInt32,
    segment UInt32,
    entity Enum8('person' = 1, 'account' = 2),
    id UInt64,
    is_in UInt8,
    since DateTime64(6, 'UTC') COMMENT 'of coming in, or of leaving',
    number UInt64 COMMENT 'of the change'
)
ENGINE = ReplacingMergeTree(number)
ORDER BY (project, segment, id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.segment_listed
(
    project UInt32,
    segment UInt32,
    id UInt64 COMMENT 'the stable id of the name, whether anybody was seen under it or not',
    name String COMMENT 'as it was given',
    is_in UInt8,
    at DateTime64(6, 'UTC'),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (project, segment, id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.segment_found
(
    project UInt32,
    search UInt64 COMMENT 'one working out of one statement',
    id UInt64,
    at DateTime DEFAULT now()
)
ENGINE = MergeTree
ORDER BY (project, search, id)
TTL at + INTERVAL 1 DAY
SETTINGS non_replicated_deduplication_window = 1000, merge_selector_base = 20;
-- down
DROP TABLE groundswell.segment_found;
DROP TABLE groundswell.segment_listed;
DROP TABLE groundswell.segment_members;
DROP TABLE groundswell.segment_moves;
