SELECT number, kind, joined, person, other, before, after, at, by, undoes
FROM groundswell.rejoins
WHERE project = {project:UInt32}
