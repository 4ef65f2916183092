-- The objects of FRED, where the sandbox plays a registry that runs it: sets of name servers, and which set a domain
-- names. Its name servers themselves stand in domain_attr, as everywhere where hosts are no objects.

-- Ids mean the same in capitals and in small letters.
CREATE TABLE nsset (
    id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL PRIMARY KEY,
    sponsor VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created BIGINT NOT NULL,
    level VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of tests: 0 to 10'
);
CREATE TABLE nsset_host (
    nsset VARCHAR(63) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    position TINYINT UNSIGNED NOT NULL,
    name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    addrs VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'parted by blanks',
    PRIMARY KEY (nsset, position)
);
CREATE TABLE nsset_tech (
    nsset VARCHAR(63) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    contact_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (nsset, contact_id)
);
CREATE TABLE domain_nsset (
    domain_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    nsset VARCHAR(63) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    KEY (nsset)
);

-- What such a registry mails to the holder of a domain: the authInfo, which it tells no registrar.
CREATE TABLE mail (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    domain VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    text VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sent BIGINT NOT NULL
);
