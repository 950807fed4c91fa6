import { describe, expect, it } from 'vitest'
import type { OptionSource } from '../../../src/host.ts'
import { readWriteOptions } from '../../../src/session/write-options.ts'
import { errorOf } from '../support/fakes.ts'

type Options = { readonly [name: string]: string }

const source = (server: Options, table: Options): OptionSource => ({
  option: (type, name) => (type === 'server' ? server[name] : table[name]) ?? null,
})
const on = { writes: 'on' }

describe('the options of writes', () => {
  it('are off unless the server or the table says otherwise, and the table decides', () => {
    const refused = { code: 'write', message: 'the table is for reading: its option writes is off' }
    expect(errorOf(() => readWriteOptions(source({}, {})))).toMatchObject(refused)
    expect(errorOf(() => readWriteOptions(source(on, { writes: 'off' })))).toMatchObject(refused)
    expect(errorOf(() => readWriteOptions(source(on, {})))).toEqual({})
    expect(errorOf(() => readWriteOptions(source({}, on)))).toEqual({})
  })

  it('have defaults', () => {
    expect(readWriteOptions(source(on, {}))).toEqual({
      most: 100,
      propagationPolicy: 'Background',
      gracePeriodSeconds: null,
      subresource: null,
      applies: false,
      forces: false,
    })
  })

  it("are read, the table's before the server's", () => {
    const table = {
      ...on,
      max_writes: '5',
      propagation_policy: 'Orphan',
      grace_period_seconds: '0',
      subresource: 'scale',
      on_insert: 'apply',
      force: 'on',
    }
    expect(readWriteOptions(source({ max_writes: '7' }, table))).toEqual({
      most: 5,
      propagationPolicy: 'Orphan',
      gracePeriodSeconds: 0,
      subresource: 'scale',
      applies: true,
      forces: true,
    })
    expect(readWriteOptions(source({ ...on, max_writes: '7' }, {})).most).toBe(7)
  })

  it('have force only where INSERT applies', () => {
    expect(errorOf(() => readWriteOptions(source(on, { force: 'on' })))).toMatchObject({
      code: 'option',
      message:
        "option force is 'on', but it is for a server-side apply, and INSERT into this table makes new objects",
    })
    expect(readWriteOptions(source(on, { force: 'on', object: 'manifests' })).forces).toBe(true)
  })

  it('take no other column for the identity', () => {
    const { message } = errorOf(() => readWriteOptions(source(on, { rowid_column: 'name' })))
    expect(message).toBe(
      `the table's option rowid_column is "name", which does not say which object a row is, and in which state`,
    )
  })

  it('take any column where rows have no identity, and apply', () => {
    const table = { ...on, object: 'manifests', rowid_column: 'manifest' }
    expect(readWriteOptions(source({}, table)).applies).toBe(true)
  })

  it('are none of a table that shows changes', () => {
    expect(errorOf(() => readWriteOptions(source(on, { watch: 'on' })))).toMatchObject({
      code: 'write',
      message: 'the table shows changes of objects, for it has the option watch, and they cannot be written',
    })
  })
})
