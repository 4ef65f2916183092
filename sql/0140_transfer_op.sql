-- Which operation of a transfer a command is: a message that says how a transfer ended is about our request for it, never
-- about our answer to somebody else's.
ALTER TABLE registry_command
  ADD COLUMN op VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL;  -- request approve reject cancel; NULL: not told
