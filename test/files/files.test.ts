// Every linter reads each of its files, and finds the mistake in a file that has one. ESLint checks TypeScript, and
// test/cluster/check.sh checks Go.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ourFiles, ROOT } from '../../tools/paths.ts'
import { LINTERS, type Linter } from './linters.ts'

const bin = process.env['LINT_BIN']
if (bin === undefined) throw new Error('LINT_BIN is not set: run this through make test')
// rustfmt is the toolchain's own. actionlint runs the shellcheck that it finds on the scripts in a workflow.
const env = { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter), NO_COLOR: '1' }

const lint = ({ name, args }: Linter, file: string, cwd: string) => {
  const { status, stdout, stderr, error } = spawnSync(name, [...args, file], { cwd, env, encoding: 'utf8' })
  if (error !== undefined) throw error
  return { status, output: `${stdout}${stderr}` }
}

describe.each(LINTERS)('$name', (linter) => {
  it.each(ourFiles(...linter.files))('has nothing to say about %s', (file) => {
    const { status, output } = lint(linter, file, ROOT)
    expect(status, output).toBe(0)
  })

  it('finds a mistake', () => {
    const [name, text] = linter.mistake
    const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-lint-'))
    writeFileSync(join(folder, name), text)
    const { status, output } = lint(linter, name, folder)
    rmSync(folder, { recursive: true })
    expect(status, output).toBeGreaterThan(0)
    expect(output).toContain(name)
  })

  it.each(linter.files)('has a file to read at %s', (pattern) => {
    expect(ourFiles(pattern)).not.toEqual([])
  })
})
