-- id: nsa-default-namespace
-- title: Nothing runs in the namespace default
-- severity: low
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Namespaces
-- remedy: Give each application a namespace, to which its policies and rights belong.
-- reads: templates
SELECT t.kind, t.namespace, t.name, CASE WHEN t.namespace = 'default' THEN 'it is in the namespace default' END AS alarm
  FROM templates AS t
