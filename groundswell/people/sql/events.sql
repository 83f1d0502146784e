SELECT
    dictGetOrDefault('groundswell.persons', 'person', e.id, e.id) AS person,
    if(
        e.account != 0,
        e.account,
        dictGetOrDefault(
            'groundswell.person_accounts', 'account', person, toUnixTimestamp64Micro(e.timestamp), toUInt64(0)
        )
    ) AS account,
    e.account AS account_given,
    e.* EXCEPT (project, account)
FROM groundswell.events AS e
WHERE e.project = {project:UInt32}
    AND e.timestamp >= fromUnixTimestamp64Micro({from_us:Int64}, 'UTC')
    AND e.timestamp < fromUnixTimestamp64Micro({to_us:Int64}, 'UTC')
