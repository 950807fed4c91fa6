/* What is not as it should be, the worst first. */
SELECT severity, title, count(*) AS objects, min(kind || ' ' || name) AS "for example"
  FROM k8s_fdw.controls('cluster')
 WHERE status = 'alarm' AND namespace = 'kube-system'
 GROUP BY severity, title
 ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], severity), objects DESC, title
 LIMIT 8;
