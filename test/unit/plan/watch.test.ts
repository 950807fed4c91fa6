// What a table with the option watch is asked, and what is refused.
import { describe, expect, it } from 'vitest'
import { findBuiltIn, parseKind } from '../../../src/cluster/kinds.ts'
import type { TypeOid } from '../../../src/host.ts'
import { compileColumns } from '../../../src/plan/columns.ts'
import { planScan } from '../../../src/plan/plan.ts'
import { readPushdown } from '../../../src/plan/pushdown.ts'
import { planWatch, readWatch } from '../../../src/plan/watch.ts'
import { FdwError } from '../../../src/errors.ts'
import type { TableOptions } from '../../../src/session/options.ts'
import { errorOf, queryOf, serverOptions, tableOptions, targetsOf, text } from '../support/fakes.ts'
import type { Condition } from '../support/fakes.ts'

const COLUMNS: { readonly [name: string]: TypeOid } = {
  change: 'string',
  since: 'string',
  wait_seconds: 'i32',
  namespace: 'string',
  name: 'string',
}
const eq = (field: string, value: string): Condition => ({ field, cells: [text(value)] })
const asked = (conditions: readonly Condition[], given = COLUMNS) => {
  const targets = targetsOf(given)
  return readWatch(queryOf(targets, conditions), targets, compileColumns(targets, new Map(), null, true))
}
const plan = (conditions: readonly Condition[], table: Partial<TableOptions> = {}) => {
  const targets = targetsOf(COLUMNS)
  const host = queryOf(targets, conditions)
  const columns = compileColumns(targets, new Map(), null, true)
  const resource = findBuiltIn(parseKind({ apiVersion: 'v1', kind: 'Pod', object: null }))
  if (resource === null) throw new Error('no pods')
  const pushdown = readPushdown(host, resource, columns, true)
  const scan = planScan(
    serverOptions({ forbidden: 'skip' }),
    tableOptions(table),
    resource,
    columns,
    pushdown,
    null,
  )
  return planWatch(host, columns, [scan], asked(conditions))
}

describe('the conditions', () => {
  it('may say a mark with the version', () => {
    const at = '120/110/2026-11-29T16:12:01.123456Z'
    expect(asked([eq('since', `5@${at}`)])).toMatchObject({
      since: '5',
      mark: at,
      shown: { since: `5@${at}` },
    })
    expect(asked([eq('since', '5@9/7/')])).toMatchObject({ since: '5', mark: '9/7/' })
    for (const wrong of ['5@', '5@9', '5@9/7', '@9/7/', '5@0/7/', '5@9/7/x'])
      expect(asked([eq('since', wrong)]).refused?.message).toContain('which is no version')
  })

  it('say since when, and how long to wait', () => {
    expect(
      asked([eq('since', '7'), { field: 'wait_seconds', cells: [{ type: 'i32', value: 3 }] }]),
    ).toMatchObject({
      since: '7',
      seconds: 3,
      shown: { since: '7', wait: '3' },
      refused: null,
    })
    expect(asked([])).toMatchObject({ since: null, seconds: 1, shown: { since: null, wait: null } })
  })

  it.each(['', '0', '07', 'x', '1e3', '123456789012345678901'])('give no version by %j', (since) => {
    expect(asked([eq('since', since)]).refused).toMatchObject({ code: 'plan' })
  })

  it('contradict each other', () => {
    expect(asked([eq('since', '7'), eq('since', '8')]).isNone).toBe(true)
  })

  it('are for columns of their types', () => {
    expect(errorOf(() => asked([], { wait_seconds: 'string' }))).toMatchObject({
      code: 'option',
      hint: 'declare it integer',
    })
  })
})

describe('the plan', () => {
  it('is of one list, in a form that events have, and leaves out none', () => {
    expect(plan([eq('since', '7'), eq('namespace', 'n')])).toMatchObject({
      plan: {
        watch: { since: '7', seconds: 1 },
        namespace: 'n',
        list: { form: 'metadata', skipForbidden: false },
        reading: { shown: [{ since: '7', wait: null, label: null, field: null }] },
      },
      remark: null,
    })
  })

  it('has no GET of a name, and says that the BOOKMARK has none', () => {
    expect(plan([eq('namespace', 'n'), eq('name', 'a')])).toMatchObject({
      plan: { namespace: 'n', list: { fieldSelector: 'metadata.name=a' } },
      remark: expect.stringContaining('the condition on column "name" leaves out the BOOKMARK') as unknown,
    })
  })

  it('says nothing of a BOOKMARK that the change leaves out', () => {
    expect(plan([eq('name', 'a'), eq('change', 'DELETED')])).toMatchObject({ remark: null })
  })

  it('is refused for several namespaces', () => {
    const refused = plan([], { namespaces: ['a', 'b'] })
    expect(refused).toBeInstanceOf(FdwError)
    expect(plan([eq('namespace', 'a')], { namespaces: ['a', 'b'] })).toMatchObject({
      plan: { namespace: 'a' },
    })
  })

  it('is none where nothing can match', () => {
    expect(plan([eq('namespace', 'a'), eq('namespace', 'b')])).toBeNull()
  })
})
