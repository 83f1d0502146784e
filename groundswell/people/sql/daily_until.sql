SELECT until
FROM groundswell.daily_until FINAL
WHERE project = {project:UInt32}
    AND edition = (SELECT max(edition) FROM groundswell.rollup_editions WHERE project = {project:UInt32})
