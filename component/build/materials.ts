// What went into the component: the C files that its units include, what its linker took from archives, what was put beside it.
// Text in, names out. Knows nothing of where a file comes from or under which licence.

export interface Materials {
  readonly scripts: readonly string[]
  readonly sources: readonly string[]
  readonly libraries: readonly string[]
  readonly adapters: readonly string[]
}

/** The core modules that wit-component puts beside ours: one for each beyond the first. */
export const adapters = (modules: number): string[] =>
  Array.from({ length: modules - 1 }, (_, index) => `wit-component/${index + 1}`)

/** The units and what they include, as far as `files` has it: the rest is made by the build, or the C library's. */
export function included(units: readonly string[], files: Record<string, string | Uint8Array>): string[] {
  const found = new Set<string>()
  const visit = (name: string): void => {
    const text = files[name]
    if (text === undefined || found.has(name)) return
    found.add(name)
    // -I. lets our shim stand in for a header of the C library.
    for (const match of String(Buffer.from(text)).matchAll(/^\s*#\s*include\s+["<]([^">]+)[">]/gm))
      visit(match[1] ?? '')
  }
  units.forEach(visit)
  return [...found]
}

/** `libc.a(memcpy.o)` and its like, each once, out of a link map. */
export function archiveMembers(map: string): string[] {
  const members = [...map.matchAll(/([^/\s(]+\.a)\(([^)]+)\)/g)].map(
    ([, archive, member]) => `${archive}(${member})`,
  )
  return [...new Set(members)].sort()
}
