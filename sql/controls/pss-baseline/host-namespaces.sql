-- id: pss-baseline-host-namespaces
-- title: No pod shares the host's namespaces
-- severity: high
-- source: Pod Security Standards, Baseline: Host Namespaces
-- remedy: Remove hostNetwork, hostPID and hostIPC from the pod's spec.
-- reads: templates
SELECT t.kind, t.namespace, t.name,
       (SELECT string_agg(format('%sspec.%s is true', t.place, f.field), '; ')
          FROM unnest(ARRAY['hostNetwork', 'hostPID', 'hostIPC']) AS f (field) WHERE t.spec->f.field = 'true') AS alarm
  FROM templates AS t
