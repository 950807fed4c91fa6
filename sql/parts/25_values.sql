-- Owns: what can be said about one option's value without asking the cluster.
-- Never: quoting a value that is a secret, or that one may have pasted a secret into.

CREATE OR REPLACE FUNCTION k8s_fdw.reject(option text, problem text, advice text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'option "%" %', option, problem
    USING ERRCODE = 'fdw_invalid_attribute_value', HINT = advice;
END $$;

-- A bearer token anywhere in the text, in the forms that are known: a JWT, OpenShift's, Google's, AWS', DigitalOcean's, k3s', Rancher's.
CREATE OR REPLACE FUNCTION k8s_fdw.holds_token(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT value ~ '(^|[^\w-])(eyJ[\w-]+\.[\w-]+\.|sha256~|ya29\.|k8s-aws-v1\.|dop_v1_|K10[0-9a-f]{32}|(kubeconfig|token)-[\w-]+:[a-z0-9]{20}|[Bb]earer +[!-~]{16})'
$$;

-- In place of a secret's name; a name has none of these forms.
CREATE OR REPLACE FUNCTION k8s_fdw.is_token(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT value ~ '^[Bb]earer +\S' OR k8s_fdw.holds_token(value) $$;

-- Letters and digits that change places as in no word, in one piece: what a generator of tokens makes, in a form that nobody can know.
CREATE OR REPLACE FUNCTION k8s_fdw.looks_random(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT value ~ '(^|[^A-Za-z0-9])(?=[A-Za-z0-9]{24})[A-Za-z]*([0-9]+[A-Za-z]+){3}' $$;

-- What was written, for an error. A token is long, so what is long is not repeated.
CREATE OR REPLACE FUNCTION k8s_fdw.shown(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN length(written) <= 40 AND NOT k8s_fdw.holds_token(written) THEN format('"%s"', written)
              ELSE format('a text of %s characters', length(written)) END
$$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_url(option text, value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF value !~* '^https?://' THEN
    PERFORM k8s_fdw.reject(option, 'must be a URL that begins with https:// or http://',
      'For example ''https://10.0.0.1:6443'', or ''http://127.0.0.1:8001'' for a kubectl proxy.');
  ELSIF value ~ '^[^/]+//[^/?#]*@' THEN
    PERFORM k8s_fdw.reject(option, 'must not carry a user name or password',
      'Put the bearer token into api_key_id (Vault), api_key_name (Vault) or api_key.');
  ELSIF value ~ '[?#]' THEN
    PERFORM k8s_fdw.reject(option, 'must not have a query (?) or a fragment (#)',
      'Give the base URL of the API server only, with a path if it is served below one.');
  ELSIF value !~* '^https?://(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?\.?)(:0*[0-9]{1,5})?(/[!-~]*)?$' THEN
    PERFORM k8s_fdw.reject(option, 'is not a valid URL',
      'A URL is https://host:port, without spaces; an IPv6 address goes into [brackets].');
  ELSIF substring(value FROM '^[^/]+//[^/]*:([0-9]+)(?:/|$)')::numeric NOT BETWEEN 1 AND 65535 THEN
    PERFORM k8s_fdw.reject(option, 'has a port that is none: ports are numbers from 1 to 65535',
      'An API server mostly listens on 6443 or 443, a kubectl proxy on 8001.');
  END IF;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_columns(value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  example constant text := 'Write a JSON object of column name to path: ''{"name": "metadata.name"}''.';
  parsed json;
  entry record;
BEGIN
  BEGIN
    parsed := value::json;
    PERFORM value::jsonb;
  EXCEPTION WHEN data_exception THEN
    PERFORM k8s_fdw.reject('columns', 'is not valid JSON', example);
  END;
  IF json_typeof(parsed) <> 'object' THEN
    PERFORM k8s_fdw.reject('columns', format('must be a JSON object, not %s', json_typeof(parsed)), example);
  END IF;
  FOR entry IN SELECT key, json_typeof(e.value) AS type, e.value #>> '{}' AS path, count(*) OVER (PARTITION BY key) AS times
                 FROM json_each(parsed) AS e
  LOOP
    IF entry.type <> 'string' OR entry.path = '' THEN
      PERFORM k8s_fdw.reject('columns', format('must give a path for column "%s", not %s', entry.key,
        CASE WHEN entry.type = 'string' THEN 'an empty text' ELSE entry.type END), example);
    ELSIF entry.times > 1 THEN
      PERFORM k8s_fdw.reject('columns', format('names column "%s" more than once', entry.key), example);
    END IF;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.check_option_value(option text, value text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  others constant text[] := ARRAY['pods/log', 'can_i', 'api_resources', 'whoami', 'version'];
BEGIN
  IF coalesce(btrim(value, E' \t\r\n'), '') = '' THEN
    PERFORM k8s_fdw.reject(option, 'is empty', CASE option
      WHEN 'namespace' THEN 'Leave namespace out to read all namespaces.'
      ELSE 'Give it a value, or leave it out.' END);
  END IF;
  IF option NOT IN ('kubeconfig', 'api_key', 'api_key_id', 'api_key_name') AND k8s_fdw.holds_token(value) THEN
    PERFORM k8s_fdw.reject(option, 'has a bearer token in it, which does not belong there',
      'A token goes to the server, as api_key_id (Vault), api_key_name (Vault) or api_key.');
  END IF;
  IF option NOT IN ('kubeconfig', 'columns', 'api_key') AND value ~ '[[:cntrl:]]' THEN
    PERFORM k8s_fdw.reject(option, 'contains a line break or another control character', 'Remove it.');
  END IF;

  CASE option
  WHEN 'api_url' THEN
    PERFORM k8s_fdw.check_url(option, value);
  WHEN 'api_key' THEN
    -- Quotes and brackets around it come from where it was copied.
    IF btrim(value, E' \t\r\n') !~ '^[!-~]+$' OR btrim(value, E' \t\r\n') ~ '^["''<]|["''>]$' THEN
      PERFORM k8s_fdw.reject(option, 'is not a bearer token: it has white space or other characters inside',
        'Give the token alone, as ''kubectl create token …'' prints it.');
    END IF;
  WHEN 'api_key_id' THEN
    IF value !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
      PERFORM k8s_fdw.reject(option, 'must be the id (a UUID) of a Vault secret',
        'The id is what vault.create_secret() returns. For a secret''s name there is api_key_name.');
    END IF;
  WHEN 'api_key_name' THEN
    IF k8s_fdw.is_token(value) THEN
      PERFORM k8s_fdw.reject(option, 'is a token itself, and not the name of a Vault secret',
        'SELECT vault.create_secret(''<token>'', ''kubernetes''); keeps it there, and then the option is api_key_name ''kubernetes''.');
    ELSIF k8s_fdw.looks_random(value) THEN
      PERFORM k8s_fdw.reject(option, 'looks like a token, and not like the name of a Vault secret',
        'SELECT vault.create_secret(''<token>'', ''kubernetes''); and then api_key_name ''kubernetes''. If a secret has this name, give its id as api_key_id, or rename it.');
    END IF;
  WHEN 'kubeconfig' THEN
    IF value !~ '^/' AND value !~ E'[\n{]' AND NOT k8s_fdw.is_former_text(value) THEN
      PERFORM k8s_fdw.reject(option, 'is neither an absolute path nor the text of a kubeconfig',
        'A path begins with / and is one on the database server. The text is what this prints: kubectl config view --raw --minify --flatten');
    END IF;
  WHEN 'page_size' THEN
    IF value !~ '^[0-9]{1,6}$' OR value::integer NOT BETWEEN 1 AND 100000 THEN
      PERFORM k8s_fdw.reject(option, format('must be a whole number from 1 to 100000, not %s', k8s_fdw.shown(value)),
        'It is the largest number of objects that one request asks for.');
    END IF;
  WHEN 'reveal_secrets' THEN
    IF value NOT IN ('true', 'false') THEN
      PERFORM k8s_fdw.reject(option, format('must be true or false, not %s', k8s_fdw.shown(value)),
        'Without it the values of Secret objects are masked.');
    END IF;
  WHEN 'trace', 'stats', 'session_settings' THEN
    IF value NOT IN ('on', 'off', 'true', 'false') THEN
      PERFORM k8s_fdw.reject(option, format('must be on, off, true or false, not %s', k8s_fdw.shown(value)),
        'Leave it out for the default.');
    END IF;
  WHEN 'impersonate_user_setting', 'impersonate_groups_setting' THEN
    IF value !~ '^[A-Za-z_][A-Za-z0-9_$.]*$' THEN
      PERFORM k8s_fdw.reject(option, format('must be the name of a setting, not %s', k8s_fdw.shown(value)),
        'For example ''role'', or ''request.jwt.claims''.');
    END IF;
  WHEN 'impersonate_user', 'impersonate_groups', 'impersonate_user_prefix', 'impersonate_groups_prefix' THEN
    IF value !~ '^[ -~]+$' THEN
      PERFORM k8s_fdw.reject(option, 'has characters beyond printable ASCII, which no header can carry',
        'Kubernetes takes the name from a header of the request.');
    ELSIF option = 'impersonate_groups' AND value LIKE '%,%' THEN
      PERFORM k8s_fdw.reject(option, 'has several groups, and Wrappers can send only one',
        'Grant the rights to one group, or to the user, and impersonate that.');
    END IF;
  WHEN 'forbidden' THEN
    IF value NOT IN ('error', 'skip') THEN
      PERFORM k8s_fdw.reject(option, format('must be error or skip, not %s', k8s_fdw.shown(value)),
        'skip: a table of several namespaces leaves out those that may not be listed, with a warning.');
    END IF;
  WHEN 'on_error' THEN
    IF value NOT IN ('error', 'null') THEN
      PERFORM k8s_fdw.reject(option, format('must be error or null, not %s', k8s_fdw.shown(value)),
        'error: a value that does not fit its column ends the query. null: it becomes NULL, with a warning.');
    END IF;
  WHEN 'apiVersion', 'apiversion' THEN
    IF value !~ '^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[a-z]([a-z0-9-]*[a-z0-9])?$' THEN
      PERFORM k8s_fdw.reject('apiVersion', format('must be a version or group/version, not %s', k8s_fdw.shown(value)),
        'For example ''v1'' or ''apps/v1'', as the first line of a manifest has it; kubectl api-versions lists them.');
    END IF;
  WHEN 'kind' THEN
    IF value !~ '^[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?$' THEN
      PERFORM k8s_fdw.reject(option, format('must be one kind, not %s', k8s_fdw.shown(value)),
        CASE WHEN value ~ '^[A-Za-z][A-Za-z.-]*/[A-Za-z]+$' THEN 'The lines of logs are object ''pods/log''; of other subresources there are no tables.'
             ELSE 'For example ''Pod'' or ''ReplicaSet'', as a manifest has it; kubectl api-resources lists them.' END);
    END IF;
  WHEN 'object' THEN
    -- A point at the end: the core group, as in 'pods.v1.'.
    -- The names with an underscore or a slash are no resources: no plural has one.
    IF value !~ '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.?$' AND value NOT IN ('can_i', 'can_show', 'api_resources', 'pods/log') THEN
      PERFORM k8s_fdw.reject(option, format('must be a resource, not %s', k8s_fdw.shown(value)),
        CASE WHEN k8s_fdw.nearest(value, others) IS NOT NULL THEN format('Perhaps you meant ''%s''.', k8s_fdw.nearest(value, others))
             WHEN value ~ '^[A-Za-z][A-Za-z.-]*/[A-Za-z]+$' THEN 'Of subresources only ''pods/log'' is a table; an object''s status is a column of its own table.'
             ELSE 'For example ''pods'', ''deploy'', ''deployments.apps'' or ''deployments.v1.apps'', as kubectl takes it.' END);
    END IF;
  WHEN 'namespace' THEN
    IF value !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' THEN
      PERFORM k8s_fdw.reject(option, format('must be the name of one namespace, not %s', k8s_fdw.shown(value)),
        'For several give namespaces ''one,two'' instead; leave both out to read all.');
    END IF;
  WHEN 'namespaces' THEN
    IF value !~ '^ *[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])? *(, *[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])? *)*$' THEN
      PERFORM k8s_fdw.reject(option, format('must be names of namespaces with commas between them, not %s', k8s_fdw.shown(value)),
        'For example ''default,web''. Leave it out to read all namespaces.');
    END IF;
  WHEN 'alias' THEN
    PERFORM k8s_fdw.remark_path(value);
  WHEN 'columns' THEN
    PERFORM k8s_fdw.check_columns(value);
  WHEN 'comments' THEN
    BEGIN
      PERFORM jsonb_each_text(value::jsonb);
    EXCEPTION WHEN data_exception THEN
      PERFORM k8s_fdw.reject(option, 'is not a JSON object of column name to comment',
        'IMPORT FOREIGN SCHEMA writes it; by hand write COMMENT ON COLUMN.');
    END;
  WHEN 'fdw_package_url' THEN
    IF value !~ '^(file:///|https?://|wargs?://)' THEN
      PERFORM k8s_fdw.reject(option, format('must begin with file:///, https:// or http://, not %s', k8s_fdw.shown(value)),
        'For example ''file:///usr/share/postgresql/15/extension/k8s_fdw-@VERSION@.wasm''.');
    END IF;
  WHEN 'fdw_package_name' THEN
    IF value !~ '^[a-z0-9-]+:[a-z0-9-]+$' THEN
      PERFORM k8s_fdw.reject(option, format('must have the form owner:name, not %s', k8s_fdw.shown(value)),
        'The component''s own name is ''k8s-fdw:k8s-fdw''.');
    END IF;
  WHEN 'fdw_package_version' THEN
    IF value !~ '^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$' THEN
      PERFORM k8s_fdw.reject(option, format('must be a version like @VERSION@, not %s', k8s_fdw.shown(value)),
        'It is the component''s own version.');
    END IF;
  WHEN 'fdw_package_checksum' THEN
    IF value !~ '^[0-9a-f]{64}$' THEN
      PERFORM k8s_fdw.reject(option, 'must be a SHA-256 checksum: 64 hexadecimal digits',
        'In lower case. The release has it in checksum.txt; sha256sum computes it.');
    END IF;
  ELSE
    NULL;
  END CASE;
END $$;
