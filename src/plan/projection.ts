// The smallest form of each object that shows all columns.
import { NAME_LEAF, NAMESPACE_LEAF } from '../cluster/item.ts'
import type { Form } from '../cluster/media-types.ts'
import type { Columns, Source } from './columns.ts'

function formOf(source: Source, columns: Columns, isNamespaceKnown: boolean): Form {
  const isMetadata = (leaf: number | null): boolean =>
    leaf !== null && columns.rowPaths[leaf]?.[0] === 'metadata'
  switch (source.type) {
    case 'leaf': {
      const [leaf = -1] = source.leaves
      if (leaf === NAME_LEAF || (leaf === NAMESPACE_LEAF && isNamespaceKnown)) return 'table'
      return source.leaves.every(isMetadata) ? 'metadata' : 'full'
    }
    case 'key':
      return 'metadata'
    case 'path':
      return isMetadata(source.leaf) ? 'metadata' : 'full'
    case 'typeMeta':
    case 'virtual':
    case 'change':
    case 'mark':
    case 'constant':
      return 'table'
    default:
      return 'full'
  }
}

/**
 * The smallest form that shows every column. `isNamespaceKnown` is true if the request's path has the namespace, or the
 * kind has none.
 */
export function leastForm(columns: Columns, isNamespaceKnown: boolean): Form {
  let least: Form = 'table'
  for (const extractor of columns.extractors) {
    const form = formOf(extractor.source, columns, isNamespaceKnown)
    if (form === 'full') return 'full'
    if (form === 'metadata') least = 'metadata'
  }
  return least
}

/** Whether the rows of a Table must have the object's name. A mere count does not need it. */
export function needsName(columns: Columns): boolean {
  return columns.extractors.some(({ source }) => source.type === 'leaf' && source.leaves[0] === NAME_LEAF)
}
