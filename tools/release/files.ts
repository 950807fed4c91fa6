// Which of the repository's own files a release reads and rewrites.
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { inRoot, ourFiles } from '../paths.ts'
import type { Entry } from './tar.ts'
import { PLACES, versionsIn, withVersion } from './versions.ts'

export const read = (path: string): string => readFileSync(inRoot(path), 'utf8')

export const write = (path: string, text: string): void => {
  writeFileSync(inRoot(path), text)
}

export const packageVersion = (): string => (JSON.parse(read('package.json')) as { version: string }).version

/** Every file that names the version, with those that it names. */
export const placesOfVersion = (): { path: string; patterns: readonly RegExp[]; versions: string[] }[] =>
  PLACES.flatMap(({ files, patterns }) =>
    ourFiles(...files)
      .map((path) => ({ path, patterns, versions: versionsIn(read(path), patterns) }))
      .filter(({ versions }) => versions.length > 0),
  )

/** Writes the version into every place; gives the files that changed. */
export const writeVersion = (version: string): string[] =>
  placesOfVersion().flatMap(({ path, patterns, versions }) => {
    if (versions.every((found) => found === version)) return []
    write(path, withVersion(read(path), patterns, version))
    return [path]
  })

/** The files that sql/build.sh writes, by their paths there. */
export const sqlFiles = (): Entry[] => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-sql-'))
  try {
    execFileSync('sh', [inRoot('sql/build.sh'), folder], { stdio: ['ignore', 'ignore', 'inherit'] })
    return globSync('**/*.*', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort()
      .map((name) => ({ name, content: readFileSync(join(folder, name)) }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Keeps the extension's SQL of this version, which later versions update from. */
export const recordSql = (): string =>
  execFileSync('sh', [inRoot('sql/record.sh')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()

export const isRecorded = (version: string): boolean => {
  const name = `k8s_fdw--${version}.sql`
  const built = sqlFiles().find((file) => file.name === name)
  const path = inRoot('sql/released', name)
  return existsSync(path) && built !== undefined && readFileSync(path).equals(built.content)
}
