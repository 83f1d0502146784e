SELECT
    segment,
    id,
    if(entity = 'person', dictGetOrDefault('groundswell.persons', 'person', id, id), id) AS member,
    since
FROM groundswell.segment_members FINAL
WHERE project = {project:UInt32} AND is_in
