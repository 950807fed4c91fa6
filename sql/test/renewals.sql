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
-- AWS' own examples of Signature Version 4: two of its test suite, and one of Amazon S3's documentation
SELECT k8s_fdw.aws_signature('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', '20150830T123600Z', 'us-east-1', 'service',
  E'GET\n/\nParam1=value1&Param2=value2\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  = 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500';
SELECT k8s_fdw.aws_signature('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', '20150830T123600Z', 'us-east-1', 'service',
  E'GET\n/\n\nhost:example.amazonaws.com\nmy-header1:value2,value2,value1\nx-amz-date:20150830T123600Z\n\nhost;my-header1;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  = 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea';
SELECT k8s_fdw.aws_signature('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '20130524T000000Z', 'us-east-1', 's3',
  E'GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\nx-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\nx-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41';
-- the same URL that botocore signs, whatever the order of its parameters
\set botocore `cat "$REPOSITORY/sql/test/support/sigv4.json"`
SELECT count(*), bool_and(ours.url = theirs.url AND ours.fields = theirs.fields)
  FROM jsonb_to_recordset(:'botocore'::jsonb->'cases') AS c (region text, cluster text, key text, secret text, session text, moment text, url text)
  CROSS JOIN LATERAL (SELECT split_part(u, '?', 1) AS url, ARRAY(SELECT f FROM unnest(string_to_array(split_part(u, '?', 2), '&')) AS f ORDER BY f COLLATE "C") AS fields
                        FROM convert_from(k8s_fdw.from_base64url(substr(k8s_fdw.eks_token(split_part(c.url, '/', 3), c.region, c.cluster, c.key, c.secret, c.session, c.moment), 12)), 'UTF8') AS u) AS ours
  CROSS JOIN LATERAL (SELECT split_part(c.url, '?', 1) AS url, ARRAY(SELECT f FROM unnest(string_to_array(split_part(c.url, '?', 2), '&')) AS f ORDER BY f COLLATE "C") AS fields) AS theirs;
-- RFC 4231, test cases 1 and 6
SELECT k8s_fdw.hmac_sha256(decode(repeat('0b', 20), 'hex'), 'Hi There') = '\xb0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  k8s_fdw.hmac_sha256(decode(repeat('aa', 131), 'hex'), 'Test Using Larger Than Block-Size Key - Hash Key First') = '\x60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54';
-- what is no key
SELECT p, k8s_fdw.rsa_sha256(p, 'x') FROM unnest(ARRAY['', 'key', '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----', E'-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----', NULL]) AS p;
-- logins that lack something
ALTER SERVER s OPTIONS (SET login 'eks');
SELECT o || ': ' || attempt(format('SELECT k8s_fdw.renew(''s'') FROM (SELECT k8s_fdw.set_server_options(''s'', k8s_fdw.options_of_server(oid), k8s_fdw.options_of_server(oid) || %L::jsonb) FROM pg_foreign_server OFFSET 0) AS made', o))
  FROM unnest(ARRAY['{"login": "eks"}', '{"login": "eks", "login_cluster": "c", "login_region": "r"}', '{"login": "azure", "login_client": "a"}', '{"login": "azure", "login_client": "a", "login_tenant": "a/b"}',
                    '{"login": "google", "login_secret": "nowhere"}', '{"login": "oidc", "login_client": "a"}', '{"login": "oidc", "login_client": "a", "login_url": "http://idp.example"}']) AS o;
SELECT attempt(format($$ALTER SERVER s OPTIONS (ADD login_secret %L)$$, v)) FROM unnest(ARRAY['{"type": "service_account"}', 'wJalrXUtnFEMI1K7MDENG2bPxRfiCYEXAMPLEKEY', 'eks keys']) AS v;
-- secrets of another form, of which nothing is shown
SELECT stand_in_vault();
ALTER SERVER s OPTIONS (ADD login_secret 'x');
SELECT s.login || ': ' || attempt(format($$SELECT k8s_fdw.renew('s') FROM (SELECT vault.create_secret(%L, 'x'), k8s_fdw.set_server_options('s', k8s_fdw.options_of_server(oid), k8s_fdw.options_of_server(oid)
    || '{"login": "%s", "login_cluster": "c", "login_region": "r", "login_client": "a!", "login_url": "https://127.0.0.1"}') FROM pg_foreign_server OFFSET 0) AS made$$, s.secret, s.login))
  FROM (VALUES ('eks', 'hunter2'), ('eks', '{"AccessKeyId": "AKIA1234"}'), ('google', 'hunter2'), ('google', '{"type": "service_account", "client_email": "a", "private_key": "hunter2"}'),
               ('google', '{"type": "external_account"}'), ('oidc', '{"client_secret": "hunter2"}')) AS s (login, secret);
