// The end-to-end suite's search for leaked secrets: it comes after the last test, whichever that is, and its find fails the run.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const SECRET = 'planted-where-it-must-not-be'
const folder = mkdtempSync(join(tmpdir(), 'k8s_fdw-closing-'))

const runThatSays = (said: string, searched?: string): { code: number | null; printed: string } => {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/unit/closing/vitest.config.ts']
  const transcript = join(folder, `${said.length}.log`)
  const env = {
    ...process.env,
    TRANSCRIPT_OF_TEST: transcript,
    SEARCHED_IN_TEST: searched ?? transcript,
    SECRET_OF_TEST: SECRET,
    SAID_IN_TEST: said,
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' })
  return { code: status, printed: stdout + stderr }
}

describe('the search when every test has run', () => {
  afterAll(() => rmSync(folder, { recursive: true }))

  it('lets a run pass that has said nothing secret', () => {
    const { code, printed } = runThatSays('nothing of it')
    expect(printed).toContain('1 passed')
    expect(printed).toContain('nothing secret stands in what the suite made programs and servers say')
    expect(code).toBe(0)
  }, 60_000)

  it('fails a run whose last test has said a secret, and names where it is from', () => {
    const { code, printed } = runThatSays(`… ${SECRET} …`)
    expect(printed).toContain('1 passed')
    expect(printed).toContain('SECRETS CAME OUT:\nthe planted secret')
    expect(printed).not.toContain(SECRET)
    expect(code).toBe(1)
  }, 60_000)

  it('fails a run that cannot be searched', () => {
    const { code, printed } = runThatSays('anything', join(folder, 'nowhere'))
    expect(printed).toContain('the search itself failed')
    expect(code).toBe(1)
  }, 60_000)
})
