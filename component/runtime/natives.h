// The natives, and what they share with the exports: the handles that the host lent for the current call.
#ifndef NATIVES_H
#define NATIVES_H

#include "mquickjs.h"
#include "wrappers.h"

extern supabase_wrappers_types_borrow_context_t current_context;
extern supabase_wrappers_types_borrow_row_t current_row;
// For UPDATE and DELETE: what the row's identity column showed.
extern supabase_wrappers_types_cell_t *current_rowid;
// For IMPORT FOREIGN SCHEMA: what was asked for, and the statements that answer it.
extern supabase_wrappers_types_import_foreign_schema_stmt_t *current_import;
extern wrappers_list_string_t import_statements;

extern const JSSTDLibraryDef js_stdlib;

#define NATIVE(name) JSValue name(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv);
#define NATIVE_MAGIC(name) JSValue name(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv, int magic);
#include "natives.inc"
#undef NATIVE
#undef NATIVE_MAGIC

#endif
