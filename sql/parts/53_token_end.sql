-- When a bearer token ends, as far as the token itself says it, or the record of its renewal.
--
-- Here and wherever a login handles secrets, these stand in PL/pgSQL's plain expressions only. Those make no plan, so
-- auto_explain cannot show what is in them, as it would for an argument of a query or of a function in SQL.

CREATE OR REPLACE FUNCTION k8s_fdw.base64url(content bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN rtrim(translate(encode(content, 'base64'), E'+/\n', '-_'), '=');
END $$;

-- NULL if the text is not base64url.
CREATE OR REPLACE FUNCTION k8s_fdw.from_base64url(content text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN decode(rpad(translate(content, '-_', '+/'), (length(content) + 3) / 4 * 4, '='), 'base64');
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

-- The claims of a JWT, which are not verified: the API server does that. NULL if it is none.
CREATE OR REPLACE FUNCTION k8s_fdw.jwt_claims(token text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  claims jsonb;
BEGIN
  IF token !~ '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$' THEN
    RETURN NULL;
  END IF;
  claims := convert_from(k8s_fdw.from_base64url(split_part(token, '.', 2)), 'UTF8')::jsonb;
  RETURN CASE jsonb_typeof(claims) WHEN 'object' THEN claims END;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

-- `says`: whether the token says it. If it does and there is no end, the token has none. A token of EKS is a URL that was
-- signed at a time, and EKS takes it for 15 minutes, whatever the URL itself says.
CREATE OR REPLACE FUNCTION k8s_fdw.token_end(token text, OUT says boolean, OUT begins timestamptz, OUT ends timestamptz)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  claims constant jsonb := k8s_fdw.jwt_claims(token);
  signed text;
BEGIN
  says := claims IS NOT NULL;
  IF says THEN
    begins := to_timestamp(CASE jsonb_typeof(claims->'iat') WHEN 'number' THEN (claims->>'iat')::double precision END);
    ends := to_timestamp(CASE jsonb_typeof(claims->'exp') WHEN 'number' THEN (claims->>'exp')::double precision END);
  ELSIF token LIKE 'k8s-aws-v1.%' THEN
    signed := substring(convert_from(k8s_fdw.from_base64url(substr(token, length('k8s-aws-v1.') + 1)), 'UTF8') FROM '[?&]X-Amz-Date=([0-9]{8}T[0-9]{6}Z)(?:&|$)');
    says := signed IS NOT NULL;
    begins := make_timestamptz(substr(signed, 1, 4)::int, substr(signed, 5, 2)::int, substr(signed, 7, 2)::int,
                               substr(signed, 10, 2)::int, substr(signed, 12, 2)::int, substr(signed, 14, 2)::int, 'UTC');
    ends := begins + interval '15 minutes';
  END IF;
EXCEPTION WHEN data_exception THEN
  says := false;
  begins := NULL;
  ends := NULL;
END $$;

-- So much of a token's checksum that a record can be told to be about it, and too little to find the token by.
CREATE OR REPLACE FUNCTION k8s_fdw.token_mark(token text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN left(encode(sha256(convert_to(token, 'UTF8')), 'hex'), 8);
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.time_text(moment timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC' $$;

CREATE OR REPLACE FUNCTION k8s_fdw.span_text(span interval) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN s >= 172800 THEN floor(s / 86400) || ' days' WHEN s >= 7200 THEN floor(s / 3600) || ' hours'
              WHEN s >= 120 THEN floor(s / 60) || ' minutes' ELSE floor(s) || ' s' END
    FROM (SELECT extract(epoch FROM span)) AS e (s)
$$;
