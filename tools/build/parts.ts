// Everything that is built, each part with its inputs, its outputs and its command.
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  CACHE,
  CLUSTER_BINARY,
  COMPONENT,
  hostFolder,
  inRoot,
  KUBECTL,
  MATERIALS,
  type Variant,
} from '../paths.ts'
import { step, type Command } from '../step.ts'
import { fingerprint } from './cache.ts'

export interface Part extends Omit<Command, 'log'> {
  /** The name of its stamp, and of its log. */
  readonly name: string
  /** Files and folders that it is made of, and words such as a compiler's version. */
  readonly inputs: readonly string[]
  readonly words?: readonly string[]
  readonly outputs: readonly string[]
}

/** Builds what is not there as it would be now, by the hash in a stamp file. Throws StepFailed. */
export const build = async ({ name, inputs, words, outputs, ...command }: Part): Promise<void> => {
  const stamp = join(CACHE, 'stamps', name)
  const wanted = fingerprint(inputs, words)
  if ([stamp, ...outputs].every((path) => existsSync(path)) && readFileSync(stamp, 'utf8') === wanted) return
  rmSync(stamp, { force: true })
  for (const path of [stamp, ...outputs]) mkdirSync(dirname(path), { recursive: true })
  await step({ ...command, log: name })
  writeFileSync(stamp, wanted)
}

/** The pg_config that the setup chose; without a setup that of the newest PostgreSQL. */
export const pgConfigPath = (): string => {
  const chosen = process.env['PG_CONFIG'] ?? ''
  const found = chosen === '' ? globSync('/usr/lib/postgresql/1[5-8]/bin/pg_config').sort().at(-1) : chosen
  if (found === undefined)
    throw new Error('PG_CONFIG is not set and no PostgreSQL 15 to 18 is found: run this through make')
  return found
}

export const askPgConfig = (pgConfig: string, flag: string): string =>
  execFileSync(pgConfig, [flag], { encoding: 'utf8' }).trim()

/** `PostgreSQL 15.20 (Debian 15.20-0+deb12u1)`, for the Postgres that PG_CONFIG names. */
export const postgresVersion = (): string => askPgConfig(pgConfigPath(), '--version')

export const postgresMajor = (): string => /\d+/.exec(postgresVersion())?.[0] ?? ''

export const buildComponent = (): Promise<void> =>
  build({
    name: 'component',
    inputs: ['src', 'component', 'wit', 'package.json', 'package-lock.json'],
    words: [process.version],
    outputs: [COMPONENT, MATERIALS],
    label: 'building the component',
    argv: [process.execPath, 'component/build/build.ts', '--materials', MATERIALS],
  })

export const buildCluster = (): Promise<void> =>
  build({
    name: 'cluster',
    inputs: ['test/cluster'],
    words: [process.arch],
    outputs: [CLUSTER_BINARY],
    label: 'building the Kubernetes API server (minutes, the first time)',
    argv: ['bash', 'test/cluster/build.sh', CLUSTER_BINARY],
  })

/** One Go module holds both, so kubectl has the API server's version, and finds most of its packages compiled. */
export const buildKubectl = (): Promise<void> =>
  build({
    name: 'kubectl',
    inputs: ['test/cluster/go.mod', 'test/cluster/go.sum', 'test/cluster/build.env'],
    words: [process.arch],
    outputs: [KUBECTL],
    label: 'building kubectl',
    argv: [
      'sh',
      '-c',
      '. ./build.env && exec go build -o "$KUBECTL" -ldflags "-s -w $VERSION_FLAGS" k8s.io/kubernetes/cmd/kubectl',
    ],
    cwd: inRoot('test/cluster'),
    env: { KUBECTL },
  })

/** Where the extension's own library is, for the Postgres that PG_CONFIG names. */
export const libraryFile = (): string => inRoot('dist', 'host', postgresMajor(), 'k8s_fdw.so')

export const buildLibrary = (): Promise<void> =>
  build({
    name: `library-${postgresMajor()}`,
    inputs: ['host', 'wit'],
    words: [askPgConfig(pgConfigPath(), '--includedir-server'), postgresVersion()],
    outputs: [libraryFile()],
    label: 'building the library k8s_fdw (minutes, the first time)',
    argv: ['bash', inRoot('host/build.sh'), pgConfigPath(), dirname(libraryFile())],
  })

/** What runs the component, for the Postgres that PG_CONFIG names. */
export const buildHost = (variant: Variant): Promise<void> => {
  if (variant === 'own') return buildLibrary()
  const folder = hostFolder(variant)
  return build({
    name: `host-${variant}`,
    inputs: ['test/host', 'wit'],
    words: [pgConfigPath(), postgresVersion(), variant],
    outputs: [join(folder, 'wrappers.so'), join(folder, 'wrappers.control')],
    label: `building the Wrappers host (${variant}; minutes, the first time)`,
    argv: ['bash', inRoot('test/host/build.sh'), pgConfigPath(), variant, folder],
  })
}

/**
 * Everything that `variants` of the host need, and `more` after the API server. Two at a time, because the API server's build
 * leaves a core idle for long stretches. Throws the first failure, after both ended.
 */
export const buildAll = async (
  variants: readonly Variant[],
  more: readonly (() => Promise<void>)[] = [],
): Promise<void> => {
  const inOrder = async (builds: readonly (() => Promise<void>)[]): Promise<void> => {
    for (const build of builds) await build()
  }
  const hosts = variants.map((variant) => () => buildHost(variant))
  const results = await Promise.allSettled([
    inOrder([buildComponent, ...hosts]),
    inOrder([buildCluster, ...more]),
  ])
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
