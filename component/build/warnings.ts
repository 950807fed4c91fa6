// What the C compilers have to say, of whose files: the build and the tests of the C ask alike.

/** Our own C has no warnings. A native has its four parameters, used or not; upstream's macros leave fields out. */
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

/** Upstream's C, and what is generated, has warnings that nobody here can mend. */
export const NOT_OURS = ['-w']
