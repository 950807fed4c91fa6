// The virtual column label_selector in every kind of condition gives the right rows, or an error that says what it
// takes. A word in it may have any case.
import { beforeAll, describe, expect, it } from 'vitest'
import { isOwn } from '../support/left-out.ts'
import { create } from '../support/objects.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: 'selections' } })
  for (const [name, app] of [
    ['web-1', 'web'],
    ['web-2', 'web'],
    ['db-1', 'db'],
    ['cache-1', 'cache'],
  ])
    await create('/api/v1/namespaces/selections/configmaps', {
      metadata: { name, labels: { app, all: 'x' } },
    })
  await createServer('selections')
  await run(`CREATE SCHEMA selections;
    CREATE FOREIGN TABLE selections.maps (name text, namespace text, label_selector text, data jsonb)
      SERVER selections OPTIONS (object 'configmaps', namespace 'selections');
    CREATE TABLE selections.wanted (selector text);
    INSERT INTO selections.wanted VALUES ('app=web'), ('app=db');
    CREATE FOREIGN TABLE selections.can_i (verb text, resource text, namespace text, name text, allowed boolean)
      SERVER selections OPTIONS (object 'can_i');`)
})

const names = async (sql: string): Promise<string> => (await rows(sql)).map(([name]) => name).join(' ')
const MAPS = 'FROM selections.maps'
const WEB_AND_DB = 'db-1 web-1 web-2'

describe('rows', () => {
  it.each([
    ['=', `WHERE label_selector = 'app=web'`, 'web-1 web-2'],
    ['IN', `WHERE label_selector IN ('app=web', 'app=db')`, WEB_AND_DB],
    ['= ANY', `WHERE label_selector = ANY ('{app=web,app=db,NULL}')`, WEB_AND_DB],
    [
      'IN with selectors that overlap',
      `WHERE label_selector IN ('app=web', 'all=x', 'app in (web,db)')`,
      `cache-1 ${WEB_AND_DB}`,
    ],
    [
      'IN and LIKE',
      `WHERE label_selector IN ('app=web', 'app=db') AND label_selector LIKE '%web'`,
      'web-1 web-2',
    ],
    ['two that contradict each other', `WHERE label_selector = 'app=web' AND label_selector = 'app=db'`, ''],
    ['IS NULL', `WHERE label_selector IS NULL AND name LIKE '%-%'`, `cache-1 ${WEB_AND_DB}`],
    ['none', `WHERE name LIKE '%-%'`, `cache-1 ${WEB_AND_DB}`],
  ])('%s', async (_, where, want) => {
    expect(await names(`SELECT name ${MAPS} ${where} ORDER BY name`)).toBe(want)
  })

  it('counts each object once', async () => {
    expect(await rows(`SELECT count(*) ${MAPS} WHERE label_selector IN ('app=web', 'all=x')`)).toEqual([
      ['4'],
    ])
  })

  it('of a lateral join', async () => {
    const lateral = `SELECT m.name FROM selections.wanted AS w
      CROSS JOIN LATERAL (SELECT name ${MAPS} WHERE label_selector = w.selector OFFSET 0) AS m ORDER BY m.name`
    expect(await names(lateral)).toBe(WEB_AND_DB)
  })
})

const NO_VALUE =
  /k8s_fdw\[plan\] column "label_selector" has a value only where a condition with = or IN gives it one, and none does here\. Hint: .*LATERAL \(SELECT \* FROM … WHERE label_selector = t\.label_selector OFFSET 0\)/

/** Our own host hands over values of other tables, row by row; Wrappers does not. */
describe('of another table', () => {
  it.each([
    [
      'IN with a subquery',
      `SELECT name ${MAPS} WHERE label_selector IN (SELECT selector FROM selections.wanted)`,
    ],
    [
      'EXISTS',
      `SELECT name ${MAPS} AS m WHERE EXISTS (SELECT FROM selections.wanted AS w WHERE w.selector = m.label_selector)`,
    ],
    [
      'a join',
      `SELECT m.name FROM selections.wanted AS w JOIN selections.maps AS m ON m.label_selector = w.selector`,
    ],
    [
      'a left join',
      `SELECT m.name FROM selections.wanted AS w LEFT JOIN selections.maps AS m ON m.label_selector = w.selector`,
    ],
  ])('%s', async (_, sql) => {
    if (isOwn) expect((await names(sql)).split(' ').sort().join(' ')).toBe(WEB_AND_DB)
    else expect(await failure(sql)).toMatch(NO_VALUE)
  })

  it('= with a subquery', async () => {
    const sql = `SELECT name ${MAPS} WHERE label_selector = (SELECT max(selector) FROM selections.wanted) ORDER BY 1`
    if (isOwn) expect(await names(sql)).toBe('web-1 web-2')
    else
      expect(await failure(sql)).toContain(
        'the condition on column "label_selector" has a value that is NULL, or not known when the question is asked',
      )
  })
})

describe('an error that says how', () => {
  const OR = `label_selector = 'app=web' OR label_selector = 'app=db'`
  it.each([
    ['OR', `SELECT name ${MAPS} WHERE ${OR}`],
    ['OR, counted', `SELECT count(*) ${MAPS} WHERE ${OR}`],
    ['a function', `SELECT name ${MAPS} WHERE lower(label_selector) = 'app=web'`],
    ['an expression', `SELECT name ${MAPS} WHERE label_selector || '' = 'app=web'`],
    ['CASE', `SELECT name ${MAPS} WHERE CASE WHEN label_selector = 'app=web' THEN true END`],
    ['the column in the SELECT list', `SELECT name, label_selector ${MAPS}`],
  ])('%s', async (_, sql) => {
    expect(await failure(sql)).toMatch(NO_VALUE)
  })

  it.each([
    ['LIKE', `label_selector LIKE 'app%'`, '~~'],
    ['<>', `label_selector <> 'app=web'`, '<>'],
    ['NOT IN', `label_selector NOT IN ('app=web', 'x')`, '<>'],
    ['IS NOT NULL', `label_selector IS NOT NULL`, 'IS NOT NULL'],
    ['a regular expression', `label_selector ~ 'web'`, '~'],
  ])('%s', async (_, where, operator) => {
    for (const list of ['name', '*'])
      expect(await failure(`SELECT ${list} ${MAPS} WHERE ${where}`)).toContain(
        `the condition on column "label_selector" has the operator ${operator}, and only = and IN give the column a value`,
      )
  })

  it('of what can_i would show as NULL', async () => {
    const asked = `FROM selections.can_i AS c`
    const where = `c.verb = 'get' AND c.resource = 'pods'`
    expect(
      await failure(
        `SELECT c.allowed ${asked} JOIN selections.wanted AS w ON c.namespace = w.selector WHERE ${where}`,
      ),
    ).toContain('column "namespace" has a value only where a condition with = or IN gives it one')
    expect(await failure(`SELECT allowed ${asked} WHERE ${where} AND name LIKE 'x%'`)).toContain(
      'the condition on column "name" has the operator ~~',
    )
    expect(await rows(`SELECT allowed ${asked} WHERE ${where}`)).toEqual([['t']])
  })
})

it('is a notice where the query takes all columns: nobody knows whether it compares them', async () => {
  const answer = await session(`SELECT * ${MAPS} WHERE name LIKE '%-%';`)
  expect(answer.rows.length).toBe(4)
  expect(answer.messages).toContain('NOTICE:  k8s_fdw: column "label_selector" has a value only where')
  const joined = await session(
    `SELECT * FROM selections.wanted AS w JOIN selections.maps AS m ON m.label_selector = w.selector;`,
  )
  expect(joined).toMatchObject({ failed: false })
  expect(joined.rows.length).toBe(isOwn ? 3 : 0)
  if (!isOwn)
    expect(joined.messages).toContain('where a join, OR or a function compares it, rows are missing')
})
