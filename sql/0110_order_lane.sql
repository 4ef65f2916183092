-- Orders of a batch wait behind those of persons: for workers, and for the registry's sessions.
ALTER TABLE orders
  ADD COLUMN batch TINYINT NOT NULL DEFAULT 0,         -- 1: placed by a batch
  DROP KEY orders_due,
  ADD KEY orders_due (live, batch, next_run);
