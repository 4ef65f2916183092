-- Failed logins are counted by the id that was given, whether there is such a registrar or not: else the lock would tell.
CREATE TABLE login_failure (
    clid VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    failures INT UNSIGNED NOT NULL COMMENT 'since the last login',
    locked_until BIGINT NOT NULL DEFAULT 0 COMMENT 'no login before',
    at BIGINT NOT NULL COMMENT 'the last of them',
    KEY (at)
);
INSERT INTO login_failure (clid, failures, locked_until, at)
    SELECT id, login_failures, locked_until, 0 FROM registrar WHERE login_failures > 0;
ALTER TABLE registrar DROP login_failures, DROP locked_until;
