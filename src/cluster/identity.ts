// Which object a row is, and in which state it was read: as one text, because a host hands a write nothing else of the
// row that was read.

export interface Identity {
  /** null for a cluster-scoped object. */
  readonly namespace: string | null
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
}

/** The column that shows it, if no path is given for that name. */
export const KEY_COLUMN = 'object_key'

/** `shop/web 5d4c… 1234`. No name has a slash in it, and neither of the last two parts a space. */
export function keyText({ namespace, name, uid, resourceVersion }: Identity): string {
  return `${namespace === null ? '' : `${namespace}/`}${name} ${uid} ${resourceVersion}`
}

const KEY = /^(([^/]+)\/)?([^/]+) ([^ ]+) ([^ ]+)$/

/** Reads the text; null if it has not all parts, as that of an object without a uid has not. */
export function parseKey(text: string): Identity | null {
  const parts = KEY.exec(text)
  if (parts === null) return null
  return {
    namespace: parts[2] ?? null,
    name: parts[3] ?? '',
    uid: parts[4] ?? '',
    resourceVersion: parts[5] ?? '',
  }
}
