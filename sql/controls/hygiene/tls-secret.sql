-- id: hygiene-tls-secret
-- title: Certificates in Secrets do not end soon
-- severity: high
-- source: Kubernetes documentation: Secret, TLS Secrets
-- remedy: Renew the certificate.
-- reads: secrets
SELECT s.kind, s.namespace, s.name,
       CASE WHEN e.ends < now() + interval '14 days' THEN format('the certificate in tls.crt ends at %s', to_char(e.ends AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')) END AS alarm,
       CASE WHEN s.data->>'tls.crt' = '***' THEN 'the values of Secrets are masked: a table with reveal_secrets shows them, to whoever may read it'
            WHEN e.ends IS NULL THEN 'tls.crt has no certificate that can be read' END AS skip
  FROM secrets AS s
 CROSS JOIN LATERAL (SELECT (SELECT c.not_after FROM k8s_fdw.certificates(s.data->>'tls.crt') AS c WHERE c.nth = 1) AS ends) AS e
 WHERE s.type = 'kubernetes.io/tls'
