// Every spelling of every resource that the API server serves, with kubectl as the judge; names that cannot be told
// apart; and an API server behind the API server that does not answer.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, text } from '../../contract/responses.ts'
import { API_URL, scanOn } from '../../contract/run-scan.ts'
import { kubectlLog } from '../support/kubectl.ts'
import { create, remove } from '../support/objects.ts'
import { getText } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { failure, run, session } from '../support/sql.ts'

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices'
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const DEAF = 'v1.deaf.example.com'

interface Served {
  readonly group: string
  readonly version: string
  readonly name: string
  readonly singularName: string
  readonly kind: string
  readonly shortNames?: readonly string[]
  readonly verbs: readonly string[]
}

const definition = (group: string, plural: string, shortNames: readonly string[] = []): object => ({
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: {
      plural,
      singular: plural.replace(/s$/, ''),
      kind: `${plural[0]?.toUpperCase()}${plural.slice(1, -1)}`,
      shortNames,
    },
    versions: ['v2', 'v1'].map((name) => ({
      name,
      served: true,
      storage: name === 'v2',
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    })),
  },
})

const DEFINITIONS = {
  'gizmos.one.example.com': definition('one.example.com', 'gizmos'),
  'gizmos.two.example.com': definition('two.example.com', 'gizmos'),
  'sprockets.one.example.com': definition('one.example.com', 'sprockets', ['spr', 'sp']),
}

/** Until all of them are served, or none. */
const settle = async (there: boolean): Promise<void> => {
  for (;;) {
    const served = await getText('/apis', AGGREGATED)
    const names = ['one.example.com', 'two.example.com', 'deaf.example.com', 'sprockets']
    if (names.every((name) => served.includes(`"${name}"`) === there)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const json = async <T>(path: string): Promise<T> => JSON.parse(await getText(path)) as T

/** As the API server said before it had aggregated discovery: what is under test reads the other form. */
const everythingServed = async (): Promise<Served[]> => {
  const { groups } = await json<{ groups: { versions: { groupVersion: string }[] }[] }>('/apis')
  const named = groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion))
  const found: Served[] = []
  for (const groupVersion of ['v1', ...named]) {
    if (groupVersion.startsWith('deaf.')) continue
    const path = groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`
    const { resources } = await json<{ resources: Served[] }>(path)
    const [version = '', group = ''] = groupVersion.split('/').reverse()
    found.push(
      ...resources
        .filter(({ name, verbs }) => !name.includes('/') && verbs.includes('list'))
        .map((resource) => ({ ...resource, group, version })),
    )
  }
  return found
}

const spellingsOf = ({ group, version, name, singularName, kind, shortNames = [] }: Served): string[] => {
  const names = [name, singularName, kind, kind.toLowerCase(), ...shortNames].filter((each) => each !== '')
  const short = group.slice(0, -1)
  return names.flatMap((each) => [
    each,
    `${each}.${version}.${group}`,
    ...(group === '' ? [] : [`${each}.${group}`]),
    ...(group.length > 1 && each === name ? [`${each}.${short}`] : []),
  ])
}

const pathOf = (url: string): string => url.replace(/\?.*/, '').replace(/^https?:\/\/[^/]+/, '')

/** The lists that kubectl asks for, in the order of the spellings. */
const judged = (spellings: readonly string[]): string[] => {
  const log = kubectlLog(['get', spellings.join(','), '--all-namespaces', '-o', 'name', '-v=6'])
  return [...log.matchAll(/(?:GET |url=")(https:[^" ]+)/g)]
    .map((match) => match[1] ?? '')
    .filter((url) => url.includes('limit='))
    .map(pathOf)
}

interface Asked {
  readonly path: string
  /** Requests before the list. */
  readonly discovery: number
  readonly error: string | null
}

const withoutVersion = (path: string): string => path.replace(/\/v[^/]+\//, '/')

/** kubectl asks for each resource once, whatever its version: no batch has two spellings of one. */
const batches = (asked: readonly (readonly [string, Asked])[]): (readonly [string, Asked])[][] => {
  const made: (readonly [string, Asked])[][] = []
  for (const each of asked) {
    const free = made.find((batch) =>
      batch.every(([, { path }]) => withoutVersion(path) !== withoutVersion(each[1].path)),
    )
    if (free === undefined) made.push([each])
    else free.push(each)
  }
  return made
}

beforeAll(async () => {
  for (const object of Object.values(DEFINITIONS)) await create(CRDS, object)
  await create(SERVICES, {
    metadata: { name: DEAF },
    spec: {
      group: 'deaf.example.com',
      version: 'v1',
      groupPriorityMinimum: 1000,
      versionPriority: 15,
      insecureSkipTLSVerify: true,
      service: { namespace: 'default', name: 'nobody' },
    },
  })
  await settle(true)
  await createServer('found', { session_settings: 'on' })
  await run('CREATE SCHEMA found;')
}, 60_000)

afterAll(async () => {
  await remove(`${SERVICES}/${DEAF}`)
  for (const name of Object.keys(DEFINITIONS)) await remove(`${CRDS}/${name}`)
  await settle(false)
}, 60_000)

describe('a spelling', () => {
  const asked = new Map<string, Asked>()
  let spellings: string[] = []

  beforeAll(async () => {
    const served = await everythingServed()
    spellings = [...new Set(served.flatMap(spellingsOf))]
    const answers = new Map<string, string>()
    for (const path of ['/api', '/apis']) answers.set(path, await getText(path, AGGREGATED))
    for (const { group, version } of served) {
      const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
      if (!answers.has(path)) answers.set(path, await getText(path))
    }
    const respond = ({ url }: { readonly url: string }) => {
      const body = answers.get(pathOf(url))
      if (body !== undefined) return text(200, body, [['content-type', 'application/json']])
      return url.includes('limit=') ? list([]) : text(404, '404 page not found\n')
    }
    for (const spelling of spellings) {
      const { urls, error } = await scanOn('source', { tableOptions: { object: spelling }, respond })
      asked.set(spelling, {
        path: pathOf(`${API_URL}${urls.at(-1) ?? ''}`),
        discovery: urls.length - 1,
        error,
      })
    }
  }, 120_000)

  it('that is ambiguous is the only one that fails', () => {
    expect(spellings.length).toBeGreaterThan(400)
    const failed = [...asked].filter(([, { error }]) => error !== null)
    expect(failed.map(([spelling]) => spelling).sort()).toEqual(['Gizmo', 'gizmo', 'gizmos'])
  })

  it('costs one request at most, and none for the common kinds', () => {
    const found = [...asked].filter(([, { error }]) => error === null)
    expect(found.filter(([, { discovery }]) => discovery > 1)).toEqual([])
    for (const common of ['po', 'Deployment', 'svc', 'cronjobs.batch', 'nodes.v1.', 'hpa', 'crd', 'ev'])
      expect(asked.get(common)).toMatchObject({ discovery: 0, error: null })
    for (const other of [
      'spr',
      'widgets',
      'Sprocket.one.example.com',
      'leasecandidates',
      'flowschemas.v1.flowcontrol.apiserver.k8s.io',
    ])
      if (asked.has(other)) expect(asked.get(other)).toMatchObject({ discovery: 1, error: null })
  })

  it('means what it means to kubectl', () => {
    const different: unknown[] = []
    for (const batch of batches([...asked].filter(([, { error }]) => error === null))) {
      const wanted = judged(batch.map(([spelling]) => spelling))
      if (wanted.length !== batch.length) different.push(batch.map(([spelling]) => spelling))
      batch.forEach(([spelling, { path }], i) => {
        if (path !== wanted[i]) different.push({ spelling, ours: path, kubectls: wanted[i] })
      })
    }
    // Behind a short name kubectl forgets the version that is written; here it counts.
    const forgotten = (spelling: string, path: string): object => ({
      spelling,
      ours: path,
      kubectls: path.replace('/v1/', '/v2/'),
    })
    expect(different).toEqual([
      forgotten('hpa.v1.autoscaling', '/apis/autoscaling/v1/horizontalpodautoscalers'),
      forgotten('spr.v1.one.example.com', '/apis/one.example.com/v1/sprockets'),
      forgotten('sp.v1.one.example.com', '/apis/one.example.com/v1/sprockets'),
    ])
  })
})

describe('in a database', () => {
  const table = (name: string, options: string): Promise<string> =>
    run(`CREATE FOREIGN TABLE found.${name} (name text) SERVER found OPTIONS (${options});`)

  it.each([
    ['by_short_name', `object 'spr'`, 1],
    ['by_kind', `object 'Sprocket.v1.one.example.com'`, 1],
    ['by_version', `apiVersion 'one.example.com/v1', kind 'Sprocket'`, 1],
    ['by_alias', `object 'deploy'`, 0],
  ])('%s: %s', async (name, options, discovery) => {
    await table(name, options)
    const { messages } = await session(`SET k8s_fdw.trace = on; SELECT count(*) FROM found.${name};`)
    expect(messages).not.toContain('ERROR')
    expect(messages.match(/^INFO: {2}k8s_fdw: GET /gm)?.length).toBe(discovery + 1)
  })

  it('two groups with one name are an error that lists them', async () => {
    await table('gizmos', `object 'gizmos'`)
    expect(await failure('SELECT * FROM found.gizmos')).toContain(
      "k8s_fdw[option] the cluster serves gizmos in 2 groups. Hint: write object 'gizmos.one.example.com', or object 'gizmos.two.example.com'",
    )
  })

  it('a server behind the API server that does not answer is named where it matters', async () => {
    await table('ears', `object 'ears.deaf.example.com'`)
    await table('absent', `object 'absentees'`)
    const silence =
      'as far as it tells: /apis/deaf.example.com/v1 does not answer. Hint: kubectl get apiservices shows'
    expect(await failure('SELECT * FROM found.ears')).toContain(
      `k8s_fdw[status] the cluster serves no ears.deaf.example.com, ${silence}`,
    )
    expect(await failure('SELECT * FROM found.absent')).toContain(
      `the cluster serves no absentees, ${silence}`,
    )
  })

  it('and is an error of its own where it is asked', async () => {
    await table('ears_v1', `apiVersion 'deaf.example.com/v1', kind 'Ear'`)
    expect(await failure('SELECT * FROM found.ears_v1')).toContain(
      'GET /apis/deaf.example.com/v1: 503 Service Unavailable: the body is not JSON: service unavailable. ' +
        'Hint: a server behind the API server serves this, and does not answer: kubectl get apiservices shows which, and why',
    )
  }, 60_000)
})
