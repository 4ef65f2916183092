-- zones
GRANT SELECT ON dns_server TO 'fw_web'@'localhost', 'fw_registrar'@'localhost';
GRANT SELECT ON zone_served TO 'fw_web'@'localhost', 'fw_registrar'@'localhost';
GRANT SELECT ON name_server TO 'fw_web'@'localhost', 'fw_dns'@'localhost';
GRANT SELECT, INSERT, UPDATE ON name_server TO 'fw_registrar'@'localhost';
GRANT SELECT ON delegation_set TO 'fw_web'@'localhost';
GRANT SELECT, INSERT ON delegation_set TO 'fw_registrar'@'localhost';
GRANT SELECT, UPDATE ON delegation_draw TO 'fw_registrar'@'localhost';
GRANT SELECT, UPDATE ON zone TO 'fw_web'@'localhost'; -- pages and API change zones, and make none
GRANT SELECT, INSERT, UPDATE ON zone TO 'fw_registrar'@'localhost';
GRANT SELECT, INSERT, UPDATE ON rrset TO 'fw_web'@'localhost', 'fw_registrar'@'localhost';
GRANT SELECT, INSERT ON zone_change TO 'fw_web'@'localhost', 'fw_registrar'@'localhost';
GRANT SELECT ON zone TO 'fw_dns'@'localhost';
GRANT SELECT ON rrset TO 'fw_dns'@'localhost';
GRANT SELECT ON delegation_set TO 'fw_dns'@'localhost';
GRANT SELECT, INSERT, UPDATE ON dns_server TO 'fw_dns'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON zone_served TO 'fw_dns'@'localhost';
-- registries
GRANT SELECT, INSERT, UPDATE ON registry_command TO 'fw_registrar'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON registry_host TO 'fw_registrar'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON registry_contact TO 'fw_registrar'@'localhost';
GRANT SELECT, INSERT, UPDATE ON registry_message TO 'fw_registrar'@'localhost';
GRANT SELECT, INSERT ON registry_transcript TO 'fw_registrar'@'localhost'; -- rows are added and never touched
GRANT SELECT, INSERT, UPDATE ON registry_chain TO 'fw_registrar'@'localhost';
GRANT SELECT ON registry_transcript TO 'fw_cli'@'localhost';
GRANT SELECT, UPDATE (handled) ON registry_message TO 'fw_cli'@'localhost';
GRANT SELECT ON registry_chain TO 'fw_cli'@'localhost';
-- billing: transfers are added and never touched; balances are the trigger's
GRANT SELECT ON account TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT INSERT ON account TO 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT SELECT ON price TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT INSERT, UPDATE ON price TO 'fw_cli'@'localhost';
GRANT SELECT, INSERT ON ledger_account TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT SELECT, INSERT ON ledger_transfer TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT SELECT ON ledger_balance TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT SELECT ON ledger_hold TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
-- registrar: who takes orders adds them; only the registrar moves them
GRANT SELECT, INSERT ON contact TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT UPDATE ON contact TO 'fw_registrar'@'localhost';
GRANT SELECT, INSERT, UPDATE ON domain TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT SELECT, INSERT ON orders TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT UPDATE (hold_id) ON orders TO 'fw_web'@'localhost', 'fw_cli'@'localhost';
GRANT UPDATE ON orders TO 'fw_registrar'@'localhost';
GRANT SELECT ON sealing_key TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT INSERT, UPDATE ON sealing_key TO 'fw_registrar'@'localhost';
GRANT SELECT ON order_step TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT INSERT, UPDATE ON order_step TO 'fw_registrar'@'localhost';
GRANT SELECT, INSERT ON idempotency TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT SELECT, INSERT ON lookup TO 'fw_web'@'localhost', 'fw_registrar'@'localhost', 'fw_cli'@'localhost';
GRANT UPDATE, DELETE ON lookup TO 'fw_registrar'@'localhost';
GRANT SELECT ON login TO 'fw_web'@'localhost';
GRANT UPDATE (failures, blocked_until) ON login TO 'fw_web'@'localhost';
GRANT SELECT, INSERT ON login TO 'fw_cli'@'localhost';
GRANT SELECT ON api_key TO 'fw_web'@'localhost';
GRANT SELECT, INSERT, UPDATE ON api_key TO 'fw_cli'@'localhost';
-- the operator's command line edits zones as the pages do
GRANT SELECT, DELETE ON dns_server TO 'fw_cli'@'localhost';
GRANT SELECT, DELETE ON zone_served TO 'fw_cli'@'localhost';
GRANT SELECT ON name_server TO 'fw_cli'@'localhost';
GRANT SELECT, INSERT ON delegation_set TO 'fw_cli'@'localhost';
GRANT SELECT, UPDATE ON delegation_draw TO 'fw_cli'@'localhost';
GRANT SELECT, INSERT, UPDATE ON zone TO 'fw_cli'@'localhost';
GRANT SELECT, INSERT, UPDATE ON rrset TO 'fw_cli'@'localhost';
GRANT SELECT, INSERT ON zone_change TO 'fw_cli'@'localhost';
GRANT SELECT, INSERT ON schema_migration TO 'fw_cli'@'localhost';
-- sandbox registry: a database of its own, which it migrates by itself at start
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP ON fourways_sandbox.* TO 'fw_sandbox'@'localhost';
-- pages: who is signed in
GRANT SELECT, INSERT, DELETE ON web_session TO 'fw_web'@'localhost';
GRANT UPDATE (last_seen) ON web_session TO 'fw_web'@'localhost';
