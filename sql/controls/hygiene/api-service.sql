-- id: hygiene-api-service
-- title: Aggregated APIs answer
-- severity: high
-- source: Kubernetes documentation: Kubernetes API Aggregation Layer
-- remedy: Mend or delete what serves it: while it is away, namespaces are not deleted and discovery fails.
-- reads: api_services
SELECT a.kind, a.namespace, a.name,
       CASE WHEN NOT coalesce(jsonb_path_exists(a.status, '$.conditions[*] ? (@.type == "Available")'), false) THEN 'it has no condition Available'
            ELSE (SELECT string_agg(coalesce(nullif(concat_ws(': ', c.condition->>'reason', c.condition->>'message'), ''), 'the condition Available is not True'), '; ')
                    FROM jsonb_path_query(a.status, '$.conditions[*] ? (@.type == "Available" && @.status != "True")') AS c (condition)) END AS alarm
  FROM api_services AS a
