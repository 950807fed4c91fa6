-- Owns: who may call what.
-- Never: a right that the caller does not have anyway.

GRANT USAGE ON SCHEMA k8s_fdw TO PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA k8s_fdw TO PUBLIC;
GRANT EXECUTE ON FUNCTION k8s_fdw_validator(text[], oid) TO PUBLIC;
REVOKE EXECUTE ON FUNCTION k8s_fdw.read_server_file(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION k8s_fdw.read_server_file(text) TO pg_read_server_files;
