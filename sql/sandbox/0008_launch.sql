-- A registry's launch: phases follow one another from its beginning, and some take applications (RFC 8334).

-- One row, made when the registry first serves with a personality that has phases.
CREATE TABLE launch (
    id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
    began BIGINT NOT NULL
);

-- Its domain is pendingCreate and has a name that no command can give; who gets the real name is decided when the phase
-- ends (domain.due).
CREATE TABLE application (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    domain_id BIGINT UNSIGNED NOT NULL,
    name VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'applied for',
    phase VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    years TINYINT UNSIGNED NOT NULL,
    UNIQUE KEY (domain_id)
);

-- What a message says of an application.
ALTER TABLE message
    ADD application VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD phase VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD outcome VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'allocated, rejected';
