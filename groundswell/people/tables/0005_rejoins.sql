-- up
CREATE TABLE groundswell.rejoins
(
    project UInt32,
    number UInt64 COMMENT 'counts on over all projects; the order of receipt goes one further with each',
    kind LowCardinality(String) COMMENT 'merge, split or undo',
    joined LowCardinality(String) COMMENT 'the table whose rows it changed: claims or merges',
    person UInt64 COMMENT 'who survives, or is left',
    other UInt64 COMMENT 'who went into them, or was split off',
    before String COMMENT 'rows as JSON: [[id, person, µs of at], …]',
    after String COMMENT 'the same rows afterwards',
    position UInt64,
    at DateTime64(6, 'UTC'),
    by String,
    undoes UInt64 COMMENT 'the number that it took back; 0 for none'
)
ENGINE = MergeTree
ORDER BY (project, number)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1;
-- down
DROP TABLE groundswell.rejoins;
