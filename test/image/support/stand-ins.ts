// The images that no registry of packages has, made of Debian's packages and of what is built here, under the names in
// Dockerfile and compose.yaml.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build, libraryFile, postgresMajor, postgresVersion } from '../../../tools/build/parts.ts'
import { CLUSTER_BINARY, hostFiles, inRoot, KUBECTL } from '../../../tools/paths.ts'
import { attempt, HOME, KUBECTL_IMAGE, LIBRARY_IMAGE, run } from './engine.ts'

/** What the image is for: each host has a base of its own. */
export const HOSTS = ['own', 'wrappers'] as const
export type Host = (typeof HOSTS)[number]

/** The root file system of Debian's packages that the stand-ins are made of. */
const DEBIAN = inRoot('.cache', 'image', 'debian.tar')
const DEBIAN_IMAGE = 'localhost/k8s_fdw_debian'

const fetchDebian = (): Promise<void> =>
  build({
    name: 'debian',
    inputs: ['test/image/base/debian.sh'],
    words: [postgresVersion(), process.arch],
    outputs: [DEBIAN],
    label: "fetching Debian's packages for the image's stand-ins",
    argv: ['sh', 'test/image/base/debian.sh', DEBIAN, postgresMajor()],
  })

/** `docker.io/supabase/postgres:15.19.0.004`; undefined where the Dockerfile has none for that Postgres. */
export const baseName = (host: Host, major: string): string | undefined =>
  new RegExp(`^FROM (\\S+) AS ${host}-${major}$`, 'm').exec(readFileSync(inRoot('Dockerfile'), 'utf8'))?.[1]

const clusterName = (): string =>
  /image: (\S+\/k3s:\S+)/.exec(readFileSync(inRoot('compose.yaml'), 'utf8'))?.[1] ?? ''

/** Once for each root file system. */
const importDebian = async (): Promise<void> => {
  const { size, mtimeMs } = statSync(DEBIAN)
  const made = `${size} ${Math.round(mtimeMs)}`
  const there = await attempt(['podman', 'image', 'inspect', '--format', '{{.Comment}}', DEBIAN_IMAGE])
  if (there.stdout.trim() !== made)
    await run(['podman', 'import', '--quiet', '--message', made, DEBIAN, DEBIAN_IMAGE])
}

/** What the builder sees: the programs beside test/image/base. */
const layContext = (): string => {
  const folder = join(HOME, 'context')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'wrappers'), { recursive: true })
  cpSync(inRoot('test/image/base'), join(folder, 'base'), { recursive: true })
  for (const name of readdirSync(hostFiles('current')))
    if (/\.(so|control|sql)$/.test(name))
      cpSync(join(hostFiles('current'), name), join(folder, 'wrappers', name))
  cpSync(CLUSTER_BINARY, join(folder, 'cluster'))
  cpSync(KUBECTL, join(folder, 'kubectl'))
  cpSync(libraryFile(), join(folder, 'k8s_fdw.so'))
  return folder
}

export const makeStandIns = async (major: string): Promise<void> => {
  await fetchDebian()
  await importDebian()
  const context = layContext()
  const targets: [target: string, name: string][] = [
    ...HOSTS.flatMap((host): [string, string][] => {
      const name = baseName(host, major)
      return name === undefined ? [] : [[host, name]]
    }),
    ['library', LIBRARY_IMAGE],
    ['kubectl', KUBECTL_IMAGE],
    ['cluster', clusterName()],
  ]
  for (const [target, name] of targets) {
    const file = join(context, 'base', 'Dockerfile')
    await run([
      'podman',
      'build',
      '--pull=never',
      '--layers',
      '--quiet',
      '--build-arg',
      `MAJOR=${major}`,
      '--target',
      target,
      '--tag',
      name,
      '--file',
      file,
      context,
    ])
  }
  rmSync(context, { recursive: true })
}

/** The tests' API server as k3s would be: alone in a network, by the name cluster. */
export const startCluster = async (network: string): Promise<string> => {
  await run(['podman', 'network', 'create', network])
  const place = ['--network', network, '--network-alias', 'cluster', '--name', 'k8s_fdw_cluster', '--detach']
  return run(['podman', 'run', ...place, '--privileged', clusterName(), 'server', '--tls-san=cluster'])
}
