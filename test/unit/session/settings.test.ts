// The session's settings over the server's options.
import { describe, expect, it } from 'vitest'
import { FdwError } from '../../../src/errors.ts'
import type { ServerOptions } from '../../../src/session/options.ts'
import { readSettings } from '../../../src/session/settings.ts'
import { serverOptions, settingsOf } from '../support/fakes.ts'

const server = (change: Partial<ServerOptions> = {}) => serverOptions({ sessionSettings: true, ...change })

describe('settings', () => {
  it.each([
    { settings: {}, trace: false, want: { trace: false, pushdown: true } },
    { settings: {}, trace: true, want: { trace: true, pushdown: true } },
    { settings: { 'k8s_fdw.trace': 'off' }, trace: true, want: { trace: false, pushdown: true } },
    { settings: { 'k8s_fdw.trace': ' ON ' }, trace: false, want: { trace: true, pushdown: true } },
    // RESET leaves the empty text of a setting that nobody has declared.
    { settings: { 'k8s_fdw.trace': '' }, trace: true, want: { trace: true, pushdown: true } },
    { settings: { 'k8s_fdw.pushdown': 'no' }, trace: false, want: { trace: false, pushdown: false } },
  ])('$settings over trace $trace', ({ settings, trace, want }) => {
    expect(readSettings(settingsOf(settings), server({ trace }))).toEqual(want)
  })

  it('asks for none where the server does not want them', () => {
    const host = {
      setting: () => {
        throw new Error('asked')
      },
    }
    expect(readSettings(host, server({ sessionSettings: false, trace: true }))).toEqual({
      trace: true,
      pushdown: true,
    })
  })

  it('says which value a setting takes', () => {
    const read = () => readSettings(settingsOf({ 'k8s_fdw.trace': 'maybe' }), server())
    expect(read).toThrow(FdwError)
    expect(read).toThrow(
      expect.objectContaining({
        message: 'the setting k8s_fdw.trace is "maybe"',
        hint: 'it takes on or off: SET k8s_fdw.trace = on',
      }),
    )
  })
})
