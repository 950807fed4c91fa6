// Decides whether the rows of two contenders are the same, by their number and a checksum of the sorted texts.
import { createHash } from 'node:crypto'

export interface Digest {
  readonly rows: number
  readonly md5: string
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

const inKeyOrder = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(inKeyOrder)
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, inKeyOrder(value[key] ?? null)]))
}

/** A JSON object's spaces and the order of its keys are the printer's. */
const normal = (field: string): string =>
  field.startsWith('{') ? JSON.stringify(inKeyOrder(JSON.parse(field) as Json)) : field

/** The digest of lines with tabs between their fields. */
export const digest = (output: string): Digest => {
  const lines = output.split('\n').filter((line) => line !== '')
  const rows = lines.map((line) => line.split('\t').map(normal).join('\t')).sort()
  const hash = createHash('md5')
  for (const row of rows) hash.update(`${row}\n`)
  return { rows: rows.length, md5: hash.digest('hex') }
}
