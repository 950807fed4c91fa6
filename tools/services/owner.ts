// Which user the servers run as, and a folder that this user can reach. No user is created, and no permission in the
// repository is changed.
import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot, ROOT } from '../paths.ts'

export interface Owner {
  readonly uid: number
  readonly gid: number
  /** What goes before a command so that it runs as this user. If it is `tied`, it ends when this process ends. */
  readonly prefix: (tied: boolean) => readonly string[]
}

const isRoot = (): boolean => process.getuid?.() === 0

const idsOf = (user: string): number[] | undefined =>
  new RegExp(`^${user}:[^:]*:(\\d+):(\\d+):`, 'm')
    .exec(readFileSync('/etc/passwd', 'utf8'))
    ?.slice(1)
    .map(Number)

/** Goes before a command that is to get the signal when this process ends, whatever ends it. */
export const tie = (signal: 'INT' | 'TERM'): readonly string[] => ['setpriv', '--pdeathsig', signal]

/** Postgres refuses to run as root, so root uses the user postgres, or nobody if there is none. */
export const serverOwner = (): Owner => {
  const ours = [process.getuid?.(), process.getgid?.()]
  const [uid, gid] = isRoot() ? (idsOf('postgres') ?? idsOf('nobody') ?? []) : ours
  if (uid === undefined || gid === undefined)
    throw new Error('Postgres does not run as root, and there is neither a user postgres nor nobody here')
  const become = isRoot() ? ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] : []
  // The kernel forgets the signal when the user changes, so it is asked for after that.
  return { uid, gid, prefix: (tied) => [...become, ...(tied ? tie('INT') : [])] }
}

export const own = (owner: Owner, path: string): void => {
  if (isRoot()) chownSync(path, owner.uid, owner.gid)
}

/** A folder that nobody else can enter. */
export const ownFolder = (owner: Owner, path: string): string => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  own(owner, path)
  return path
}

/** The folder .run, or for root, whose repository the servers' user may not enter, a folder that only root can make. */
export const runBase = (): string => {
  process.umask(0o022)
  const base = isRoot() ? join('/var/lib/k8s_fdw', ROOT) : inRoot('.run')
  mkdirSync(base, { recursive: true })
  return base
}

export const runAs = (owner: Owner, argv: readonly string[], cwd: string): void => {
  const [program = '', ...args] = [...owner.prefix(false), ...argv]
  execFileSync(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
}
