-- Calls of every function of the extension as statements, read from the catalog, each with several values for each
-- argument. No function may be named here, so that new ones are covered.

SET search_path = pg_catalog;
WITH samples (type, value) AS (
  VALUES ('text', NULL), ('text', 'bait'), ('text', 'kind'), ('text', '/nowhere'), ('text', 'metadta.name'), ('text', 'https://one:6443'), ('text', '250m'), ('text', '0e5'),
         ('text', 'api_url'), ('text', 'server'), ('text', 'namespaces'), ('text', 'object'), ('text', '"a\x41": ''b'''), ('text', '- a: "b\' || E'\n' || '  c"'), ('text', 'a: |' || E'\n' || '  b'),
         ('text', '{"name": "metadata.name"}'), ('text', '00000000-0000-0000-0000-000000000000'), ('text', 'text, context c'),
         ('text', 'pods'), ('text', '-----BEGIN CERTIFICATE-----' || E'\nAAAA\n' || '-----END CERTIFICATE-----'),
         ('text', E'current-context: c\ncontexts:\n- name: c\n  context:\n    cluster: c\n    user: u\nclusters:\n- name: c\n  cluster:\n    server: https://one:6443\nusers:\n- name: u\n  user:\n    token: t\n'),
         ('text[]', NULL), ('text[]', '{api_url=https://one:6443,api_key=x}'), ('text[]', '{object=pods,namespace=default}'), ('text[]', '{a,b,"c: d",-}'), ('text[]', '{bait}'),
         ('jsonb', NULL), ('jsonb', '{}'), ('jsonb', '{"api_url": "https://one:6443", "kubeconfig": "/nowhere", "api_key": "x"}'),
         ('jsonb', '{"server": "https://one:6443", "certificate-authority-data": "eA=="}'), ('jsonb', '{"tokenFile": "/nowhere", "as": "jane", "as-groups": ["a"]}'),
         ('jsonb', '{"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}], "clusters": [{"name": "c", "cluster": {"server": "https://one:6443"}}], "users": [{"name": "u", "user": {"token": "t"}}]}'),
         ('jsonb', '{"impersonate_groups": "a", "fdw_package_url": "https://one/x.wasm"}'), ('jsonb', '{"kind": "Pod", "object": "pods"}'), ('jsonb', '[]'),
         ('integer', NULL), ('integer', '1'), ('integer', '2'), ('integer[]', NULL), ('integer[]', '{0,0,2,2}'),
         ('boolean', NULL), ('boolean', 'true'), ('boolean', 'false')),
numbered AS (
  SELECT type::regtype::oid AS type, quote_nullable(value) AS value FROM samples
  UNION ALL
  SELECT t, quote_literal(s.srvname) FROM pg_foreign_server AS s, unnest('{text,name}'::regtype[]) AS t
  UNION ALL
  SELECT t, c.oid::text FROM pg_class AS c, unnest('{oid,regclass}'::regtype[]) AS t
   WHERE c.relkind = 'f' OR c.relname IN ('bait_parent', 'bait_by_cluster') OR c.oid IN ('pg_foreign_server'::regclass, 'pg_foreign_table'::regclass, 'pg_foreign_data_wrapper'::regclass)
  UNION ALL
  SELECT 'oid'::regtype, o.oid::text FROM (SELECT s.oid FROM pg_foreign_server AS s UNION ALL SELECT t.oid FROM pg_type AS t WHERE t.typname IN ('money', 'text', 'pair', 'varchar')) AS o
  UNION ALL
  SELECT 'oid[]'::regtype, quote_literal(ARRAY(SELECT t.ftrelid FROM pg_foreign_table AS t))),
by_type AS (SELECT type, array_agg(value) AS values FROM numbered GROUP BY type)
-- Each argument's values come in another order, so that they meet in many ways.
SELECT DISTINCT format('%s %s(%s);', CASE p.prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT * FROM' END, p.oid::regproc, (
         SELECT string_agg(format('%s::pg_catalog.%s', coalesce(b.values[1 + (round * (1 + a.place % 3) + a.place * a.place) % cardinality(b.values)], 'NULL'),
                                  format_type(a.type, NULL)), ', ' ORDER BY a.place)
           FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, place) LEFT JOIN by_type AS b ON b.type = a.type))
  FROM pg_proc AS p, generate_series(0, 23) AS round
 WHERE (p.pronamespace = 'k8s_fdw'::regnamespace OR p.proname = 'k8s_fdw_validator') AND p.prorettype <> 'event_trigger'::regtype;
