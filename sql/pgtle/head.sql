-- k8s_fdw @VERSION@ for pg_tle, which takes extensions as text: run this as a member of pgtle_admin in each database, then
-- CREATE EXTENSION k8s_fdw, or ALTER EXTENSION k8s_fdw UPDATE. It is one transaction, and can run again.

BEGIN;

