-- Us: customers' contacts, domains, orders and their steps, questions to the registry, credentials.

-- A registrant as the customer gave it. Rows do not change: other data is another row, and another
-- handle at the registry, so what was registered stays on record.
CREATE TABLE contact (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id BIGINT UNSIGNED NOT NULL,
  digest BINARY(32) NOT NULL,                          -- of all fields: the same data is the same contact
  handle VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(255) NOT NULL,
  org VARCHAR(255) NOT NULL,
  street VARCHAR(255) NOT NULL,
  city VARCHAR(255) NOT NULL,
  state VARCHAR(255) NOT NULL,
  postal_code VARCHAR(16) NOT NULL,
  country CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  phone VARCHAR(17) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email VARCHAR(254) NOT NULL,
  authinfo VARBINARY(255) NULL,                        -- sealed; made on first use
  created BIGINT NOT NULL,
  UNIQUE KEY contact_same (account_id, digest),
  UNIQUE KEY contact_handle (handle)
) ENGINE=InnoDB;

CREATE TABLE domain (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id BIGINT UNSIGNED NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- registering active released
  order_id BIGINT UNSIGNED NOT NULL,                   -- the order that registers or registered it
  zone_id BIGINT UNSIGNED NULL,
  contact_id BIGINT UNSIGNED NULL,
  authinfo VARBINARY(255) NULL,                        -- sealed
  roid VARCHAR(90) CHARACTER SET ascii COLLATE ascii_bin NULL,
  registered BIGINT NULL,
  expires BIGINT NULL,
  UNIQUE KEY domain_name (name),                       -- one customer at a time
  KEY domain_account (account_id, name)
) ENGINE=InnoDB;

CREATE TABLE orders (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id BIGINT UNSIGNED NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- a row of the plans in registrar/plan.c
  name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  years TINYINT UNSIGNED NOT NULL,
  contact_id BIGINT UNSIGNED NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- open undoing done failed
  step VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempt INT UNSIGNED NOT NULL,                       -- of this step
  live TINYINT NOT NULL,                               -- 1 while open or undoing
  next_run BIGINT NOT NULL,                            -- a lease moves it to the lease's end
  lease_token BIGINT UNSIGNED NOT NULL DEFAULT 0,
  lease_owner VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  needs_person TINYINT NOT NULL DEFAULT 0,             -- it goes on trying, but somebody must look
  price BIGINT NOT NULL,                               -- minor units, all years; 0: nothing was held
  currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hold_id BINARY(16) NULL,
  zone_id BIGINT UNSIGNED NULL,
  zone_version BIGINT UNSIGNED NULL,
  zone_made TINYINT NOT NULL DEFAULT 0,                -- by this order: undone with it
  cur_expires BIGINT NULL,                             -- renew: what the term was counted from
  error_code VARCHAR(48) NOT NULL DEFAULT '',
  error_text VARCHAR(500) NOT NULL DEFAULT '',
  created BIGINT NOT NULL,
  finished BIGINT NULL,
  KEY orders_due (live, next_run),
  KEY orders_lease (lease_token),
  KEY orders_account (account_id, id),
  KEY orders_name (name, id)
) ENGINE=InnoDB;

-- The timeline: one row a step, however often it was tried.
CREATE TABLE order_step (
  order_id BIGINT UNSIGNED NOT NULL,
  seq SMALLINT UNSIGNED NOT NULL,                      -- place in the plan; undoing: 100 + place
  step VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  outcome VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- running waiting done failed
  attempts INT UNSIGNED NOT NULL,
  started BIGINT NOT NULL,
  finished BIGINT NULL,
  detail VARCHAR(500) NOT NULL DEFAULT '',
  PRIMARY KEY (order_id, seq)
) ENGINE=InnoDB;

-- For ever: a key that was used once stands for what it was used for.
CREATE TABLE idempotency (
  account_id BIGINT UNSIGNED NOT NULL,
  key_digest BINARY(32) NOT NULL,
  request_digest BINARY(32) NOT NULL,
  order_id BIGINT UNSIGNED NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (account_id, key_digest)
) ENGINE=InnoDB;

-- Questions to a registry by those who hold no registry credentials; short-lived.
CREATE TABLE lookup (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- check info
  name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- new taken done failed
  token BIGINT UNSIGNED NOT NULL DEFAULT 0,
  answer TEXT NULL,                                    -- JSON
  error_code VARCHAR(48) NOT NULL DEFAULT '',
  error_text VARCHAR(500) NOT NULL DEFAULT '',
  error_status TINYINT NOT NULL DEFAULT 0,             -- enum status
  created BIGINT NOT NULL,
  KEY lookup_state (state, id),
  KEY lookup_token (token),
  KEY lookup_created (created)
) ENGINE=InnoDB;

CREATE TABLE login (
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account_id BIGINT UNSIGNED NOT NULL,
  password VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,  -- argon2id
  failures INT UNSIGNED NOT NULL DEFAULT 0,
  blocked_until BIGINT NOT NULL DEFAULT 0,
  created BIGINT NOT NULL,
  KEY login_account (account_id)
) ENGINE=InnoDB;

CREATE TABLE api_key (
  id VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account_id BIGINT UNSIGNED NOT NULL,
  secret VARBINARY(255) NOT NULL,                      -- sealed; request signatures need it in the clear
  created BIGINT NOT NULL,
  revoked BIGINT NULL,
  KEY api_key_account (account_id)
) ENGINE=InnoDB;
