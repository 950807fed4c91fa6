// Makes a private copy of an installed PostgreSQL, with the Wrappers host and k8s_fdw in it. Nothing is written outside
// the copy: Postgres finds its share and library folders relative to its own program.
import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { askPgConfig } from '../build/parts.ts'
import { hostFiles, inRoot, type Variant } from '../paths.ts'

export interface PostgresCopy {
  readonly bin: string
  readonly pgConfig: string
}

const copyInstalled = (pgConfig: string, into: string): string => {
  const copied = join(into, askPgConfig(pgConfig, '--bindir'), 'pg_config')
  for (const flag of ['--bindir', '--pkglibdir', '--sharedir']) {
    const folder = askPgConfig(pgConfig, flag)
    cpSync(folder, join(into, folder), {
      recursive: true,
      verbatimSymlinks: true,
      // Only the JIT reads it, which these servers don't use.
      filter: (source) => !source.endsWith('/bitcode'),
    })
    const told = askPgConfig(copied, flag)
    if (told !== join(into, folder))
      throw new Error(`the copied pg_config says ${flag} ${told}: this PostgreSQL can't be moved`)
  }
  return copied
}

const installWrappers = (variant: Variant, pgConfig: string): void => {
  const built = hostFiles(variant)
  const share = askPgConfig(pgConfig, '--sharedir')
  const extensions = join(share, 'extension')
  for (const file of readdirSync(built)) {
    if (file.endsWith('.so')) cpSync(join(built, file), join(askPgConfig(pgConfig, '--pkglibdir'), file))
    if (/\.(control|sql)$/.test(file)) cpSync(join(built, file), join(extensions, file))
    // initdb begins a data folder with the sample.
    if (file === 'postgresql.conf') {
      appendFileSync(join(share, 'postgresql.conf.sample'), readFileSync(join(built, file)))
    }
  }
}

/** Makes the copy anew. */
export const copyPostgres = (pgConfig: string, variant: Variant, into: string): PostgresCopy => {
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  const copied = copyInstalled(pgConfig, into)
  if (variant !== 'own') installWrappers(variant, copied)
  installExtension(copied, variant === 'own' ? 'own' : 'wrappers')
  return { bin: askPgConfig(copied, '--bindir'), pgConfig: copied }
}

/** With `own` the extension's own library too, also beside Wrappers. */
export const installExtension = (pgConfig: string, host: 'own' | 'wrappers'): void => {
  execFileSync('sh', [inRoot('sql/install.sh'), pgConfig], {
    env: { ...process.env, FOR: host },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
