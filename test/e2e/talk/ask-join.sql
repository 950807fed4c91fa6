CREATE TABLE IF NOT EXISTS teams (component text PRIMARY KEY, team text, channel text);
TRUNCATE teams;
INSERT INTO teams VALUES ('kube-dns', 'Network', '#dns'), ('etcd', 'Storage', '#etcd-on-call'), ('kube-apiserver', 'Platform', '#api');

/* Whom to call for which pod: a table of your own beside the cluster's. */
SELECT p.name, t.team, t.channel
  FROM pods AS p
  LEFT JOIN teams AS t ON t.component = coalesce(p.labels->>'component', p.labels->>'k8s-app')
 ORDER BY t.team NULLS LAST, p.name;
