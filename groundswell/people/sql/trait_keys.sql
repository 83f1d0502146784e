SELECT toString(entity) AS entity, key, count() AS writes
FROM groundswell.trait_writes
WHERE project = {project:UInt32}
GROUP BY entity, key
