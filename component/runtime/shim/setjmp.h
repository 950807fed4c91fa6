// Stands in for setjmp, which a component cannot have. Only the parser would jump. In the build's bytecode compiler
// that ends the program with the message, and in the component no parser is linked.
#ifndef SHIM_SETJMP_H
#define SHIM_SETJMP_H

#include <stdio.h>
#include <stdlib.h>

typedef int jmp_buf[1];
#define setjmp(environment) 0
#ifdef BYTECODE_COMPILER
#define longjmp(environment, value) (fprintf(stderr, "%s (byte %u)\n", s->error_msg, (unsigned)s->buf_pos), exit(1))
#else
#define longjmp(environment, value) abort()
#endif

#endif
