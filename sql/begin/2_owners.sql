-- Refuses to build on objects that belong to somebody else. What a script replaces keeps its owner, who could change it
-- again, and others would then run it with their rights, in the event triggers first of all. Membership is no test of
-- ownership, because a superuser is a member of every role.

DO $$
DECLARE
  superuser constant boolean := (SELECT r.rolsuper FROM pg_roles AS r WHERE r.rolname = current_user);
  thing text;
  stranger text;
BEGIN
  SELECT t.what INTO thing
    FROM (SELECT 'schema k8s_fdw', n.nspowner, superuser FROM pg_namespace AS n WHERE n.nspname = 'k8s_fdw'
          UNION ALL
          SELECT format('function %s', p.oid::regprocedure), p.proowner, true
            FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = 'k8s_fdw'
          UNION ALL
          SELECT format('table %s', c.oid::regclass), c.relowner, true
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'k8s_fdw' AND c.relkind NOT IN ('i', 'I', 't', 'c')
          UNION ALL
          SELECT 'foreign data wrapper k8s_fdw', w.fdwowner, true FROM pg_foreign_data_wrapper AS w WHERE w.fdwname = 'k8s_fdw') AS t (what, owner, or_superuser)
    JOIN pg_roles AS r ON r.oid = t.owner
   WHERE r.rolname <> current_user AND NOT (t.or_superuser AND r.rolsuper)
   LIMIT 1;
  IF thing IS NOT NULL THEN
    RAISE EXCEPTION 'the % belongs to another role than "%"', thing, current_user
      USING ERRCODE = 'insufficient_privilege',
            HINT = 'Run the script as the role that ran it first (\dn, \df+ and \dew in psql show owners), or have what is not yours dropped.';
  END IF;

  SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END INTO stranger
    FROM pg_namespace AS n CROSS JOIN LATERAL aclexplode(n.nspacl) AS a LEFT JOIN pg_roles AS r ON r.oid = a.grantee
   WHERE n.nspname = 'k8s_fdw' AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner AND r.rolsuper IS NOT TRUE
   LIMIT 1;
  IF stranger IS NOT NULL THEN
    RAISE EXCEPTION '% may create functions in the schema k8s_fdw, and others would run them', stranger
      USING ERRCODE = 'insufficient_privilege', HINT = format('REVOKE CREATE ON SCHEMA k8s_fdw FROM %s;', stranger);
  END IF;
END $$;
