SELECT
    id,
    dictGetOrDefault('groundswell.persons', 'person', id, id) AS person,
    first,
    last,
    count
FROM groundswell.seen
WHERE project = {project:UInt32}
