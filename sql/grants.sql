-- zones
GRANT SELECT ON dns_server TO 'fw_web'@'localhost', 'fw_registrar'@'localhost';
GRANT SELECT ON zone_served TO 'fw_web'@'localhost', 'fw_registrar'@'localhost';
GRANT SELECT ON name_server TO 'fw_web'@'localhost', 'fw_dns'@'localhost';
GRANT SELECT, INSERT, UPDATE ON name_server TO 'fw_registrar'@'localhost';
GRANT SELECT, INSERT ON delegation_set TO 'fw_web'@'localhost', 'fw_registrar'@'localhost';
GRANT SELECT, UPDATE ON delegation_draw TO 'fw_web'@'localhost', 'fw_registrar'@'localhost';
GRANT SELECT, INSERT, UPDATE ON zone TO 'fw_web'@'localhost', 'fw_registrar'@'localhost';
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
