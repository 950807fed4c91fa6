// Progress of the build on the terminal, and results kept between runs by the hash of what they were made from.
// Knows nothing of what is built.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE } from './paths.ts'

/** Runs one step and prints its name and elapsed time. */
export async function step<T>(name: string, run: () => Promise<T> | T): Promise<T> {
  const start = performance.now()
  const result = await run()
  process.stdout.write(`    ${name} … ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
  return result
}

/** The bytes made by `make`, or those kept from an earlier run with the same `inputs`. */
export async function kept(
  name: string,
  inputs: (string | Uint8Array)[],
  make: () => Promise<Uint8Array> | Uint8Array,
): Promise<Uint8Array> {
  const hash = createHash('sha256')
  for (const input of inputs) hash.update(String(input.length)).update(':').update(input)
  const file = join(CACHE, `${name}-${hash.digest('hex').slice(0, 20)}`)
  if (existsSync(file)) return readFileSync(file)
  const bytes = await make()
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(`${file}.part`, bytes)
  renameSync(`${file}.part`, file)
  return bytes
}
