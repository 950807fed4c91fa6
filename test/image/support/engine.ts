// Runs podman with a storage, networks and settings of its own under .cache/image, and records what it says. The
// machine's own images, containers and settings must not be touched.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CACHE, inRoot, ROOT } from '../../../tools/paths.ts'

export const HOME = join(CACHE, 'image')
/** Where the tests' cluster is called cluster. */
export const NETWORK = 'k8s_fdw_tests'
export const KUBECTL_IMAGE = 'localhost/k8s_fdw_kubectl'
export const LIBRARY_IMAGE = 'localhost/k8s_fdw_library'

const at = (...names: string[]): string => join(HOME, ...names)

export const environment = (): Record<string, string> => ({
  PATH: [inRoot('test/image/support/bin'), at('venv', 'bin'), process.env['PATH'] ?? ''].join(':'),
  CONTAINERS_CONF: at('containers.conf'),
  CONTAINERS_STORAGE_CONF: at('storage.conf'),
  // A health check is no part of an OCI image.
  BUILDAH_FORMAT: 'docker',
  PODMAN_IGNORE_CGROUPSV1_WARNING: '1',
  PYTHONDONTWRITEBYTECODE: '1',
  K8S_FDW_TEST_NETWORK: NETWORK,
})

/** Without systemd, with limits that a machine grants, and with locks of its own. */
export const configure = (): void => {
  for (const name of ['graph', 'run', 'tmp', 'networks', 'volumes'])
    mkdirSync(at('storage', name), { recursive: true })
  writeFileSync(
    at('storage.conf'),
    `[storage]
driver = "overlay"
graphroot = "${at('storage', 'graph')}"
runroot = "${at('storage', 'run')}"
`,
  )
  writeFileSync(
    at('containers.conf'),
    `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "${at('storage', 'tmp')}"
volume_path = "${at('storage', 'volumes')}"
[network]
network_backend = "netavark"
network_config_dir = "${at('storage', 'networks')}"
`,
  )
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Everything that any of them printed, for the search for secrets. */
export const heard: string[] = []

export interface Running {
  readonly output: () => string
  readonly ended: Promise<Outcome>
}

export interface Options {
  readonly input?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Begins a command as somebody in a terminal does. */
export const begin = (argv: readonly string[], { input, cwd = ROOT, env = {} }: Options = {}): Running => {
  const [program = '', ...args] = argv
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...environment(), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input ?? '')
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      heard.push(stdout, stderr)
      resolve({ code: code ?? 1, stdout, stderr })
    })
  })
  return { output: () => stdout + stderr, ended }
}

export const attempt = (argv: readonly string[], options?: Options): Promise<Outcome> =>
  begin(argv, options).ended

/** What it prints. A failure is an error with all that was said. */
export const run = async (argv: readonly string[], options?: Options): Promise<string> => {
  const { code, stdout, stderr } = await attempt(argv, options)
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
  return stdout
}

export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  told: () => string | Promise<string> = () => '',
): Promise<void> => {
  const deadline = Date.now() + 120_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not ${what}:\n${await told()}`)
    await sleep(200)
  }
}

/** Ends and removes all that runs in this storage, and what it made; images stay. */
export const sweep = async (): Promise<void> => {
  await run(['podman', 'rm', '--all', '--force', '--time=0', '--volumes'])
  await run(['podman', 'network', 'prune', '--force'])
  await run(['podman', 'volume', 'prune', '--force'])
}

/** All of the storage, images too. */
export const forget = (): void => {
  if (existsSync(at('storage'))) rmSync(at('storage'), { recursive: true, force: true })
}
