// Runs every linter over each of its files, a test for each file and one for a file with a mistake. ESLint checks
// TypeScript, and test/cluster/check.sh checks Go.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ourFiles, ROOT } from '../paths.ts'
import { LINTERS, type Linter } from './linters.ts'

const bin = process.env['LINT_BIN']
if (bin === undefined) throw new Error('LINT_BIN is not set: run this through make test')
// rustfmt is the toolchain's own. actionlint runs the shellcheck that it finds on the scripts in a workflow.
const env = { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter), NO_COLOR: '1' }

const counts = { passed: 0, failed: 0 }
const verdict = (label: string, passed: boolean, output: string): void => {
  counts[passed ? 'passed' : 'failed']++
  process.stdout.write(`${passed ? 'ok     ' : 'FAILED '} ${label}\n${passed ? '' : output}`)
}

const lint = (linter: Linter, file: string, cwd: string): { status: number | null; output: string } => {
  const run = spawnSync(linter.name, [...linter.args, file], { cwd, env, encoding: 'utf8' })
  return { status: run.status, output: `${run.stdout}${run.stderr}${run.error?.message ?? ''}\n` }
}

const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-lint-'))
for (const linter of LINTERS) {
  const files = ourFiles(...linter.files)
  if (files.length === 0) verdict(`${linter.name}: there is a file to read`, false, '')
  for (const file of files) {
    const { status, output } = lint(linter, file, ROOT)
    verdict(`${linter.name} ${file}`, status === 0, output)
  }
  const [name, text] = linter.mistake
  const place = join(folder, linter.name)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, name), text)
  const { status, output } = lint(linter, name, place)
  verdict(`${linter.name} finds a mistake`, status !== null && status > 0 && output.includes(name), output)
}
rmSync(folder, { recursive: true })
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed > 0 ? 1 : 0
