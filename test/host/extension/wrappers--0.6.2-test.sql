-- Owns the extension's SQL objects: what the real extension makes for wasm_fdw.
-- Never creates a foreign data wrapper: users do, from these functions.

CREATE TABLE wrappers_fdw_stats (
  fdw_name     text NOT NULL PRIMARY KEY,
  create_times bigint,
  rows_in      bigint,
  rows_out     bigint,
  bytes_in     bigint,
  bytes_out    bigint,
  metadata     jsonb,
  created_at   timestamptz NOT NULL DEFAULT timezone('utc'::text, now()),
  updated_at   timestamptz NOT NULL DEFAULT timezone('utc'::text, now())
);

CREATE FUNCTION wasm_fdw_handler() RETURNS fdw_handler
  STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'wasm_fdw_handler_wrapper';

CREATE FUNCTION wasm_fdw_validator(options text[], catalog oid) RETURNS void
  LANGUAGE c AS 'MODULE_PATHNAME', 'wasm_fdw_validator_wrapper';

CREATE FUNCTION wasm_fdw_meta()
  RETURNS TABLE (name text, version text, author text, website text)
  STRICT LANGUAGE c AS 'MODULE_PATHNAME', 'wasm_fdw_meta_wrapper';
