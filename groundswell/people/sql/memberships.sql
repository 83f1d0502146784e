SELECT person, account, min(at) AS since, argMaxIf(role, at, is_role) AS role
FROM
(
    SELECT dictGetOrDefault('groundswell.persons', 'person', id, id) AS person, account, at, '' AS role, 0 AS is_role
    FROM groundswell.group_calls
    WHERE project = {project:UInt32}
    UNION ALL
    SELECT
        dictGetOrDefault('groundswell.persons', 'person', id, id) AS person,
        account,
        first AS at,
        '' AS role,
        0 AS is_role
    FROM groundswell.seen_in
    WHERE project = {project:UInt32} AND account != 0
    UNION ALL
    SELECT dictGetOrDefault('groundswell.persons', 'person', id, id) AS person, account, at, role, 1 AS is_role
    FROM groundswell.roles FINAL
    WHERE project = {project:UInt32}
)
GROUP BY person, account
HAVING countIf(NOT is_role) > 0 OR role != ''
