-- The allocation token that an order gives the registry (RFC 8495), sealed for the registrar as `secret` is; gone when the
-- order has ended.
ALTER TABLE orders ADD COLUMN token VARBINARY(512) NULL;
