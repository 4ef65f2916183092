-- The sandbox registry's own database. Times are microseconds since 1970 UTC, money is minor units, names are
-- lower-case ASCII (A-labels) without a final dot, statuses are bit sets (registry/sandbox_status.h).

CREATE TABLE tld (
    name VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    min_years TINYINT UNSIGNED NOT NULL,
    max_years TINYINT UNSIGNED NOT NULL,
    label_min TINYINT UNSIGNED NOT NULL,
    label_max TINYINT UNSIGNED NOT NULL,
    idn_allowed TINYINT UNSIGNED NOT NULL,
    registrant_required TINYINT UNSIGNED NOT NULL,
    ns_max TINYINT UNSIGNED NOT NULL,
    add_grace_us BIGINT NOT NULL,
    redemption_us BIGINT NOT NULL COMMENT 'a deleted domain can be restored this long',
    pending_delete_us BIGINT NOT NULL COMMENT 'and then waits this long for its purge',
    restore_report_us BIGINT NOT NULL COMMENT 'after a restore request the report is due in this time',
    transfer_us BIGINT NOT NULL COMMENT 'a transfer that nobody answers is approved after this time',
    transfer_lock_us BIGINT NOT NULL COMMENT 'no transfer this long after create or transfer',
    currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    create_price BIGINT NOT NULL COMMENT 'for each year, as renew and transfer',
    renew_price BIGINT NOT NULL,
    transfer_price BIGINT NOT NULL,
    restore_price BIGINT NOT NULL,
    serial INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'of the zone published last',
    content_hash BINARY(32) NULL COMMENT 'of the delegations in it'
);

CREATE TABLE root_zone (
    id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    serial INT UNSIGNED NOT NULL DEFAULT 0,
    content_hash BINARY(32) NULL
);
INSERT INTO root_zone (id) VALUES (1);

CREATE TABLE premium_name (
    name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    create_price BIGINT NOT NULL,
    renew_price BIGINT NOT NULL
);

CREATE TABLE reserved_label (
    tld VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'or * for all',
    label VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (label, tld)
);

CREATE TABLE registrar (
    id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY COMMENT 'clID',
    password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    cert_fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256, hex',
    currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    balance BIGINT NOT NULL,
    created BIGINT NOT NULL
);

-- What moved a registrar's balance, and by which command.
CREATE TABLE posting (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    registrar VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at BIGINT NOT NULL,
    amount BIGINT NOT NULL COMMENT 'negative: a charge',
    what VARCHAR(300) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    svtrid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    KEY (registrar, id)
);

CREATE TABLE contact (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    handle VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    sponsor VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    creator VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created BIGINT NOT NULL,
    updater VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    updated BIGINT NOT NULL DEFAULT 0,
    transferred BIGINT NOT NULL DEFAULT 0,
    statuses BIGINT UNSIGNED NOT NULL DEFAULT 0,
    voice VARCHAR(17) CHARACTER SET ascii COLLATE ascii_bin NULL,
    voice_ext VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    fax VARCHAR(17) CHARACTER SET ascii COLLATE ascii_bin NULL,
    fax_ext VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    email VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    disclose INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'bit set, registry/sandbox_contact.c',
    auth_sealed VARBINARY(512) NULL,
    UNIQUE KEY (handle)
);

CREATE TABLE contact_postal (
    contact_id BIGINT UNSIGNED NOT NULL,
    type CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'int or loc',
    name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    org VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    street1 VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    street2 VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    street3 VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    city VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    sp VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    pc VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    cc CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (contact_id, type)
);

CREATE TABLE domain (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    tld VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    registrant_id BIGINT UNSIGNED NULL,
    sponsor VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    creator VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created BIGINT NOT NULL,
    updater VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    updated BIGINT NOT NULL DEFAULT 0,
    expires BIGINT NOT NULL,
    transferred BIGINT NOT NULL DEFAULT 0,
    statuses BIGINT UNSIGNED NOT NULL DEFAULT 0,
    paid BIGINT NOT NULL COMMENT 'for the create; given back within the add grace period',
    deleted BIGINT NOT NULL DEFAULT 0 COMMENT 'when pendingDelete began',
    restore_requested BIGINT NOT NULL DEFAULT 0 COMMENT 'pendingRestore since',
    due BIGINT NOT NULL DEFAULT 0 COMMENT 'when the sweep must look at it; 0: never',
    auth_sealed VARBINARY(512) NULL,
    UNIQUE KEY (name),
    KEY (tld),
    KEY (registrant_id),
    KEY (due)
);

CREATE TABLE domain_contact (
    domain_id BIGINT UNSIGNED NOT NULL,
    type VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    contact_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (domain_id, type, contact_id),
    KEY (contact_id)
);

CREATE TABLE host (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    superordinate_id BIGINT UNSIGNED NULL COMMENT 'the domain an internal host is below',
    sponsor VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    creator VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created BIGINT NOT NULL,
    updater VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    updated BIGINT NOT NULL DEFAULT 0,
    transferred BIGINT NOT NULL DEFAULT 0,
    statuses BIGINT UNSIGNED NOT NULL DEFAULT 0,
    UNIQUE KEY (name),
    KEY (superordinate_id)
);

CREATE TABLE host_addr (
    host_id BIGINT UNSIGNED NOT NULL,
    version TINYINT UNSIGNED NOT NULL COMMENT '4 or 6',
    addr VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (host_id, version, addr)
);

CREATE TABLE domain_ns (
    domain_id BIGINT UNSIGNED NOT NULL,
    host_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (domain_id, host_id),
    KEY (host_id)
);

-- The latest transfer of each object (1: domain, 2: contact).
CREATE TABLE transfer (
    object TINYINT UNSIGNED NOT NULL,
    object_id BIGINT UNSIGNED NOT NULL,
    status VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    re_id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    re_date BIGINT NOT NULL,
    ac_id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ac_date BIGINT NOT NULL,
    years TINYINT UNSIGNED NOT NULL,
    paid BIGINT NOT NULL COMMENT 'taken at the request, given back when it does not happen',
    PRIMARY KEY (object, object_id),
    KEY (status, ac_date)
);

-- The poll queue. data: 0 none, otherwise the resData that goes with it (registry/sandbox_poll.h).
CREATE TABLE message (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    registrar VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at BIGINT NOT NULL,
    text VARCHAR(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    object TINYINT UNSIGNED NOT NULL DEFAULT 0,
    data TINYINT UNSIGNED NOT NULL DEFAULT 0,
    object_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    status VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    re_id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    re_date BIGINT NOT NULL DEFAULT 0,
    ac_id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ac_date BIGINT NOT NULL DEFAULT 0,
    ex_date BIGINT NOT NULL DEFAULT 0,
    result TINYINT UNSIGNED NOT NULL DEFAULT 0,
    cltrid VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    svtrid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    KEY (registrar, id)
);

-- Every transform that was committed, in the same transaction as what it did.
CREATE TABLE command_done (
    svtrid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    cltrid VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    registrar VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    command VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    object_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    code SMALLINT UNSIGNED NOT NULL,
    at BIGINT NOT NULL,
    KEY (registrar, cltrid)
);

-- Faults to inject, for tests: see registry/sandbox_fault.h.
CREATE TABLE fault (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    arg BIGINT NOT NULL DEFAULT 0,
    left_n INT UNSIGNED NOT NULL DEFAULT 1
);
