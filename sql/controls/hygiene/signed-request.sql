-- id: hygiene-signed-request
-- title: Certificates that the cluster signed do not end soon
-- severity: low
-- source: Kubernetes documentation: Certificate Signing Requests
-- remedy: Ask for a new one, unless its owner has done so.
-- reads: signing_requests
SELECT r.kind, r.namespace, r.name,
       CASE WHEN e.ends < now() + interval '14 days' THEN format('the certificate in status.certificate ends at %s', to_char(e.ends AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')) END AS alarm,
       CASE WHEN e.ends IS NULL THEN 'status.certificate has no certificate that can be read' END AS skip
  FROM signing_requests AS r
 CROSS JOIN LATERAL (SELECT (SELECT c.not_after FROM k8s_fdw.certificates(r.status->>'certificate') AS c WHERE c.nth = 1) AS ends) AS e
 WHERE r.status ? 'certificate'
