// The program of the component: the scan logic wired to the engine's host. component/runtime/exports.c calls the
// routines by their index, so their order must stay.
import { createRoutines } from '../../src/index.ts'
import { host } from './host.ts'

const r = createRoutines(host)

export const routines = [
  r.init,
  r.beginScan,
  r.iterScan,
  r.reScan,
  r.endScan,
  r.beginModify,
  r.insert,
  r.update,
  r.delete,
  r.endModify,
  r.importForeignSchema,
]
