// test/contract/writes.test.ts and write-errors.test.ts have what each statement sends and says.
import { describe, expect, it } from 'vitest'
import type { Host, WrittenCell } from '../../../src/host.ts'
import { Statement } from '../../../src/write/statement.ts'
import type { WriteOptions } from '../../../src/session/write-options.ts'
import { clusterOf, errorOf, hostOf, tableOptions } from '../support/fakes.ts'

const WEB = '/api/v1/namespaces/shop/pods/web'
const OPTIONS: WriteOptions = {
  most: 2,
  propagationPolicy: 'Background',
  gracePeriodSeconds: null,
  subresource: null,
  applies: false,
  forces: false,
}

const statement = (cells: WrittenCell[], isDry = false) => {
  const answers = { [`PATCH ${WEB}`]: { body: {} }, [`DELETE ${WEB}`]: { body: {} } }
  const cluster = clusterOf(answers)
  const { host } = hostOf({ answers, columns: {}, table: {} })
  const fake: Host = { ...host, writtenCells: () => cells, rowId: () => 'shop/web u 7' }
  return {
    statement: new Statement(fake, cluster.api, tableOptions(), OPTIONS, isDry),
    requests: cluster.requests,
  }
}
const label: WrittenCell = { name: 'labels', type: 'json', value: '{"a":"1"}' }

describe('a statement', () => {
  it('sends each change twice, the second time when it ends', () => {
    const { statement: one, requests } = statement([label])
    one.update()
    expect(requests).toHaveLength(1)
    one.end()
    expect(requests).toHaveLength(2)
  })

  it('is only tried', () => {
    const { statement: one, requests } = statement([label], true)
    one.update()
    one.end()
    expect(requests).toHaveLength(1)
  })

  it('changes an object once', () => {
    const { statement: one } = statement([label])
    one.update()
    expect(errorOf(() => one.delete()).message).toBe('two rows of the statement are for Pod shop/web')
  })

  it('sends nothing for a row that stays as it is', () => {
    const { statement: one, requests } = statement([{ name: 'name', type: 'string', value: 'web' }])
    one.update()
    one.end()
    expect(requests).toEqual([])
  })

  it('inserts manifests of any kind, and does nothing else with them', () => {
    const cells: WrittenCell[] = [
      { name: 'manifest', type: 'json', value: '{"apiVersion":"v1","kind":"Node","metadata":{"name":"a"}}' },
    ]
    const cluster = clusterOf({ 'PATCH /api/v1/nodes/a': { body: {} } })
    const { host } = hostOf({ answers: {}, columns: {}, table: {} })
    const fake: Host = { ...host, writtenCells: () => cells, rowId: () => 'shop/web u 7' }
    const table = tableOptions({ kind: { apiVersion: null, kind: null, object: 'manifests' } })
    const one = new Statement(fake, cluster.api, table, { ...OPTIONS, applies: true }, false)
    one.insert()
    expect(errorOf(() => one.update()).code).toBe('write')
    expect(errorOf(() => one.delete()).message).toContain("the table shows object 'manifests'")
    one.end()
    expect(cluster.requests).toHaveLength(2)
  })
})
