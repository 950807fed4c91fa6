-- What renew() reckons by itself. What it asks of clusters and clouds is test/e2e's.
\pset format unaligned
\pset tuples_only on
\pset null NULL
SET TimeZone = 'UTC';
CREATE FUNCTION jwt(claims text) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws('.', k8s_fdw.base64url('{"alg":"RS256"}'), k8s_fdw.base64url(convert_to(claims, 'UTF8')), 'c2ln') $$;
-- base64url as RFC 4648 has it, without padding, and back
SELECT k8s_fdw.base64url(b::bytea), convert_from(k8s_fdw.from_base64url(k8s_fdw.base64url(b::bytea)), 'UTF8') FROM unnest(ARRAY['', 'f', 'fo', 'foo', 'foob', '\xfbff']) WITH ORDINALITY AS t (b, n) WHERE b <> '\xfbff';
SELECT k8s_fdw.base64url('\xfbff'), k8s_fdw.from_base64url('-_8'), k8s_fdw.from_base64url('!');
SELECT length(k8s_fdw.base64url(convert_to(repeat('x', 100), 'UTF8')));
-- when a token ends, as it says itself
SELECT says, begins, ends FROM k8s_fdw.token_end(jwt('{"iat": 1700000000, "exp": 1700003600}'));
SELECT says, begins, ends FROM k8s_fdw.token_end(jwt('{"exp": 1700003600.5}'));
SELECT says, begins, ends FROM k8s_fdw.token_end(jwt('{"sub": "ä"}'));
SELECT says, begins, ends FROM k8s_fdw.token_end(jwt('{"exp": "soon"}'));
SELECT says, begins, ends FROM k8s_fdw.token_end(jwt('{"exp": 1e300}'));
SELECT says, begins, ends FROM unnest(ARRAY['opaque', '', 'a.b.c', 'eyJ.e30.', jwt('[1]'), 'k8s-aws-v1.', 'k8s-aws-v1.!', NULL]) AS t, k8s_fdw.token_end(t);
SELECT says, begins, ends FROM k8s_fdw.token_end('k8s-aws-v1.' || k8s_fdw.base64url('https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&X-Amz-Date=20260301T101112Z&X-Amz-Expires=60'));
SELECT says, begins, ends FROM k8s_fdw.token_end('k8s-aws-v1.' || k8s_fdw.base64url('https://sts.eu-west-1.amazonaws.com/?X-Amz-Date=20261301T101112Z'));
-- forms, as WHATWG's URL standard reads them
SELECT k8s_fdw.form('grant_type', 'client_credentials', 'secret', 'a b&c=d~e+ä/', 'scope', NULL, 'x', '');
-- where secrets may be sent
SELECT u || ': ' || attempt(format('SELECT k8s_fdw.check_login_url(%L)', u)) FROM unnest(ARRAY[
  'https://login.example/token', 'http://127.0.0.1:8080/token', 'http://localhost/x', 'http://[::1]:1/', 'http://login.example/token',
  'http://127.0.0.1.example/', 'http://localhost.example', 'https://user@login.example/', 'https://login.example/?a=b', 'login.example']) AS u;
-- what a renewal may refuse
CREATE SERVER s FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'http://h');
SELECT attempt($$SELECT k8s_fdw.renew('t')$$);
SELECT attempt($$SELECT k8s_fdw.renew('s')$$);
SELECT attempt($$SELECT k8s_fdw.keep_token(oid, 's', '{}', NULL, NULL, 'x') FROM pg_foreign_server$$);
SELECT attempt($$ALTER SERVER s OPTIONS (ADD login 'password')$$);
SELECT attempt($$ALTER SERVER s OPTIONS (ADD login_seconds '1 h')$$);
ALTER SERVER s OPTIONS (ADD login 'service_account');
SELECT attempt($$SELECT k8s_fdw.renew('s')$$);
SELECT k8s_fdw.login_record('{}'), k8s_fdw.login_record('{"login_record": "x"}'), k8s_fdw.login_record('{"login_record": "{\"ends\": \"soon\"}"}');
-- a refused login is told without its secrets
SELECT attempt($$SELECT k8s_fdw.login_refused('https://h/token', 400, '{"error": "invalid_grant", "error_description": "the secret s%cret\nor s%25cret is wrong"}', ARRAY['s%cret', NULL], 'Try another.')$$);
SELECT attempt($$SELECT k8s_fdw.login_refused('https://h/token', 502, NULL, '{}', 'Try again.')$$);
