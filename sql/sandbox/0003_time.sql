-- The registry's clock, grace periods, creates that wait for a decision, name servers as attributes.

-- How far the registry's time is ahead of the machine's. Rows of it only grow: what was done at a later time cannot be
-- undone (registry/sandbox_clock.h).
CREATE TABLE clock (
    id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    ahead_us BIGINT UNSIGNED NOT NULL
);
INSERT INTO clock (id, ahead_us) VALUES (1, 0);

ALTER TABLE tld
    ADD renew_grace_us BIGINT NOT NULL DEFAULT 432000000000 COMMENT 'after a renew a delete gives its price back',
    ADD auto_renew_grace_us BIGINT NOT NULL DEFAULT 3888000000000 COMMENT 'and after a renewal by the registry',
    ADD transfer_grace_us BIGINT NOT NULL DEFAULT 432000000000 COMMENT 'and after a transfer';

-- A period in which a delete gives money back (RFC 3915 3.1), but for the add grace period: domain.created says that.
CREATE TABLE grace (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    domain_id BIGINT UNSIGNED NOT NULL,
    kind VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the RGP status while it lasts',
    ends BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    years TINYINT UNSIGNED NOT NULL,
    KEY (domain_id)
);

-- A domain that is pendingCreate, and the command that its outcome must name.
CREATE TABLE pending_create (
    domain_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    cltrid VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    svtrid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
);

-- Name servers of domains where hosts are no objects; a row without an address for one that needs none.
CREATE TABLE domain_attr (
    domain_id BIGINT UNSIGNED NOT NULL,
    name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version TINYINT UNSIGNED NOT NULL COMMENT '4, 6, or 0 for none',
    addr VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (domain_id, name, version, addr)
);

CREATE TABLE domain_ds (
    domain_id BIGINT UNSIGNED NOT NULL,
    key_tag SMALLINT UNSIGNED NOT NULL,
    alg TINYINT UNSIGNED NOT NULL,
    digest_type TINYINT UNSIGNED NOT NULL,
    digest VARBINARY(64) NOT NULL,
    max_sig_life INT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (domain_id, key_tag, alg, digest_type, digest)
);

ALTER TABLE fault ADD KEY (left_n);
