// What the planner knows of tables on our own host: how many rows they have, and which joins narrow a request.
import { beforeAll, expect, it } from 'vitest'
import { describeUnless, needsOwnHost } from '../support/left-out.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'

const explained = async (
  sql: string,
  options = 'ANALYZE, COSTS off, TIMING off, SUMMARY off',
): Promise<string> => (await rows(`EXPLAIN (${options}) ${sql}`)).flat().join('\n')

const requestsOf = (plan: string): number[] =>
  [...plan.matchAll(/ Requests: (\d+)/g)].map(([, count]) => Number(count))

describeUnless(needsOwnHost, 'the planner', () => {
  beforeAll(async () => {
    await createServer('planned')
    await run(`DROP SCHEMA IF EXISTS planned CASCADE; CREATE SCHEMA planned;
      CREATE FOREIGN TABLE planned.pods (name text, namespace text, uid uuid, labels jsonb,
        node text OPTIONS (alias 'spec.nodeName'), ip text OPTIONS (alias 'status.podIP'),
        image text OPTIONS (alias 'spec.containers[0].image'))
        SERVER planned OPTIONS (apiVersion 'v1', kind 'Pod');
      CREATE FOREIGN TABLE planned.namespaces (name text) SERVER planned OPTIONS (object 'namespaces');
      CREATE VIEW planned.twice AS SELECT uid FROM planned.pods UNION ALL SELECT uid FROM planned.pods;
      CREATE TABLE planned.wanted (name text, namespace text);
      INSERT INTO planned.wanted VALUES ('etcd-master', 'kube-system'), ('kube-scheduler-master', 'kube-system');
      ANALYZE planned.wanted;`)
  })

  it('believes 1,000 rows of a table of which nothing is known, and what the session saw last', async () => {
    const [first, , second] = await rows(`EXPLAIN SELECT * FROM planned.pods;
      SELECT count(*) > 100 FROM planned.pods;
      EXPLAIN SELECT * FROM planned.pods;`)
    expect(first?.[0]).toContain('rows=1000 ')
    expect(
      (second?.[0] ?? '') + JSON.stringify(await rows('SELECT count(*) FROM planned.pods')),
    ).not.toContain('rows=1000 ')
  })

  it('knows rows and values after ANALYZE', async () => {
    await run('ANALYZE planned.pods')
    const [count] = await rows(`SELECT c.reltuples = (SELECT count(*) FROM planned.pods),
      (SELECT n_distinct FROM pg_stats WHERE schemaname = 'planned' AND tablename = 'pods' AND attname = 'uid')
      FROM pg_class AS c WHERE oid = 'planned.pods'::regclass`)
    expect(count).toEqual(['t', '-1'])
    expect(await explained("SELECT * FROM planned.pods WHERE namespace = 'kube-system'", 'COSTS on')).toMatch(
      /rows=7 /,
    )
  })

  it('asks for the objects of a small other side by name', async () => {
    const plan = await explained(
      'SELECT p.ip FROM planned.wanted AS w JOIN planned.pods AS p ON p.name = w.name',
    )
    expect(plan).toContain('Nested Loop')
    expect(plan).toContain('fieldSelector=metadata.name%3Detcd-master')
    expect(requestsOf(plan)).toEqual([2])
    expect(
      await rows('SELECT p.name FROM planned.wanted AS w JOIN planned.pods AS p USING (name) ORDER BY 1'),
    ).toEqual([['etcd-master'], ['kube-scheduler-master']])
  })

  it('reads a table whose join would not narrow the request once', async () => {
    const plan = await explained(
      'SELECT 1 FROM planned.wanted AS w JOIN planned.pods AS p ON p.image = w.name',
    )
    expect(requestsOf(plan)).toEqual([1])
  })

  it('hashes a join of a table with itself', async () => {
    const plan = await explained('SELECT count(*) FROM planned.pods AS a JOIN planned.pods AS b USING (uid)')
    expect(plan).toMatch(/Hash Join|Merge Join/)
    expect(requestsOf(plan)).toEqual([1, 1])
  })

  it('lets several workers ask at once', async () => {
    const plan = await explained(`SELECT count(*) FROM (SELECT uid FROM planned.pods
      UNION ALL SELECT uid FROM planned.pods) AS twice`)
    expect(plan).not.toContain('Gather')
    await run(`CREATE OR REPLACE FUNCTION planned.in_parallel() RETURNS SETOF text LANGUAGE plpgsql AS $$
      BEGIN
        SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0;
        RETURN QUERY EXECUTE 'EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) SELECT count(*) FROM planned.twice';
      END $$`)
    const parallel = (await rows('SELECT * FROM planned.in_parallel()')).flat().join('\n')
    expect(parallel).toContain('Parallel Append')
    expect(parallel).toMatch(/Workers Launched: [12]/)
    expect(
      await rows('SELECT count(*) = 2 * (SELECT count(*) FROM planned.pods) FROM planned.twice'),
    ).toEqual([['t']])
  })

  it('says in EXPLAIN what will be requested, and what is known only when it runs', async () => {
    const plain = await explained(
      "SELECT name FROM planned.pods WHERE namespace = 'kube-system'",
      'COSTS off',
    )
    expect(plain).toMatch(/Request: GET https:\/\/[^ ]*\/api\/v1\/namespaces\/kube-system\/pods\?/)
    const later = await explained(
      "SELECT name FROM planned.pods WHERE namespace = current_setting('role')",
      'COSTS off',
    )
    expect(later).toMatch(
      /Request: GET https:\/\/[^ ]*\/api\/v1\/pods\?.*\(narrowed when it runs by namespace\)/,
    )
  })
})
