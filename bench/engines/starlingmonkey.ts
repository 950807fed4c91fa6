// Adapts test/support/portable-host/main.ts to ComponentizeJS, which wants a result with an alias (`fdw-result`)
// returned as a variant.
import { routines as portable } from '../../test/support/portable-host/main.ts'

type Returned = { tag: 'ok'; val: undefined } | { tag: 'err'; val: string }

type Routine = (...values: unknown[]) => unknown

const ALIASED = [
  'init',
  'beginScan',
  'reScan',
  'endScan',
  'beginModify',
  'insert',
  'update',
  'delete',
  'endModify',
] as const

const byName: { readonly [name: string]: Routine | undefined } = Object.fromEntries(
  Object.entries(portable as object) as [string, Routine][],
)

const returning =
  (name: (typeof ALIASED)[number]) =>
  (...values: unknown[]): Returned => {
    try {
      byName[name]?.(...values)
      return { tag: 'ok', val: undefined }
    } catch (thrown) {
      return { tag: 'err', val: typeof thrown === 'string' ? thrown : String(thrown) }
    }
  }

export const routines: object = {
  ...portable,
  ...Object.fromEntries(ALIASED.map((name) => [name, returning(name)])),
}
