// Changes as a table, against the API server: what its own watch and its own lists say is what SQL has to say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kubectl } from '../support/kubectl.ts'
import { isOwn } from '../support/left-out.ts'
import { create, remove } from '../support/objects.ts'
import { get, getText } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'

const NAMESPACE = 'watch'
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`

const of = (name: string, more: object = {}): object => ({
  metadata: { name, labels: { app: 'web' } },
  ...more,
})
const label = (name: string, app: string): string =>
  kubectl(['label', '--overwrite', 'configmap', name, `app=${app}`, '-n', NAMESPACE])

/** The version as of which a list is. */
const versionOf = async (path: string): Promise<string> =>
  (JSON.parse(await getText(path)) as { metadata: { resourceVersion: string } }).metadata.resourceVersion

beforeAll(async () => {
  await create('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  await createServer('watch')
  const columns = `change text, resource_version text, since text, wait_seconds integer, namespace text, name text,
    uid text, labels jsonb, data jsonb, attrs jsonb, label_selector text, mark text`
  const plain =
    'change text, resource_version text, since text, wait_seconds integer, name text, namespace text'
  await run(`CREATE SCHEMA watch;
    CREATE FOREIGN TABLE watch.all (${columns}) SERVER watch OPTIONS (object 'configmaps', watch 'on');
    CREATE FOREIGN TABLE watch.own (${columns})
      SERVER watch OPTIONS (object 'configmaps', namespace '${NAMESPACE}', watch 'on');
    CREATE FOREIGN TABLE watch.web (${plain})
      SERVER watch OPTIONS (object 'configmaps', namespace '${NAMESPACE}', label_selector 'app=web', watch 'on');
    CREATE FOREIGN TABLE watch.secrets (${plain}, data jsonb)
      SERVER watch OPTIONS (object 'secrets', namespace '${NAMESPACE}', watch 'on');
    CREATE FOREIGN TABLE watch.specimens (${plain}) SERVER watch OPTIONS (kind 'Specimen', watch 'on');
    CREATE FOREIGN TABLE watch.statuses (${plain}) SERVER watch OPTIONS (object 'componentstatuses', watch 'on');`)
})

afterAll(() => remove(`/api/v1/namespaces/${NAMESPACE}`))

describe('changes', () => {
  it('of an object that is created, changed, deleted and made again come in their order', async () => {
    const before = await versionOf(CONFIG_MAPS)
    await create(CONFIG_MAPS, of('a', { data: { k: '1' } }))
    const first = (await get(`${CONFIG_MAPS}/a`)).metadata
    label('a', 'db')
    const changed = (await get(`${CONFIG_MAPS}/a`)).metadata.resourceVersion
    await remove(`${CONFIG_MAPS}/a`)
    await create(CONFIG_MAPS, of('a', { data: { k: '2' } }))
    const second = (await get(`${CONFIG_MAPS}/a`)).metadata
    const answer = await rows(
      `SELECT change, resource_version, name, uid, data->>'k' FROM watch.own WHERE since = '${before}'`,
    )
    const deleted = answer[2]?.[1] ?? ''
    expect(answer).toEqual([
      ['ADDED', first.resourceVersion, 'a', first.uid, '1'],
      ['MODIFIED', changed, 'a', first.uid, '1'],
      ['DELETED', deleted, 'a', first.uid, '1'],
      ['ADDED', second.resourceVersion, 'a', second.uid, '2'],
      ['BOOKMARK', second.resourceVersion, '∅', '∅', '∅'],
    ])
    expect(Number(deleted)).toBeGreaterThan(Number(changed))
    // What was read does not come again.
    expect(
      await rows(
        `SELECT change, since FROM watch.own WHERE since = '${second.resourceVersion}' AND wait_seconds = 1`,
      ),
    ).toEqual([['BOOKMARK', second.resourceVersion]])
  })

  it('of a selector are ADDED and DELETED as labels come and go', async () => {
    await create(CONFIG_MAPS, of('b'))
    const before = await versionOf(CONFIG_MAPS)
    label('b', 'db')
    label('b', 'web')
    expect(await rows(`SELECT change, name FROM watch.web WHERE since = '${before}'`)).toEqual([
      ['DELETED', 'b'],
      ['ADDED', 'b'],
      ['BOOKMARK', '∅'],
    ])
    const conditions = await session(
      `SELECT change, labels->>'app' FROM watch.own WHERE since = '${before}' AND labels @> '{"app": "web"}'`,
    )
    expect(conditions.rows).toEqual([
      ['DELETED', 'web'],
      ['ADDED', 'web'],
    ])
    expect(conditions.messages).toContain('leaves out the BOOKMARK row')
    const selector = await rows(
      `SELECT change, label_selector FROM watch.own WHERE since = '${before}' AND label_selector = 'app=web'`,
    )
    expect(selector.map(([change]) => change)).toEqual(['DELETED', 'ADDED', 'BOOKMARK'])
  })

  it('are those that the API server says, for all namespaces and for one by a condition', async () => {
    const before = await versionOf('/api/v1/configmaps')
    for (const name of ['c', 'd']) await create(CONFIG_MAPS, of(name))
    const names = (answer: string[][]) =>
      answer.filter((row) => row[1] === NAMESPACE).map(([, , name]) => name)
    const all = await rows(`SELECT change, namespace, name FROM watch.all WHERE since = '${before}'`)
    expect(names(all)).toEqual(['c', 'd'])
    expect(all.at(-1)).toEqual(['BOOKMARK', '∅', '∅'])
    const one = await session(
      `SELECT change, namespace, name FROM watch.all WHERE since = '${before}' AND namespace = '${NAMESPACE}'`,
    )
    expect(one.messages).toBe('')
    expect(one.rows).toEqual([
      ['ADDED', NAMESPACE, 'c'],
      ['ADDED', NAMESPACE, 'd'],
      ['BOOKMARK', NAMESPACE, '∅'],
    ])
  })

  it('of Secrets are masked', async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/secrets`
    const before = await versionOf(path)
    await create(path, { metadata: { name: 's' }, stringData: { key: 'watched-and-masked' } })
    const answer = await rows(`SELECT change, name, data FROM watch.secrets WHERE since = '${before}'`)
    expect(answer).toEqual([
      ['ADDED', 's', '{"key": "***"}'],
      ['BOOKMARK', '∅', '∅'],
    ])
  })

  it('take no longer than they must', async () => {
    const version = await versionOf(CONFIG_MAPS)
    const [[seconds = ''] = []] = await rows(`
      CREATE TEMP TABLE t AS SELECT clock_timestamp() AS at;
      CREATE TEMP TABLE w AS SELECT * FROM watch.own WHERE since = '${version}' AND wait_seconds = 1;
      SELECT extract(epoch FROM clock_timestamp() - at) FROM t`)
    // Wrappers hands over an answer when it has ended. Both have time for a busy machine.
    if (isOwn) expect(Number(seconds)).toBeLessThan(0.8)
    else expect(Number(seconds)).toBeGreaterThan(0.9)
  })

  it('are waited for', async () => {
    const version = await versionOf(CONFIG_MAPS)
    const waiting = rows(`SELECT change, name FROM watch.own WHERE since = '${version}' AND wait_seconds = 5`)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await create(CONFIG_MAPS, of('late'))
    expect(await waiting).toEqual([
      ['ADDED', 'late'],
      ['BOOKMARK', '∅'],
    ])
  })

  it('are followed from version to version by a parameter and by a join', async () => {
    const version = await versionOf(CONFIG_MAPS)
    await create(CONFIG_MAPS, of('e'))
    const changes = [
      ['ADDED', 'e'],
      ['BOOKMARK', '∅'],
    ]
    expect(
      await rows(`SET plan_cache_mode = force_custom_plan;
        PREPARE p(text) AS SELECT change, name FROM watch.own WHERE since = $1; EXECUTE p('${version}')`),
    ).toEqual(changes)
    expect(
      await rows(`SELECT w.change, w.name FROM (VALUES ('${version}')) AS t(v),
        LATERAL (SELECT * FROM watch.own WHERE since = t.v OFFSET 0) AS w`),
    ).toEqual(changes)
  })
})

describe('without a version', () => {
  it('the objects are shown as they are, with the version of their list', async () => {
    const list = JSON.parse(await getText(CONFIG_MAPS)) as {
      metadata: { resourceVersion: string }
      items: { metadata: { name: string; resourceVersion: string } }[]
    }
    const answer = await rows('SELECT change, name, resource_version FROM watch.own')
    expect(answer.slice(0, -1)).toEqual(
      list.items.map(({ metadata }) => ['ADDED', metadata.name, metadata.resourceVersion]),
    )
    const [change, , version = ''] = answer.at(-1) ?? []
    expect(change).toBe('BOOKMARK')
    expect(Number(version)).toBeGreaterThanOrEqual(Number(list.metadata.resourceVersion))
  })
})

describe('the mark', () => {
  /** The lease that was written last, as kubectl tells. */
  const last = (): string => {
    const lease = '{range .items[*]}{.metadata.resourceVersion}/{.spec.renewTime}{"\\n"}{end}'
    const leases = kubectl(['get', 'leases', '-n', 'kube-system', '-o', `jsonpath=${lease}`])
      .trim()
      .split('\n')
    return leases.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1) ?? ''
  }

  it('is the lease that was written last, and the changes are those of a cluster with that past', async () => {
    let answer: string[][] = []
    let before = ''
    do {
      // It is renewed every ten seconds.
      before = last()
      answer = await rows(`SELECT change, mark, resource_version FROM watch.own`)
    } while (before !== last())
    const [[, mark = '', version = ''] = []] = answer.filter(([change]) => change === 'BOOKMARK')
    expect(mark).toMatch(/^[0-9]+\//)
    expect(mark.replace(/^[0-9]+\//, '')).toBe(before)
    expect(answer.filter(([change, shown]) => change !== 'BOOKMARK' && shown !== '∅')).toEqual([])
    await create(CONFIG_MAPS, of('marked'))
    const since = `${version}@${mark}`
    expect((await rows(`SELECT change, name FROM watch.own WHERE since = '${since}'`))[0]).toEqual([
      'ADDED',
      'marked',
    ])
    const [at = '', ...rest] = mark.split('/')
    for (const other of [`${at}/1/`, `${at}/${rest[0] ?? ''}/2020-01-01T00:00:00Z`])
      expect(await failure(`SELECT * FROM watch.own WHERE since = '${version}@${other}'`)).toContain(
        `k8s_fdw[expired] GET /apis/coordination.k8s.io/v1/namespaces/kube-system/leases: as of version ${at} the cluster is not what it was`,
      )
  })
})

describe('refused is', () => {
  it('a version that is too old', async () => {
    // The API server began to watch these when their kind was made, so it has no changes from before.
    expect(await failure(`SELECT * FROM watch.specimens WHERE since = '1'`)).toMatch(
      /k8s_fdw\[expired\] GET \/apis\/[^ ]*\/specimens\?watch=1: .*too old resource version/,
    )
  })

  it.each([
    ['no version', `SELECT change FROM watch.own WHERE since = 'x'`, 'which is no version'],
    ['no mark', `SELECT change FROM watch.own WHERE since = '5@x'`, 'which is no version'],
    ['a kind without watch', 'SELECT change FROM watch.statuses', 'has no resourceVersion'],
    ['its changes', `SELECT change FROM watch.statuses WHERE since = '5'`, 'cannot be watched'],
    ['several', `SELECT change FROM watch.own WHERE since IN ('5', '6')`, 'several values'],
    ['to wait for long', `SELECT change FROM watch.own WHERE wait_seconds = 31`, 'it takes 1 to 30 seconds'],
  ])('%s', async (_, sql, message) => {
    expect(await failure(sql)).toContain(message)
  })

  it('to write', async () => {
    expect(await failure(`ALTER FOREIGN TABLE watch.own OPTIONS (ADD writes 'on')`)).toContain(
      'option "writes" and "watch" contradict each other: changes of objects cannot be written',
    )
  })
})
