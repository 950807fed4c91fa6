// Every statement of the cookbook runs, in the order of its pages, and prints what they show (UPDATE=1 writes the
// screens anew); the API server gives the same answers; and the requests are those expected.
import { rootCertificates } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiOf, type Api } from '../support/api.ts'
import { createAuthority } from '../support/certificates.ts'
import { fill, rollOut } from '../support/cookbook/fill.ts'
import { answer, DATABASE, offersCron, openKitchen, type Kitchen } from '../support/cookbook/kitchen.ts'
import {
  imagesByNamespace,
  isAllowed,
  notAfter,
  servicesWithoutEndpoints,
  subjects,
  sumsByNamespace,
  unusedConfigMaps,
  unusedSecrets,
} from '../support/cookbook/oracles.ts'
import { PAGES, recipe, sessionSettings, WITH_EVENTS } from '../support/cookbook/pages.ts'
import { tidy, UPDATING, writeScreens } from '../support/cookbook/screens.ts'
import { readPage, sqlBlocks, type Block } from '../../support/markdown.ts'
import { runAt } from '../support/docs.ts'
import { kubectlAt } from '../support/kubectl.ts'
import { apply } from '../support/manifests.ts'
import { quoted } from '../support/sql.ts'
import { describeUnless, itUnless, needsOwnServers, type Reason } from '../support/left-out.ts'

/** It needs a cluster that nobody else writes to, which another's Postgres would not trust. */
const foreign = needsOwnServers !== undefined
const needsCron: Reason = offersCron() ? undefined : 'pg_cron is not installed for this version of PostgreSQL'
let kitchen: Kitchen

const settings = sessionSettings().match(/;/g)?.length ?? 0

const screenOf = async (block: Block): Promise<string> => {
  const { statements, messages } = await runAt(kitchen, DATABASE, `${sessionSettings()}\n${block.sql}`)
  expect(messages).toBe('')
  const own = statements.slice(settings)
  expect(own.length).toBeGreaterThan(0)
  const last = own.at(-1)
  // A recipe that finds nothing shows nobody what it finds.
  expect(last?.rowCount).not.toBe(0)
  return last?.rowCount == null ? '' : tidy(last.output)
}

const isLaterSnapshot = ({ sql }: Block): boolean => sql.startsWith('insert into public.image_snapshots')
const usesCron = ({ sql }: Block): boolean => sql.includes('cron.')

beforeAll(async () => {
  if (foreign) return
  kitchen = await openKitchen()
  await fill(apiOf(kitchen.access))
})

afterAll(async () => {
  if (!foreign) await kitchen.close()
})

for (const path of PAGES)
  describeUnless(needsOwnServers, path, () => {
    // Their age in minutes is shown.
    if (path === WITH_EVENTS) beforeAll(() => apply(apiOf(kitchen.access), 'cookbook-events.yaml'))
    const blocks = sqlBlocks(readPage(path))
    const screens = blocks.map(({ printed }) => printed ?? '')
    for (const [i, block] of blocks.entries())
      itUnless(usesCron(block) ? needsCron : undefined, block.title, async () => {
        if (isLaterSnapshot(block)) await rollOut(apiOf(kitchen.access))
        const screen = await screenOf(block)
        if (!UPDATING) expect(screen).toBe(tidy(block.printed ?? ''))
        screens[i] = screen
      })
    if (path === WITH_EVENTS && offersCron())
      // Its runs are looked at in the end, when a minute has gone by.
      it('has a job that can run each minute', () =>
        answer(kitchen, `SELECT cron.alter_job(jobid, '* * * * *') FROM cron.job`))
    afterAll(() => {
      if (UPDATING) writeScreens(path, screens)
    })
  })

const inOrder = (rows: readonly (readonly string[])[]): string[][] =>
  rows.map((row) => [...row]).sort((a, b) => (a.join() < b.join() ? -1 : 1))

const answerTo = (page: string, heading: string): Promise<string[][]> =>
  answer(kitchen, `${sessionSettings()}\n${recipe(`docs/cookbook/${page}.md`, heading)}`)

describeUnless(needsOwnServers, 'without SQL the same answer is found', () => {
  const api = (): Api => apiOf(kitchen.access)

  it('to which images run', async () => {
    const found = await answerTo('workloads', 'Which images run in which namespace?')
    expect(inOrder(found)).toEqual(await imagesByNamespace(api()))
  })

  it('to what is requested, and what the limits are', async () => {
    const sums = await sumsByNamespace(api())
    const sql = recipe(
      'docs/cookbook/resources.md',
      'What is requested, and what is the limit, in each namespace?',
    )
    // The number instead of its pretty form.
    const found = await answer(kitchen, `${sessionSettings()}\n${sql.replaceAll('pg_size_pretty', '')}`)
    expect(found.map(([namespace]) => namespace)).toEqual([...sums.keys()].sort())
    for (const [namespace = '', cpu = '', memory = '', cpuLimit = '', memoryLimit = ''] of found) {
      const numbers = [cpu, memory, cpuLimit, memoryLimit].map((text) => (text === '' ? NaN : Number(text)))
      sums.get(namespace)?.forEach((sum, i) => {
        if (Number.isNaN(sum)) expect(numbers[i]).toBeNaN()
        else expect(numbers[i]).toBeCloseTo(sum, 6)
      })
    }
  })

  it('to how much room is left: kubectl describe node', async () => {
    const found = await answerTo('resources', 'How much room is left on each node?')
    for (const node of ['node-1', 'node-2', 'node-3']) {
      const described = kubectlAt(kitchen.kubeconfig, ['describe', 'node', node])
      const percents = [...described.matchAll(/^ {2}(cpu|memory) +\S+ \((\d+)%\)/gm)].map(([, , percent]) =>
        Number(percent),
      )
      const ours = found.filter(([name]) => name === node).map((row) => Number(row[4]))
      expect(percents.length).toBe(2)
      // kubectl cuts off what this rounds.
      for (const [i, percent] of ours.entries()) expect([0, 1]).toContain(percent - (percents[i] ?? NaN))
    }
  })

  it('to which services have no endpoints', async () => {
    const found = await answerTo('network', 'Which services have no endpoint that is ready?')
    expect(inOrder(found.map((row) => row.slice(0, 2)))).toEqual(await servicesWithoutEndpoints(api()))
  })

  it('to which ConfigMaps are not used', async () => {
    expect(inOrder(await answerTo('configuration', 'Which ConfigMaps does nobody mount?'))).toEqual(
      await unusedConfigMaps(api()),
    )
  })

  it('to which Secrets are not used', async () => {
    expect(inOrder(await answerTo('configuration', 'Which Secrets does nobody use?'))).toEqual(
      await unusedSecrets(api()),
    )
  })

  it.each([
    { verb: 'delete', group: 'apps', resource: 'deployments', namespace: 'shop' },
    { verb: 'delete', group: '', resource: 'pods', namespace: 'payments' },
    { verb: 'delete', group: '', resource: 'secrets', namespace: 'shop' },
    { verb: 'list', group: '', resource: 'secrets', namespace: 'shop' },
    { verb: 'create', group: 'batch', resource: 'jobs', namespace: 'monitoring' },
  ])('to who may $verb $resource in $namespace', async ({ namespace, ...what }) => {
    const sql = recipe('docs/cookbook/security.md', 'Who can delete deployments in a namespace?')
      .replace(`'delete'`, quoted(what.verb))
      .replace(`'apps'`, quoted(what.group))
      .replace(`'deployments'`, quoted(what.resource))
      .replace(`'shop'`, quoted(namespace))
    const granted = await answer(kitchen, `${sessionSettings()}\n${sql}`)
    const everywhere = new Set(
      granted.filter((row) => row[4] === '').map(([kind, name]) => `${kind ?? ''} ${name ?? ''}`),
    )
    const named = granted.filter((row) => row[4] !== '')
    for (const who of await subjects(api())) {
      const mine = `${who.kind} ${who.name}`
      // The group of the API server's own superusers needs no RBAC, and has it all the same.
      expect(`${mine}: ${String(await isAllowed(api(), who, what, namespace))}`).toBe(
        `${mine}: ${String(everywhere.has(mine))}`,
      )
    }
    for (const [kind = '', name = '', , , only = '[]'] of named)
      for (const one of JSON.parse(only) as readonly string[])
        expect(await isAllowed(api(), { kind, name }, { ...what, name: one }, namespace)).toBe(true)
  })

  it('to when a certificate ends', async () => {
    const late = createAuthority('late').issue(['in-the-fifties.example.com'], -1, 365 * 30).cert
    const certificates = [...rootCertificates, late]
    const values = certificates.map((pem) => `(${quoted(pem)})`).join()
    const found = await answer(
      kitchen,
      `SET timezone = 'UTC'; SELECT k8s.not_after(pem) FROM (VALUES ${values}) AS v (pem)`,
    )
    expect(found.flat()).toEqual(certificates.map(notAfter))
  })
})

const requestsOf = async (page: string, heading: string): Promise<{ path: string; bytes: number }[]> => {
  const sql = `${sessionSettings()}\nset k8s_fdw.trace = on;\n${recipe(`docs/cookbook/${page}.md`, heading)}`
  const { messages } = await runAt(kitchen, DATABASE, sql)
  return [...messages.matchAll(/^INFO: {2}k8s_fdw: GET ([^ ]+): 200 OK, (\d+) bytes/gm)].map(
    ([, path = '', bytes]) => ({
      path: decodeURIComponent(path)
        .replace(/([?&])limit=\d+&?/, '$1')
        .replace(/[?&]$/, ''),
      bytes: Number(bytes),
    }),
  )
}

describeUnless(needsOwnServers, 'what is asked of the API server', () => {
  it.each([
    {
      page: 'resources',
      heading: 'What is requested, and what is the limit, in each namespace?',
      paths: ['/api/v1/pods?fieldSelector=status.phase!=Succeeded,status.phase!=Failed'],
    },
    {
      page: 'network',
      heading: 'Which pods are behind a service?',
      paths: ['/api/v1/namespaces/shop/pods', '/api/v1/namespaces/shop/services'],
    },
    {
      page: 'workloads',
      heading: 'Which workloads lack probes, requests or limits?',
      paths: ['/apis/apps/v1/daemonsets', '/apis/apps/v1/deployments', '/apis/apps/v1/statefulsets'],
    },
    {
      page: 'cluster',
      heading: `Which namespaces don't go away, and what holds them?`,
      paths: ['/api/v1/namespaces?fieldSelector=status.phase=Terminating'],
    },
    {
      page: 'time',
      heading: 'What warns most often?',
      paths: ['/api/v1/events?fieldSelector=involvedObject.kind=Pod,type=Warning'],
    },
  ])('$heading', async ({ page, heading, paths }) => {
    const asked = (await requestsOf(page, heading)).map(({ path }) => path)
    expect(asked.slice(0, paths.length).sort()).toEqual(paths)
  })

  it('is metadata alone, where a page says so', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
    for (const [page, heading, of] of [
      ['workloads', 'What does a pod belong to?', '/api/v1/pods'],
      [
        'configuration',
        'Which ConfigMaps does nobody mount?',
        '/api/v1/configmaps?fieldSelector=metadata.name!=kube-root-ca.crt',
      ],
      ['configuration', 'Which ConfigMaps and Secrets are missing?', '/api/v1/secrets'],
      ['network', 'Which Ingresses lead to nothing?', '/api/v1/secrets'],
    ] as const) {
      const asked = (await requestsOf(page, heading)).filter(({ path }) => path === of)
      const size = Buffer.byteLength(await apiOf(kitchen.access).text(of, accept))
      expect(asked.length).toBeGreaterThan(0)
      for (const { bytes } of asked) expect(Math.abs(bytes - size)).toBeLessThan(20)
    }
  })
})

itUnless(
  needsOwnServers ?? needsCron,
  'pg_cron refreshes the view, in a session of its own, more than once',
  async () => {
    const runs = (): Promise<string[][]> =>
      answer(
        kitchen,
        `SELECT status, return_message FROM cron.job_run_details WHERE status NOT IN ('starting', 'running')`,
      )
    const end = Date.now() + 150_000
    while ((await runs()).length < 2 && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 1000))
    const found = await runs()
    expect(found.length).toBeGreaterThan(1)
    expect([...new Set(found.map((row) => row.join(': ')))]).toEqual(['succeeded: REFRESH MATERIALIZED VIEW'])
    const [[age = ''] = []] = await answer(
      kitchen,
      'SELECT extract(epoch FROM now() - min(seen_at)) < 90 FROM public.pods_seen',
    )
    expect(age).toBe('t')
  },
)
