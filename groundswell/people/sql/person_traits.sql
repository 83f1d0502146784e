SELECT
    person,
    key,
    last = '' AND kept != '' AND (last_at = 0 OR kept_at > last_at) AS is_kept,
    if(is_kept, kept, last) AS value,
    fromUnixTimestamp64Micro(if(is_kept, kept_at, last_at), 'UTC') AS set_at
FROM
(
    SELECT
        person,
        key,
        argMaxIf(value, (own, micros), once = 0) AS last,
        maxIf(micros, once = 0) AS last_at,
        argMinIf(value, (NOT own, micros), once = 1) AS kept,
        maxIf(micros, once = 1) AS kept_at
    FROM
    (
        SELECT
            dictGetOrDefault('groundswell.persons', 'person', id, id) AS person,
            key,
            value,
            once,
            toUnixTimestamp64Micro(at) AS micros,
            id = person OR micros >= dictGetOrDefault('groundswell.persons', 'joined', id, toInt64(0)) AS own
        FROM groundswell.trait_writes FINAL
        WHERE project = {project:UInt32} AND entity = 'person'
    )
    GROUP BY person, key
)
WHERE value != ''
