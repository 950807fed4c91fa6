// Lists what went into the component: the C files that its units include, what its linker took from archives, and what
// was added to it.

export interface Materials {
  readonly scripts: readonly string[]
  readonly sources: readonly string[]
  readonly libraries: readonly string[]
  readonly adapters: readonly string[]
}

/** The core modules that wit-component adds to ours: one for each beyond the first. */
export const adapters = (modules: number): string[] =>
  Array.from({ length: modules - 1 }, (_, index) => `wit-component/${index + 1}`)

/**
 * The units and the files that they include, if `files` has them. Other files are made by the build or belong to the C
 * library.
 */
export function included(units: readonly string[], files: Record<string, string | Uint8Array>): string[] {
  const found = new Set<string>()
  const visit = (name: string): void => {
    const text = files[name]
    if (text === undefined || found.has(name)) return
    found.add(name)
    // With -I. our shim stands in for a header of the C library.
    for (const match of String(Buffer.from(text)).matchAll(/^\s*#\s*include\s+["<]([^">]+)[">]/gm))
      visit(match[1] ?? '')
  }
  units.forEach(visit)
  return [...found]
}

/** The members of archives in a link map, such as `libc.a(memcpy.o)`, each once. */
export function archiveMembers(map: string): string[] {
  const members = [...map.matchAll(/([^/\s(]+\.a)\(([^)]+)\)/g)].map(
    ([, archive, member]) => `${archive}(${member})`,
  )
  return [...new Set(members)].sort()
}
