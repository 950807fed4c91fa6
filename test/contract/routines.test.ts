// What the routines say that are no scan, and a scan out of order.
import { describe, expect, it } from 'vitest'
import { ENGINES, engineNames } from './engines.ts'
import { MemoryHost, MemoryRow } from './memory-host.ts'
import { API_URL, errorText } from './run-scan.ts'

const HOST = {
  serverOptions: { api_url: API_URL },
  tableOptions: { object: 'pods' },
  columns: [],
  quals: [],
  limit: null,
  vault: {},
  settings: {},
  clock: [],
  respond: (): never => {
    throw new Error('a request')
  },
}

function errorOf(run: () => unknown): string {
  try {
    run()
  } catch (thrown) {
    return errorText(thrown)
  }
  return 'no error'
}

describe.each(engineNames())('routines (%s)', (engine) => {
  it('does not write unless it is told to', async () => {
    const host = new MemoryHost(HOST)
    const guest = await ENGINES[engine](host)
    expect(errorOf(() => guest.beginModify(host.context))).toContain(
      'k8s_fdw[write] the table is for reading: its option writes is off. Hint: ',
    )
  })

  it('gives no row before a scan began', async () => {
    const host = new MemoryHost(HOST)
    const guest = await ENGINES[engine](host)
    guest.init(host.context)
    expect(errorOf(() => guest.iterScan(host.context, new MemoryRow()))).toBe(
      'k8s_fdw[internal] a row was asked for before the scan began.',
    )
  })
})
