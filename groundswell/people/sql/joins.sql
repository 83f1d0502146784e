SELECT id, dictGetOrDefault('groundswell.persons', 'person', id, id) AS person
FROM
(
    SELECT id FROM groundswell.claims WHERE project = {project:UInt32}
    UNION DISTINCT
    SELECT id FROM groundswell.merges WHERE project = {project:UInt32}
)
WHERE person != id
