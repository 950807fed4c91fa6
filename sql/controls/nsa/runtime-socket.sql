-- id: nsa-runtime-socket
-- title: No pod has the socket of the container runtime, or a folder that has it in it
-- severity: critical
-- source: NSA/CISA Kubernetes Hardening Guide v1.2: Protecting Pod service environments
-- remedy: Remove the volume: who has the socket is root on the node. Build images without it, for example with BuildKit.
-- reads: templates, volumes
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT v.id, string_agg(format('%s.hostPath is %s', v.place, v.volume #>> '{hostPath,path}'), '; ' ORDER BY v.place) AS problems
      FROM volumes AS v
     WHERE v.volume #>> '{hostPath,path}' ~ '(docker|dockershim|cri-dockerd|containerd|crio|podman)\.sock/*$'
        OR v.volume #>> '{hostPath,path}' ~ '^/+((var/+)?(run(/+(docker|containerd|crio|podman))?/*)?)?$'
     GROUP BY v.id) AS b USING (id)
