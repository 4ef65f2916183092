-- A message that cannot be read is kept as it came (state quarantined), acknowledged, and shown until somebody says that
-- it was dealt with; so is one that could not be applied (failed).
ALTER TABLE registry_message
  MODIFY state VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  MODIFY kind VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ADD COLUMN acked BIGINT NULL,                                         -- when the registry took our acknowledgement
  ADD COLUMN handled BIGINT NULL;                                       -- when a person said so
