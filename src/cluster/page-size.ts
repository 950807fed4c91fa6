// How many objects the pages of a list are asked for.
import { isBuiltIn } from './kinds.ts'
import type { ListQuery } from './list-request.ts'
import type { Form } from './media-types.ts'

/**
 * Objects of the first page where no LIMIT is known: nothing is known yet of their size.
 * The host takes about 40 ms for a request whatever its size, so small pages cost time.
 */
export const FIRST_PAGE = 1000
/** Once their size is known, pages grow to this many bytes: large enough that 40 ms no longer count. */
const PAGE_BYTES = 20_000_000
/** A few objects do not tell the size of all: a page is at most this many times the one before. */
const GROWTH = 10
const SPAN_BYTES = 8
/** The engine's index of a page whose objects are small may have this many bytes, and no page is larger. */
const INDEX_BYTES = 8_000_000

/** The largest page where the user does not say: a Table's rows are all of a size, objects are not. */
const LARGEST_PAGE = 10_000
const LARGEST_TABLE = 100_000

/** What the engine keeps of each row beside its JSON, bytes: where each wanted part begins and ends. */
export function rowBytes({ rowPaths }: ListQuery): number {
  return SPAN_BYTES * (rowPaths.length + 1)
}

/** Objects of the largest page. */
export function largestPage(query: ListQuery, form: Form): number {
  const most = form === 'table' ? LARGEST_TABLE : LARGEST_PAGE
  return query.pageSize ?? Math.min(most, Math.floor(INDEX_BYTES / rowBytes(query)))
}

/**
 * Objects of the first page. The API server serves a list's first page from memory, and reads all others from etcd:
 * 100,000 pods take 1.3 s in one page, and 4 to 10 s in two. Another server may not know Tables, and give whole objects.
 */
export function firstPageSize(query: ListQuery): number {
  const { form, resource, rowLimit } = query
  const table = isBuiltIn(resource.apiVersion) ? LARGEST_TABLE : LARGEST_PAGE
  return Math.max(1, Math.min(rowLimit ?? (form === 'table' ? table : FIRST_PAGE), largestPage(query, form)))
}

/** Objects to ask for after a page of `objects` objects with `bytes` bytes, for which `asked` were asked. */
export function nextPageSize(asked: number, objects: number, bytes: number, largest: number): number {
  const fitting = objects === 0 ? asked : Math.floor((PAGE_BYTES * objects) / Math.max(bytes, 1))
  return Math.max(1, Math.min(fitting, largest, Math.max(FIRST_PAGE, asked * GROWTH)))
}
