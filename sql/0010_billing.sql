-- Money: customers' accounts, prices, and the double-entry ledger.
--
-- A transfer is one row that names one debit and one credit account, so a row cannot be out of
-- balance. Balances and open holds are kept by the AFTER INSERT trigger, with the rights of its
-- definer: the application's user may insert transfers and read, and nothing else. What a session
-- can switch off (CHECK constraints, unique_checks, foreign keys) is not relied upon.

CREATE TABLE account (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email VARCHAR(254) NOT NULL DEFAULT '',
  currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ledger_account_id BIGINT UNSIGNED NOT NULL,
  created BIGINT NOT NULL,
  UNIQUE KEY account_name (name)
) ENGINE=InnoDB;

CREATE TABLE price (
  tld VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  operation VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- register renew restore transfer
  currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount BIGINT NOT NULL,                                               -- minor units, one year
  PRIMARY KEY (tld, operation, currency)
) ENGINE=InnoDB;

CREATE TABLE ledger_account (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,      -- customer:demo, income:registration, bank
  currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  may_overdraw TINYINT NOT NULL,                                        -- 1 for our own side of the books
  UNIQUE KEY ledger_account_code (code, currency)
) ENGINE=InnoDB;

-- available = credits_posted - debits_posted - debits_pending, never below 0 unless may_overdraw
CREATE TABLE ledger_balance (
  account_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  debits_posted BIGINT NOT NULL,
  credits_posted BIGINT NOT NULL,
  debits_pending BIGINT NOT NULL,
  credits_pending BIGINT NOT NULL
) ENGINE=InnoDB;

CREATE TABLE ledger_transfer (
  id BINARY(16) NOT NULL PRIMARY KEY,                                   -- the idempotency key
  kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,       -- single pending post void
  pending_id BINARY(16) NULL,                                           -- the hold that post or void resolves
  debit_id BIGINT UNSIGNED NOT NULL,
  credit_id BIGINT UNSIGNED NOT NULL,
  amount BIGINT NOT NULL,                                               -- minor units; void: the hold's amount
  currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  memo VARCHAR(160) NOT NULL,
  created BIGINT NOT NULL,
  KEY ledger_transfer_pending (pending_id),
  KEY ledger_transfer_debit (debit_id, created),
  KEY ledger_transfer_credit (credit_id, created)
) ENGINE=InnoDB;

CREATE TABLE ledger_hold (
  id BINARY(16) NOT NULL PRIMARY KEY,                                   -- the pending transfer
  amount BIGINT NOT NULL,
  debit_id BIGINT UNSIGNED NOT NULL,
  credit_id BIGINT UNSIGNED NOT NULL,
  resolved_by BINARY(16) NULL
) ENGINE=InnoDB;

DELIMITER //

CREATE TRIGGER ledger_account_opened AFTER INSERT ON ledger_account FOR EACH ROW
  INSERT INTO ledger_balance VALUES (NEW.id, 0, 0, 0, 0)//

CREATE TRIGGER ledger_account_fixed BEFORE UPDATE ON ledger_account FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'denied: a ledger account does not change'//

CREATE TRIGGER ledger_account_kept BEFORE DELETE ON ledger_account FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'denied: a ledger account is not deleted'//

CREATE TRIGGER ledger_transfer_fixed BEFORE UPDATE ON ledger_transfer FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'denied: a transfer does not change'//

CREATE TRIGGER ledger_transfer_kept BEFORE DELETE ON ledger_transfer FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'denied: a transfer is not deleted'//

CREATE TRIGGER ledger_transfer_booked AFTER INSERT ON ledger_transfer FOR EACH ROW
BEGIN
  DECLARE known INT DEFAULT 0;
  DECLARE held BIGINT DEFAULT 0;
  DECLARE d_post, d_pend BIGINT DEFAULT 0; -- what the transfer adds to posted and pending, on both sides
  DECLARE short INT DEFAULT 0;

  IF NEW.amount <= 0 OR NEW.amount > 1000000000000000 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invalid: a transfer moves a positive amount';
  END IF;
  IF NEW.debit_id = NEW.credit_id THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invalid: debit and credit account are the same';
  END IF;
  SELECT COUNT(*) INTO known FROM ledger_account
    WHERE id IN (NEW.debit_id, NEW.credit_id) AND currency = NEW.currency;
  IF known <> 2 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invalid: account unknown or of another currency';
  END IF;
  IF NEW.kind NOT IN ('single', 'pending', 'post', 'void') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invalid: unknown kind of transfer';
  END IF;
  IF (NEW.kind IN ('single', 'pending')) <> (NEW.pending_id IS NULL) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'invalid: post and void, and only they, name a hold';
  END IF;

  IF NEW.kind = 'single' THEN
    SET d_post = NEW.amount;
  ELSEIF NEW.kind = 'pending' THEN
    SET d_pend = NEW.amount;
    INSERT INTO ledger_hold VALUES (NEW.id, NEW.amount, NEW.debit_id, NEW.credit_id, NULL);
  ELSE
    UPDATE ledger_hold SET resolved_by = NEW.id
      WHERE id = NEW.pending_id AND resolved_by IS NULL AND debit_id = NEW.debit_id
        AND credit_id = NEW.credit_id AND amount >= NEW.amount;
    IF ROW_COUNT() <> 1 THEN
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'conflict: no such open hold, or more than it holds';
    END IF;
    SELECT amount INTO held FROM ledger_hold WHERE id = NEW.pending_id;
    SET d_pend = -held;
    IF NEW.kind = 'post' THEN
      SET d_post = NEW.amount;
    END IF;
  END IF;

  -- one order of locking for all transfers: the lower account first
  IF NEW.debit_id < NEW.credit_id THEN
    UPDATE ledger_balance SET debits_posted = debits_posted + d_post, debits_pending = debits_pending + d_pend
      WHERE account_id = NEW.debit_id;
    UPDATE ledger_balance SET credits_posted = credits_posted + d_post, credits_pending = credits_pending + d_pend
      WHERE account_id = NEW.credit_id;
  ELSE
    UPDATE ledger_balance SET credits_posted = credits_posted + d_post, credits_pending = credits_pending + d_pend
      WHERE account_id = NEW.credit_id;
    UPDATE ledger_balance SET debits_posted = debits_posted + d_post, debits_pending = debits_pending + d_pend
      WHERE account_id = NEW.debit_id;
  END IF;
  SELECT COUNT(*) INTO short FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
    WHERE b.account_id = NEW.debit_id AND a.may_overdraw = 0
      AND b.credits_posted - b.debits_posted - b.debits_pending < 0;
  IF short <> 0 AND NEW.kind IN ('single', 'pending') THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'funds: the balance does not cover this';
  END IF;
END//

DELIMITER ;
