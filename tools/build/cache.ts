// Tells what need not be built again, by a hash of what it is made from: a build has a stamp file in .cache/stamps, and a step inside
// the component's build keeps the bytes that it made.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { CACHE, inRoot, ROOT } from '../paths.ts'

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
  for (const file of paths.flatMap((path) => filesUnder(inRoot(path)))) {
    hash
      .update(`file ${relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

const stampFile = (name: string): string => join(CACHE, 'stamps', name)

export const isFresh = (name: string, wanted: string, outputs: readonly string[]): boolean =>
  outputs.every((output) => existsSync(output)) &&
  existsSync(stampFile(name)) &&
  readFileSync(stampFile(name), 'utf8') === wanted

export const forget = (name: string): void => {
  rmSync(stampFile(name), { force: true })
}

export const remember = (name: string, value: string): void => {
  mkdirSync(dirname(stampFile(name)), { recursive: true })
  writeFileSync(stampFile(name), value)
}

/** The results of steps. With another folder here, a build uses none of the earlier ones. */
const KEPT = process.env['K8S_FDW_BUILD_CACHE'] ?? join(CACHE, 'engine')

/** For the inputs of a step: a package of the build, with its version. Another one makes other bytes of the same. */
export const tool = (name: string): Uint8Array => readFileSync(inRoot('node_modules', name, 'package.json'))

/** The bytes made by `make`, or those kept from an earlier run with the same `inputs`. */
export const kept = async (
  name: string,
  inputs: readonly (string | Uint8Array)[],
  make: () => Promise<Uint8Array> | Uint8Array,
): Promise<Uint8Array> => {
  const hash = createHash('sha256')
  for (const input of inputs) hash.update(`${input.length}:`).update(input)
  const file = join(KEPT, `${name}-${hash.digest('hex').slice(0, 20)}`)
  if (existsSync(file)) return readFileSync(file)
  const bytes = await make()
  mkdirSync(KEPT, { recursive: true })
  // Two processes may make the same file at once.
  const part = `${file}.${process.pid}.part`
  writeFileSync(part, bytes)
  renameSync(part, file)
  return bytes
}
