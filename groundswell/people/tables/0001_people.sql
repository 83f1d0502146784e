-- up
CREATE TABLE groundswell.person_ids
(
    project UInt32,
    id UInt64,
    name SimpleAggregateFunction(any, String) COMMENT 'as it was sent',
    known SimpleAggregateFunction(max, UInt8) COMMENT '1 when it named a user, 0 for a device or a visitor',
    first_seen SimpleAggregateFunction(min, DateTime64(6, 'UTC')),
    position SimpleAggregateFunction(min, UInt64) COMMENT 'where in the inbox it was first received'
)
ENGINE = AggregatingMergeTree
ORDER BY (project, id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.claims
(
    project UInt32,
    id UInt64 COMMENT 'an anonymous id',
    person UInt64 COMMENT 'the known id it belongs to; itself when it was split off again',
    at DateTime64(6, 'UTC') COMMENT 'when they were seen together first',
    position UInt64
)
ENGINE = ReplacingMergeTree(position)
ORDER BY (project, id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.merges
(
    project UInt32,
    id UInt64 COMMENT 'a known id',
    person UInt64 COMMENT 'the known id whose profile survives: the one received first',
    at DateTime64(6, 'UTC'),
    position UInt64
)
ENGINE = ReplacingMergeTree(position)
ORDER BY (project, id)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.group_calls
(
    project UInt32,
    id UInt64,
    at DateTime64(6, 'UTC'),
    account UInt64,
    position UInt64
)
ENGINE = ReplacingMergeTree(position)
ORDER BY (project, id, at, account)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.roles
(
    project UInt32,
    id UInt64,
    account UInt64,
    role LowCardinality(String),
    at DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (project, id, account)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.account_ids
(
    project UInt32,
    account UInt64,
    name SimpleAggregateFunction(any, String),
    first_seen SimpleAggregateFunction(min, DateTime64(6, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (project, account)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE TABLE groundswell.trait_writes
(
    project UInt32,
    entity Enum8('person' = 1, 'account' = 2),
    key String,
    id UInt64,
    once UInt8 COMMENT '1: keeps the first value; 0: the last one wins',
    value String COMMENT 'raw JSON; empty when the trait was removed',
    at DateTime64(6, 'UTC'),
    version Int64 COMMENT 'µs of at; negative for once, so that the earliest stays'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (project, entity, key, id, once)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, merge_selector_base = 20;

CREATE DICTIONARY groundswell.persons
(
    id UInt64,
    person UInt64,
    joined Int64
)
PRIMARY KEY id
SOURCE(CLICKHOUSE(QUERY '
    SELECT id, if(merged.person = 0, claimed.person, merged.person) AS person, joined
    FROM (SELECT id, person, toUnixTimestamp64Micro(at) AS joined FROM groundswell.claims FINAL) AS claimed
    LEFT ANY JOIN (SELECT id AS known, person FROM groundswell.merges FINAL) AS merged ON claimed.person = merged.known
    UNION ALL
    SELECT id, person, toUnixTimestamp64Micro(at) AS joined FROM groundswell.merges FINAL
'))
LIFETIME(0)
LAYOUT(HASHED());

CREATE DICTIONARY groundswell.person_accounts
(
    person UInt64,
    since Int64,
    until Int64,
    account UInt64
)
PRIMARY KEY person
SOURCE(CLICKHOUSE(QUERY '
    SELECT
        person,
        if(number = 1, at - 2592000000000, at) AS since,
        if(next = 0, 9000000000000000000, next - 1) AS until,
        account
    FROM
    (
        SELECT
            dictGetOrDefault(''groundswell.persons'', ''person'', id, id) AS person,
            toUnixTimestamp64Micro(at) AS at,
            account,
            row_number() OVER (PARTITION BY person ORDER BY at, position) AS number,
            leadInFrame(at) OVER (PARTITION BY person ORDER BY at, position
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next
        FROM groundswell.group_calls FINAL
    )
    WHERE since <= until
'))
LIFETIME(0)
LAYOUT(RANGE_HASHED())
RANGE(MIN since MAX until);
-- down
DROP DICTIONARY groundswell.person_accounts;
DROP DICTIONARY groundswell.persons;
DROP TABLE groundswell.trait_writes;
DROP TABLE groundswell.account_ids;
DROP TABLE groundswell.roles;
DROP TABLE groundswell.group_calls;
DROP TABLE groundswell.merges;
DROP TABLE groundswell.claims;
DROP TABLE groundswell.person_ids;
