// The routines that the component exports, over any host. Errors become the host's strings here and nowhere else.
import { inCluster } from './cluster/trace.ts'
import { FdwError } from './errors.ts'
import type { Host, Routines } from './host.ts'
import { Scans } from './scan.ts'
import { importForeignSchema } from './schema/import.ts'
import { Writes } from './write/writes.ts'

/** Writes an error as the host shows it: `k8s_fdw[code] message. Hint: hint`. */
function render(error: FdwError, cluster: string | null): string {
  const stop = /[.!?]$/.test(error.message) ? '' : '.'
  return `k8s_fdw[${error.code}] ${inCluster(cluster)}${error.message}${stop}${error.hint === undefined ? '' : ` Hint: ${error.hint}`}`
}

/** Turns anything else that was thrown into an error: it is a bug, or the engine ran out of memory. */
function unexpected(thrown: unknown): FdwError {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const hint = /memory|too long/.test(message)
    ? 'lower page_size of the server, or show fewer columns'
    : 'this is a bug of k8s_fdw: report it with the statement that caused it'
  return new FdwError('internal', message, hint)
}

/** Makes the routines over a host. Each of them throws the rendered error as a string. */
export function createRoutines(host: Host): Routines {
  const scans = new Scans(host)
  const writes = new Writes(host)
  const guarded =
    <T>(run: () => T): (() => T) =>
    () => {
      try {
        return run()
      } catch (thrown) {
        // The host expects the guest's error to be a string, not an Error.
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw render(
          thrown instanceof FdwError ? thrown : unexpected(thrown),
          scans.cluster ?? writes.cluster,
        )
      }
    }
  return {
    init: guarded(() => scans.init()),
    beginScan: guarded(() => scans.begin()),
    iterScan: guarded(() => scans.next()),
    reScan: guarded(() => scans.rewind()),
    endScan: guarded(() => scans.end()),
    beginModify: guarded(() => writes.begin()),
    insert: guarded(() => writes.insert()),
    update: guarded(() => writes.update()),
    delete: guarded(() => writes.delete()),
    endModify: guarded(() => writes.end()),
    importForeignSchema: guarded(() => importForeignSchema(host)),
  }
}
