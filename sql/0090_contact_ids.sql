-- Some registries make the ids of contacts themselves: theirs, beside the one that we know the contact by.
ALTER TABLE registry_contact
  ADD COLUMN theirs VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD KEY (registry, theirs);
