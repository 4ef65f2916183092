-- Hosted zones: what zones/ writes and the name servers read.
--
-- These tables are an interface. A name server asks for zones by `changed` (with an overlap window) or by id (the
-- sweep), compares `version` with what it serves, and reads the RRsets whose `version` is newer. A change
-- writes rows, version, serial, the SOA row and `changed` in one transaction.

-- One row each process of fourways-dns; a process serves the rows row_from..row_to of one column.
CREATE TABLE dns_server (
  id INT UNSIGNED NOT NULL PRIMARY KEY,
  col TINYINT UNSIGNED NOT NULL,                -- 0..3
  row_from SMALLINT UNSIGNED NOT NULL,          -- 0..511, both ends served
  row_to SMALLINT UNSIGNED NOT NULL,
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  dns_addrs VARCHAR(1024) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- address:port, blank-separated
  notify_addr VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,      -- takes wake-up datagrams
  started BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  feed_lag_us BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB;

-- The pool: 4 columns (one top-level domain each) of 512 hosts.
CREATE TABLE name_server (
  col TINYINT UNSIGNED NOT NULL,
  row SMALLINT UNSIGNED NOT NULL,
  host VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ipv4 VARCHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',  -- '': none
  ipv6 VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  PRIMARY KEY (col, row),
  UNIQUE KEY name_server_host (host)
) ENGINE=InnoDB;

-- Four rows, one in each column; r3 = (r0 + r1 + r2) mod 512 (zones/delegation.h says why).
CREATE TABLE delegation_set (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  r0 SMALLINT UNSIGNED NOT NULL,
  r1 SMALLINT UNSIGNED NOT NULL,
  r2 SMALLINT UNSIGNED NOT NULL,
  r3 SMALLINT UNSIGNED NOT NULL,
  reusable TINYINT NOT NULL DEFAULT 0,          -- 1: an account's own, for as many zones as it likes
  account_id BIGINT UNSIGNED NULL,              -- of a reusable set
  created BIGINT NOT NULL,
  UNIQUE KEY delegation_set_rows (r0, r1, r2),
  KEY delegation_set_account (account_id, id)
) ENGINE=InnoDB;

-- How many sets have been drawn: the one number that makes every draw a new set.
CREATE TABLE delegation_draw (
  id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
  drawn BIGINT UNSIGNED NOT NULL
) ENGINE=InnoDB;
INSERT INTO delegation_draw VALUES (1, 0);

-- A deleted zone keeps its row, so that name servers see that it went; a zone of the same name made later is a
-- new row. sort_key: the name in canonical order (zones/sort.h), so that what lies below a name is a range.
CREATE TABLE zone (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  deleted TINYINT NOT NULL DEFAULT 0,
  live_name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin AS (IF(deleted, NULL, name)) PERSISTENT,
  sort_key VARBINARY(512) NOT NULL,
  account_id BIGINT UNSIGNED NOT NULL,
  delegation_set_id BIGINT UNSIGNED NOT NULL,
  version BIGINT UNSIGNED NOT NULL,             -- 1 at first, +1 with every change
  serial INT UNSIGNED NOT NULL,                 -- of the SOA, RFC 1982
  rrsets INT UNSIGNED NOT NULL,                 -- live ones
  rrsets_max INT UNSIGNED NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL,                      -- time of the last change, as the writer's clock had it
  UNIQUE KEY zone_live_name (live_name),
  KEY zone_changed (changed),
  KEY zone_sort (deleted, sort_key),
  KEY zone_account (account_id, deleted, sort_key),
  KEY zone_delegation_set (delegation_set_id)
) ENGINE=InnoDB;

-- One row an RRset. An alias has a target instead of data: rdata is empty, ttl is 0, and it answers with the target's
-- records and TTL. A deleted RRset stays as a tombstone (rdata empty, no alias) so that the feed sees it.
CREATE TABLE rrset (
  zone_id BIGINT UNSIGNED NOT NULL,
  owner VARBINARY(255) NOT NULL,                -- lower-case wire form
  type SMALLINT UNSIGNED NOT NULL,
  ttl INT UNSIGNED NOT NULL,
  rdata MEDIUMBLOB NOT NULL,                    -- u16 length + RDATA, again and again, in canonical order
  alias_zone_id BIGINT UNSIGNED NULL,
  alias_owner VARBINARY(255) NULL,              -- lower-case wire form; same type
  version BIGINT UNSIGNED NOT NULL,             -- the zone's version that wrote this
  deleted TINYINT NOT NULL DEFAULT 0,
  sort_key VARBINARY(512) NOT NULL,
  PRIMARY KEY (zone_id, owner, type),
  KEY rrset_version (zone_id, version),
  KEY rrset_sort (zone_id, sort_key, type),
  KEY rrset_alias (alias_zone_id, alias_owner, type)
) ENGINE=InnoDB;

-- One row a committed change set.
CREATE TABLE zone_change (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  zone_id BIGINT UNSIGNED NOT NULL,
  version BIGINT UNSIGNED NOT NULL,
  account_id BIGINT UNSIGNED NOT NULL,
  submitted BIGINT NOT NULL,
  changes INT UNSIGNED NOT NULL,
  comment VARCHAR(256) CHARACTER SET utf8mb4 NOT NULL DEFAULT '',
  UNIQUE KEY zone_change_version (zone_id, version)
) ENGINE=InnoDB;

-- What each name server answers from, written by it.
CREATE TABLE zone_served (
  server_id INT UNSIGNED NOT NULL,
  zone_id BIGINT UNSIGNED NOT NULL,
  version BIGINT UNSIGNED NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (server_id, zone_id),
  KEY zone_served_zone (zone_id)
) ENGINE=InnoDB;
