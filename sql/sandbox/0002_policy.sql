-- The four TLDs of local play: names reserved for such use (RFC 2606, RFC 6761, RFC 9476), so that nothing here
-- can be mistaken for the Internet. One day is 86400000000 microseconds.

INSERT INTO tld (name, min_years, max_years, label_min, label_max, idn_allowed, registrant_required, ns_max,
    add_grace_us, redemption_us, pending_delete_us, restore_report_us, transfer_us, transfer_lock_us,
    currency, create_price, renew_price, transfer_price, restore_price) VALUES
    ('test',    1, 10, 1, 63, 1, 1, 13, 432000000000, 2592000000000, 432000000000, 604800000000, 432000000000, 0, 'EUR', 800, 800, 800, 4000),
    ('example', 1, 10, 1, 63, 1, 1, 13, 432000000000, 2592000000000, 432000000000, 604800000000, 432000000000, 5184000000000, 'EUR', 1000, 1000, 1000, 5000),
    ('invalid', 1, 10, 2, 63, 0, 1, 13, 432000000000, 2592000000000, 432000000000, 604800000000, 432000000000, 0, 'EUR', 1200, 1400, 1200, 6000),
    ('alt',     1, 5,  1, 63, 1, 0, 13, 0, 2592000000000, 432000000000, 604800000000, 432000000000, 0, 'EUR', 2000, 2000, 2000, 8000);

INSERT INTO reserved_label (tld, label) VALUES
    ('*', 'nic'), ('*', 'www'), ('*', 'whois'), ('*', 'rdap'), ('*', 'epp'), ('*', 'registry'), ('*', 'localhost'),
    ('*', 'wpad'), ('*', 'iana'), ('*', 'icann'), ('alt', 'onion');

INSERT INTO premium_name (name, create_price, renew_price) VALUES
    ('gold.test', 50000, 50000), ('gold.example', 50000, 2000), ('bank.alt', 100000, 100000);
