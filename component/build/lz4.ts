// Compresses bytes into one LZ4 block (github.com/lz4/lz4, doc/lz4_Block_format.md), which component/runtime/lz4.c
// reads. It is slow and thorough, because it runs once per build.

const MIN_MATCH = 4
const MAX_DISTANCE = 65_535
/** The format's rules for the end: the last match starts 12 bytes before the end, and the last 5 bytes are literals. */
const LAST_MATCH = 12
const LAST_LITERALS = 5
/** A match of this length is taken as it is: to look for a longer one, or to cut it, gains nothing and takes long. */
const LONG_MATCH = 1024

interface Match {
  readonly length: number
  readonly distance: number
}

/** Finds the longest earlier occurrence of the bytes at a position. */
class Matches {
  private readonly bytes: Uint8Array
  private readonly places = new Map<number, number[]>()

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  private key(at: number): number {
    const { bytes } = this
    return (
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)
    )
  }

  add(at: number): void {
    const places = this.places.get(this.key(at))
    if (places === undefined) this.places.set(this.key(at), [at])
    else places.push(at)
  }

  /** `before` is what was found one byte earlier: the rest of that match is one here. */
  longest(at: number, before: Match | null): Match | null {
    const { bytes } = this
    if (at > bytes.length - LAST_MATCH) return null
    let best: Match | null = null
    if (before !== null && before.length > MIN_MATCH)
      best = { length: before.length - 1, distance: before.distance }
    const places = this.places.get(this.key(at)) ?? []
    const longest = Math.min(LONG_MATCH, bytes.length - LAST_LITERALS - at)
    for (let index = places.length - 1; index >= 0; index--) {
      const place = places[index] ?? 0
      const least: number = best === null ? 0 : best.length
      if (at - place > MAX_DISTANCE || least >= longest) break
      if (bytes[place + least] !== bytes[at + least]) continue
      let length = 0
      while (at + length < bytes.length - LAST_LITERALS && bytes[place + length] === bytes[at + length])
        length++
      if (length > least) best = { length, distance: at - place }
    }
    return best
  }
}

/** A length that does not fit into a token's four bits goes on in bytes of up to 255. */
function extra(count: number): number[] {
  if (count < 15) return []
  const rest = count - 15
  return [...Array.from({ length: Math.floor(rest / 255) }, () => 255), rest % 255]
}

function sequence(literals: Uint8Array, match: Match | null): number[] {
  const matched = match === null ? 0 : match.length - MIN_MATCH
  const token = (Math.min(literals.length, 15) << 4) | Math.min(matched, 15)
  const head = [token, ...extra(literals.length), ...literals]
  return match === null ? head : [...head, match.distance & 0xff, match.distance >> 8, ...extra(matched)]
}

/** The bytes of a length beyond a token's four bits. */
function extraBytes(count: number): number {
  return count < 15 ? 0 : 1 + Math.floor((count - 15) / 255)
}

/**
 * What to do at each position so that the whole is shortest: the length of the match that begins there, or 0 for a
 * literal. Every distance costs the same, so the longest match offers all lengths that there are. The bytes of a run of
 * more than 14 literals are left out of the sum.
 */
function shortestWay(bytes: Uint8Array, found: readonly (Match | null)[]): Uint32Array {
  const cost = new Float64Array(bytes.length + 1)
  const way = new Uint32Array(bytes.length)
  for (let at = bytes.length - 1; at >= 0; at--) {
    let best = 1 + (cost[at + 1] ?? 0)
    const longest = found[at]?.length ?? 0
    const shortest = longest < LONG_MATCH ? MIN_MATCH : longest
    for (let length = shortest; length <= longest; length++) {
      const price = 3 + extraBytes(length - MIN_MATCH) + (cost[at + length] ?? 0)
      // Of two ways that cost the same, the longer match leaves fewer sequences.
      if (price > best) continue
      best = price
      way[at] = length
    }
    cost[at] = best
  }
  return way
}

export function compress(bytes: Uint8Array): Uint8Array {
  const matches = new Matches(bytes)
  const found: (Match | null)[] = []
  for (let at = 0; at < bytes.length; at++) {
    found.push(matches.longest(at, found[at - 1] ?? null))
    matches.add(at)
  }
  const way = shortestWay(bytes, found)
  const out: number[] = []
  let start = 0
  for (let at = 0; at < bytes.length;) {
    const length = way[at] ?? 0
    const match = found[at] ?? null
    if (length === 0 || match === null) {
      at++
      continue
    }
    out.push(...sequence(bytes.subarray(start, at), { length, distance: match.distance }))
    at += length
    start = at
  }
  out.push(...sequence(bytes.subarray(start), null))
  return Uint8Array.from(out)
}
