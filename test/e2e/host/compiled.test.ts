// The component's compiled form on our own host: sessions that make it at once, and places where it cannot be kept.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { serverOwner } from '../../../tools/services/owner.ts'
import { createHealthy } from '../support/fails.ts'
import { describeUnless, itUnless, needsOwnHost, needsOwnServers, type Reason } from '../support/left-out.ts'
import { provided } from '../support/provided.ts'
import { rows, session } from '../support/sql.ts'

const HEALTHY = 'SELECT count(*) FROM errors.healthy'
const { postgresLog } = provided()
let folder = ''

/** A folder of so many bytes, whoever owns it now. */
const mountSmall = (at: string, kilobytes: number): string[] => {
  const { uid, gid } = serverOwner()
  return ['-t', 'tmpfs', '-o', `size=${kilobytes}k,uid=${uid},gid=${gid},mode=700`, 'tmpfs', at]
}

const whyNoMounts = (): Reason => {
  const probe = mkdtempSync(join(tmpdir(), 'k8s_fdw-mount-'))
  const can = spawnSync('mount', mountSmall(probe, 4)).status === 0
  if (can) execFileSync('umount', [probe])
  rmdirSync(probe)
  return can ? undefined : 'no file system can be mounted here'
}
const needsMounts: Reason = needsOwnHost ?? needsOwnServers ?? whyNoMounts()

/** What Postgres logs while a new session asks, of the compiled form. */
const remarks = async (): Promise<string[]> => {
  const before = readFileSync(postgresLog ?? '', 'utf8').length
  expect(await session(`${HEALTHY};`)).toEqual({ rows: [['7']], messages: '', failed: false })
  const log = readFileSync(postgresLog ?? '', 'utf8').slice(before)
  return [...log.matchAll(/compiled form in \S+: (.*)/g)].map(([, text = '']) => text)
}

describeUnless(needsOwnHost ?? needsOwnServers, "the component's compiled form", () => {
  beforeAll(async () => {
    await createHealthy()
    ;[[folder = ''] = []] = await rows(`SELECT current_setting('data_directory') || '/k8s_fdw'`)
  })
  afterEach(async () => {
    expect(await remarks()).toEqual([])
    expect(readdirSync(folder)).toHaveLength(1)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('is made by several sessions at once, and is one file then', async () => {
    const { uid } = statSync(folder)
    rmSync(folder, { recursive: true })
    const answers = await Promise.all(Array.from({ length: 6 }, () => session(`${HEALTHY}; ${HEALTHY};`)))
    for (const answer of answers)
      expect(answer).toEqual({ rows: [['7'], ['7']], messages: '', failed: false })
    expect(readdirSync(folder)).toHaveLength(1)
    expect(statSync(folder).uid).toBe(uid)
  })

  it('is not kept where Postgres may not write, and each session works all the same', async () => {
    for (const file of readdirSync(folder)) rmSync(join(folder, file))
    chmodSync(folder, 0o500)
    try {
      expect(await remarks()).toEqual(['Permission denied (os error 13); each session compiles it again'])
      expect(await remarks()).toHaveLength(1)
      expect(readdirSync(folder)).toEqual([])
    } finally {
      chmodSync(folder, 0o700)
    }
  })

  itUnless(needsMounts, 'is not kept on a full disk, where nothing of it is left', async () => {
    execFileSync('mount', mountSmall(folder, 128))
    try {
      expect(await remarks()).toEqual([
        'No space left on device (os error 28); each session compiles it again',
      ])
      expect(await remarks()).toHaveLength(1)
      expect(readdirSync(folder)).toEqual([])
    } finally {
      // Sessions that end may still have it open.
      execFileSync('umount', ['--lazy', folder])
    }
  })
})
