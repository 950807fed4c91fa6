-- Which column types Wrappers can carry, and what to use instead of the others.

-- NULL for a type that works; otherwise the name of the type to use instead.
CREATE OR REPLACE FUNCTION k8s_fdw.type_instead(type oid) RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
      WHEN t.oid IN ('bool'::regtype, '"char"'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype,
                     'float4'::regtype, 'float8'::regtype, 'numeric'::regtype, 'text'::regtype, 'date'::regtype,
                     'timestamp'::regtype, 'timestamptz'::regtype, 'jsonb'::regtype, 'uuid'::regtype) THEN NULL
      WHEN t.typtype = 'd' THEN coalesce(k8s_fdw.type_instead(t.typbasetype),
        replace(replace(format_type(t.typbasetype, NULL), ' without time zone', ''), ' with time zone', 'tz'))
      WHEN t.typcategory = 'A' OR t.typtype = 'c' OR t.typname IN ('json', 'hstore') THEN 'jsonb'
      WHEN t.oid = 'money'::regtype THEN 'numeric'
      WHEN t.oid IN ('oid'::regtype, 'xid'::regtype, 'xid8'::regtype, 'cid'::regtype) THEN 'bigint'
      ELSE 'text' END
    FROM pg_type AS t WHERE t.oid = type
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_column_types(relation regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  bad record;
BEGIN
  -- Our own host converts a value with the input function of whatever type the column has.
  IF k8s_fdw.own_host(k8s_fdw.wrapper_of_server(k8s_fdw.server_of_table(relation))) THEN
    RETURN;
  END IF;
  SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, k8s_fdw.type_instead(a.atttypid) AS instead, c.relname
    INTO bad
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
   WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND k8s_fdw.type_instead(a.atttypid) IS NOT NULL
   ORDER BY a.attnum LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'column "%" of foreign table "%" has type %, which Wrappers cannot carry', bad.name, bad.relname, bad.type
      USING ERRCODE = 'fdw_invalid_data_type',
            HINT = format('Use %s. These work: boolean, "char", smallint, integer, bigint, real, double precision, numeric, '
                          'text, date, timestamp, timestamptz, jsonb, uuid.', bad.instead);
  END IF;
END $$;
