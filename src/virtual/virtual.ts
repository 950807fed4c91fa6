// The list of virtual objects, and the plan for a scan of one.
import type { Api } from '../cluster/api.ts'
import type { Page, PageSource } from '../cluster/page.ts'
import { FdwError } from '../errors.ts'
import type { Query, SessionSettings, TargetColumn } from '../host.ts'
import type { Columns } from '../plan/columns.ts'
import type { Reading } from '../plan/plan.ts'
import type { TableOptions } from '../session/options.ts'
import { API_RESOURCES_OBJECT } from './api-resources.ts'
import { CAN_I_OBJECT } from './can-i.ts'
import { canShow } from './can-show.ts'
import { inputReader } from './inputs.ts'
import { LOGIN_OBJECT, refuseLogin } from './login.ts'
import { LOGS_OBJECT } from './logs.ts'
import { MANIFESTS_OBJECT } from './manifests.ts'
import type { VirtualObject, VirtualQuestion } from './object.ts'
import { VERSION_OBJECT } from './version.ts'
import { WHOAMI_OBJECT } from './whoami.ts'

const OBJECTS = [
  VERSION_OBJECT,
  WHOAMI_OBJECT,
  CAN_I_OBJECT,
  API_RESOURCES_OBJECT,
  LOGS_OBJECT,
  MANIFESTS_OBJECT,
  canShow(virtualQuestion),
  LOGIN_OBJECT,
]

/** The virtual object of that name; null if the name is that of a resource. */
export function findVirtual(name: string | null): VirtualObject | null {
  return OBJECTS.find((object) => object.name === name) ?? null
}

function refuseOptions(object: VirtualObject, table: TableOptions): void {
  const given: [string, boolean][] = [
    ['namespace', table.namespace !== null && !object.hasNamespace],
    ['namespaces', table.namespaces !== null],
    ['label_selector', table.labelSelector !== null],
    ['field_selector', table.fieldSelector !== null],
    ['watch', table.watch],
  ]
  for (const [option, isRefused] of given) {
    if (!isRefused) continue
    throw new FdwError(
      'option',
      `the table has the option ${option}, which object '${object.name}' does not take`,
      `drop the option: ALTER FOREIGN TABLE … OPTIONS (DROP ${option})`,
    )
  }
}

/**
 * Whether a table with these options shows a virtual object, and which right that needs; null if it shows none.
 * @throws {FdwError} option.
 */
function virtualQuestion(table: TableOptions): VirtualQuestion | null {
  const object = findVirtual(table.kind.object)
  if (object === null) return null
  refuseOptions(object, table)
  return { right: object.right ?? null }
}

/** Runs the steps when their rows are wanted, because a scan begins before its parameters have values. */
class Steps implements PageSource {
  private readonly make: () => (() => Page)[]
  private left: (() => Page)[] | null = null

  constructor(make: () => (() => Page)[]) {
    this.make = make
  }

  next(): Page | null {
    this.left ??= this.make()
    const step = this.left.shift()
    return step === undefined ? null : step()
  }
}

export interface VirtualPlan {
  readonly reading: Reading
  readonly makePages: () => PageSource
}

/** Plans the scan of a virtual object. @throws {FdwError} option, plan. */
export function planVirtual(
  host: Query & SessionSettings,
  api: Api,
  object: VirtualObject,
  table: TableOptions,
  columns: Columns,
  targets: readonly TargetColumn[],
  loginOnly: boolean,
): VirtualPlan {
  refuseOptions(object, table)
  refuseLogin(object, loginOnly)
  const questions = inputReader(host, object, columns, targets)
  return {
    reading: {
      rowPaths: columns.rowPaths,
      rowLimit: host.rowLimit(),
      shown: [],
      masked: false,
      secret: false,
    },
    makePages: () =>
      new Steps(() => object.steps({ api, table, setting: (name) => host.setting(name), ...questions() })),
  }
}
