// What a scan tells about itself: a line for each request under `k8s_fdw.trace`, and the host's statistics.
// Never a header, nor anything of a body.
import { expect, it } from 'vitest'
import { failure, json, list, listServer, pods, text } from './responses.ts'
import { onEachEngine, TOKEN, WHOLE_PODS } from './run-scan.ts'

const ON = { 'k8s_fdw.trace': 'on' }
/** A server whose sessions may set it: by itself one without a Vault secret does not look. */
const SESSIONS = { session_settings: 'on' }
const TWO_PAGES = { respond: listServer(pods(3)), limit: { count: 2, offset: 0 } }

onEachEngine('trace', (run) => {
  const scan: typeof run = (spec) => run({ tableOptions: WHOLE_PODS, ...spec })

  it('is off by itself', async () => {
    const result = await scan({ respond: listServer(pods(3)) })
    expect(result).toMatchObject({ infos: [], statistics: [], error: null })
  })

  it('prints each request: method, path and query, status, bytes, objects, time', async () => {
    const result = await scan({
      ...TWO_PAGES,
      serverOptions: SESSIONS,
      settings: ON,
      clock: [100, 100, 100, 103],
    })
    const bytes = result.requests.map((request) => Buffer.byteLength(TWO_PAGES.respond(request).body))
    expect(result.infos).toEqual([
      `k8s_fdw: GET /api/v1/pods?limit=2: 200 OK, ${bytes[0]} bytes, 2 objects, under 1 s`,
      `k8s_fdw: GET /api/v1/pods?limit=1000&continue=2: 200 OK, ${bytes[1]} bytes, 1 object, 3 s`,
    ])
  })

  it.each([
    { value: 'on', lines: 1 },
    { value: 'TRUE', lines: 1 },
    { value: ' yes ', lines: 1 },
    { value: 'off', lines: 0 },
    { value: '0', lines: 0 },
    { value: '', lines: 0 },
  ])('takes the setting $value', async ({ value, lines }) => {
    const result = await scan({
      respond: [list(pods(1))],
      serverOptions: SESSIONS,
      settings: { 'k8s_fdw.trace': value },
    })
    expect(result.infos.length).toBe(lines)
  })

  it('refuses another setting', async () => {
    const result = await scan({
      respond: [list(pods(1))],
      serverOptions: SESSIONS,
      settings: { 'k8s_fdw.trace': 'loud' },
    })
    expect(result.error).toBe(
      'k8s_fdw[option] the setting k8s_fdw.trace is "loud". Hint: it takes on or off: SET k8s_fdw.trace = on',
    )
  })

  it('is an option of the server as well, under the setting', async () => {
    const spec = { respond: [list(pods(1))], serverOptions: { trace: 'on', ...SESSIONS } }
    expect((await scan(spec)).infos.length).toBe(1)
    expect((await scan({ ...spec, settings: { 'k8s_fdw.trace': 'off' } })).infos).toEqual([])
  })

  it('looks at the session for a token from Vault, unless told not to', async () => {
    const serverOptions = { api_key: null, api_key_id: '3f0c2d9e-5b1a-4c47-9f0e-8a6d1c2b7e54' }
    const spec = {
      respond: [list(pods(1))],
      settings: ON,
      vault: { '3f0c2d9e-5b1a-4c47-9f0e-8a6d1c2b7e54': TOKEN },
    }
    expect((await scan({ ...spec, serverOptions })).infos.length).toBe(1)
    expect(
      (await scan({ ...spec, serverOptions: { ...serverOptions, session_settings: 'off' } })).infos,
    ).toEqual([])
    expect((await scan({ ...spec })).infos).toEqual([])
  })

  it('prints discovery, without objects', async () => {
    const result = await scan({
      tableOptions: { object: 'gadgets.example.com' },
      serverOptions: SESSIONS,
      settings: ON,
      respond: [failure(404, 'NotFound', 'no')],
    })
    expect(result.infos.length).toBeGreaterThan(0)
    expect(result.infos[0]).toMatch(/^k8s_fdw: GET \/apis?: 404 Not Found, \d+ bytes, under 1 s$/)
  })

  it('prints what failed before the error', async () => {
    const broken = [
      { respond: ['connection refused'], line: 'no answer, 7 s' },
      { respond: [failure(403, 'Forbidden', 'no')], line: /^403 Forbidden, \d+ bytes, 7 s$/ },
      { respond: [text(200, '<html>')], line: '200 OK, 6 bytes, 7 s' },
      { respond: [text(200, '{"items":[')], line: '200 OK, 10 bytes, 7 s' },
      { respond: [json(200, { kind: 'Pod' })], line: /^200 OK, \d+ bytes, 0 objects, 7 s$/ },
      { respond: [{ ...text(200, '{}'), url: 'https://elsewhere/' }], line: '200 OK, 2 bytes, 7 s' },
    ]
    for (const { respond, line } of broken) {
      const result = await scan({ respond, serverOptions: SESSIONS, settings: ON, clock: [0, 7] })
      expect(result.error).not.toBe(null)
      const [only = '', ...more] = result.infos
      expect(more).toEqual([])
      expect(only.replace('k8s_fdw: GET /api/v1/pods?limit=1000: ', '')).toEqual(
        typeof line === 'string' ? line : expect.stringMatching(line),
      )
    }
  })

  it('shows no token, even where the path has it', async () => {
    // One in a known form is refused before.
    const opaque = 'a-token-of-no-known-form'
    const result = await scan({
      respond: [list(pods(1))],
      serverOptions: { ...SESSIONS, api_key: opaque },
      settings: ON,
      tableOptions: { object: 'pods', label_selector: `a=${opaque}` },
    })
    expect(result.infos[0]).toContain('labelSelector=a%3D***')
  })
})

onEachEngine('statistics', (scan) => {
  it("add up what a scan read and gave under stats 'on'", async () => {
    const result = await scan({ ...TWO_PAGES, serverOptions: { stats: 'on' }, passes: [2, Infinity] })
    const bytes = result.requests.map((request) => Buffer.byteLength(TWO_PAGES.respond(request).body))
    expect(result.requests.length).toBe(2)
    expect(result.statistics).toEqual([
      ['k8s_fdw', 'create-times', 1],
      ['k8s_fdw', 'rows-in', 2],
      ['k8s_fdw', 'rows-out', 2],
      ['k8s_fdw', 'bytes-in', bytes[0]],
      ['k8s_fdw', 'rows-in', 1],
      ['k8s_fdw', 'rows-out', 3],
      ['k8s_fdw', 'bytes-in', bytes[1]],
    ])
    expect(result.infos).toEqual([])
  })

  it('are written with the last row of a LIMIT, for Postgres asks for no more', async () => {
    const result = await scan({ ...TWO_PAGES, serverOptions: { stats: 'on' }, passes: [2] })
    expect(result.statistics.map(([, metric, amount]) => (metric === 'bytes-in' ? metric : amount))).toEqual([
      1,
      2,
      2,
      'bytes-in',
    ])
  })

  it('take on and off alone', async () => {
    const result = await scan({ respond: [list([])], serverOptions: { stats: 'maybe' } })
    expect(result.error).toContain(`k8s_fdw[option] option stats is "maybe"`)
  })
})
