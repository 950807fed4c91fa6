// Defines what the engine needs of the C library's I/O, but without I/O, because the component has nowhere to print to.
// wasi-libc's own functions would import WASI, which the host does not have.
#include <stdio.h>
#include <stdlib.h>

int printf(const char *format, ...) { return 0; }
int puts(const char *text) { return 0; }
int putchar(int character) { return character; }
_Noreturn void abort(void) { __builtin_trap(); }

// The glue names this so that an object file with the component's type is linked, but the build embeds the type itself.
void __component_type_object_force_link_wrappers(void);
void __component_type_object_force_link_wrappers(void) {}
