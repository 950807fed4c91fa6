// How many objects the pages of a list are asked for.
import { isBuiltIn } from './kinds.ts'
import type { ListQuery } from './list-request.ts'
import type { Form } from './media-types.ts'

/**
 * The number of objects in the first page if no LIMIT is known, because their size is not known yet either. The host
 * takes about 40 ms for a request of any size, so small pages cost time.
 */
export const FIRST_PAGE = 1000
/** Once the objects' size is known, pages grow to this many bytes, which is large enough that 40 ms hardly count. */
const PAGE_BYTES = 20_000_000
/**
 * A few objects do not tell the size of all, so a page has at most this many times as many objects as the one before.
 */
const GROWTH = 10
const SPAN_BYTES = 8
/** The most bytes that the engine's index of a page may take. It limits the pages of small objects. */
const INDEX_BYTES = 8_000_000

/**
 * The largest page, in objects, if the user does not say. The rows of a Table are all about as large as each other, so
 * its pages may be larger.
 */
const LARGEST_PAGE = 10_000
const LARGEST_TABLE = 100_000

/** The bytes that the engine keeps for each row besides its JSON: where each wanted part begins and ends. */
export function rowBytes({ rowPaths }: ListQuery): number {
  return SPAN_BYTES * (rowPaths.length + 1)
}

/** The number of objects in the largest page. */
export function largestPage(query: ListQuery, form: Form): number {
  const most = form === 'table' ? LARGEST_TABLE : LARGEST_PAGE
  return query.pageSize ?? Math.min(most, Math.floor(INDEX_BYTES / rowBytes(query)))
}

/**
 * The number of objects in the first page. The API server serves the first page of a list from memory, and reads all
 * others from etcd: 100,000 pods take 1.3 s in one page, and 4 to 10 s in two. An aggregated API server may not know
 * Tables, and give whole objects instead.
 */
export function firstPageSize(query: ListQuery): number {
  const { form, resource, rowLimit } = query
  const table = isBuiltIn(resource.apiVersion) ? LARGEST_TABLE : LARGEST_PAGE
  return Math.max(1, Math.min(rowLimit ?? (form === 'table' ? table : FIRST_PAGE), largestPage(query, form)))
}

/**
 * The number of objects to ask for next. The last page was asked for `asked` objects and had `objects` of them in
 * `bytes` bytes; `largest` is the most that may be asked for.
 */
export function nextPageSize(asked: number, objects: number, bytes: number, largest: number): number {
  const fitting = objects === 0 ? asked : Math.floor((PAGE_BYTES * objects) / Math.max(bytes, 1))
  return Math.max(1, Math.min(fitting, largest, Math.max(FIRST_PAGE, asked * GROWTH)))
}
