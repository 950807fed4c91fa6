// `make install`: whether it can be done is found out before anything is built, because the library takes minutes.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { say, step, StepFailed } from '../step.ts'
import { askPgConfig, buildComponent, buildLibrary, majorOf, MAJORS, pgConfigPath } from './parts.ts'

export interface Target {
  /** What FOR says: k8s_fdw's own host, or Wrappers. */
  readonly host: string
  /** `PostgreSQL 15.20 (Debian 15.20-0+deb12u1)` */
  readonly version: string
  /** Where files are put. */
  readonly folders: readonly string[]
}

interface Machine {
  readonly exists: (folder: string) => boolean
  readonly mayWrite: (folder: string) => boolean
  readonly hasSudo: () => boolean
}

/** Why nothing can be installed there, and what to do; undefined if something can. */
export const obstacle = ({ host, version, folders }: Target, machine: Machine): string | undefined => {
  if (host !== 'own' && host !== 'wrappers')
    return `FOR is own or wrappers, not ${host}. Leave it out for k8s_fdw's own host, which needs no Wrappers`
  const major = majorOf(version)
  if (!MAJORS.some((supported) => String(supported) === major))
    return `${version} is not supported: ${MAJORS.at(-1)} to ${MAJORS[0]} are`
  const missing = folders.find((folder) => !machine.exists(folder))
  if (missing !== undefined)
    return `${missing} does not exist: is PG_CONFIG that of the server? Debian's is /usr/lib/postgresql/${major}/bin/pg_config`
  const closed = folders.find((folder) => !machine.mayWrite(folder))
  if (closed !== undefined && !machine.hasSudo())
    return `no right to write into ${closed}, and no sudo here: do it as a user who has that right`
  return undefined
}

const thisMachine: Machine = {
  exists: existsSync,
  mayWrite: (folder) => {
    try {
      accessSync(folder, constants.W_OK)
      return true
    } catch {
      return false
    }
  },
  hasSudo: () => spawnSync('sudo', ['--version']).status === 0,
}

/** Only what has to be done as root is. */
const asWhoever = (
  folders: readonly string[],
  argv: readonly [string, ...string[]],
): [string, ...string[]] => (folders.every(thisMachine.mayWrite) ? [...argv] : ['sudo', ...argv])

export const install = async (): Promise<void> => {
  const pgConfig = pgConfigPath()
  const given = process.env['FOR'] ?? ''
  const host = given === '' ? 'own' : given
  const version = askPgConfig(pgConfig, '--version')
  const extensions = join(askPgConfig(pgConfig, '--sharedir'), 'extension')
  const folders = host === 'own' ? [extensions, askPgConfig(pgConfig, '--pkglibdir')] : [extensions]
  const why = obstacle({ host, version, folders }, thisMachine)
  if (why !== undefined) {
    say(why)
    throw new StepFailed('install')
  }
  await buildComponent()
  if (host === 'own') await buildLibrary()
  const argv = asWhoever(folders, ['env', `FOR=${host}`, 'bash', 'sql/install.sh', pgConfig])
  await step({
    label: `installing k8s_fdw into ${version}${argv[0] === 'sudo' ? ' with sudo' : ''}`,
    log: 'install',
    argv,
  })
  if (host === 'wrappers' && !existsSync(join(extensions, 'wrappers.control')))
    say('this Postgres has no Wrappers yet: https://supabase.github.io/wrappers/installation')
  const wrappers = host === 'wrappers' ? 'CREATE EXTENSION wrappers; ' : ''
  say(`then, in a database: ${wrappers}CREATE EXTENSION k8s_fdw;`)
}
