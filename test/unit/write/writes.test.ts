// test/contract/writes.test.ts and write-errors.test.ts have what each statement sends and says.
import { describe, expect, it } from 'vitest'
import type { Host, WrittenCell } from '../../../src/host.ts'
import { Writes } from '../../../src/write/writes.ts'
import { errorOf, hostOf } from '../support/fakes.ts'
import type { Answers } from '../support/fakes.ts'

const statement = (
  answers: Answers,
  table: { [option: string]: string },
  cells: WrittenCell[] = [],
  server: { [option: string]: string } = {},
) => {
  const made = hostOf({ answers, columns: {}, table: { object: 'pods', writes: 'on', ...table }, server })
  const host: Host = { ...made.host, writtenCells: () => cells, rowId: () => 'shop/web u 7' }
  return { writes: new Writes(host), requests: made.requests, infos: made.infos }
}
const WEB = '/api/v1/namespaces/shop/pods/web'

describe('a statement', () => {
  it('sends nothing for real before it ends, and nothing at all without rows', () => {
    const { writes, requests } = statement({ [`DELETE ${WEB}`]: { body: {} } }, {})
    writes.begin()
    writes.end()
    expect(requests).toEqual([])
    writes.begin()
    writes.delete()
    expect(requests).toHaveLength(1)
    writes.end()
    expect(requests).toHaveLength(2)
  })

  it('traces a row when it is tried, as its end may be late', () => {
    const { writes, infos } = statement({ [`DELETE ${WEB}`]: { body: {} } }, {}, [], { trace: 'on' })
    writes.begin()
    writes.delete()
    expect(infos).toHaveLength(1)
    writes.end()
    expect(infos).toHaveLength(2)
  })

  it('begins with a row that is written', () => {
    const { writes } = statement({}, {})
    expect(errorOf(() => writes.insert())).toMatchObject({
      code: 'internal',
      message: 'a row was written before the statement began',
    })
  })

  it('is refused for what is no kind', () => {
    const { writes } = statement({}, { object: 'whoami' })
    expect(errorOf(() => writes.begin()).message).toBe(
      "the table shows object 'whoami', which is no kind of object",
    )
  })

  it('knows the cluster that a partition shows', () => {
    const { writes } = statement({}, { columns: `{"cluster": "{'east'}"}` })
    writes.begin()
    expect(writes.cluster).toBe('east')
  })
})
