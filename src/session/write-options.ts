// What the options of server and table say of writes: whether there are any, and how.
import {
  SERVER_MAX_WRITES,
  SERVER_WRITES,
  TABLE_FORCE,
  TABLE_GRACE_PERIOD_SECONDS,
  TABLE_MAX_WRITES,
  TABLE_ON_INSERT,
  TABLE_PROPAGATION_POLICY,
  TABLE_SUBRESOURCE,
  TABLE_WATCH,
  TABLE_WRITES,
} from '../declared.ts'
import type { VirtualName } from '../declared.ts'
import { KEY_COLUMN } from '../cluster/identity.ts'
import { FdwError } from '../errors.ts'
import type { OptionSource } from '../host.ts'
import { shown } from '../text/shown.ts'
import { declared, isOn, optionText } from './option-text.ts'

export interface WriteOptions {
  /** The most rows that one statement may write. */
  readonly most: number
  readonly propagationPolicy: string
  /** null: as long as the object itself says. */
  readonly gracePeriodSeconds: number | null
  /** null: the object itself is written. */
  readonly subresource: 'status' | 'scale' | null
  /** Whether INSERT is a server-side apply. */
  readonly applies: boolean
  /** Whether it takes over the fields that others manage. */
  readonly forces: boolean
}

/** The `object` of a table into which manifests of any kind are inserted. */
export const MANIFESTS: VirtualName = 'manifests'
/** Its column that holds the whole object, without a path. */
export const MANIFEST_COLUMN = 'manifest'

/** The error for a statement of any other sort on such a table. */
export function notInsert(): FdwError {
  return new FdwError(
    'write',
    `the table shows object '${MANIFESTS}', into which manifests are inserted, and which has no rows`,
    'INSERT into it; SELECT, UPDATE and DELETE take the table of a kind',
  )
}

/**
 * Reads the options, and refuses a table that is not meant to be written.
 * @throws {FdwError} option, write.
 */
export function readWriteOptions(host: OptionSource): WriteOptions {
  if (isOn(declared(host, TABLE_WATCH))) {
    throw new FdwError(
      'write',
      'the table shows changes of objects, for it has the option watch, and they cannot be written',
      'write to a table of the same kind without that option',
    )
  }
  if (!isOn(declared(host, TABLE_WRITES) ?? declared(host, SERVER_WRITES))) {
    throw new FdwError(
      'write',
      'the table is for reading: its option writes is off',
      `if its objects are to be changed from SQL: ALTER FOREIGN TABLE … OPTIONS (ADD writes 'on', ADD rowid_column '${KEY_COLUMN}'), with a column ${KEY_COLUMN} text; or import the tables with OPTIONS (writes 'on')`,
    )
  }
  const isManifests = optionText(host, 'table', 'object') === MANIFESTS
  const identity = optionText(host, 'table', 'rowid_column') ?? KEY_COLUMN
  if (identity !== KEY_COLUMN && !isManifests) {
    throw new FdwError(
      'write',
      `the table's option rowid_column is ${shown(identity)}, which does not say which object a row is, and in which state`,
      `add a column ${KEY_COLUMN} text to the table, and OPTIONS (SET rowid_column '${KEY_COLUMN}')`,
    )
  }
  const grace = declared(host, TABLE_GRACE_PERIOD_SECONDS)
  const subresource = declared(host, TABLE_SUBRESOURCE)
  const applies = isManifests || declared(host, TABLE_ON_INSERT) === 'apply'
  const forces = isOn(declared(host, TABLE_FORCE))
  if (forces && !applies) {
    throw new FdwError(
      'option',
      "option force is 'on', but it is for a server-side apply, and INSERT into this table makes new objects",
      "ALTER FOREIGN TABLE … OPTIONS (ADD on_insert 'apply'), or OPTIONS (DROP force)",
    )
  }
  return {
    most: Number(declared(host, TABLE_MAX_WRITES) ?? declared(host, SERVER_MAX_WRITES)),
    propagationPolicy: declared(host, TABLE_PROPAGATION_POLICY),
    gracePeriodSeconds: grace === null ? null : Number(grace),
    subresource: subresource === 'status' || subresource === 'scale' ? subresource : null,
    applies,
    forces,
  }
}
