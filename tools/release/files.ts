// Reads the repository's own files, and builds the extension's SQL.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inRoot } from '../paths.ts'

export const read = (path: string): string => readFileSync(inRoot(path), 'utf8')

export const packageVersion = (): string => (JSON.parse(read('package.json')) as { version: string }).version

export const buildSql = (folder: string): void => {
  execFileSync('sh', [inRoot('sql/build.sh'), folder], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Whether sql/released has the extension's SQL as it is, from which later versions update. */
export const isRecorded = (version: string): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-sql-'))
  try {
    buildSql(folder)
    const script = `k8s_fdw--${version}.sql`
    const recorded = inRoot('sql/released', script)
    return existsSync(recorded) && readFileSync(recorded).equals(readFileSync(join(folder, script)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
