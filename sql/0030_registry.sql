-- Registries: what was sent to them, what they sent to us, and what we know to stand there.

-- The journal. A row is committed before its command is sent; its answer is written when it comes.
-- state: intent (sent or about to be, no answer known), unknown (asked about it, still undecided),
-- pending (1001: a message will decide), done, failed (refused for certain), void (certainly not done:
-- never sent, or asking showed so). Only the newest attempt of a ref may be undecided.
CREATE TABLE registry_command (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  registry VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ref VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,      -- the caller's key: order:42:create
  attempt SMALLINT UNSIGNED NOT NULL,
  cltrid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id BIGINT UNSIGNED NULL,
  verb VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,      -- domain-create
  object VARCHAR(255) NOT NULL,
  basis BIGINT NULL,                                                    -- renew: the expiry it starts from
  state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  frame MEDIUMBLOB NOT NULL,                                            -- the command, secrets blacked out
  created BIGINT NOT NULL,
  answered BIGINT NULL,
  asked TINYINT NOT NULL DEFAULT 0,                                     -- 1: decided by asking, no answer came
  code SMALLINT UNSIGNED NULL,
  msg VARCHAR(1000) NULL,
  svtrid VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  object_created BIGINT NULL,
  object_expires BIGINT NULL,
  UNIQUE KEY registry_command_ref (registry, ref, attempt),
  UNIQUE KEY registry_command_cltrid (cltrid),
  KEY registry_command_state (state, registry, created),
  KEY registry_command_order (order_id, id),
  KEY registry_command_object (object, created)
) ENGINE=InnoDB;

-- What we saw to stand at a registry: saves asking, is never the truth. digest: of the data as last sent.
CREATE TABLE registry_host (
  registry VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  host VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  digest BINARY(32) NOT NULL,
  seen BIGINT NOT NULL,
  PRIMARY KEY (registry, host)
) ENGINE=InnoDB;

CREATE TABLE registry_contact (
  registry VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contact VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  digest BINARY(32) NOT NULL,
  seen BIGINT NOT NULL,
  PRIMARY KEY (registry, contact)
) ENGINE=InnoDB;

-- Messages from a registry. state: stored, applied, acked; failed: could not be applied, a person must look.
CREATE TABLE registry_message (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  registry VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- the registry's id of it
  queued BIGINT NOT NULL,
  received BIGINT NOT NULL,
  kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,       -- other decided transfer
  object VARCHAR(255) NULL,
  approved TINYINT NOT NULL,
  cltrid VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  text VARCHAR(2000) NOT NULL,
  frame MEDIUMBLOB NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  settled BIGINT NULL,
  error VARCHAR(500) NULL,
  UNIQUE KEY registry_message_id (registry, message, queued),
  KEY registry_message_state (state, registry, id)
) ENGINE=InnoDB;
