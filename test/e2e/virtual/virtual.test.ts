// Tables that show no list of objects: version, whoami, can_i and api_resources, compared with kubectl.
import { beforeAll, describe, expect, it } from 'vitest'
import { kubectl, tableOf } from '../support/kubectl.ts'
import { getText } from '../support/oracle.ts'
import { provided } from '../support/provided.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, rows, run, session } from '../support/sql.ts'
import { describeUnless, isOwn, itUnless, needsReader } from '../support/left-out.ts'

const TABLES = (schema: string, server: string): string => `
  CREATE SCHEMA ${schema};
  CREATE FOREIGN TABLE ${schema}.version (git_version text, major int, minor text, platform text, attrs jsonb)
    SERVER ${server} OPTIONS (object 'version');
  CREATE FOREIGN TABLE ${schema}.whoami (username text, uid text, groups jsonb, extra jsonb)
    SERVER ${server} OPTIONS (object 'whoami');
  CREATE FOREIGN TABLE ${schema}.can_i (verb text, resource text, api_group text, subresource text, name text,
      namespace text, non_resource_url text, allowed boolean, denied boolean, reason text, evaluation_error text)
    SERVER ${server} OPTIONS (object 'can_i');
  CREATE FOREIGN TABLE ${schema}.api_resources (name text, singular text, short_names jsonb, api_version text,
      api_group text, version text, kind text, namespaced boolean, verbs jsonb, categories jsonb, subresources jsonb)
    SERVER ${server} OPTIONS (object 'api_resources');`

beforeAll(async () => {
  await createServer('virtual')
  await createServer('virtual_reader', { api_key: provided().readerToken ?? provided().token })
  await createServer('virtual_nobody', { api_key: 'nobody-has-this-token' })
  await run(TABLES('virtual', 'virtual'))
  await run(TABLES('virtual_reader', 'virtual_reader'))
  await run(TABLES('virtual_nobody', 'virtual_nobody'))
})

const sorted = (texts: readonly string[]): string[] => [...texts].sort()

const versionSaid = async () =>
  JSON.parse(await getText('/version')) as {
    gitVersion: string
    major: string
    minor: string
    platform: string
  }

describe('version', () => {
  it('is what GET /version says', async () => {
    const said = await versionSaid()
    expect(await rows(`SELECT git_version, major, minor, platform FROM virtual.version`)).toEqual([
      [said.gitVersion, said.major, said.minor, said.platform],
    ])
    const [[attrs = ''] = []] = await rows(`SELECT attrs FROM virtual.version`)
    expect(JSON.parse(attrs)).toEqual(said)
  })

  it('is counted and joined like any table', async () => {
    expect(await rows(`SELECT count(*) FROM virtual.version`)).toEqual([['1']])
    expect(await rows(`SELECT count(*) FROM virtual.version, virtual.whoami, generate_series(1, 3)`)).toEqual(
      [['3']],
    )
  })
})

describe('whoami', () => {
  it('is what kubectl auth whoami says', async () => {
    const said = JSON.parse(kubectl(['auth', 'whoami', '-o', 'json'])) as {
      status: { userInfo: { username: string; groups: string[]; extra?: object } }
    }
    const { username, groups, extra } = said.status.userInfo
    const [row] = await rows('SELECT username, groups, extra FROM virtual.whoami')
    expect([
      row?.[0],
      JSON.parse(row?.[1] ?? ''),
      row?.[2] === '∅' ? undefined : JSON.parse(row?.[2] ?? ''),
    ]).toEqual([username, groups, extra])
  })

  itUnless(needsReader, "tells one server's user from another's", async () => {
    expect(
      await rows(
        `SELECT a.username, r.username, r.groups ? 'system:authenticated' FROM virtual.whoami a, virtual_reader.whoami r`,
      ),
    ).toEqual([['admin', 'reader', 't']])
  })

  it('says that a token is not accepted', async () => {
    const text = await failure('SELECT * FROM virtual_nobody.whoami')
    expect(text).toContain(
      'k8s_fdw[status] POST /apis/authentication.k8s.io/v1/selfsubjectreviews: 401 Unauthorized: Unauthorized. Hint: the API server does not accept this token',
    )
    expect(text).not.toContain('nobody-has-this-token')
  })
})

describeUnless(needsReader, 'can_i', () => {
  const CASES = [
    ['get', 'pods', 'default'],
    ['list', 'po', 'default'],
    ['list', 'pods', 'kube-system'],
    ['create', 'deployments', 'default'],
    ['list', 'widgets', 'default'],
    ['create', 'selfsubjectaccessreviews', 'default'],
  ] as const

  const kubectlSays = (verb: string, resource: string, namespace: string): string => {
    try {
      return kubectl(['auth', 'can-i', verb, resource, '-n', namespace], provided().readerToken)
    } catch (error) {
      // "no" is an exit code of 1.
      return (error as { stdout: string }).stdout
    }
  }

  it.each(CASES)('answers %s %s in %s as kubectl does', async (verb, resource, namespace) => {
    const condition = `verb = '${verb}' AND resource = '${resource}' AND namespace = '${namespace}'`
    expect(await rows(`SELECT allowed FROM virtual_reader.can_i WHERE ${condition}`)).toEqual([
      [kubectlSays(verb, resource, namespace).trim() === 'yes' ? 't' : 'f'],
    ])
  })

  it('answers every combination of lists', async () => {
    expect(
      await rows(`SELECT verb, resource, namespace, allowed FROM virtual_reader.can_i
        WHERE verb IN ('list', 'delete') AND resource = 'pods' AND namespace = ANY ('{default,kube-system}')
        ORDER BY 1, 3`),
    ).toEqual([
      ['delete', 'pods', 'default', 'f'],
      ['delete', 'pods', 'kube-system', 'f'],
      ['list', 'pods', 'default', 't'],
      ['list', 'pods', 'kube-system', 'f'],
    ])
  })

  it('answers for each row of another table in a lateral join', async () => {
    expect(
      await rows(`SELECT v.verb, c.allowed, c.reason <> '' AS has_reason
        FROM (VALUES ('get'), ('patch')) AS v (verb),
        LATERAL (SELECT * FROM virtual_reader.can_i
          WHERE verb = v.verb AND resource = 'pods' AND namespace = 'default' OFFSET 0) AS c`),
    ).toEqual([
      ['get', 't', 't'],
      ['patch', 'f', expect.anything()],
    ])
  })

  it('refuses a value that is not known when it asks', async () => {
    const sql = `SELECT verb, resource, allowed FROM virtual_reader.can_i
      WHERE verb = (SELECT 'get' OFFSET 0) AND resource = 'pods'`
    if (isOwn) {
      // It waits for the value.
      expect(await rows(sql)).toEqual(await rows(sql.replace(/\(SELECT 'get' OFFSET 0\)/, "'get'")))
      expect(await rows(sql)).toHaveLength(1)
      return
    }
    expect(await failure(sql)).toContain(
      'k8s_fdw[plan] the condition on column "verb" has a value that is NULL, or not known',
    )
  })

  const RULES = `SELECT DISTINCT verb, resource || coalesce('/' || subresource, ''), api_group FROM virtual_reader.can_i
    WHERE namespace = 'default' AND resource IS NOT NULL`

  it('lists the rules that kubectl auth can-i --list lists', async () => {
    const listed = tableOf(kubectl(['auth', 'can-i', '--list', '-n', 'default'], provided().readerToken))
    const said = listed
      .filter((line) => line['Resources'] !== '')
      .flatMap((line) => {
        const [resource = '', ...group] = (line['Resources'] ?? '').split('.')
        const verbs = (line['Verbs'] ?? '').replace(/[[\]]/g, '').split(' ')
        return verbs.map((verb) => `${verb} ${resource} ${group.join('.')}`)
      })
    const told = (await rows(RULES)).map((row) => row.join(' '))
    expect(sorted(told)).toEqual(sorted(said))
    expect(told).toContain('list pods ')
    const urls = await rows(
      `SELECT DISTINCT non_resource_url FROM virtual_reader.can_i WHERE non_resource_url IS NOT NULL`,
    )
    const saidUrls = listed.flatMap((line) =>
      (line['Non-Resource URLs'] ?? '')
        .replace(/[[\]]/g, '')
        .split(' ')
        .filter((url) => url !== ''),
    )
    expect(sorted(urls.flat())).toEqual(sorted([...new Set(saidUrls)]))
  })

  it('shows what an administrator may do with a resource', async () => {
    expect(
      await rows(
        `SELECT verb, resource, api_group, allowed FROM virtual.can_i WHERE resource = 'widgets' AND api_group = 'x.y'`,
      ),
    ).toEqual([['*', 'widgets', 'x.y', 't']])
  })
})

describe('api_resources', () => {
  it('has what kubectl api-resources lists', async () => {
    const said = tableOf(kubectl(['api-resources', '-o', 'wide'])).map((line) =>
      [
        line['NAME'],
        line['SHORTNAMES'],
        line['APIVERSION'],
        line['NAMESPACED'],
        line['KIND'],
        line['VERBS'],
        line['CATEGORIES'],
      ].join(' '),
    )
    const joined = (column: string): string =>
      `coalesce((SELECT string_agg(e, ',') FROM jsonb_array_elements_text(${column}) AS e), '')`
    const told =
      await rows(`SELECT concat_ws(' ', name, ${joined('short_names')}, api_version, namespaced::text, kind,
      ${joined('verbs')}, ${joined('categories')}) FROM virtual.api_resources`)
    expect(sorted(told.flat())).toEqual(sorted(said))
    expect(told.length).toBeGreaterThan(50)
  })

  it('knows subresources and custom resources', async () => {
    expect(
      await rows(`SELECT name, api_group, version, kind, subresources ? 'log' FROM virtual.api_resources
        WHERE name IN ('pods', 'widgets') AND verbs ? 'list' ORDER BY name`),
    ).toEqual([
      ['pods', '', 'v1', 'Pod', 't'],
      ['widgets', 'stable.example.com', 'v1', 'Widget', 'f'],
    ])
  })
})

it('is traced like any request', async () => {
  await createServer('virtual_traced', { trace: 'on' })
  await run(
    `CREATE FOREIGN TABLE virtual.traced (username text) SERVER virtual_traced OPTIONS (object 'whoami');`,
  )
  expect((await session('SELECT * FROM virtual.traced;')).messages).toMatch(
    /^INFO: {2}k8s_fdw: POST \/apis\/authentication\.k8s\.io\/v1\/selfsubjectreviews: 201 Created, \d+ bytes, /,
  )
})
