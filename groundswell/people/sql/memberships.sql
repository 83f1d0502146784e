SELECT person, account, min(at) AS since, argMaxIf(role, at, role != '') AS role
FROM
(
    SELECT dictGetOrDefault('groundswell.persons', 'person', id, id) AS person, account, at, '' AS role
    FROM groundswell.group_calls
    WHERE project = {project:UInt32}
    UNION ALL
    SELECT dictGetOrDefault('groundswell.persons', 'person', id, id) AS person, account, first AS at, '' AS role
    FROM groundswell.seen_in
    WHERE project = {project:UInt32}
    UNION ALL
    SELECT dictGetOrDefault('groundswell.persons', 'person', id, id) AS person, account, at, role
    FROM groundswell.roles FINAL
    WHERE project = {project:UInt32}
)
GROUP BY person, account
