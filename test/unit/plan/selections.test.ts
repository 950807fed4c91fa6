// The lists that the virtual columns label_selector and field_selector ask for.
import { describe, expect, it } from 'vitest'
import { compileColumns } from '../../../src/plan/columns.ts'
import { readSelections, withUid } from '../../../src/plan/selections.ts'
import { listQuery } from '../cluster/list-query.ts'
import { errorOf, queryOf, targetsOf, text } from '../support/fakes.ts'
import type { Condition } from '../support/fakes.ts'

const selections = (conditions: readonly Condition[]) => {
  const targets = targetsOf({ label_selector: 'string', field_selector: 'string', name: 'string' })
  return readSelections(queryOf(targets, conditions), targets, compileColumns(targets, new Map()))
}
const any = (field: string, ...values: string[]): Condition => ({
  field,
  isArray: true,
  useOr: true,
  cells: values.map(text),
})

describe('selections', () => {
  it('are one without a selector where nothing is asked for, with a remark for each column', () => {
    const { each, refused, remarks } = selections([])
    expect({ each, refused }).toEqual({
      each: [{ labelSelector: null, fieldSelector: null }],
      refused: null,
    })
    expect(remarks).toHaveLength(2)
  })

  it('are one for each pair of values', () => {
    const { each } = selections([any('label_selector', 'a', 'b'), any('field_selector', 'c', 'd')])
    expect(each.map(({ labelSelector, fieldSelector }) => `${labelSelector} ${fieldSelector}`)).toEqual([
      'a c',
      'a d',
      'b c',
      'b d',
    ])
  })

  it('are none where conditions contradict each other', () => {
    expect(selections([any('label_selector', 'a'), any('label_selector', 'b')]).each).toEqual([])
  })

  it('are not read of other columns', () => {
    expect(selections([{ field: 'name', cells: [text('a')] }]).each).toEqual([
      { labelSelector: null, fieldSelector: null },
    ])
  })

  it('that are not known are refused when rows are wanted', () => {
    const unknown: Condition = { field: 'label_selector', isParameter: true, cells: [text('null')] }
    expect(selections([unknown]).refused).toMatchObject({ code: 'plan' })
  })

  it('are at most 100', () => {
    const values = Array.from({ length: 101 }, (_, i) => `a=${i}`)
    expect(errorOf(() => selections([any('label_selector', ...values)]))).toMatchObject({
      code: 'plan',
      hint: expect.stringContaining("label_selector = 'app in (web,db)'") as unknown,
    })
  })
})

describe('the uid', () => {
  it.each([
    { form: 'table', want: 'metadata' },
    { form: 'metadata', want: 'metadata' },
    { form: 'full', want: 'full' },
  ] as const)('is read last, and takes of $form $want', ({ form, want }) => {
    const plan = { ...listQuery({ form }), targets: [], shown: [], masked: false }
    const made = withUid(plan)
    expect(made.form).toBe(want)
    expect(made.rowPaths).toEqual([...plan.rowPaths, ['metadata', 'uid']])
  })
})
