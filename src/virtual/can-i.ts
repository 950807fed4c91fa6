// `object 'can_i'`: what the user may do. With a verb and a resource each question is a review of its own, else all
// rules are shown. The API server's authorizer gives the answers, and nothing is decided here.
import type { Api } from '../cluster/api.ts'
import { discover } from '../cluster/discovery.ts'
import { findBuiltIn, parseKind } from '../cluster/kinds.ts'
import type { Page } from '../cluster/page.ts'
import { groupOf } from '../cluster/resource.ts'
import { FdwError } from '../errors.ts'
import { ownField } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'
import { combinations } from '../plan/combinations.ts'
import type { Combination, Inputs } from '../plan/combinations.ts'
import { lacks, membersByName, question, readAnswer } from './object.ts'
import type { Asked, InputType, VirtualObject } from './object.ts'
import { ruleRows } from './rules.ts'
import { treePage } from '../cluster/trees.ts'

const GROUP = 'authorization.k8s.io'
const INPUTS = ['verb', 'resource', 'api_group', 'subresource', 'name', 'namespace', 'non_resource_url']
const COLUMNS = INPUTS.concat(['allowed', 'denied', 'reason', 'evaluation_error'])

function textInputs(): { [name: string]: InputType } {
  const inputs: { [name: string]: InputType } = {}
  for (const name of INPUTS) inputs[name] = 'text'
  return inputs
}

function refuseSlash(inputs: Inputs): void {
  const resource = (inputs.get('resource') ?? []).find((each) => each.includes('/'))
  if (resource === undefined) return
  const [plural = '', subresource = ''] = resource.split('/')
  throw new FdwError(
    'plan',
    `resource is ${JSON.stringify(resource)}, with a subresource in it`,
    `write resource = '${plural}' AND subresource = '${subresource}'`,
  )
}

/** The row of a URL shows NULL in each of these, so a condition on one of them would leave no row. */
const OF_RESOURCES = ['resource', 'api_group', 'subresource', 'name', 'namespace']

function refuseUrlOfResource(inputs: Inputs): void {
  const other = inputs.has('non_resource_url') ? OF_RESOURCES.find((input) => inputs.has(input)) : undefined
  if (other === undefined) return
  throw new FdwError(
    'plan',
    `non_resource_url and ${other} have a condition each, and a URL that is no resource has no ${other}`,
    'leave one of them out',
  )
}

/**
 * Sends a review, and returns its status and the size of the answer in bytes.
 * @throws {FdwError} connect, status, decode.
 */
export function review(api: Api, kind: string, spec: JsonObject): { status: JsonValue; bytes: number } {
  const path = `/apis/${GROUP}/v1/${kind.toLowerCase()}s`
  const response = api.post(path, { apiVersion: `${GROUP}/v1`, kind, spec })
  const bytes = response.bodyBytes
  const asked = question(`POST ${path}`, 'create', `${kind.toLowerCase()}s.${GROUP}`)
  const status = ownField(readAnswer(api, response, asked), 'status') ?? null
  const isAccess = kind === 'SelfSubjectAccessReview'
  // Without an answer it is not known what is allowed, so a row that says yes or no would be wrong.
  if (isAccess && typeof ownField(status, 'allowed') !== 'boolean') throw lacks(asked, 'status.allowed')
  if (!isAccess && ownField(status, 'resourceRules') === undefined) throw lacks(asked, 'status.resourceRules')
  return { status, bytes }
}

/** Finds the plural and group of a resource by any of its names, as kubectl does. */
class Resources {
  private readonly api: Api
  private readonly known = new Map<string, { readonly plural: string; readonly group: string }>()

  constructor(api: Api) {
    this.api = api
  }

  resolve(written: string): { readonly plural: string; readonly group: string } {
    const before = this.known.get(written)
    if (before !== undefined) return before
    const found = this.find(written)
    this.known.set(written, found)
    return found
  }

  private find(written: string): { readonly plural: string; readonly group: string } {
    const asIs = { plural: written, group: written === '*' ? '*' : '' }
    if (written === '*' || written === '') return asIs
    try {
      const query = parseKind({ object: written, apiVersion: null, kind: null })
      const { plural, apiVersion } = findBuiltIn(query) ?? discover(this.api, query, 'any')
      return { plural, group: groupOf(apiVersion) }
    } catch (error) {
      if (!(error instanceof FdwError) || error.code !== 'option') throw error
      this.api.warnOnce(`can_i: ${error.message}; the question is asked of the core group`)
      return asIs
    }
  }
}

function accessPage(api: Api, resources: Resources, asked: Combination, namespace: string | null): Page {
  const url = asked['non_resource_url'] ?? null
  const verb = asked['verb'] ?? null
  const written = asked['resource'] ?? null
  const given = asked['api_group'] ?? null
  const resolved = given !== null ? { plural: written ?? '', group: given } : resources.resolve(written ?? '')
  const spec: JsonObject =
    url !== null
      ? { nonResourceAttributes: { path: url, verb } }
      : {
          resourceAttributes: {
            namespace,
            verb,
            group: resolved.group,
            resource: resolved.plural,
            subresource: asked['subresource'] ?? null,
            name: asked['name'] ?? null,
          },
        }
  const { status, bytes } = review(api, 'SelfSubjectAccessReview', spec)
  const row: JsonObject = {
    ...asked,
    api_group: url === null ? resolved.group : null,
    namespace: url === null ? namespace : null,
    allowed: ownField(status, 'allowed') === true,
    denied: ownField(status, 'denied') === true,
    reason: ownField(status, 'reason') ?? null,
    evaluation_error: ownField(status, 'evaluationError') ?? null,
  }
  return treePage('can_i', [row], bytes)
}

function rulesPage(api: Api, inputs: Inputs, namespace: string): Page {
  const { status, bytes } = review(api, 'SelfSubjectRulesReview', { namespace })
  if (ownField(status, 'incomplete') === true) {
    const reason = ownField(status, 'evaluationError')
    api.warnOnce(
      `can_i: the authorizer does not list all rules${typeof reason === 'string' ? `: ${reason}` : ''}`,
    )
  }
  return treePage('can_i', ruleRows(status, inputs, namespace), bytes)
}

function steps({ api, table, inputs, settle }: Asked): (() => Page)[] {
  refuseSlash(inputs)
  const isQuestion = inputs.has('verb') && (inputs.has('resource') || inputs.has('non_resource_url'))
  if (!isQuestion) {
    const namespaces = inputs.get('namespace') ?? [table.namespace ?? 'default']
    return namespaces.map((namespace) => () => rulesPage(api, inputs, namespace))
  }
  refuseUrlOfResource(inputs)
  // The group is left out because the row shows the one that was found.
  settle(INPUTS.filter((input) => input !== 'api_group'))
  const resources = new Resources(api)
  return combinations(
    inputs,
    INPUTS,
    'or leave out the condition on verb: then all rules of the user come with one answer',
  ).map((asked) => () => accessPage(api, resources, asked, asked['namespace'] ?? table.namespace))
}

export const CAN_I_OBJECT: VirtualObject = {
  name: 'can_i',
  columns: membersByName(COLUMNS),
  inputs: textInputs(),
  hasNamespace: true,
  steps,
}
