// Runs `make release` on these sources in another folder, with another name, depth, home, umask, time zone and locale.
// It must not get anything that was built here; downloads (packages of npm and Cargo) are shared.
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../tools/paths.ts'

const LEFT_BEHIND = ['.git', '.cache', '.run', 'dist', 'node_modules', 'target']

const run = promisify(execFile)

/** Hard links take no time; across file systems it is a copy. */
const copyModules = (to: string): void => {
  const [from, into] = [join(ROOT, 'node_modules'), join(to, 'node_modules')]
  if (spawnSync('cp', ['-al', from, into]).status === 0) return
  rmSync(into, { recursive: true, force: true })
  execFileSync('cp', ['-a', from, into])
}

/** All of it goes into `top`, a folder whose name must not be seen in a release. Gives the release's folder. */
export const releaseElsewhere = async (top: string): Promise<string> => {
  const root = join(top, 'one deeper', 'another-name')
  cpSync(ROOT, root, { recursive: true, filter: (path) => !LEFT_BEHIND.includes(basename(path)) })
  copyModules(root)
  const [home, temporary] = [join(top, 'home'), join(top, 'temporary')]
  for (const folder of [home, temporary]) mkdirSync(folder)
  const cargo = (name: string, folder: string): string => process.env[name] ?? join(homedir(), folder)
  const argv = [process.execPath, 'tools/release/main.ts', 'build']
  await run('sh', ['-c', 'umask 077 && exec "$@"', 'sh', ...argv], {
    cwd: root,
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
  })
  return join(root, 'dist', 'release')
}
