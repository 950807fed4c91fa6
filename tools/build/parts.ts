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

export interface Part {
  readonly name: string
  readonly inputs: readonly string[]
  readonly words: readonly string[]
  readonly outputs: readonly string[]
  readonly command: Command
}

/** Builds what is not fresh. Throws StepFailed. */
export const build = async (part: Part): Promise<void> => {
  const wanted = fingerprint(part.inputs, part.words)
  if (isFresh(part.name, wanted, part.outputs)) return
  forget(part.name)
  for (const output of part.outputs) mkdirSync(dirname(output), { recursive: true })
  await step(part.command)
  remember(part.name, wanted)
}

const MAJORS = [18, 17, 16, 15]

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

const majorOf = (version: string): string => /\d+/.exec(version)?.[0] ?? ''

export const buildComponent = (): Promise<void> =>
  build({
    name: 'component',
    inputs: ['src', 'component', 'wit', 'package.json', 'package-lock.json'],
    words: [process.version],
    outputs: [COMPONENT, MATERIALS],
    command: {
      label: 'building the component',
      log: 'component',
      argv: [process.execPath, 'component/build/build.ts', '--materials', MATERIALS],
    },
  })

export const buildCluster = (): Promise<void> =>
  build({
    name: 'cluster',
    inputs: ['test/cluster'],
    words: [process.arch],
    outputs: [CLUSTER_BINARY],
    command: {
      label: 'building the Kubernetes API server (minutes, the first time)',
      log: 'cluster',
      argv: ['bash', 'test/cluster/build.sh', CLUSTER_BINARY],
    },
  })

/** One Go module holds both, so kubectl has the API server's version, and finds most of its packages compiled. */
export const buildKubectl = (): Promise<void> =>
  build({
    name: 'kubectl',
    inputs: ['test/cluster/go.mod', 'test/cluster/go.sum', 'test/cluster/build.env'],
    words: [process.arch],
    outputs: [KUBECTL],
    command: {
      label: 'building kubectl',
      log: 'kubectl',
      argv: [
        'sh',
        '-c',
        '. ./build.env && exec go build -o "$KUBECTL" -ldflags "-s -w $VERSION_FLAGS" k8s.io/kubernetes/cmd/kubectl',
      ],
      cwd: inRoot('test/cluster'),
      env: { KUBECTL },
    },
  })

/** For the Postgres that PG_CONFIG names. */
export const buildDebian = (): Promise<void> => {
  const version = askPgConfig(pgConfigPath(), '--version')
  return build({
    name: 'debian',
    inputs: ['test/image/base/debian.sh'],
    words: [version, process.arch],
    outputs: [DEBIAN],
    command: {
      label: "fetching Debian's packages for the image's stand-ins",
      log: 'debian',
      argv: ['sh', 'test/image/base/debian.sh', DEBIAN, majorOf(version)],
    },
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
    command: {
      label: 'building the library k8s_fdw (minutes, the first time)',
      log: 'library',
      argv: ['bash', inRoot('host/build.sh'), pgConfig, folder],
    },
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
    command: {
      label: `building the Wrappers host (${variant}; minutes, the first time)`,
      log: `host-${variant}`,
      argv: ['bash', inRoot('test/host/build.sh'), pgConfig, variant, folder],
    },
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
