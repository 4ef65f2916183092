-- Orders that change a domain, and what came of the deciding command.
ALTER TABLE orders
  ADD COLUMN args VARCHAR(4000) NOT NULL DEFAULT '',   -- of the kind, in the form of registrar/order_args.h
  ADD COLUMN secret VARBINARY(512) NULL,               -- sealed for the registrar (authInfo); gone when the order has ended
  ADD COLUMN epp_code SMALLINT UNSIGNED NOT NULL DEFAULT 0, -- of the registry's answer; 0: none
  ADD COLUMN cltrid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  ADD COLUMN svtrid VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '';

-- Whose an active domain was when it was let go: only this account can have it restored.
ALTER TABLE domain ADD COLUMN former_account_id BIGINT UNSIGNED NULL;
UPDATE domain SET former_account_id = account_id WHERE state = 'released' AND roid IS NOT NULL;

-- Many names in one question: kind checks.
ALTER TABLE lookup ADD COLUMN names MEDIUMTEXT NULL;

-- The public half of the key that fourways-registrar opens secrets with: whoever takes orders seals for it and cannot
-- read them again.
CREATE TABLE sealing_key (
  id TINYINT UNSIGNED NOT NULL PRIMARY KEY,            -- 1
  public BINARY(32) NOT NULL,
  since BIGINT NOT NULL
) ENGINE=InnoDB;
