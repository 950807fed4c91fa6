/* Every kind of the cluster as a table (Endpoints are deprecated), and views of what belongs together. */
CREATE SCHEMA IF NOT EXISTS cluster;
IMPORT FOREIGN SCHEMA "*" EXCEPT (endpoints) FROM SERVER kind INTO cluster;
SELECT count(*) AS views FROM k8s_fdw.relations('cluster');

/* What a Deployment owns, and whether it is ready. */
SELECT * FROM k8s_fdw.tree('deployment/coredns', 'kube-system', in_schema => 'cluster');
