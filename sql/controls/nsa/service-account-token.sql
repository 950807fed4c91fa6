-- id: nsa-service-account-token
-- title: Pods get a token of the API only if that is said
-- severity: medium
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Protecting Pod service account tokens
-- remedy: Set automountServiceAccountToken to false for the ServiceAccount, and to true for pods that ask the API.
-- reads: templates, service_accounts
SELECT t.kind, t.namespace, t.name,
       CASE WHEN t.spec->'automountServiceAccountToken' IS NULL AND a.automount IS DISTINCT FROM false
            THEN format('%sspec.automountServiceAccountToken is not set, nor is that of ServiceAccount %s false', t.place, t.service_account) END AS alarm
  FROM templates AS t LEFT JOIN service_accounts AS a ON a.namespace = t.namespace AND a.name = t.service_account
