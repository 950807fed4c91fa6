// Hashes what something is built from, by which it is known whether it has to be built again.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { ROOT } from '../paths.ts'

const SKIPPED = new Set(['node_modules', 'target', '.git'])

const filesUnder = (path: string): string[] => {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() || entry.isFile() ? filesUnder(join(path, entry.name)) : []))
}

/**
 * A hash of the named files and folders of the repository, and of words such as a compiler's version. Files go by their place in the
 * repository, so that a checkout that was moved or copied with its cache has nothing to build again.
 */
export const fingerprint = (paths: readonly string[], words: readonly string[] = []): string => {
  const hash = createHash('sha256')
  for (const word of words) hash.update(`word ${word}\0`)
  for (const file of paths.flatMap((path) => filesUnder(resolve(ROOT, path)))) {
    hash
      .update(`file ${relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}
