-- What a message about a registrar's balance says, in cents.
ALTER TABLE message
    ADD balance BIGINT NULL COMMENT 'NULL: the message is about something else',
    ADD threshold BIGINT NOT NULL DEFAULT 0;
