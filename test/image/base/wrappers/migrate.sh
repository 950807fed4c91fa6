#!/bin/sh
# Does what container/ relies on in the base image's migrations: makes a user postgres who is no superuser, and a schema
# for extensions.
set -eu

exec psql --no-psqlrc --no-password --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --set=password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE postgres LOGIN CREATEDB CREATEROLE REPLICATION BYPASSRLS PASSWORD :'password';
ALTER DATABASE postgres OWNER TO postgres;
ALTER ROLE postgres SET search_path = "$user", public, extensions;
CREATE SCHEMA extensions AUTHORIZATION postgres;
SQL
