SELECT
    dictGetOrDefault('groundswell.persons', 'person', id, id) AS person,
    event,
    day,
    id,
    first,
    last,
    count
FROM groundswell.rollup
WHERE project = {project:UInt32}
    AND edition = (SELECT max(edition) FROM groundswell.rollup_editions WHERE project = {project:UInt32})
    AND day >= toDate32(fromUnixTimestamp64Micro({from_us:Int64}, 'UTC')) - 1
    AND day <= toDate32(fromUnixTimestamp64Micro({to_us:Int64}, 'UTC')) + 1
