-- What the extension says about itself, and how psql shows what it has made.
SELECT * FROM k8s_fdw.help();
SELECT place, names[1:3] FROM k8s_fdw.known_options();
CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://127.0.0.1:8001');
CREATE FOREIGN TABLE pods (
  name      text  OPTIONS (alias 'metadata.name')
, namespace text  OPTIONS (alias 'metadata.namespace')
, container text  OPTIONS (alias '{.spec.containers[0].image}')
, labels    jsonb OPTIONS (alias 'metadata.labels')
)
  SERVER kind
  OPTIONS (namespace 'kube-system', apiVersion 'v1', kind 'Pod');
\d pods
\x on
\des+ kind
\dn+ k8s_fdw
\dew+ k8s_fdw
\x off
-- What has no comment, and what is neither internal nor in help().
SELECT pg_describe_object(classid, objid, 0) FROM pg_depend
 WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'k8s_fdw') AND deptype = 'e'
   AND coalesce(obj_description(objid, classid::regclass::name), '') = '';
SELECT count(*) > 80 AS internal FROM pg_proc AS p WHERE obj_description(p.oid, 'pg_proc') LIKE 'internal: %' AND p.pronamespace = 'k8s_fdw'::regnamespace;
