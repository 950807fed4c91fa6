// The guest's exports in jco's style, over any imports: resources come with each call and are let go before it returns.
// No logic of its own.
import { createRoutines } from '../../../src/index.ts'
import { createPortableHost } from './host.ts'
import type { Cell, Context, Imports, Row, Statement } from './imports.ts'

/** The interface `routines` of wit/routines.wit; errors are thrown as strings. */
export interface Guest {
  hostVersionRequirement(): string
  init(context: Context): void
  beginScan(context: Context): void
  iterScan(context: Context, row: Row): number | undefined
  reScan(context: Context): void
  endScan(context: Context): void
  beginModify(context: Context): void
  insert(context: Context, row: Row): void
  update(context: Context, rowid: Cell, row: Row): void
  delete(context: Context, rowid: Cell): void
  endModify(context: Context): void
  importForeignSchema(context: Context, statement: Statement): string[]
}

/** Makes the exports over the imports. */
export function createGuest(imports: Imports): Guest {
  const { host, enter, leave, takeStatements } = createPortableHost(imports)
  const routines = createRoutines(host)
  function within<T>(
    context: Context,
    row: Row | null,
    run: () => T,
    statement?: Statement,
    rowid?: Cell,
  ): T {
    enter(context, row, statement, rowid)
    try {
      return run()
    } finally {
      leave()
    }
  }
  return {
    hostVersionRequirement: () => '^0.1.0',
    init: (context) => within(context, null, routines.init),
    beginScan: (context) => within(context, null, routines.beginScan),
    iterScan: (context, row) => (within(context, row, routines.iterScan) ? 0 : undefined),
    reScan: (context) => within(context, null, routines.reScan),
    endScan: (context) => within(context, null, routines.endScan),
    beginModify: (context) => within(context, null, routines.beginModify),
    insert: (context, row) => within(context, row, routines.insert),
    update: (context, rowid, row) => within(context, row, routines.update, undefined, rowid),
    delete: (context, rowid) => within(context, null, routines.delete, undefined, rowid),
    endModify: (context) => within(context, null, routines.endModify),
    importForeignSchema: (context, statement) => {
      within(context, null, routines.importForeignSchema, statement)
      return takeStatements()
    },
  }
}
