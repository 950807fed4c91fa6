// Turns the rules of a SelfSubjectRulesReview into one row for each verb, group, resource and name. A rule for
// everything (`*`) shows the values that a condition names.
import { listAt, textsAt } from '../json/values.ts'
import type { JsonObject, JsonValue } from '../json/values.ts'
import type { Inputs } from '../plan/combinations.ts'

/** The values that a rule's value stands for: itself; or, if it stands for all, those that a condition names. */
function meant(inputs: Inputs, input: string, value: string | null): readonly (string | null)[] {
  const wanted = inputs.get(input)
  return wanted !== undefined && (value === '*' || value === null) ? wanted : [value]
}

/** The resource and subresource in a rule such as `pods/log`. */
function resourcesOf(inputs: Inputs, written: string): [string | null, string | null][] {
  const [plural = '', subresource = null] = written.split('/')
  // A rule for all resources is also one for their subresources.
  const subresources = written === '*' ? meant(inputs, 'subresource', null) : [subresource]
  return meant(inputs, 'resource', plural).flatMap((resource) =>
    subresources.map((each): [string | null, string | null] => [resource, each]),
  )
}

function resourceRows(rule: JsonValue, inputs: Inputs, namespace: string): JsonObject[] {
  const names = textsAt(rule, 'resourceNames')
  const shownNames = names.length === 0 ? meant(inputs, 'name', null) : names
  const groups = textsAt(rule, 'apiGroups').flatMap((group) => meant(inputs, 'api_group', group))
  const resources = textsAt(rule, 'resources').flatMap((resource) => resourcesOf(inputs, resource))
  const verbs = textsAt(rule, 'verbs').flatMap((verb) => meant(inputs, 'verb', verb))
  return verbs.flatMap((verb) =>
    groups.flatMap((api_group) =>
      resources.flatMap(([resource, subresource]) =>
        shownNames.map((name) => ({
          verb,
          api_group,
          resource,
          subresource,
          name,
          namespace,
          non_resource_url: null,
          allowed: true,
          denied: false,
        })),
      ),
    ),
  )
}

/** A rule for `/api/*` is one for each URL that begins with `/api/`. */
function urlsOf(inputs: Inputs, url: string): readonly string[] {
  const wanted = inputs.get('non_resource_url')
  if (wanted === undefined || !url.endsWith('*')) return [url]
  return wanted.filter((each) => each === url || each.startsWith(url.slice(0, -1)))
}

function urlRows(rule: JsonValue, inputs: Inputs, namespace: string): JsonObject[] {
  const verbs = textsAt(rule, 'verbs').flatMap((verb) => meant(inputs, 'verb', verb))
  const urls = textsAt(rule, 'nonResourceURLs').flatMap((url) => urlsOf(inputs, url))
  return verbs.flatMap((verb) =>
    urls.map((non_resource_url) => ({ verb, namespace, non_resource_url, allowed: true, denied: false })),
  )
}

/** The rows of a review's status, each once, because several roles may allow the same. */
export function ruleRows(status: JsonValue, inputs: Inputs, namespace: string): JsonObject[] {
  const rows = listAt(status, 'resourceRules')
    .flatMap((rule) => resourceRows(rule, inputs, namespace))
    .concat(listAt(status, 'nonResourceRules').flatMap((rule) => urlRows(rule, inputs, namespace)))
  const seen = new Set<string>()
  return rows.filter((row) => {
    const key = JSON.stringify(row)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
