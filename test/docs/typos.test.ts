// The answers to the typos of typos.txt say what to do. test/e2e/docs/typos.test.ts compares them with what is really said.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inRoot } from '../../tools/paths.ts'
import { readTypos } from '../support/typos.ts'

const typos = readTypos(readFileSync(inRoot('test/e2e/docs/typos.txt'), 'utf8'))

describe('typos', () => {
  it('say what to do, unless it is Postgres that speaks, or Wrappers', () => {
    const silent = typos.filter(
      ({ said }) =>
        /^ERROR:.*k8s_fdw\[|^ERROR: {2}(option|k8s_fdw|kubeconfig|the (server|table)) /.test(said) &&
        !/hint: /i.test(said),
    )
    expect(silent.map(({ title }) => title)).toEqual([])
  })

  it('are many', () => {
    expect(typos.length).toBeGreaterThan(120)
  })
})
