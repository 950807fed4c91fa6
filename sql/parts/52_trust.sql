-- Tells whether the server process trusts a cluster's certificate authority, judged by the files that it reads. No
-- certificate is verified, and nothing of a file's contents may be given out.

CREATE OR REPLACE FUNCTION k8s_fdw.pem_certificates(pem text) RETURNS text[]
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT ARRAY(SELECT translate(m[1], E' \t\r\n', '')
                 FROM regexp_matches(pem, '-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END', 'g') AS m)
$$;

-- Reads the environment of the postmaster, because a backend's own is overwritten by its title. NULL if it is not
-- known; else it may be empty.
CREATE OR REPLACE FUNCTION k8s_fdw.server_environment(variable text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  everything text;
BEGIN
  everything := '\000' || encode(pg_read_binary_file(
    format('/proc/%s/environ', split_part(pg_read_file('postmaster.pid'), E'\n', 1)), 0, 1048576), 'escape');
  RETURN coalesce(convert_from(decode(
    substring(everything FROM '\\000' || variable || '=((?:[^\\]|\\(?!000).)*)'), 'escape'), 'UTF8'), '');
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- Whole certificates are compared. A search for parts would let a caller guess what else is in the file.
CREATE OR REPLACE FUNCTION k8s_fdw.holds_certificate(path text, certificates text[]) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN certificates && k8s_fdw.pem_certificates(encode(pg_read_binary_file(path, 0, 16777216, true), 'escape'));
EXCEPTION WHEN OTHERS THEN
  RETURN false;
END $$;

-- What SSL_CERT_FILE names, '' if it names nothing, and NULL if it is not known. For roles that may read the server's
-- files.
CREATE OR REPLACE FUNCTION k8s_fdw.trust_file() RETURNS text
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT k8s_fdw.server_environment('SSL_CERT_FILE') $$;

-- `by_file` says whether SSL_CERT_FILE names a file. This runs with its owner's rights, because a caller learns nothing
-- from it but whether a CA is trusted.
CREATE OR REPLACE FUNCTION k8s_fdw.trusts(certificates text[], OUT trusted boolean, OUT by_file boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  path text;
  folder text;
  file text := k8s_fdw.server_environment('SSL_CERT_FILE');
  folders text;
BEGIN
  by_file := file <> '';
  -- Without a certificate there is nothing to look for in all those files.
  IF cardinality(certificates) = 0 THEN
    RETURN;
  END IF;
  folders := k8s_fdw.server_environment('SSL_CERT_DIR');
  trusted := CASE WHEN file IS NOT NULL THEN false END;
  file := nullif(file, '');
  FOREACH path IN ARRAY CASE WHEN file IS NOT NULL THEN ARRAY[file] ELSE ARRAY[
    '/etc/ssl/certs/ca-certificates.crt', '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', '/etc/pki/tls/certs/ca-bundle.crt',
    '/etc/ssl/cert.pem', '/etc/ssl/ca-bundle.pem', '/usr/lib/ssl/cert.pem', '/usr/local/ssl/cert.pem'] END
  LOOP
    IF k8s_fdw.holds_certificate(path, certificates) THEN
      trusted := true;
      RETURN;
    END IF;
  END LOOP;
  -- OpenSSL finds a CA in a folder by the file's name, which is the hash of the CA's subject.
  FOREACH folder IN ARRAY string_to_array(coalesce(nullif(folders, ''), '/etc/ssl/certs:/usr/lib/ssl/certs:/etc/pki/tls/certs'), ':') LOOP
    BEGIN
      IF (SELECT bool_or(k8s_fdw.holds_certificate(folder || '/' || name, certificates))
            FROM pg_ls_dir(folder, true, false) AS name WHERE name ~ '^[0-9a-f]{8}\.[0-9]+$') THEN
        trusted := true;
        RETURN;
      END IF;
    EXCEPTION WHEN OTHERS THEN
      trusted := NULL;
    END;
  END LOOP;
END $$;

-- The PEM text that a kubeconfig names for a cluster; NULL if it cannot be read.
CREATE OR REPLACE FUNCTION k8s_fdw.kubeconfig_authority(cluster jsonb, folder text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  data text := coalesce(cluster->>'certificate-authority-data', '');
BEGIN
  IF data <> '' THEN
    RETURN convert_from(decode(data, 'base64'), 'UTF8');
  ELSIF has_function_privilege('k8s_fdw.read_server_file(text)', 'EXECUTE') THEN
    RETURN k8s_fdw.read_server_file(k8s_fdw.kubeconfig_path(cluster->>'certificate-authority', folder));
  END IF;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- Refuses a cluster whose CA is certainly not trusted, and cautions if that cannot be told.
CREATE OR REPLACE FUNCTION k8s_fdw.check_authority(cluster jsonb, name text, folder text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  certificates text[];
  trusted boolean;
  by_file boolean;
  file text;
  problem text;
  advice text;
BEGIN
  IF cluster->>'server' !~* '^https:' OR coalesce(cluster->>'certificate-authority-data', '')
                                         || coalesce(cluster->>'certificate-authority', '') = '' THEN
    RETURN;
  END IF;
  certificates := coalesce(k8s_fdw.pem_certificates(k8s_fdw.kubeconfig_authority(cluster, folder)), '{}');
  SELECT t.trusted, t.by_file INTO trusted, by_file FROM k8s_fdw.trusts(certificates) AS t;
  IF trusted THEN
    RETURN;
  END IF;
  IF by_file AND has_function_privilege('k8s_fdw.trust_file()', 'EXECUTE') THEN
    file := k8s_fdw.trust_file();
  END IF;
  advice := CASE
      WHEN by_file IS NOT TRUE THEN 'Save the CA as /usr/local/share/ca-certificates/kubernetes.crt on the database''s machine and run update-ca-certificates there; '
        'or name a file with it as SSL_CERT_FILE in the environment of the PostgreSQL server process, and restart that.'
      ELSE format('Append the CA to %s SSL_CERT_FILE names in the environment of the PostgreSQL server process.', coalesce(file || ', which', 'the file that')) END
    || format(' This prints it: kubectl config view --raw --flatten -o jsonpath=%s | base64 -d. ',
         k8s_fdw.shell_word(format('{.clusters[?(@.name==%s)].cluster.certificate-authority-data}', to_json(name))))
    || format('To go on without this check: OPTIONS (kubeconfig …, api_url %L).', cluster->>'server');
  IF trusted IS NULL THEN
    problem := format('cannot tell whether the PostgreSQL server process trusts the certificate authority of cluster "%s"; '
                      'the kubeconfig''s own is not passed on', name);
    PERFORM k8s_fdw.caution(problem, advice, folder IS NULL);
  ELSE
    PERFORM k8s_fdw.refuse_kubeconfig(format('the PostgreSQL server process does not trust the certificate authority of cluster "%s", '
                                             'and Wrappers cannot be given one', name), advice);
  END IF;
END $$;
