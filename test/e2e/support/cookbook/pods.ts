// Describes a pod and its owners in few words, with the status that a kubelet would write.
import type { Manifest } from './apply.ts'

export const STARTED = '2026-05-06T07:08:09Z'
const REGISTRY = 'registry.example.com'
type Labels = Readonly<Record<string, string>>

export interface Container {
  readonly name: string
  readonly image: string
  readonly [field: string]: unknown
}

export const image = (path: string): string => `${REGISTRY}/${path}`

/** `['250m', '128Mi']` are cpu and memory; '' leaves one out. */
export const resources = (requests: readonly string[], limits: readonly string[] = []): object => {
  const list = ([cpu = '', memory = '']: readonly string[]): object => ({
    ...(cpu === '' ? {} : { cpu }),
    ...(memory === '' ? {} : { memory }),
  })
  return { requests: list(requests), ...(limits.length === 0 ? {} : { limits: list(limits) }) }
}

export const condition = (type: string, status: string, reason?: string, message?: string): object => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: STARTED,
})

export const running = (name: string, restarts = 0, last?: object): object => ({
  name,
  image: '',
  imageID: '',
  ready: true,
  started: true,
  restartCount: restarts,
  state: { running: { startedAt: STARTED } },
  ...(last === undefined ? {} : { lastState: { terminated: last } }),
})

export const waiting = (
  name: string,
  reason: string,
  message: string,
  restarts = 0,
  last?: object,
): object => ({
  name,
  image: '',
  imageID: '',
  ready: false,
  restartCount: restarts,
  state: { waiting: { reason, message } },
  ...(last === undefined ? {} : { lastState: { terminated: last } }),
})

export const terminated = (exitCode: number, reason: string): object => ({
  exitCode,
  reason,
  startedAt: STARTED,
  finishedAt: '2026-05-06T08:09:10Z',
})

export const done = (name: string, exitCode: number, reason: string): object => ({
  name,
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  state: { terminated: terminated(exitCode, reason) },
})

export interface PodWords {
  readonly namespace: string
  readonly name: string
  readonly owner?: string
  readonly labels: Labels
  readonly node?: string
  readonly ip?: string
  readonly spec: object
  /** Default: all ready. */
  readonly status?: object
}

const allReady = (spec: { readonly containers?: readonly Container[] }): object => ({
  phase: 'Running',
  startTime: STARTED,
  conditions: [condition('PodScheduled', 'True'), condition('Ready', 'True')],
  containerStatuses: (spec.containers ?? []).map(({ name }) => running(name)),
})

export const pod = ({ namespace, name, owner, labels, node, ip, spec, status }: PodWords): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: { ...spec, ...(node === undefined ? {} : { nodeName: node }) },
  status: { ...(status ?? allReady(spec)), ...(ip === undefined ? {} : { podIP: ip, podIPs: [{ ip }] }) },
  ...(owner === undefined ? {} : { owner }),
})

/** A workload of apps/v1 with a template. */
export const workload = (
  kind: string,
  namespace: string,
  name: string,
  labels: Labels,
  podSpec: object,
  more: {
    readonly spec?: object
    readonly status?: object
    readonly owner?: string
    readonly annotations?: Labels
    readonly hash?: string
  } = {},
): Manifest => {
  const all = more.hash === undefined ? labels : { ...labels, 'pod-template-hash': more.hash }
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: {
      name,
      namespace,
      labels: all,
      ...(more.annotations === undefined ? {} : { annotations: more.annotations }),
    },
    spec: {
      selector: { matchLabels: all },
      template: { metadata: { labels: all }, spec: podSpec },
      ...more.spec,
    },
    ...(more.status === undefined ? {} : { status: more.status }),
    ...(more.owner === undefined ? {} : { owner: more.owner }),
  }
}

export const object = (
  apiVersion: string,
  kind: string,
  name: string,
  namespace: string | undefined,
  rest: Partial<Omit<Manifest, 'metadata'>> & { readonly metadata?: object } = {},
): Manifest => ({
  apiVersion,
  kind,
  ...rest,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...rest.metadata },
})

/** Several of one kind and namespace. */
export const each = (
  apiVersion: string,
  kind: string,
  namespace: string,
  named: Readonly<Record<string, object>>,
): Manifest[] =>
  Object.entries(named).map(([name, more]) => object(apiVersion, kind, name, namespace, { more }))
