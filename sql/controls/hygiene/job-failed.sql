-- id: hygiene-job-failed
-- title: Jobs do not fail
-- severity: medium
-- source: Kubernetes documentation: Jobs
-- remedy: Look at the logs of its pods, and delete the Job when that is understood.
-- reads: workloads
SELECT w.kind, w.namespace, w.name,
       (SELECT string_agg(coalesce(nullif(concat_ws(': ', c.condition->>'reason', c.condition->>'message'), ''), 'the condition Failed is True'), '; ')
          FROM jsonb_path_query(w.status, '$.conditions[*] ? (@.type == "Failed" && @.status == "True")') AS c (condition)) AS alarm
  FROM workloads AS w WHERE w.kind = 'Job'
