// The container's scripts in a scratch folder, with the real Postgres and kubectl, laid out as in the image of one host.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { COMPONENT, inRoot } from '../../../tools/paths.ts'
import { own } from '../../../tools/services/owner.ts'
import type { PostgresCopy } from '../../../tools/services/postgres-copy.ts'
import { psql } from '../../support/psql.ts'
import { record } from '../../../tools/services/record.ts'
import type { RunFolder } from '../../../tools/services/session.ts'
import { kubectlProgram } from './kubectl.ts'

const COMMON = ['entrypoint.sh', 'healthcheck.sh', 'init.sh']
const SCRIPTS = {
  own: [...COMMON, 'own/serve.sh'],
  wrappers: [...COMMON, 'wrappers/serve.sh', 'wrappers/proxy.sh'],
}

export interface Ports {
  readonly postgres: number
  readonly proxy: number
}

/** Empty if the process has ended meanwhile. */
const environmentOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}

const executable = (pid: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return '' // it has ended
  }
}

const which = (program: string): string =>
  program.includes('/') ? resolve(program) : spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim()

export class Container {
  readonly kubeconfig: string
  readonly folder: string
  private readonly env: Record<string, string>
  private child: ChildProcess | undefined
  private logFile = ''

  private readonly run: RunFolder
  private readonly copy: PostgresCopy
  private readonly ports: Ports

  /** `copy` has the host in it. */
  constructor(run: RunFolder, copy: PostgresCopy, ports: Ports, host: keyof typeof SCRIPTS) {
    this.run = run
    this.copy = copy
    this.ports = ports
    this.folder = join(run.path, 'container')
    this.kubeconfig = join(this.folder, 'kubeconfig')
    const at = (...names: string[]): string => join(this.folder, ...names)
    for (const name of ['bin', 'lib', 'share', 'data', 'sockets', 'home']) {
      mkdirSync(at(name), { recursive: true, mode: 0o755 })
      own(run.owner, at(name))
    }
    chmodSync(at('data'), 0o700)
    for (const name of SCRIPTS[host]) {
      copyFileSync(inRoot('container', name), at('lib', basename(name)))
      chmodSync(at('lib', basename(name)), 0o755)
    }
    copyFileSync(inRoot('test/e2e/support/docker-entrypoint.sh'), at('bin', 'docker-entrypoint.sh'))
    chmodSync(at('bin', 'docker-entrypoint.sh'), 0o755)
    copyFileSync(inRoot('container', host, 'init.sql'), at('share', 'init.sql'))
    if (host === 'wrappers') {
      copyFileSync(COMPONENT, at('share', 'k8s_fdw.wasm'))
      spawnSync('sh', [inRoot('sql/build.sh'), at('share')])
      // A copy, since the servers' user need not be able to enter the repository.
      copyFileSync(which(kubectlProgram), at('bin', 'kubectl'))
      chmodSync(at('bin', 'kubectl'), 0o755)
    }
    this.env = {
      PATH: `${at('bin')}:${copy.bin}:/usr/local/bin:/usr/bin:/bin`,
      LANG: 'C.UTF-8',
      HOME: at('home'),
      PGDATA: at('data'),
      PGHOST: at('sockets'),
      PGPORT: String(ports.postgres),
      POSTGRES_USER: 'postgres',
      POSTGRES_DB: 'postgres',
      INIT_SCRIPT: at('lib', 'init.sh'),
      K8S_FDW_KUBECONFIG: this.kubeconfig,
      K8S_FDW_PROXY_PORT: String(ports.proxy),
      K8S_FDW_PROXY_LONGEST_PAUSE: '2',
      K8S_FDW_SHARE: at('share'),
    }
  }

  mount(kubeconfig: string, mode = 0o600): void {
    writeFileSync(this.kubeconfig, kubeconfig)
    chmodSync(this.kubeconfig, mode)
    own(this.run.owner, this.kubeconfig)
  }

  start(name: string, env: Readonly<Record<string, string>> = {}): void {
    this.logFile = join(this.folder, `${name}.log`)
    const output = openSync(this.logFile, 'w')
    const server = ['postgres', '-D', join(this.folder, 'data'), '-p', String(this.ports.postgres)]
    const options = [
      `unix_socket_directories=${join(this.folder, 'sockets')}`,
      'listen_addresses=127.0.0.1',
      'jit=off',
    ]
    const [program = '', ...args] = [
      ...this.run.owner.prefix(true),
      join(this.folder, 'lib', 'entrypoint.sh'),
      ...server,
      ...options.flatMap((option) => ['-c', option]),
    ]
    this.child = spawn(program, args, {
      cwd: this.folder,
      env: { ...this.env, ...env },
      detached: true,
      stdio: ['ignore', output, output],
    })
    closeSync(output)
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8')
  }

  async logged(text: string): Promise<void> {
    await this.until(`"${text}" in the log`, () => this.log().includes(text))
  }

  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 90_000
    while (!(await holds())) {
      if (Date.now() > deadline || this.child?.exitCode !== null)
        throw new Error(`not ${what}:\n${this.log()}`)
      await sleep(100)
    }
  }

  isHealthy(): boolean {
    return spawnSync(join(this.folder, 'lib', 'healthcheck.sh'), { env: this.env }).status === 0
  }

  /** The script of the first start, in that database; what it prints, which is nothing if all is well. */
  initialise(database: string): string {
    const env = { ...this.env, POSTGRES_DB: database }
    const { stdout, stderr } = spawnSync(join(this.folder, 'lib', 'init.sh'), { env, encoding: 'utf8' })
    return stdout + stderr
  }

  /** While `work` runs, Postgres does not offer k8s_fdw as an extension. */
  async withoutExtension<T>(work: () => Promise<T>): Promise<T> {
    const { stdout } = spawnSync(this.copy.pgConfig, ['--sharedir'], { encoding: 'utf8' })
    const control = join(stdout.trim(), 'extension', 'k8s_fdw.control')
    renameSync(control, `${control}.away`)
    try {
      return await work()
    } finally {
      renameSync(`${control}.away`, control)
    }
  }

  /** The ids of its processes of that program. */
  processes(program: 'kubectl' | 'postgres'): number[] {
    const wanted = join(program === 'kubectl' ? join(this.folder, 'bin') : this.copy.bin, program)
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && executable(name) === wanted)
      .map(Number)
  }

  /** A backend shows its title in place of its environment, and need not have a higher number than its server. */
  generatedPassword(): string {
    const environments = this.processes('postgres').map(environmentOf)
    return /POSTGRES_PASSWORD=([0-9a-f]{48})\0/.exec(environments.join('\0'))?.[1] ?? ''
  }

  ask(sql: string, database = 'postgres'): Promise<{ stdout: string; stderr: string }> {
    const conninfo = `host=127.0.0.1 port=${this.ports.postgres} user=postgres dbname=${database}`
    return psql({
      psql: join(this.copy.bin, 'psql'),
      conninfo,
      args: ['-q', '-At', '-v', 'SHOW_CONTEXT=never'],
      sql,
    })
  }

  /** As `docker stop` does it. */
  stop(): Promise<number | null> {
    const { child } = this
    if (child?.pid === undefined || child.exitCode !== null) return Promise.resolve(child?.exitCode ?? null)
    return new Promise((done) => {
      child.once('exit', (code) => {
        record(this.log())
        done(code)
      })
      process.kill(child.pid ?? 0, 'SIGINT')
    })
  }
}
