// MicroQuickJS' C files, from the package that Cargo fetched and checked against component/mquickjs/Cargo.lock. The
// package itself is not built.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { patched, patchedGenerator } from './patches.ts'
import { PARTS } from './paths.ts'

export const PACKAGE = 'rmquickjs-sys'

/** The text of every .c and .h file of the engine, by file name. */
export function engineSource(): Record<string, string> {
  const folder = join(packageFolder(), 'mquickjs')
  const files: Record<string, string> = {}
  for (const name of readdirSync(folder)) {
    if (/\.[ch]$/.test(name)) files[name] = readFileSync(join(folder, name), 'utf8')
  }
  const main = files['mquickjs.c']
  const generator = files['mquickjs_build.c']
  if (main === undefined || generator === undefined) throw new Error(`${PACKAGE} is without its C files`)
  return { ...files, 'mquickjs.c': patched(main), 'mquickjs_build.c': patchedGenerator(generator) }
}

function packageFolder(): string {
  const output = execFileSync('cargo', ['metadata', '--locked', '--format-version', '1'], {
    cwd: join(PARTS, 'mquickjs'),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { packages } = JSON.parse(output) as { packages: { name: string; manifest_path: string }[] }
  const found = packages.find((p) => p.name === PACKAGE)
  if (!found) throw new Error(`cargo metadata names no package ${PACKAGE}`)
  return dirname(found.manifest_path)
}
