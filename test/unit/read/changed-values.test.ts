// What is said of values that are not shown as they are.
import { expect, it } from 'vitest'
import { ChangedValues } from '../../../src/read/changed-values.ts'

const made = () => {
  const warnings: string[] = []
  const silent = () => undefined
  const host = { info: silent, notice: silent, warning: (text: string) => warnings.push(text) }
  return { warnings, values: new ChangedValues(host, 'k8s_fdw: ') }
}

it('says nothing where nothing was changed', () => {
  const { warnings, values } = made()
  values.report()
  expect(warnings).toEqual([])
})

it('quotes the first of each sort and counts the others, once', () => {
  const { warnings, values } = made()
  values.count('misfit', 'Pod a: column "x": "1.5" is not an integer; declare it numeric')
  values.count('misfit', 'Pod b: …')
  values.count('substitute', 'Pod c: column "y"')
  values.hiddenLabels = 1
  values.report()
  values.report()
  expect(warnings).toEqual([
    'k8s_fdw: labels of a Secret are shown as ***, for they hold a value of the Secret: a condition on them finds nothing',
    'k8s_fdw: 2 values do not fit their columns and are NULL; the first: Pod a: column "x": "1.5" is not an integer; declare it numeric',
    'k8s_fdw: 1 value has U+0000, which Postgres cannot hold, and is shown with U+FFFD in its place: Pod c: column "y"',
  ])
})
