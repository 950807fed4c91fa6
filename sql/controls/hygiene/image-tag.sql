-- id: hygiene-image-tag
-- title: Images have a tag that stays
-- severity: medium
-- source: Kubernetes documentation: Images, image names
-- remedy: Name a version, or better the digest: with latest nobody knows what runs, and a rollback brings the same.
-- reads: templates, containers
SELECT t.kind, t.namespace, t.name, b.problems AS alarm
  FROM templates AS t
  LEFT JOIN (
    SELECT c.id, string_agg(format('%s.image is %s', c.place, c.container->>'image'), '; ' ORDER BY c.place) AS problems
      FROM containers AS c WHERE c.container->>'image' !~ '@' AND c.container->>'image' !~ ':(?!latest$)[^/]+$' GROUP BY c.id) AS b USING (id)
