// A cluster that cannot be reached, and a server that says what becomes of its tables then.
import { expect, it } from 'vitest'
import { failure, list, pods } from './responses.ts'
import { onEachEngine } from './run-scan.ts'

const SKIP = { unreachable: 'skip' }
const REFUSED =
  'Request error: error sending request for url (https://10.0.0.1:6443/api/v1/pods): error trying to connect: tcp connect error: Connection refused (os error 111)'

onEachEngine('unreachable', (scan) => {
  it('is an error by itself', async () => {
    expect((await scan({ respond: [REFUSED] })).error).toContain('k8s_fdw[connect]')
  })

  it.each([
    ['a kind that is known', { object: 'pods' }],
    ['a kind that the cluster is asked for', { object: 'widgets.example.com' }],
  ])("has no rows with unreachable 'skip', and one warning: %s", async (_, tableOptions) => {
    const result = await scan({ serverOptions: SKIP, tableOptions, respond: [REFUSED] })
    expect(result).toMatchObject({ rows: [], error: null })
    const [warning, ...more] = result.warnings
    expect(warning?.replace(/: GET .*: no answer/, ': GET /api/v1/pods: no answer')).toBe(
      `k8s_fdw: ${tableOptions.object} are left out, for the API server cannot be reached: GET /api/v1/pods: no answer from https://10.0.0.1:6443: tcp connect error: Connection refused (os error 111)`,
    )
    expect(more).toEqual([])
  })

  it('does not hold for an answer that breaks off, nor for a refusal, changes or the version', async () => {
    const broken = await scan({
      serverOptions: SKIP,
      respond: [list(pods(2), { continue: 'more' }), REFUSED],
    })
    expect(broken.error).toContain('k8s_fdw[connect]')
    const refused = await scan({ serverOptions: SKIP, respond: [failure(500, 'InternalError', 'no')] })
    expect(refused.error).toContain('k8s_fdw[status]')
    for (const tableOptions of [{ object: 'pods', watch: 'on' }, { object: 'version' }] as const) {
      const result = await scan({ serverOptions: SKIP, tableOptions, columns: [], respond: [REFUSED] })
      expect(result.error).toContain('k8s_fdw[connect]')
    }
  })
})
