-- Lists everything that belongs to the extension k8s_fdw, one thing with its definition on each line. An update has to
-- end with the same list. Servers and tables are the user's, and not in it.

WITH members AS (
  SELECT d.classid, d.objid FROM pg_depend AS d JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
   WHERE e.extname = 'k8s_fdw' AND d.deptype = 'e'),
described AS (
  SELECT 'function ' || p.oid::regprocedure AS what, pg_get_functiondef(p.oid) AS body, coalesce(p.proacl, acldefault('f', p.proowner)) AS acl
    FROM pg_proc AS p JOIN members AS m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
  UNION ALL
  SELECT 'event trigger ' || t.evtname, concat_ws(' ', t.evtevent, t.evtenabled, t.evttags, t.evtfoid::regprocedure), NULL
    FROM pg_event_trigger AS t JOIN members AS m ON m.classid = 'pg_event_trigger'::regclass AND m.objid = t.oid
  UNION ALL
  SELECT 'wrapper ' || w.fdwname, concat_ws(' ', w.fdwhandler::regprocedure, w.fdwvalidator::regprocedure,
           (SELECT string_agg(o, ' ' ORDER BY o) FROM unnest(w.fdwoptions) AS o)), coalesce(w.fdwacl, acldefault('F', w.fdwowner))
    FROM pg_foreign_data_wrapper AS w JOIN members AS m ON m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = w.oid
  UNION ALL
  SELECT 'schema ' || n.nspname, NULL, coalesce(n.nspacl, acldefault('n', n.nspowner))
    FROM pg_namespace AS n JOIN members AS m ON m.classid = 'pg_namespace'::regclass AND m.objid = n.oid
  UNION ALL
  SELECT 'version', extversion, NULL FROM pg_extension WHERE extname = 'k8s_fdw'
  UNION ALL
  -- Whatever else it may be, and what lies in the schema without belonging to the extension.
  SELECT pg_describe_object(m.classid, m.objid, 0), obj_description(m.objid, m.classid::regclass::name), NULL FROM members AS m
  UNION ALL
  SELECT 'no member: ' || p.oid::regprocedure, NULL, NULL FROM pg_proc AS p
   WHERE p.pronamespace = 'k8s_fdw'::regnamespace AND NOT EXISTS (SELECT FROM members AS m WHERE m.objid = p.oid))
SELECT what, replace(concat_ws(' | ', body, (
         SELECT string_agg(concat_ws(' ', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, a.privilege_type, a.is_grantable),
                           ', ' ORDER BY a.grantee, a.privilege_type)
           FROM aclexplode(acl) AS a)), E'\n', ' ')
  FROM described ORDER BY 1, 2;
