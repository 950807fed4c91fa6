/* Your own cluster, by a kubeconfig that the user of this Postgres may read:
     CREATE SERVER mine FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig '/path/to/kubeconfig');
     CREATE SCHEMA mine;
     IMPORT FOREIGN SCHEMA "*" FROM SERVER mine INTO mine;
   And first of all, when something fails: */
SELECT "check", ok, hint FROM k8s_fdw.check('kind') WHERE "check" !~ 'may list';
