SELECT
    id,
    dictGetOrDefault('groundswell.persons', 'person', id, id) AS person,
    any(name) AS name,
    max(known) AS known,
    min(first_seen) AS first_seen
FROM groundswell.person_ids
WHERE project = {project:UInt32}
GROUP BY id
