-- up
ALTER TABLE groundswell.events MODIFY SETTING non_replicated_deduplication_window = 20000;
ALTER TABLE groundswell.rollup MODIFY SETTING non_replicated_deduplication_window = 20000;
-- down
ALTER TABLE groundswell.rollup MODIFY SETTING non_replicated_deduplication_window = 1000;
ALTER TABLE groundswell.events MODIFY SETTING non_replicated_deduplication_window = 1000;
