// Plays the reader of a quick start: types a step into a shell or psql as the page has it, and sees the screen. What
// stands in for docker, make and sudo is said at each.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inRoot } from '../../../../tools/paths.ts'
import { noteSecret, record } from '../../../../tools/services/record.ts'
import { fillIn } from '../../../support/markdown.ts'
import { kubectlProgram } from '../kubectl.ts'
import type { Step } from './page.ts'

/** All that a page's commands find; any other is "command not found", which fails. */
const PROGRAMS = [
  'base64',
  'bash',
  'cat',
  'cmp',
  'cp',
  'curl',
  'dirname',
  'grep',
  'head',
  'install',
  'mkdir',
  'rm',
  'sed',
  'sh',
  'sort',
]

export interface Setting {
  /** A superuser's connection string of the Postgres at hand. */
  readonly conninfo: string
  readonly psql: string
  readonly database: string
  /** Whom the reader is to Postgres. */
  readonly role: string
  /** What the page has → what is typed here. */
  readonly values: ReadonlyMap<string, string>
  /** Functions of bash in place of programs that are not at hand. Each refuses what it does not know. */
  readonly functions: string
  readonly environment: Readonly<Record<string, string>>
  /** What differs from run to run → what the page has in its place. */
  readonly varying: readonly (readonly [RegExp, string])[]
}

const TOKEN = /eyJ[\w-]{20,}\.[\w-]+\.[\w-]+/g
const VARYING: Setting['varying'] = [
  [TOKEN, 'eyJhbGciOiJSUzI1NiIsImtpZCI6…'],
  [/PostgreSQL \d+\.\d+ \(Debian [^)]*\)/g, 'PostgreSQL 15.20 (Debian 15.20-0+deb12u1)'],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '3f0c2d9e-5b1a-4c47-9f0e-8a6d1c2b7e54'],
]

const run = (
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  input: string,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
    let printed = ''
    const hear = (text: string): void => {
      printed += text
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(printed)
      else reject(new Error(`it ended with ${code}:\n${printed}`))
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })

export class Reader {
  readonly folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-quickstart-'))
  private readonly setting: Setting
  private token: string | undefined

  constructor(setting: Setting) {
    this.setting = setting
    chmodSync(this.folder, 0o755) // Postgres' user reads what a container would mount
    mkdirSync(join(this.folder, '.bin'))
    symlinkSync(inRoot('deploy'), join(this.folder, 'deploy'))
    for (const name of PROGRAMS) this.provide(name, name)
    this.provide('kubectl', kubectlProgram)
    this.provide('psql', setting.psql)
  }

  private provide(name: string, program: string): void {
    const found = spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim()
    symlinkSync(found, join(this.folder, '.bin', name))
  }

  /** What the reader types. */
  filledIn(step: Step): string {
    const values = new Map([['<bearer token>', this.token ?? '<bearer token>'], ...this.setting.values])
    return fillIn(step.text, values)
  }

  /** What the reader sees; a command or statement that fails is an error with it. A token that is printed is kept for later. */
  async type(step: Step): Promise<string> {
    const text = this.filledIn(step)
    if (step.language === 'sql') return this.psql(text)
    if (step.language !== 'sh') throw new Error(`nobody knows what to do with a block of ${step.language}`)
    const printed = await this.shell(text)
    // A script of ours may go on without a program that the list above lacks.
    if (/: (command )?not found$/m.test(printed)) throw new Error(printed)
    for (const token of printed.match(TOKEN) ?? []) noteSecret(token)
    // The one line on which a token is to be seen: where kubectl was asked for it.
    record(printed.replace(/^eyJ[\w-]{20,}\.[\w-]+\.[\w-]+$/m, ''))
    this.token = printed.match(TOKEN)?.at(-1) ?? this.token
    return printed
  }

  shell(text: string): Promise<string> {
    const env = {
      PATH: join(this.folder, '.bin'),
      HOME: this.folder,
      LANG: 'C.UTF-8',
      ...this.connection(),
      ...this.setting.environment,
    }
    const script = `set -eu -o pipefail\nexec 2>&1\n${this.setting.functions}\n${text}\n`
    return run('bash', ['-c', script], this.folder, env, '')
  }

  psql(text: string): Promise<string> {
    const { conninfo, role, database, psql } = this.setting
    const args = [
      '-X',
      '-v',
      'ON_ERROR_STOP=1',
      '-v',
      'SHOW_CONTEXT=never',
      '-d',
      `${conninfo} user=${role} dbname=${database}`,
    ]
    return run(psql, args, this.folder, { ...process.env, PGCLIENTENCODING: 'UTF8', PAGER: '' }, text).then(
      (printed) => {
        record(printed)
        return printed
      },
    )
  }

  /** libpq's own variables, for a psql that the page runs. */
  private connection(): Record<string, string> {
    const part = (name: string): string =>
      new RegExp(`\\b${name}=(\\S+)`).exec(this.setting.conninfo)?.[1] ?? ''
    return { PGHOST: part('host'), PGPORT: part('port'), PGDATABASE: this.setting.database }
  }

  screen(printed: string): string {
    let text = printed.replaceAll(this.folder, '~')
    for (const [pattern, shown] of [...this.setting.varying, ...VARYING]) text = text.replace(pattern, shown)
    return text
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .replace(/^\n+|\n+$/g, '')
  }

  leave(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
