-- up
ALTER TABLE groundswell.receipts MODIFY TTL expires + INTERVAL 1 DAY;
-- down
ALTER TABLE groundswell.receipts MODIFY TTL expires;
