// Programs for this machine with the address and undefined-behaviour sanitizers: any access beyond a buffer, any leak
// and any overflow ends them.
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PARTS } from '../../component/build/paths.ts'
import { OURS } from '../../component/build/warnings.ts'
import { expect } from 'vitest'

/** Plain characters are unsigned, as in the component. */
const PLAIN = ['-g', '-O1', '-funsigned-char', '-fno-strict-aliasing']
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all']
export const FLAGS = [...PLAIN, ...OURS, ...SANITIZERS]
/**
 * The flags for code that is not ours: without warnings, and without the checks of what its own author does to integers
 * and pointers.
 */
export const QUIET_FLAGS = [...PLAIN, '-w', '-fsanitize=address']
/** Replaces the functions that the engine's C calls, so that a test may let one of them fail. */
export const FAILING = ['malloc', 'realloc', 'calloc'].map((name) => `-D${name}=failing_${name}`)

export const OUR_C = join(PARTS, 'runtime')

/** A compiler whose sanitized programs run here. */
export function findCompiler(folder: string): string | undefined {
  const source = join(folder, 'probe.c')
  writeFileSync(source, 'int main(void) { return 0; }\n')
  return ['clang', 'gcc', 'cc'].find((compiler) => {
    const program = join(folder, 'probe')
    if (spawnSync(compiler, [...FLAGS, source, '-o', program]).status !== 0) return false
    return spawnSync(program).status === 0
  })
}

export function compile(compiler: string | undefined, args: readonly string[]): void {
  execFileSync(compiler ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** A driver of this folder with a file of the engine, whose allocations the driver may let fail. */
export function build(
  compiler: string | undefined,
  folder: string,
  driver: string,
  tested: string,
  ...others: readonly string[]
): string {
  const program = join(folder, tested)
  const object = `${program}.o`
  compile(compiler, [...FLAGS, `-I${OUR_C}`, ...FAILING, '-c', join(OUR_C, tested), '-o', object])
  const sources = [join(import.meta.dirname, driver), ...others.map((name) => join(OUR_C, name))]
  compile(compiler, [...FLAGS, `-I${OUR_C}`, '-DFAILING_ALLOCATIONS', ...sources, object, '-o', program])
  return program
}

/** A text as the drivers read it: its length, then its bytes. */
export const framed = (text: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(text as string)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}

export const run = (program: string, args: readonly string[], input: Buffer): string => {
  const { status, stdout, stderr } = spawnSync(program, args, { input, maxBuffer: 1 << 28 })
  expect(stderr.toString()).toBe('')
  expect(status).toBe(0)
  return stdout.toString()
}
