// Which resource a manifest is of, by its apiVersion and kind. The cluster is asked once for each kind of a statement.
import type { Api } from '../cluster/api.ts'
import { discover } from '../cluster/discovery.ts'
import { findBuiltIn, parseKind } from '../cluster/kinds.ts'
import type { Resource } from '../cluster/resource.ts'
import { API_VERSION, KIND } from '../declared.ts'
import { FdwError } from '../errors.ts'
import { ownField, textAt } from '../json/values.ts'
import type { JsonObject } from '../json/values.ts'
import { shown } from '../text/shown.ts'

export class Kinds {
  private readonly api: Api
  private readonly known = new Map<string, Resource>()

  constructor(api: Api) {
    this.api = api
  }

  /**
   * The resource of an object. `isMade` says whether the statement itself makes the definition of a kind of this name.
   * @throws {FdwError} write, option, connect, status, decode.
   */
  of(object: JsonObject, isMade: (kind: string) => boolean): Resource {
    const apiVersion = textAt(object, 'apiVersion')
    const kind = textAt(object, 'kind')
    if (!API_VERSION.test(apiVersion) || !KIND.test(kind)) {
      const name = textAt(ownField(object, 'metadata') ?? null, 'name')
      throw new FdwError(
        'write',
        `the manifest${name === '' ? '' : ` of ${shown(name)}`} has the apiVersion ${shown(apiVersion)} and the kind ${shown(kind)}`,
        'write both as kubectl explain has them, such as {"apiVersion": "apps/v1", "kind": "Deployment", …}',
      )
    }
    const query = parseKind({ apiVersion, kind, object: null })
    const resource =
      this.known.get(query.written) ?? findBuiltIn(query) ?? this.discovered(query, kind, isMade)
    this.known.set(query.written, resource)
    return resource
  }

  private discovered(
    query: ReturnType<typeof parseKind>,
    kind: string,
    isMade: (kind: string) => boolean,
  ): Resource {
    try {
      return discover(this.api, query, 'any')
    } catch (error) {
      if (!(error instanceof FdwError) || error.code !== 'option' || !isMade(kind)) throw error
      throw new FdwError(
        'write',
        `${error.message} yet: a row of the same statement makes its definition`,
        'INSERT the CustomResourceDefinition in a statement of its own first',
      )
    }
  }
}
