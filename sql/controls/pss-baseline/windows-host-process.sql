-- id: pss-baseline-windows-host-process
-- title: No Windows pod is a process of the host
-- severity: high
-- source: Pod Security Standards, Baseline: HostProcess
-- remedy: Remove windowsOptions.hostProcess.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name,
       concat_ws('; ',
         CASE WHEN t.security @> '{"windowsOptions": {"hostProcess": true}}' THEN t.place || 'spec.securityContext.windowsOptions.hostProcess is true' END,
         b.problems) AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(c.place || '.securityContext.windowsOptions.hostProcess is true', '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.security @> '{"windowsOptions": {"hostProcess": true}}' GROUP BY c.id) AS b USING (id)
