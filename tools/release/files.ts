// Owns: what of the repository's own files the release reads and rewrites.
// Never: knows what a version or a changelog looks like.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { inRoot, ROOT } from '../paths.ts'
import { PLACES, versionsIn, withVersion } from './versions.ts'

const NOT_OURS = ['node_modules', '.cache', 'dist']

export const read = (path: string): string => readFileSync(inRoot(path), 'utf8')

export const write = (path: string, text: string): void => {
  writeFileSync(inRoot(path), text)
}

export const packageVersion = (): string => (JSON.parse(read('package.json')) as { version: string }).version

/** Every file that names the version, with those that it names. */
export const placesOfVersion = (): { path: string; patterns: readonly RegExp[]; versions: string[] }[] =>
  PLACES.flatMap(({ files, patterns }) =>
    globSync([...files], { cwd: ROOT, exclude: (name) => NOT_OURS.includes(name) })
      .sort()
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
