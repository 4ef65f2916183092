-- Who is signed in on the pages. The cookie's value is stored only as its digest, so reading this table lets
-- nobody in.
CREATE TABLE web_session (
  id_digest BINARY(32) NOT NULL PRIMARY KEY,           -- SHA-256 of the session's 256 random bits
  account_id BIGINT UNSIGNED NOT NULL,
  login VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,                           -- within a minute
  expires BIGINT NOT NULL,                             -- however much it is used
  KEY web_session_expires (expires)
) ENGINE=InnoDB;
