-- id: hygiene-certificate
-- title: Certificates of cert-manager do not end soon
-- severity: high
-- source: cert-manager documentation: Certificate resource
-- remedy: See why it is not renewed: kubectl describe certificate, and its CertificateRequests.
-- reads: certificates
SELECT c.kind, c.namespace, c.name,
       CASE WHEN c.status->>'notAfter' IS NULL THEN 'status.notAfter is not set: it was never issued'
            WHEN (c.status->>'notAfter')::timestamptz < now() + interval '14 days' THEN format('status.notAfter is %s', c.status->>'notAfter') END AS alarm
  FROM certificates AS c
