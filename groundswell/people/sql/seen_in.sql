SELECT
    id,
    dictGetOrDefault('groundswell.persons', 'person', id, id) AS person,
    if(
        given != 0,
        given,
        dictGetOrDefault(
            'groundswell.person_accounts', 'account', person, toUnixTimestamp64Micro(last), toUInt64(0)
        )
    ) AS account,
    first,
    last,
    count
FROM
(
    SELECT account AS given, id, min(first) AS first, max(last) AS last, sum(count) AS count
    FROM groundswell.seen_in
    WHERE project = {project:UInt32}
    GROUP BY given, id
)
