// Owns: `make release` of these sources in another folder, under another name, depth, user's home, umask, time zone and locale.
// Never: hands it anything built here. What was downloaded (npm's and Cargo's packages) is shared.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ROOT } from '../../tools/paths.ts'

const LEFT_BEHIND = ['.git', '.cache', '.run', 'dist', 'node_modules', 'target']

export interface Elsewhere {
  /** The folder that everything is in, the names that must not be seen in a release included. */
  readonly top: string
  readonly release: string
  readonly remove: () => void
}

/** Hard links take no time; across file systems it is a copy. */
const copyModules = (to: string): void => {
  const [from, into] = [join(ROOT, 'node_modules'), join(to, 'node_modules')]
  if (spawnSync('cp', ['-al', from, into]).status === 0) return
  rmSync(into, { recursive: true, force: true })
  execFileSync('cp', ['-a', from, into])
}

export const releaseElsewhere = (): Elsewhere => {
  const top = mkdtempSync(join(tmpdir(), 'k8s_fdw-elsewhere-'))
  const root = join(top, 'one deeper', 'another-name')
  cpSync(ROOT, root, { recursive: true, filter: (path) => !LEFT_BEHIND.includes(basename(path)) })
  copyModules(root)
  const [home, temporary] = [join(top, 'home'), join(top, 'temporary')]
  for (const folder of [home, temporary]) mkdirSync(folder)
  const cargo = (name: string, folder: string): string => process.env[name] ?? join(homedir(), folder)
  execFileSync(
    'sh',
    ['-c', 'umask 077 && exec "$@"', 'sh', process.execPath, 'tools/release/main.ts', 'build'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        CARGO_HOME: cargo('CARGO_HOME', '.cargo'),
        RUSTUP_HOME: cargo('RUSTUP_HOME', '.rustup'),
        HOME: home,
        TMPDIR: temporary,
        USER: 'somebody',
        TZ: 'Pacific/Kiritimati',
        LANG: 'tr_TR.UTF-8',
        LC_ALL: 'tr_TR.UTF-8',
      },
    },
  )
  return {
    top,
    release: join(root, 'dist', 'release'),
    remove: () => {
      rmSync(top, { recursive: true })
    },
  }
}
