-- Sets of keys, where the sandbox plays a registry that runs FRED, and which of them a domain names.
CREATE TABLE keyset (
    id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL PRIMARY KEY,
    sponsor VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created BIGINT NOT NULL
);
CREATE TABLE keyset_key (
    keyset VARCHAR(63) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    position TINYINT UNSIGNED NOT NULL,
    flags SMALLINT UNSIGNED NOT NULL,
    protocol TINYINT UNSIGNED NOT NULL,
    alg TINYINT UNSIGNED NOT NULL,
    pub_key TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'base64',
    PRIMARY KEY (keyset, position)
);
CREATE TABLE keyset_tech (
    keyset VARCHAR(63) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    contact_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (keyset, contact_id)
);
CREATE TABLE domain_keyset (
    domain_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    keyset VARCHAR(63) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
    KEY (keyset)
);
