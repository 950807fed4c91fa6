-- id: hygiene-ca-bundle
-- title: CAs of webhooks and aggregated APIs do not end soon
-- severity: high
-- source: Kubernetes documentation: Dynamic Admission Control
-- remedy: Renew the CA and put it into caBundle: when it has ended, the API server refuses what the webhook is about.
-- reads: bundles
SELECT b.kind, b.namespace, b.name,
       string_agg(CASE WHEN e.ends < now() + interval '14 days' THEN format('%s ends at %s', b.place, to_char(e.ends AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')) END, '; ' ORDER BY b.place) AS alarm,
       string_agg(CASE WHEN e.ends IS NULL THEN format('%s has no certificate that can be read', b.place) END, '; ' ORDER BY b.place) AS skip
  FROM bundles AS b
 CROSS JOIN LATERAL (SELECT (SELECT max(c.not_after) FROM k8s_fdw.certificates(b.bundle) AS c) AS ends) AS e
 GROUP BY b.kind, b.namespace, b.name
