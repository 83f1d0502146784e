SELECT event, day, people, total
FROM groundswell.daily FINAL
WHERE project = {project:UInt32}
    AND edition = (SELECT max(edition) FROM groundswell.rollup_editions WHERE project = {project:UInt32})
