SELECT segment, id, number, entered, redefined, at
FROM groundswell.segment_moves
WHERE project = {project:UInt32}
