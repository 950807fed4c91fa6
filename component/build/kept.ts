// Keeps the bytes that a step of the build made, by a hash of what it made them of.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE, inRoot } from '../../tools/paths.ts'

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
