-- id: hygiene-ingress-tls
-- title: An Ingress is served over TLS
-- severity: medium
-- source: Kubernetes documentation: Ingress, TLS
-- remedy: Add spec.tls with the hosts and a Secret of type kubernetes.io/tls.
-- reads: ingresses
SELECT i.kind, i.namespace, i.name,
       CASE WHEN coalesce(i.spec->'tls', '[]') = '[]' THEN 'spec.tls is not set'
            ELSE (SELECT string_agg(format('spec.tls has no entry for the host %s', h.host #>> '{}'), '; ')
                    FROM jsonb_path_query(i.spec, '$.rules[*].host') AS h (host)
                   WHERE NOT EXISTS (
                     SELECT FROM jsonb_path_query(i.spec, '$.tls[*]') AS e (entry)
                      WHERE coalesce(e.entry->'hosts', '[]') = '[]' OR e.entry->'hosts' ? (h.host #>> '{}')
                         OR e.entry->'hosts' ? regexp_replace(h.host #>> '{}', '^[^.]+', '*'))) END AS alarm
  FROM ingresses AS i
