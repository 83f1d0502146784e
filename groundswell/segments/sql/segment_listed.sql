SELECT segment, id, name, at
FROM groundswell.segment_listed FINAL
WHERE project = {project:UInt32} AND is_in
