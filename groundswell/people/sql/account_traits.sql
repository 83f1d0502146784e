SELECT id AS account, key, argMax(value, at) AS value, max(at) AS set_at
FROM groundswell.trait_writes
WHERE project = {project:UInt32} AND entity = 'account'
GROUP BY account, key
HAVING value != ''
