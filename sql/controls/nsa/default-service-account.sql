-- id: nsa-default-service-account
-- title: Pods have a ServiceAccount of their own
-- severity: low
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Protecting Pod service account tokens
-- remedy: Make a ServiceAccount with the rights that the pod needs, and name it in serviceAccountName.
-- reads: templates
SELECT t.kind, t.namespace, t.name,
       CASE WHEN t.service_account = 'default' THEN format('%sspec.serviceAccountName is default', t.place) END AS alarm
  FROM templates AS t
