SELECT account, any(name) AS name, min(first_seen) AS first_seen
FROM groundswell.account_ids
WHERE project = {project:UInt32}
GROUP BY account
