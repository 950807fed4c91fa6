-- Makes servers on k8s_fdw's own host that a dump has to keep: from a file, from a text, and with a mapping by hand.

CREATE EXTENSION k8s_fdw;
CREATE FUNCTION config(login text) RETURNS text LANGUAGE sql AS $$
  SELECT format('{"current-context": "x", "clusters": [{"name": "c", "cluster": {"server": "https://c", "tls-server-name": "kubernetes", "certificate-authority-data": "%s"}}],
    "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}], "users": [{"name": "u", "user": %s}]}',
    translate(encode(E'-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n', 'base64'), E'\n', ''), login) $$;
DO $$
BEGIN
  PERFORM server_file('token', 'abc');
  EXECUTE format('CREATE SERVER by_file FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L)', server_file('kubeconfig', config('{"tokenFile": "k8s_fdw_test_token"}')));
  EXECUTE format('CREATE SERVER by_text FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig %L)', config('{"username": "jane", "password": "it''s \\\\ secret"}'));
END $$;
CREATE SERVER by_hand FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'https://c', request_timeout '5s');
CREATE USER MAPPING FOR PUBLIC SERVER by_hand OPTIONS (token 'abc');
CREATE USER MAPPING FOR CURRENT_USER SERVER by_hand OPTIONS (token 'def');
CREATE FOREIGN TABLE pods (name varchar(63), images text[] OPTIONS (alias '{.spec.containers[*].image}')) SERVER by_hand OPTIONS (object 'pods');
