// Takes down what earlier runs left behind.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runBase, serverOwner } from '../../tools/services/owner.ts'
import { takeDown } from '../../tools/services/session.ts'

/** The runs were killed: their folders end in the id of a process that is gone. */
export const sweep = async (): Promise<void> => {
  const owner = serverOwner()
  const base = runBase()
  for (const name of readdirSync(base)) {
    const pid = /-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await takeDown({ path: join(base, name), owner })
  }
}
