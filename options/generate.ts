// Writes what is made of options/: node options/generate.ts.
// With --check it compares instead, and fails where something is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resolveConfig } from 'prettier'
import { declaredTypeScript } from './component.ts'
import { withTables } from './docs.ts'
import { declaredSql } from './sql.ts'

const ROOT = join(import.meta.dirname, '..')
const PAGES = ['docs/k8s.md', 'docs/import.md', 'docs/credentials.md']

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Every file that is made of options/, whole. */
export const generated = async (): Promise<{ readonly [path: string]: string }> => {
  const layout = (await resolveConfig(join(ROOT, 'src/declared.ts'))) ?? {}
  return {
    'src/declared.ts': await declaredTypeScript(layout),
    'sql/parts/18_declared.sql': declaredSql(),
    ...Object.fromEntries(PAGES.map((path) => [path, withTables(read(path))])),
  }
}

if (import.meta.main) {
  const check = process.argv.includes('--check')
  const stale: string[] = []
  for (const [path, text] of Object.entries(await generated())) {
    if (!check) writeFileSync(join(ROOT, path), text)
    else if (read(path) !== text) stale.push(path)
  }
  if (stale.length > 0) {
    console.error(`not what options/ gives: ${stale.join(', ')}. Run node options/generate.ts`)
    process.exitCode = 1
  }
}
