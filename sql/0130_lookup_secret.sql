-- An allocation token that a question about prices is asked with (RFC 8495), sealed for the registrar as that of an order
-- is; gone when it has been answered.
ALTER TABLE lookup ADD COLUMN secret VARBINARY(512) NULL;
