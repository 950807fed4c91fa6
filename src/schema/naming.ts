// Makes the names of tables and columns from those of Kubernetes: lower case with underscores, at most 63 bytes, each
// only once. The same names must always give the same result, whatever their order in the cluster's answer.
import { builtInResources } from '../cluster/kinds.ts'
import { groupOf } from '../cluster/resource.ts'
import type { Resource } from '../cluster/resource.ts'

/** Postgres' NAMEDATALEN without the byte that ends a name. */
const MAX_LENGTH = 63
const HASH_LENGTH = 8
/** The most characters of a name that are looked at. No column shows more, and a hash tells longer names apart. */
const MOST_CHARACTERS = 200

/**
 * `podIP` → `pod_ip`, `clusterIPs` → `cluster_ips`, `HTTPGet` → `http_get`, `x-y` → `x_y`. The plural of an acronym is
 * one word.
 */
export function snakeCase(whole: string): string {
  const name = whole.slice(0, MOST_CHARACTERS)
  if (/^[a-z0-9]+([A-Z][a-z0-9]+)*$/.test(name))
    return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const between = (_: string, before: string, after: string): string => `${before}_${after}`
  const words = name
    .replace(/[A-Z]+(s(?![a-z]))?/g, (letters: string, s: string | undefined) =>
      s === undefined || letters.length < 3 ? letters : letters.charAt(0) + letters.slice(1).toLowerCase(),
    )
    .replace(/([a-z0-9])([A-Z])/g, between)
    .replace(/([A-Z])([A-Z][a-z])/g, between)
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .toLowerCase()
  return words === '' ? 'field' : words
}

const HEX = '0123456789abcdef'

/** Eight hexadecimal digits that identify a text. */
function hash(text: string): string {
  let sum = 7
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 0x100000000
  let digits = ''
  for (let i = 0; i < HASH_LENGTH; i++) {
    digits = HEX.charAt(sum % 16) + digits
    sum = Math.floor(sum / 16)
  }
  return digits
}

/** A name that is short enough for Postgres. The end of a longer one is replaced by a hash of `meaning`. */
function fitting(name: string, meaning: string): string {
  if (name.length <= MAX_LENGTH) return name
  return `${name.slice(0, MAX_LENGTH - HASH_LENGTH - 1).replace(/_$/, '')}_${hash(meaning)}`
}

/** Gives each name only once. */
class Names {
  private readonly taken: { [name: string]: true } = {}
  /** The last number that was appended to a name, so that many of the same name are not tried from the first on. */
  private readonly numbers: { [name: string]: number } = {}

  constructor(reserved: readonly string[]) {
    for (const name of reserved) this.taken[name] = true
  }

  /** The first of the candidates that is free; if none is, the last one with a number. */
  take(candidates: readonly string[], meaning: string): string {
    const fit = candidates.map((candidate) => fitting(candidate, meaning))
    let name = fit.find((candidate) => !Object.hasOwn(this.taken, candidate))
    const base = fit[fit.length - 1] ?? ''
    for (let number = (this.numbers[base] ?? 1) + 1; name === undefined; number++) {
      const numbered = fitting(`${base}_${number}`, `${meaning} ${number}`)
      this.numbers[base] = number
      if (!Object.hasOwn(this.taken, numbered)) name = numbered
    }
    this.taken[name] = true
    return name
  }
}

/**
 * Names that an imported column must not take: system columns of Postgres, and columns that k8s_fdw gives a meaning.
 */
const RESERVED_COLUMNS = [
  'tableoid',
  'xmin',
  'cmin',
  'xmax',
  'cmax',
  'ctid',
  'attrs',
  'label_selector',
  'field_selector',
]

/**
 * The names of the columns for the fields at these paths, in the same order. A field of spec or status is called by its
 * name within it. If that name is taken, it is called by its whole path (`status_replicas`), and a field at the top by
 * `top_` and its name.
 */
export function columnNames(paths: readonly (readonly string[])[], reserved: readonly string[]): string[] {
  const names = new Names(reserved.concat(RESERVED_COLUMNS))
  return paths.map((path) => {
    const words = path.map(snakeCase)
    const whole = words.join('_')
    const isInside = words.length > 1 && (path[0] === 'spec' || path[0] === 'status')
    return names.take(isInside ? [words.slice(1).join('_'), whole] : [whole, `top_${whole}`], path.join('.'))
  })
}

/** A plural or a group as the name of a table has it. */
export function plainName(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '_')
}

/**
 * The names of the tables for these resources, in the same order: the plural. If several groups have the same plural,
 * it goes to the one in the built-in table, the core group first; the others are called by group and plural
 * (`events_k8s_io_events`).
 */
export function tableNames(resources: readonly Resource[], prefix: string): string[] {
  const names = new Names([])
  const plurals: { [plural: string]: Resource[] } = {}
  for (const resource of resources) {
    const key = `$${resource.plural}`
    plurals[key] = (plurals[key] ?? []).concat(resource)
  }
  const builtIn = builtInResources()
  const owns = (resource: Resource): boolean => {
    const rivals = plurals[`$${resource.plural}`] ?? []
    if (rivals.length === 1) return true
    const groups = rivals.map((rival) => groupOf(rival.apiVersion))
    const first = builtIn.find(
      (known) => known.plural === resource.plural && groups.includes(groupOf(known.apiVersion)),
    )
    return first !== undefined && groupOf(first.apiVersion) === groupOf(resource.apiVersion)
  }
  const bare = resources.map((resource) =>
    owns(resource) ? names.take([prefix + plainName(resource.plural)], resource.plural) : null,
  )
  return resources.map((resource, i) => {
    const group = groupOf(resource.apiVersion)
    const whole = `${prefix}${plainName(group)}${group === '' ? 'core_' : '_'}${plainName(resource.plural)}`
    return bare[i] ?? names.take([whole], `${resource.plural}.${group}`)
  })
}
