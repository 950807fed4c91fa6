// Which user the servers run as, and a folder that this user can reach. No user is created, and no permission in the
// repository is changed.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chownSync, lstatSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot, ROOT } from '../paths.ts'
import { say } from '../step.ts'

export interface Owner {
  readonly uid: number
  readonly gid: number
  /** What goes before a command so that it runs as this user. If it is `tied`, it ends when this process ends. */
  readonly prefix: (tied: boolean) => readonly string[]
}

const idOf = (user: string, flag: '-u' | '-g'): number | undefined => {
  const result = spawnSync('id', [flag, user], { encoding: 'utf8' })
  return result.status === 0 ? Number(result.stdout) : undefined
}

const deathSignal = (tied: boolean): readonly string[] => (tied ? ['--pdeathsig', 'INT'] : [])

/** Postgres refuses to run as root, so root uses the user postgres, or nobody if there is none. */
export const serverOwner = (): Owner => {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  if (uid !== 0) return { uid, gid, prefix: (tied) => (tied ? ['setpriv', ...deathSignal(tied)] : []) }
  for (const user of ['postgres', 'nobody']) {
    const userId = idOf(user, '-u')
    const groupId = idOf(user, '-g')
    if (userId === undefined || groupId === undefined) continue
    const become = ['setpriv', `--reuid=${userId}`, `--regid=${groupId}`, '--clear-groups']
    return { uid: userId, gid: groupId, prefix: (tied) => [...become, ...deathSignal(tied)] }
  }
  throw new Error('Postgres does not run as root, and there is neither a user postgres nor nobody here')
}

export const own = (owner: Owner, path: string): void => {
  if (process.getuid?.() === 0) chownSync(path, owner.uid, owner.gid)
}

/** A folder that nobody else can enter. */
export const ownFolder = (owner: Owner, path: string): string => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  own(owner, path)
  return path
}

const reaches = (owner: Owner, folder: string): boolean => {
  const [program, ...args] = [...owner.prefix(false), 'test', '-x', folder]
  return spawnSync(program, args).status === 0
}

/** The folder .run, or one under /var/tmp if the server's user cannot enter the repository. */
export const runBase = (owner: Owner): string => {
  if (reaches(owner, ROOT)) {
    mkdirSync(inRoot('.run'), { recursive: true })
    return inRoot('.run')
  }
  const hash = createHash('sha256').update(ROOT).digest('hex').slice(0, 12)
  const folder = join('/var/tmp', `k8s_fdw-${hash}`)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? 0)) {
    throw new Error(`${folder} is not ours: remove it`)
  }
  say(`the servers' user can't enter ${ROOT}, so they run in ${folder}`)
  return folder
}

export const runAs = (owner: Owner, argv: readonly string[], cwd: string): void => {
  const [program = '', ...args] = [...owner.prefix(false), ...argv]
  execFileSync(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
}
