-- What a rule of a Role or ClusterRole allows, by the rules of the API server's RBAC authorizer.

-- Whether a list of a rule names a value, or all of them.
CREATE OR REPLACE FUNCTION k8s_fdw.rule_names(names jsonb, value text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(names ?| ARRAY['*', value], false);

-- A subresource stands behind its resource, as in pods/log; "*/log" names that of every resource. A rule with names of
-- objects says nothing of requests without one, such as a list.
CREATE OR REPLACE FUNCTION k8s_fdw.rule_allows(rule jsonb, verb text, resource text, api_group text DEFAULT '', name text DEFAULT NULL) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN k8s_fdw.rule_names(rule->'verbs', verb)
  AND k8s_fdw.rule_names(rule->'apiGroups', api_group)
  AND (k8s_fdw.rule_names(rule->'resources', resource)
       OR resource LIKE '%/%' AND coalesce(rule->'resources' ? ('*/' || substr(resource, strpos(resource, '/') + 1)), false))
  AND (coalesce(rule->'resourceNames', '[]') IN ('[]', 'null') OR coalesce(rule->'resourceNames' ? coalesce(name, ''), false));

-- The same for a path that is no resource, such as /healthz: a rule's own may end in "*".
CREATE OR REPLACE FUNCTION k8s_fdw.rule_allows_url(rule jsonb, verb text, url text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN k8s_fdw.rule_names(rule->'verbs', verb) AND EXISTS (
  SELECT FROM jsonb_array_elements_text(CASE jsonb_typeof(rule->'nonResourceURLs') WHEN 'array' THEN rule->'nonResourceURLs' ELSE '[]' END) AS u (one)
   WHERE u.one = '*' OR u.one = url OR u.one LIKE '%*' AND starts_with(url, rtrim(u.one, '*')));
