-- A server gets the component's place from its wrapper, as a set, unless it says one itself.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION package_of(server name) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(replace(option_name, 'fdw_package_', '') || '=' || option_value, ' ' ORDER BY option_name)
    FROM pg_foreign_server, pg_options_to_table(srvoptions) WHERE srvname = server AND option_name LIKE 'fdw\_%' $$;
CREATE SERVER a FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');
SELECT package_of('a');
CREATE SERVER b FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001',
  fdw_package_url 'file:///b.wasm', fdw_package_name 'b:b-fdw', fdw_package_version '9.9.9');
SELECT package_of('b');

ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (SET fdw_package_url 'https://example.com/new.wasm', SET fdw_package_version '0.2.0',
  ADD fdw_package_checksum '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');
ALTER SERVER a OPTIONS (ADD trace 'on');
SELECT package_of('a');
-- the way to a newer component
ALTER SERVER a OPTIONS (DROP fdw_package_url);
SELECT package_of('a');
ALTER SERVER b OWNER TO CURRENT_USER;
SELECT package_of('b');

ALTER FOREIGN DATA WRAPPER k8s_fdw OPTIONS (DROP fdw_package_url, DROP fdw_package_checksum);
CREATE SERVER c FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');
ALTER SERVER a OPTIONS (DROP fdw_package_url);
SELECT package_of('a');
