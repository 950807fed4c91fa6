// The warnings of the C compilers, and for whose files they are enabled. The build and the tests of the C use the same.

/**
 * Our own C must have no warnings. Two are off: a native has four parameters whether it uses them or not, and
 * upstream's macros leave fields out.
 */
export const OURS = [
  '-Wall',
  '-Wextra',
  '-Wshadow',
  '-Wconversion',
  '-Wsign-conversion',
  '-Wpointer-arith',
  '-Wvla',
  '-Wundef',
  '-Wstrict-prototypes',
  '-Wmissing-prototypes',
  '-Wno-unused-parameter',
  '-Wno-missing-field-initializers',
  '-Werror',
]

/** Upstream's C and generated C have warnings that cannot be mended here. */
export const NOT_OURS = ['-w']
