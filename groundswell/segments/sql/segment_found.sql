SELECT search, id
FROM groundswell.segment_found
WHERE project = {project:UInt32}
