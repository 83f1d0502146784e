SELECT reason, sum(messages) AS messages
FROM groundswell.ingestion
WHERE project = {project:UInt32}
GROUP BY reason
