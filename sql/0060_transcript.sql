-- The transcript: what was said between us and each registry, a chain that cannot be changed unseen
-- (registry/transcript.h says what the hash covers and what it cannot show).

CREATE TABLE registry_transcript (
  registry VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,                                         -- 1, 2, 3 …: without gaps
  at BIGINT NOT NULL,
  kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,       -- intent result query verdict message
  verb VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  object VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  ref VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,      -- the journal's key, or empty
  cltrid VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  svtrid VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  session VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code SMALLINT UNSIGNED NOT NULL,                                      -- 0: none
  sent MEDIUMBLOB NOT NULL,                                             -- the command, secrets as references
  received MEDIUMBLOB NOT NULL,                                         -- the answer, secrets blacked out
  note VARCHAR(1000) NOT NULL,                                          -- ours
  hash BINARY(32) NOT NULL,
  PRIMARY KEY (registry, seq),
  KEY registry_transcript_object (object, registry, seq),
  KEY registry_transcript_cltrid (cltrid)
) ENGINE=InnoDB;

-- The chain's end: how many rows there must be, and the hash of the last.
CREATE TABLE registry_chain (
  registry VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  seq BIGINT UNSIGNED NOT NULL,
  hash BINARY(32) NOT NULL
) ENGINE=InnoDB;

-- The command's bytes stand in the transcript; older rows keep theirs.
ALTER TABLE registry_command MODIFY frame MEDIUMBLOB NULL;

-- looked: when a pending command was last asked about; confirmed: when the object was read back as the command wanted
-- it.
ALTER TABLE registry_command
  ADD COLUMN looked BIGINT NULL AFTER asked,
  ADD COLUMN confirmed BIGINT NULL AFTER looked;
