// Random pods for the Pod Security Standards: every field that a check of the API server's admission reads, with values
// that it allows and values that it does not. Some are no valid pods; the API server refuses these everywhere.

export interface GeneratedPod {
  readonly annotations: Record<string, string>
  readonly spec: Record<string, unknown> & { containers: Container[]; initContainers?: Container[] }
  /** Added afterwards, as the API wants it. */
  readonly ephemeral: Container[]
}

type Container = Record<string, unknown> & { name: string }

/** The same numbers for the same seed (mulberry32). */
const numbersOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const CAPABILITIES = ['NET_BIND_SERVICE', 'CHOWN', 'NET_RAW', 'SYS_ADMIN', 'ALL', 'net_raw']
const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.ip_local_reserved_ports',
  'net.core.somaxconn',
  'kernel.msgmax',
]
const PROFILES = [
  { type: 'RuntimeDefault' },
  { type: 'Unconfined' },
  { type: 'Localhost', localhostProfile: 'profile' },
]
const SELINUX = [
  { type: 'container_t' },
  { type: 'container_engine_t' },
  { type: 'spc_t' },
  { user: 'system_u' },
  { role: 'system_r' },
  { level: 's0:c1,c2' },
  { type: '' },
]
const VOLUMES: readonly Record<string, unknown>[] = [
  { hostPath: { path: '/var/log' } },
  { emptyDir: {} },
  { configMap: { name: 'c' } },
  { secret: { secretName: 's' } },
  { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
  { projected: { sources: [{ configMap: { name: 'c' } }] } },
  { persistentVolumeClaim: { claimName: 'p' } },
  { csi: { driver: 'example.com' } },
  { image: { reference: 'example.com/data:1', pullPolicy: 'Always' } },
  {
    ephemeral: {
      volumeClaimTemplate: {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    },
  },
  { nfs: { server: 'n', path: '/' } },
  { iscsi: { targetPortal: '10.0.0.1', iqn: 'iqn.2001-04.com.example:storage', lun: 0 } },
  { rbd: { monitors: ['m'], image: 'i' } },
  { cephfs: { monitors: ['m'] } },
  { glusterfs: { endpoints: 'e', path: 'p' } },
  { gcePersistentDisk: { pdName: 'd' } },
  { awsElasticBlockStore: { volumeID: 'v' } },
  { azureDisk: { diskName: 'd', diskURI: 'https://example.com/d' } },
  { azureFile: { secretName: 's', shareName: 's' } },
  { cinder: { volumeID: 'v' } },
  { fc: { targetWWNs: ['w'], lun: 1 } },
  { flexVolume: { driver: 'example.com/d' } },
  { flocker: { datasetName: 'd' } },
  { gitRepo: { repository: 'https://example.com/r.git' } },
  { photonPersistentDisk: { pdID: 'p' } },
  { portworxVolume: { volumeID: 'v' } },
  { quobyte: { registry: 'r:1', volume: 'v' } },
  { scaleIO: { gateway: 'https://example.com', system: 's', volumeName: 'v', secretRef: { name: 's' } } },
  { storageos: { volumeName: 'v', volumeNamespace: 'n' } },
  { vsphereVolume: { volumePath: 'p' } },
]

type Change = (target: Record<string, unknown>) => void

/** An endless row of pods. */
export function* generatedPods(seed: number): Generator<GeneratedPod> {
  const next = numbersOf(seed)
  const below = (limit: number): number => Math.floor(next() * limit)
  const one = <T>(from: readonly T[]): T => from[below(from.length)] as T
  const chance = (percent: number): boolean => next() * 100 < percent
  const put =
    (key: string, value: () => unknown): Change =>
    (target) => {
      target[key] = value()
    }
  const handler = (): object =>
    one([
      { tcpSocket: { port: 80, host: one(['', '10.0.0.1', 'other']) } },
      { httpGet: { port: 80, host: one(['', 'localhost']) } },
      { httpGet: { port: 80 } },
      { exec: { command: ['true'] } },
    ])
  const ofBoth: readonly Change[] = [
    put('runAsNonRoot', () => chance(50)),
    put('runAsUser', () => one([0, 1000])),
    put('seccompProfile', () => one(PROFILES)),
    put('appArmorProfile', () => one(PROFILES)),
    put('seLinuxOptions', () => one(SELINUX)),
    put('windowsOptions', () => ({ hostProcess: chance(60) })),
  ]
  const ofContainers: readonly Change[] = [
    ...ofBoth,
    put('privileged', () => chance(60)),
    put('allowPrivilegeEscalation', () => chance(50)),
    put('procMount', () => one(['Default', 'Unmasked'])),
    put('readOnlyRootFilesystem', () => true),
    put('capabilities', () => ({
      ...(chance(60) ? { add: [one(CAPABILITIES), one(CAPABILITIES)] } : {}),
      ...(chance(70) ? { drop: [one(['ALL', 'NET_RAW', 'all'])] } : {}),
    })),
  ]
  const ofPods: readonly Change[] = [
    ...ofBoth,
    put('sysctls', () => {
      const names = new Set([one(SYSCTLS), one(SYSCTLS)])
      return [...names].map((name) => ({ name, value: '1' }))
    }),
  ]
  const ofHandlers: readonly Change[] = [
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((key) => put(key, handler)),
    put('lifecycle', () => ({ [one(['postStart', 'preStop'])]: handler() })),
  ]
  const container = (name: string, isStrict: boolean, mayHandle: boolean, mayChange = true): Container => {
    const security: Record<string, unknown> = isStrict
      ? { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
      : {}
    const made: Container = { name, image: 'example.com/app:1' }
    for (let changes = mayChange ? below(3) : 0; changes > 0; changes--)
      if (chance(60)) one(ofContainers)(security)
    if (mayHandle && chance(25)) one(ofHandlers)(made)
    if (mayHandle && chance(25))
      made['ports'] = [{ containerPort: 80, ...(chance(50) ? { hostPort: 80 } : {}) }]
    if (Object.keys(security).length > 0) made['securityContext'] = security
    return made
  }
  for (;;) {
    const isStrict = chance(60)
    const security: Record<string, unknown> = isStrict
      ? { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }
      : {}
    const isWindows = chance(12)
    const spec: GeneratedPod['spec'] = { containers: [] }
    if (isWindows) spec['os'] = { name: 'windows' }
    if (chance(10)) spec[one(['hostNetwork', 'hostPID', 'hostIPC'])] = chance(80)
    const isOfHost = isWindows && chance(40)
    if (isOfHost) {
      spec['hostNetwork'] = true
      security['windowsOptions'] = { hostProcess: true, runAsUserName: 'NT AUTHORITY\\SYSTEM' }
    }
    if (!isOfHost && chance(20)) spec['hostUsers'] = false
    if (!isOfHost && chance(40)) one(ofPods)(security)
    // A pod with settings that Windows does not know is not valid, so few of these are strict.
    if (isWindows && chance(80)) delete security['seccompProfile']
    if (Object.keys(security).length > 0) spec['securityContext'] = security
    const isBare = isWindows && chance(80)
    spec.containers = ['app', 'side']
      .slice(0, 1 + below(2))
      .map((name) => container(name, isStrict && !isBare, true, !isBare))
    // Nothing else may see all of /proc.
    const [first] = spec.containers
    if (spec['hostUsers'] === false && !isWindows && first !== undefined && chance(30))
      first['securityContext'] = {
        ...(first['securityContext'] as object | undefined),
        procMount: 'Unmasked',
      }
    if (chance(30)) spec.initContainers = [container('init', isStrict && !isBare, false, !isBare)]
    if (chance(40))
      spec['volumes'] = Array.from({ length: 1 + below(2) }, (_, nth) => ({
        name: `v${nth}`,
        ...one(VOLUMES),
      }))
    const annotations: Record<string, string> = {}
    if (chance(10))
      annotations[`container.apparmor.security.beta.kubernetes.io/${one(['app', 'side'])}`] = one([
        'unconfined',
        'runtime/default',
        'localhost/profile',
      ])
    if (chance(10)) annotations['seccomp.security.alpha.kubernetes.io/pod'] = 'unconfined'
    const ephemeral = chance(15) ? [container('debug', isStrict, false)] : []
    yield { annotations, spec, ephemeral }
  }
}
