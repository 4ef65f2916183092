-- What a command was agreed to cost at the registry (in the command itself), and what the registry says that it took.
-- Minor units.
ALTER TABLE registry_command
  ADD COLUMN fee BIGINT NULL,
  ADD COLUMN fee_currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN charged BIGINT NULL;
