// Everything that is built, each part with its inputs, its outputs and its command.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  CLUSTER_BINARY,
  COMPONENT,
  DEBIAN,
  hostFolder,
  inRoot,
  KUBECTL,
  libraryFolder,
  MATERIALS,
  type Variant,
} from '../paths.ts'
import { step, type Command } from '../step.ts'
import { fingerprint, forget, isFresh, remember } from './cache.ts'

export interface Part extends Omit<Command, 'log'> {
  /** The name of its stamp, and of its log. */
  readonly name: string
  /** Files and folders that it is made of, and words such as a compiler's version. */
  readonly inputs: readonly string[]
  readonly words?: readonly string[]
  readonly outputs: readonly string[]
}

/** Builds what is not fresh. Throws StepFailed. */
export const build = async ({ name, inputs, words, outputs, ...command }: Part): Promise<void> => {
  const wanted = fingerprint(inputs, words)
  if (isFresh(name, wanted, outputs)) return
  forget(name)
  for (const output of outputs) mkdirSync(dirname(output), { recursive: true })
  await step({ ...command, log: name })
  remember(name, wanted)
}

/** The versions of PostgreSQL that there is a library for, the newest first. */
export const MAJORS = [18, 17, 16, 15] as const

/** The pg_config that the setup chose; without a setup that of the newest PostgreSQL. */
export const pgConfigPath = (): string => {
  const chosen = process.env['PG_CONFIG']
  if (chosen !== undefined && chosen !== '') return chosen
  const found = MAJORS.map((major) => `/usr/lib/postgresql/${major}/bin/pg_config`).find((path) =>
    existsSync(path),
  )
  if (found === undefined)
    throw new Error('PG_CONFIG is not set and no PostgreSQL 15 to 18 is found: run this through make')
  return found
}

export const askPgConfig = (pgConfig: string, flag: string): string =>
  execFileSync(pgConfig, [flag], { encoding: 'utf8' }).trim()

export const majorOf = (version: string): string => /\d+/.exec(version)?.[0] ?? ''

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

/** For the Postgres that PG_CONFIG names. */
export const buildDebian = (): Promise<void> => {
  const version = askPgConfig(pgConfigPath(), '--version')
  return build({
    name: 'debian',
    inputs: ['test/image/base/debian.sh'],
    words: [version, process.arch],
    outputs: [DEBIAN],
    label: "fetching Debian's packages for the image's stand-ins",
    argv: ['sh', 'test/image/base/debian.sh', DEBIAN, majorOf(version)],
  })
}

/** Where the extension's own library is, for the Postgres that PG_CONFIG names. */
export const libraryFile = (): string =>
  join(libraryFolder(majorOf(askPgConfig(pgConfigPath(), '--version'))), 'k8s_fdw.so')

/** The extension's own library, for the Postgres that PG_CONFIG names. */
export const buildLibrary = (): Promise<void> => {
  const pgConfig = pgConfigPath()
  const version = askPgConfig(pgConfig, '--version')
  const major = majorOf(version)
  const folder = libraryFolder(major)
  return build({
    name: `library-${major}`,
    inputs: ['host', 'wit'],
    words: [askPgConfig(pgConfig, '--includedir-server'), version],
    outputs: [libraryFile()],
    label: 'building the library k8s_fdw (minutes, the first time)',
    argv: ['bash', inRoot('host/build.sh'), pgConfig, folder],
  })
}

/** What runs the component, for the Postgres that PG_CONFIG names. */
export const buildHost = (variant: Variant): Promise<void> => {
  if (variant === 'own') return buildLibrary()
  const pgConfig = pgConfigPath()
  const folder = hostFolder(variant)
  return build({
    name: `host-${variant}`,
    inputs: ['test/host', 'wit'],
    words: [pgConfig, askPgConfig(pgConfig, '--version'), variant],
    outputs: [join(folder, 'wrappers.so'), join(folder, 'wrappers.control')],
    label: `building the Wrappers host (${variant}; minutes, the first time)`,
    argv: ['bash', inRoot('test/host/build.sh'), pgConfig, variant, folder],
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
  const hosts = async (): Promise<void> => {
    await buildComponent()
    for (const variant of variants) await buildHost(variant)
  }
  const others = async (): Promise<void> => {
    for (const build of [buildCluster, ...more]) await build()
  }
  const results = await Promise.allSettled([hosts(), others()])
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
