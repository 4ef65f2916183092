-- Keys in place of DS records, how long signatures live, and what a registrar's login remembers.

-- Where the registrar gave a key, the DS record is the registry's own work from it.
ALTER TABLE domain_ds
    ADD key_flags SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    ADD pub_key VARCHAR(4096) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'base64; NULL: given as DS record';

ALTER TABLE domain ADD max_sig_life INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'seconds; 0: not said';

ALTER TABLE registrar
    ADD password_set BIGINT NOT NULL DEFAULT 0 COMMENT '0: when the registrar was created',
    ADD login_failures INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'since the last login',
    ADD locked_until BIGINT NOT NULL DEFAULT 0 COMMENT 'no login before';
