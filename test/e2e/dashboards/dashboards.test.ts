// The dashboards of deploy/grafana over a small shop: every query runs as Grafana sends it, as the role that
// docs/dashboards.md makes, and gives what its panel needs. kubectl and the shop's own story say what is right, and the
// pictures of the page are what the queries give.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inRoot } from '../../../tools/paths.ts'
import {
  DASHBOARDS,
  panelsOf,
  queriesOf,
  queryOf,
  readDashboard,
  sourceOf,
  type Name,
} from '../../support/grafana/dashboard.ts'
import type { Chosen } from '../../support/grafana/expand.ts'
import { drawHistory, drawOverview, type Rows } from '../../support/grafana/pictures.ts'
import { transform } from '../../support/grafana/transform.ts'
import { readPage, sqlBlocks } from '../../support/markdown.ts'
import { begin, BEGINS, end, NODES, RANGE, setClock, SPACES, STORY } from '../support/dashboards.ts'
import { runIn } from '../support/docs.ts'
import { ask, printed, type Answer, type Session } from '../support/grafana.ts'
import { kubectl } from '../support/kubectl.ts'
import { describeUnless, needsToRunOnce } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { run } from '../support/sql.ts'

const DATABASE = 'k8s_fdw_dashboards'
const GRAFANA: Session = { database: DATABASE, role: 'grafana' }
const ALL = { values: [], all: 'namespace' }
const ours = { values: [...SPACES] }
const chosen = (schema: string, namespace: Chosen[string] = ours): Chosen => ({
  datasource: { values: ['postgres'] },
  schema: { values: [schema] },
  namespace,
  table: { values: ['deployments'] },
})

/** Wrappers makes no difference to what is asked here; each query was run there once. */
describeUnless(needsToRunOnce, 'deploy/grafana', () => {
  beforeAll(async () => {
    const { apiServer, token } = provided()
    await begin()
    await run(
      `DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE); DROP ROLE IF EXISTS grafana; CREATE DATABASE ${DATABASE};`,
    )
    await runIn(
      DATABASE,
      `CREATE EXTENSION k8s_fdw;
       CREATE SERVER kind FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url '${apiServer}', max_rows '10000', max_bytes '256MB', session_settings 'off');
       CREATE USER MAPPING FOR PUBLIC SERVER kind OPTIONS (token '${token}');`,
    )
    for (const { sql } of sqlBlocks(readPage('docs/dashboards.md'))) {
      const { messages } = await runIn(DATABASE, `SET client_min_messages = warning;\n${sql}`)
      expect(messages).toBe('')
    }
    // The shop's morning was longer ago than the page keeps a history.
    await runIn(DATABASE, `UPDATE k8s_fdw.kept_tables SET keep_for = NULL;\n${setClock(BEGINS)}`)
    for (const [time, happens] of STORY) {
      await happens()
      await runIn(
        DATABASE,
        `SET client_min_messages = error; CALL k8s_fdw.follow('kept', times => 1);\n${setClock(time)}`,
      )
    }
  })

  afterAll(async () => {
    await run(`DROP DATABASE ${DATABASE} WITH (FORCE); DROP ROLE grafana;`)
    await end()
  })

  const CASES: readonly [Name, string][] = [
    ['cluster-overview', 'cluster'],
    ['cluster-overview', 'kept'],
    ['history', 'kept'],
  ]
  const answers = new Map<string, Map<string, Answer>>()
  const answersOf = (name: Name, schema: string): Map<string, Answer> =>
    answers.get(`${name} ${schema}`) ?? expect.fail(`${name} was not asked`)
  const answerTo = (name: Name, schema: string, title: string): Answer =>
    answersOf(name, schema).get(title) ?? expect.fail(`there is no query ${title}`)

  describe.each(CASES)('%s over %s', (name, schema) => {
    const dashboard = readDashboard(name)

    beforeAll(async () => {
      answers.set(`${name} ${schema}`, await ask(GRAFANA, queriesOf(dashboard), chosen(schema), RANGE))
    })

    it.each(queriesOf(dashboard))('$title finds rows, and the columns of its form', ({ title, format }) => {
      const { rows, types, columns } = answerTo(name, schema, title)
      expect(rows).not.toEqual([])
      if (format === 'time_series') {
        expect(columns).toEqual(['time', 'metric', 'value'])
        expect(types['time']).toMatch(/^timestamp with time zone$|^numeric$/)
        expect(types['metric']).toBe('text')
        expect(types['value']).toMatch(/^(bigint|numeric)$/)
        const times = rows.map(({ time }) => String(time))
        expect(times).toEqual([...times].sort())
      }
    })

    it.each(panelsOf(dashboard).map(({ panel }) => panel))('$title has what it shows', (panel) => {
      const from = answerTo(name, schema, sourceOf(dashboard, panel).title)
      const frame = transform(from, panel.transformations)
      expect(frame.rows).not.toEqual([])
      for (const { matcher } of panel.fieldConfig.overrides) expect(frame.columns).toContain(matcher.options)
      if (panel.type === 'stat') {
        const { fields = '', calcs } = panel.options.reduceOptions
        const shown = frame.columns.filter((column) => new RegExp(fields.slice(1, -1)).test(column))
        expect(shown).toHaveLength(fields.split('|').length)
        if (!calcs.includes('count'))
          for (const column of shown) expect(from.types[column]).toMatch(/^(integer|bigint|numeric)$/)
      }
    })
  })

  /** The lines that kubectl prints, as their first words. */
  const listed = (...args: string[]): string[][] =>
    kubectl(['get', ...args, '--no-headers'])
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/))

  const column = ({ rows }: Answer, ...names: string[]): string[][] =>
    rows.map((row) => names.map((name) => String(row[name])))

  describe.each(['cluster', 'kept'])('the overview over %s says what kubectl says', (schema) => {
    const answer = (title: string): Answer => answerTo('cluster-overview', schema, title)

    it('of pods', () => {
      const pods = SPACES.flatMap((space) =>
        listed('pods', '-n', space).map(([name = '', ready = '', status = '', restarts = '']) => [
          ...[space, name, ready, status],
          restarts.split(' ')[0] ?? '',
        ]),
      )
      expect(pods.length).toBeGreaterThan(14)
      expect(
        column(answer('Not running, and why'), 'namespace', 'pod', 'ready', 'status', 'restarts'),
      ).toEqual(pods)
    })

    it('of nodes', () => {
      const shown = column(answer('Nodes: what is requested'), 'node', 'status')
      expect(shown).toEqual(listed('nodes').map(([name = '', status = '']) => [name, status]))
      for (const node of NODES) {
        const described = kubectl(['describe', 'node', node])
        const percents = [...described.matchAll(/^ {2}(?:cpu|memory) +\S+ \((\d+)%\)/gm)].map(
          ([, percent]) => percent,
        )
        const row = answer('Nodes: what is requested').rows.find((one) => one['node'] === node)
        const ours = ['cpu share', 'memory share'].map((share) =>
          String(Math.floor(Number(row?.[share]) * 100)),
        )
        expect(ours).toEqual(percents)
      }
    })

    it('of what lacks replicas, and of namespaces', () => {
      const ready = (kind: string, space: string, at: number): string[][] =>
        listed(kind, '-n', space).map((words) => [space, words[0] ?? '', words[at] ?? ''])
      const [[, , web = ''] = []] = ready('deployment/web', 'boutique', 1)
      const [[, , agent = ''] = []] = ready('daemonset/agent', 'billing', 3)
      expect(column(answer('Workloads with missing replicas'), 'name', 'ready', 'wanted', 'missing')).toEqual(
        [
          ['web', ...web.split('/'), '2'],
          ['agent', agent, '3', '1'],
        ],
      )
      const names = kubectl(['get', 'namespaces', '-o', 'name']).trim().split('\n')
      expect(column(answer('the variable namespace'), 'name').flat()).toEqual(
        names.map((name) => name.replace('namespace/', '')).sort(),
      )
    })

    it('of warnings', () => {
      expect(
        column(answer('Warning events'), 'object', 'reason', 'times').map((row) => row.join(' ')),
      ).toEqual([
        'Pod/web-5f7c9d8b64-x9v4d BackOff 41',
        'Pod/cart-84c5d7b9f6-jw8pt Failed 23',
        'Pod/web-5f7c9d8b64-zz5rb FailedScheduling 9',
      ])
    })

    it('and of the controls what controls() says', async () => {
      const counted = await printed(
        GRAFANA,
        `SELECT namespace, critical, high, medium, low FROM k8s_fdw.controls_summary('${schema}') WHERE namespace IN ('${SPACES.join("', '")}') ORDER BY 1;`,
      )
      const panel = panelsOf(readDashboard('cluster-overview')).find(
        (one) => one.panel.title === 'Failing controls',
      )
      const { rows } = transform(answer('What fails, and what to do'), panel?.panel.transformations)
      const shown = rows
        .filter(({ namespace }) => namespace !== null)
        .map((row) =>
          [row['namespace'], ...['critical', 'high', 'medium', 'low'].map((s) => row[`${s} (sum)`])].join(
            '|',
          ),
        )
      expect(shown.sort()).toEqual(counted.trim().split('\n'))
    })
  })

  describe('the variables', () => {
    it('offer the schemas that have the tables, the usual one first', () => {
      const offered = (name: Name): string[] =>
        column(answerTo(name, 'kept', 'the variable schema'), 'nspname').flat()
      expect(offered('cluster-overview')).toEqual(['cluster', 'kept'])
      expect(offered('history')).toEqual(['kept'])
      expect(
        column(answerTo('history', 'kept', 'the variable table'), 'relname')
          .flat()
          .slice(0, 3),
      ).toEqual(['deployments', 'cronjobs', 'daemonsets'])
    })

    it('narrow to one namespace, or to none', async () => {
      const queries = queriesOf(readDashboard('cluster-overview'))
      const spaces = async (namespace: Chosen[string]): Promise<unknown[]> => {
        const found = await ask(GRAFANA, queries, chosen('kept', namespace), RANGE)
        const { rows } = found.get('Not running, and why') ?? expect.fail('no pods')
        expect(found.get('What fails, and what to do')?.rows).not.toEqual([])
        return [...new Set(rows.map((row) => row['namespace']))]
      }
      expect(await spaces({ values: ['billing'] })).toEqual(['billing'])
      const all = [...new Set(listed('pods', '-A').map(([space]) => space))]
      expect(await spaces(ALL)).toEqual(all.sort())
    })
  })

  describe('the history says what has happened', () => {
    const answer = (title: string): Answer => answerTo('history', 'kept', title)

    it('to pods', () => {
      const counts = (time: string): string =>
        column(answer('Pods by phase'), 'time', 'metric', 'value')
          .filter(([at = '']) => at.includes(`T${time}:00`))
          .map(([, phase = '', count = '']) => `${phase} ${count}`)
          .join(', ')
      expect(counts('06:00')).toBe('Failed 0, Pending 0, Running 11, Succeeded 0')
      expect(counts('07:15')).toBe('Failed 0, Pending 0, Running 11, Succeeded 0')
      expect(counts('07:20')).toBe('Failed 0, Pending 1, Running 12, Succeeded 0')
      expect(counts('08:10')).toBe('Failed 0, Pending 2, Running 12, Succeeded 0')
      expect(counts('12:00')).toBe('Failed 1, Pending 3, Running 11, Succeeded 1')
    })

    it('to containers', () => {
      const restarts = answer('Restarts by image').rows.map(({ time, metric, value }) =>
        [new Date(Number(time) * 1000).toISOString().slice(11, 16), metric, value].join(' '),
      )
      expect(restarts).toEqual([
        '06:40 registry.example.com/web:1.4.2 1',
        '08:10 registry.example.com/web:1.4.2 2',
        '09:00 docker.io/library/postgres:17 1',
        '10:00 registry.example.com/api:2.1.0 2',
        '10:00 registry.example.com/web:1.4.2 3',
      ])
      expect(
        column(answer('Out of memory'), 'ended', 'pod', 'memory limit').map((row) => row.join(' ')),
      ).toEqual(
        ['09:52', '07:58', '06:35'].map((time) => `2024-05-06T${time}:00+00:00 web-5f7c9d8b64-x9v4d 768Mi`),
      )
    })

    it('to deployments, and who it was', () => {
      const changed = column(answer('Changes, and who wrote'), 'at', 'name', 'who', 'after').map((row) =>
        row.join(' '),
      )
      expect(changed).toContainEqual(
        expect.stringMatching(/T07:20:00.* web kubectl \(scale\) .*"replicas": 5/),
      )
      expect(changed).toContainEqual(expect.stringMatching(/T08:10:00.* cart kubectl-set .*cart:2\.1-rc/))
      expect(changed).toContainEqual(
        expect.stringMatching(/T10:00:00.* web deploy-tool \(status\) .*"status_replicas": 5/),
      )
      expect(column(answer('the marks Deployments changed'), 'text').flat()).toEqual([
        'boutique/web: 5 replicas',
        'boutique/cart: registry.example.com/cart:2.1-rc',
      ])
    })

    it('and where everything ran at a time', async () => {
      const queries = queriesOf(readDashboard('history'))
      const at = async (time: string): Promise<string[][]> => {
        const to = new Date(`2024-05-06T${time}:00Z`)
        const found = await ask(GRAFANA, queries, chosen('kept'), { ...RANGE, to })
        return column(
          found.get('What ran where at the end of the time range') ?? expect.fail(),
          'node',
          'pod',
        )
      }
      const early = await at('06:30')
      expect(early).toHaveLength(11)
      expect(early[0]).toEqual(['pool-1', 'agent-1'])
      expect(await at('07:30')).toHaveLength(13)
    })
  })

  it('a refresh makes as many requests as the page says', async () => {
    const dashboard = readDashboard('cluster-overview')
    const [, says] = /makes (\d+) list requests/.exec(readPage('docs/dashboards.md')) ?? []
    const requests = async (rowIsOpen: boolean): Promise<number> => {
      const queries = panelsOf(dashboard).flatMap(({ panel, row }) => {
        const query = queryOf(panel)
        const asked = query !== undefined && (row !== undefined) === rowIsOpen
        return asked ? [{ title: panel.title, sql: query.rawSql, format: query.format }] : []
      })
      const sql = 'SELECT sum(requests) FROM k8s_fdw.requests()'
      const asked = [...queries, { title: 'sum', sql, format: 'table' } as const]
      const answered = await ask(GRAFANA, asked, chosen('cluster', ALL), RANGE)
      return Number(answered.get('sum')?.rows[0]?.['sum'])
    }
    expect(await requests(false)).toBe(Number(says))
    const ofControls = await requests(true)
    expect(ofControls).toBeGreaterThan(3)
    const tables = await printed(
      GRAFANA,
      `SELECT count(*) FROM pg_class WHERE relnamespace = 'cluster'::regnamespace`,
    )
    expect(ofControls).toBeLessThanOrEqual(Number(tables))
  })

  describe('the pictures of docs/dashboards.md', () => {
    /** Only of this shop: nodes are in no namespace, and others' tests have some too. */
    const rowsOf = (name: Name): Rows => {
      const dashboard = readDashboard(name)
      const shown = panelsOf(dashboard).map(({ panel }): [string, Rows[string]] => {
        const from = answerTo(name, 'kept', sourceOf(dashboard, panel).title)
        const { rows } = transform(from, panel.transformations)
        return [
          panel.title,
          rows.filter(
            ({ node }) =>
              name === 'history' || !panel.title.startsWith('Nodes') || NODES.includes(String(node)),
          ),
        ]
      })
      const marks = dashboard.annotations.list.map(({ name: title }): [string, Rows[string]] => [
        title,
        answerTo(name, 'kept', `the marks ${title}`).rows,
      ])
      return Object.fromEntries([...shown, ...marks])
    }

    it.each([
      ['docs/dashboards-overview.svg', () => drawOverview(rowsOf('cluster-overview'))],
      ['docs/dashboards-history.svg', () => drawHistory(rowsOf('history'), RANGE.from, RANGE.to)],
    ])('%s is what the queries give (UPDATE=1 draws it anew)', async (path, draw) => {
      const svg = await draw()
      expect(svg.length).toBeLessThan(60_000)
      if (process.env['UPDATE'] === '1') writeFileSync(inRoot(path), svg)
      expect(existsSync(inRoot(path)) ? readFileSync(inRoot(path), 'utf8') : '').toBe(svg)
    })
  })

  it.each(DASHBOARDS)('%s names each of its panels on the page', (name) => {
    const page = readPage('docs/dashboards.md')
    for (const { panel } of panelsOf(readDashboard(name))) expect(page).toContain(panel.title)
  })
})
