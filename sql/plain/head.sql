-- k8s_fdw @VERSION@ without CREATE EXTENSION, for databases where nothing can be installed: run it as it is, in Supabase's SQL editor or with
-- psql -f, after CREATE EXTENSION wrappers. It is one transaction, all goes to schema k8s_fdw, and running it again updates.
-- It also runs where you may not create event triggers, or not even a foreign data wrapper: warnings say what to do then.

BEGIN;

-- Where the database finds the component, and its SHA-256 checksum (the release has it in checksum.txt). Without them each server names its own.
-- SET LOCAL k8s_fdw.package_url = 'https://…/k8s_fdw.wasm';
-- SET LOCAL k8s_fdw.package_checksum = '…';

