// What the server's owner allows a scan: so many rows, and so many bytes of answers.
import { expect, it } from 'vitest'
import { list, listServer, pods } from './responses.ts'
import { onEachEngine } from './run-scan.ts'

const NARROW =
  'Hint: ask for less: a condition on namespace, name or labels, fewer columns, or a LIMIT; or let the owner of the server raise the bound'

onEachEngine('the bounds of a scan', (scan) => {
  const respond = [list(pods(3))]

  it('more rows than max_rows are an error, and so many are not', async () => {
    const bounded = await scan({ serverOptions: { max_rows: '2' }, respond })
    expect(bounded.error).toBe(
      `k8s_fdw[limit] the scan has more than the 2 rows that the server's option max_rows allows. ${NARROW}`,
    )
    expect((await scan({ serverOptions: { max_rows: '3' }, respond })).error).toBeNull()
  })

  it('a rescan gives no new rows', async () => {
    const result = await scan({ serverOptions: { max_rows: '3' }, respond, passes: [3, 3, 3] })
    expect(result.error).toBeNull()
    expect(result.rows).toHaveLength(9)
  })

  it('bytes are counted over all pages', async () => {
    const fits = await scan({ serverOptions: { max_bytes: '1kB' }, respond: [list(pods(3))] })
    expect(fits.error).toBeNull()
    const result = await scan({
      serverOptions: { max_bytes: '1kB', page_size: '5' },
      respond: listServer(pods(40)),
    })
    expect(result.error?.replaceAll(/\d{2,}/g, '…')).toBe(
      `k8s_fdw[limit] GET /api/v1/pods: the scan has read … bytes from the API server, and the server's option max_bytes allows …. ${NARROW}`,
    )
    expect(result.urls.length).toBeGreaterThan(1)
  })

  it('an option that is no number of rows, or bytes without a unit', async () => {
    expect((await scan({ serverOptions: { max_rows: '0' }, respond })).error).toBe(
      'k8s_fdw[option] option max_rows is "0". Hint: it takes the most rows that one scan may give, such as \'10000\'',
    )
    expect((await scan({ serverOptions: { max_bytes: '64' }, respond })).error).toBe(
      'k8s_fdw[option] option max_bytes is "64". Hint: it takes the most that one scan may read from the API server, with its unit: kB, MB or GB, such as \'64MB\'',
    )
  })
})
