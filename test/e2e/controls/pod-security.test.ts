// The controls of the Pod Security Standards against the API server's own admission: for random pods it says in a dry run
// what is wrong, and the same pods are then in tables. K8S_FDW_SEED tries others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clear } from '../support/clearing.ts'
import { generatedPods, type GeneratedPod } from '../support/generated-pods.ts'
import { suiteApi } from '../support/oracle.ts'
import { createServer } from '../support/servers-in-sql.ts'
import { rows, run } from '../support/sql.ts'

const SEED = Number(process.env['K8S_FDW_SEED'] ?? 20_240_506)
const COUNT = 200
const OPEN = 'pss-open'
const LEVELS = ['baseline', 'restricted'] as const
type Level = (typeof LEVELS)[number]

/** What the admission calls each of its checks, by the control that stands for it. */
const REASONS: Readonly<Record<string, string>> = {
  'pss-baseline-privileged': 'privileged',
  'pss-baseline-host-namespaces': 'host namespaces',
  'pss-baseline-host-path-volumes': 'hostPath volumes',
  'pss-baseline-host-ports': 'hostPort',
  'pss-baseline-host-probes': 'probe or lifecycle host',
  'pss-baseline-app-armor': 'forbidden AppArmor profiles?',
  'pss-baseline-capabilities': 'non-default capabilities',
  'pss-baseline-proc-mount': 'procMount',
  'pss-baseline-se-linux': 'seLinuxOptions',
  'pss-baseline-seccomp': 'seccompProfile',
  'pss-baseline-sysctls': 'forbidden sysctls',
  'pss-baseline-windows-host-process': 'hostProcess',
  'pss-restricted-privilege-escalation': 'allowPrivilegeEscalation != false',
  'pss-restricted-capabilities': 'unrestricted capabilities',
  'pss-restricted-volume-types': 'restricted volume types',
  'pss-restricted-run-as-non-root': 'runAsNonRoot != true',
  'pss-restricted-run-as-user': 'runAsUser=0',
  'pss-restricted-seccomp': 'seccompProfile',
}
/** In a restricted namespace the stricter check stands for both. */
const OVERRIDDEN = ['pss-baseline-capabilities', 'pss-baseline-seccomp', 'pss-baseline-host-path-volumes']
const CONTROLS = Object.keys(REASONS)
const checkedAt = (level: Level): string[] =>
  level === 'baseline'
    ? CONTROLS.filter((id) => id.startsWith('pss-baseline-'))
    : CONTROLS.filter((id) => !OVERRIDDEN.includes(id))

const violations = (level: Level, message: string): string[] =>
  checkedAt(level)
    .filter((id) =>
      new RegExp(`(?:"${level}:latest": |\\), )${REASONS[id] ?? ''} \\(`.replaceAll('+', '\\+')).test(
        message,
      ),
    )
    .sort()

const api = suiteApi()
const pods = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`

/** What the request failed with; an empty text if it did not. */
const refusal = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => '',
    (error: unknown) => (error as Error).message,
  )
const isInvalid = (message: string): boolean => message.includes('"reason":"Invalid"')
const messageOf = (refused: string): string =>
  refused === '' ? '' : (JSON.parse(refused.slice(refused.indexOf('{'))) as { message: string }).message

const object = (name: string, { annotations, spec }: GeneratedPod): object => ({
  metadata: { name, annotations },
  spec,
})

interface Case {
  readonly name: string
  readonly pod: GeneratedPod
  readonly expected: Readonly<Record<Level, string[]>>
  readonly messages: readonly string[]
}

/** Has a strict pod that a debugger joins: what of it is refused is the debugger's. */
const debugged = async (name: string, pod: GeneratedPod): Promise<Case | undefined> => {
  const body = { spec: { ephemeralContainers: pod.ephemeral } }
  const patch = (namespace: string, query: string): Promise<string> =>
    refusal(api.patch(`${pods(namespace)}/strict/ephemeralcontainers${query}`, body))
  const refused = await Promise.all(LEVELS.map((level) => patch(`pss-${level}`, '?dryRun=All')))
  if (refused.some(isInvalid)) return undefined
  await api.create(pods(OPEN), object(name, STRICT))
  await api.patch(`${pods(OPEN)}/${name}/ephemeralcontainers`, body)
  return caseOf(name, pod, refused)
}

const plain = async (name: string, pod: GeneratedPod): Promise<Case | undefined> => {
  const created = await refusal(api.post(pods(OPEN), object(name, pod)))
  if (isInvalid(created)) return undefined
  if (created !== '') throw new Error(created)
  const refused = await Promise.all(
    LEVELS.map((level) => refusal(api.post(`${pods(`pss-${level}`)}?dryRun=All`, object(name, pod)))),
  )
  return caseOf(name, pod, refused)
}

const caseOf = (name: string, pod: GeneratedPod, refused: readonly string[]): Case => {
  const [baseline = '', restricted = ''] = refused.map(messageOf)
  const expected = {
    baseline: violations('baseline', baseline),
    restricted: violations('restricted', restricted),
  }
  // Whatever is refused is refused for a reason that is known here.
  expect([baseline === '', restricted === ''], `${baseline} ${restricted}`).toEqual([
    expected.baseline.length === 0,
    expected.restricted.length === 0,
  ])
  return { name, pod, expected, messages: [baseline, restricted] }
}

const STRICT: GeneratedPod = {
  annotations: {},
  ephemeral: [],
  spec: {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'app',
        image: 'example.com/app:1',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
}

const cases: Case[] = []
/** The alarms by kind and name. */
let alarms: Map<string, string[]>

const alarmsOf = (kind: string, name: string, level: Level): string[] =>
  (alarms.get(`${kind}/${name}`) ?? []).filter((id) => checkedAt(level).includes(id)).sort()

beforeAll(async () => {
  for (const level of ['open', ...LEVELS])
    await api.create('/api/v1/namespaces', {
      metadata: {
        name: `pss-${level}`,
        labels: {
          'pod-security.kubernetes.io/enforce': level === 'open' ? 'privileged' : level,
          'pod-security.kubernetes.io/enforce-version': 'latest',
        },
      },
    })
  for (const level of LEVELS) await api.create(pods(`pss-${level}`), object('strict', STRICT))
  const source = generatedPods(SEED)
  let tried = 0
  const worker = async (): Promise<void> => {
    while (cases.length < COUNT) {
      const pod = source.next().value as GeneratedPod
      const name = `pod-${tried++}`
      const made = await (pod.ephemeral.length > 0 ? debugged : plain)(name, pod)
      if (made !== undefined) cases.push(made)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  // A template is not valid with an annotation for AppArmor that says other than its fields, which a pod may have.
  const forTemplates = cases.filter(
    ({ pod }) => pod.ephemeral.length === 0 && Object.keys(pod.annotations).length === 0,
  )
  for (const { name, pod } of forTemplates.slice(0, 30)) {
    const { annotations, spec } = pod
    const template = { metadata: { labels: { app: name }, annotations }, spec }
    await api.create(`/apis/apps/v1/namespaces/${OPEN}/deployments`, {
      metadata: { name },
      spec: { selector: { matchLabels: { app: name } }, template },
    })
    await api.create(`/apis/batch/v1/namespaces/${OPEN}/cronjobs`, {
      metadata: { name },
      spec: {
        schedule: '0 0 1 1 *',
        jobTemplate: { spec: { template: { ...template, spec: { ...spec, restartPolicy: 'Never' } } } },
      },
    })
  }
  await createServer('pss')
  await run(`SET client_min_messages = error; CREATE SCHEMA pss;
    IMPORT FOREIGN SCHEMA "*" LIMIT TO (pods, deployments, cronjobs) FROM SERVER pss INTO pss;`)
  const found = await rows(`SELECT kind || '/' || name, jsonb_agg(control) FILTER (WHERE status = 'alarm')
    FROM k8s_fdw.controls('pss', '{pss-%}', '${OPEN}') WHERE status <> 'skip' GROUP BY 1`)
  alarms = new Map(
    found.map(([object = '', ids = '']) => [object, ids === '∅' ? [] : (JSON.parse(ids) as string[])]),
  )
})

afterAll(() =>
  clear(
    ['open', ...LEVELS].map((level) => `pss-${level}`),
    ['pods', 'apps/deployments', 'batch/cronjobs'],
  ),
)

describe(`the Pod Security Standards, with the seed ${SEED}`, () => {
  it.each(LEVELS)('finds in each pod what the admission finds: %s', (level) => {
    const theirs = cases.map(({ name, expected, messages, pod }) => [name, expected[level], messages, pod])
    expect(
      cases.map(({ name, messages, pod }) => [name, alarmsOf('Pod', name, level), messages, pod]),
    ).toEqual(theirs)
  })

  it('tries every check, with pods that pass and pods that do not', () => {
    expect(cases.length).toBeGreaterThanOrEqual(COUNT)
    const failed = new Map(CONTROLS.map((id) => [id, 0]))
    for (const { expected } of cases)
      for (const id of new Set([...expected.baseline, ...expected.restricted]))
        failed.set(id, (failed.get(id) ?? 0) + 1)
    expect([...failed].filter(([, count]) => count === 0 || count === cases.length)).toEqual([])
    for (const level of LEVELS)
      expect(cases.filter(({ expected }) => expected[level].length === 0).length).toBeGreaterThan(10)
  })

  it('finds the same in the templates of a Deployment and a CronJob', () => {
    const ofKind = (kind: string): [string, string[]][] =>
      [...alarms]
        .filter(([object]) => object.startsWith(`${kind}/`))
        .map(([object, ids]) => [object.replace(/^.*\//, ''), [...ids].sort()])
    const names = ofKind('Deployment').map(([name]) => name)
    expect(names.length).toBeGreaterThan(20)
    expect(ofKind('CronJob').sort()).toEqual(ofKind('Deployment').sort())
    expect(ofKind('Deployment').sort()).toEqual(
      ofKind('Pod')
        .filter(([name]) => names.includes(name))
        .sort(),
    )
  })
})
