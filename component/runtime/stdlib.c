// The JavaScript library of the component, as the engine's table generator reads it. What TypeScript here does not use
// must stay out, because it would be linked: there is no eval, no Function, no RegExp and no JSON.parse (they would
// bring the parser), no typed arrays, and no transcendental functions.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mquickjs_build.h"

static const JSPropDef js_object_proto[] = {
    JS_CFUNC_DEF("hasOwnProperty", 1, js_object_hasOwnProperty),
    JS_CFUNC_DEF("toString", 0, js_object_toString),
    JS_PROP_END,
};

static const JSPropDef js_object[] = {
    JS_CFUNC_DEF("create", 2, js_object_create),
    JS_CFUNC_DEF("keys", 1, js_object_keys),
    JS_PROP_END,
};

static const JSClassDef js_object_class =
    JS_CLASS_DEF("Object", 1, js_object_constructor, JS_CLASS_OBJECT, js_object, js_object_proto, NULL, NULL);

static const JSPropDef js_function_proto[] = {
    JS_CGETSET_DEF("prototype", js_function_get_prototype, js_function_set_prototype),
    JS_CFUNC_DEF("call", 1, js_function_call),
    JS_CFUNC_DEF("apply", 2, js_function_apply),
    JS_PROP_END,
};

static const JSClassDef js_function_class =
    JS_CLASS_DEF("Function", 1, native_no_constructor, JS_CLASS_CLOSURE, NULL, js_function_proto, NULL, NULL);

static const JSPropDef js_number[] = {
    JS_PROP_DOUBLE_DEF("MAX_SAFE_INTEGER", 9007199254740991.0, 0),
    JS_PROP_DOUBLE_DEF("MIN_SAFE_INTEGER", -9007199254740991.0, 0),
    JS_PROP_END,
};

static const JSClassDef js_number_class =
    JS_CLASS_DEF("Number", 1, js_number_constructor, JS_CLASS_NUMBER, js_number, NULL, NULL, NULL);

static const JSClassDef js_boolean_class =
    JS_CLASS_DEF("Boolean", 1, js_boolean_constructor, JS_CLASS_BOOLEAN, NULL, NULL, NULL, NULL);

static const JSPropDef js_string_proto[] = {
    JS_CGETSET_DEF("length", js_string_get_length, js_string_set_length),
    JS_CFUNC_MAGIC_DEF("charAt", 1, js_string_charAt, magic_charAt),
    JS_CFUNC_MAGIC_DEF("charCodeAt", 1, js_string_charAt, magic_charCodeAt),
    JS_CFUNC_MAGIC_DEF("codePointAt", 1, js_string_charAt, magic_codePointAt),
    JS_CFUNC_DEF("slice", 2, js_string_slice),
    JS_CFUNC_DEF("substring", 2, js_string_substring),
    JS_CFUNC_MAGIC_DEF("indexOf", 1, js_string_indexOf, 0),
    JS_CFUNC_MAGIC_DEF("lastIndexOf", 1, js_string_indexOf, 1),
    JS_CFUNC_MAGIC_DEF("toLowerCase", 0, js_string_toLowerCase, 1),
    JS_CFUNC_MAGIC_DEF("toUpperCase", 0, js_string_toLowerCase, 0),
    JS_CFUNC_MAGIC_DEF("trim", 0, js_string_trim, 3),
    JS_PROP_END,
};

static const JSPropDef js_string[] = {
    JS_CFUNC_MAGIC_DEF("fromCharCode", 1, js_string_fromCharCode, 0),
    JS_CFUNC_MAGIC_DEF("fromCodePoint", 1, js_string_fromCharCode, 1),
    JS_PROP_END,
};

static const JSClassDef js_string_class =
    JS_CLASS_DEF("String", 1, js_string_constructor, JS_CLASS_STRING, js_string, js_string_proto, NULL, NULL);

static const JSPropDef js_array_proto[] = {
    JS_CFUNC_DEF("concat", 1, js_array_concat),
    JS_CGETSET_DEF("length", js_array_get_length, js_array_set_length),
    JS_CFUNC_MAGIC_DEF("push", 1, js_array_push, 0),
    JS_CFUNC_DEF("pop", 0, js_array_pop),
    JS_CFUNC_DEF("join", 1, js_array_join),
    JS_CFUNC_DEF("toString", 0, js_array_toString),
    JS_CFUNC_DEF("shift", 0, js_array_shift),
    JS_CFUNC_DEF("slice", 2, js_array_slice),
    JS_CFUNC_MAGIC_DEF("unshift", 1, js_array_push, 1),
    JS_CFUNC_MAGIC_DEF("indexOf", 1, js_array_indexOf, 0),
    JS_CFUNC_MAGIC_DEF("every", 1, js_array_every, js_special_every),
    JS_CFUNC_MAGIC_DEF("some", 1, js_array_every, js_special_some),
    JS_CFUNC_MAGIC_DEF("forEach", 1, js_array_every, js_special_forEach),
    JS_CFUNC_MAGIC_DEF("map", 1, js_array_every, js_special_map),
    JS_CFUNC_MAGIC_DEF("filter", 1, js_array_every, js_special_filter),
    JS_PROP_END,
};

static const JSPropDef js_array[] = {
    JS_CFUNC_DEF("isArray", 1, js_array_isArray),
    JS_PROP_END,
};

static const JSClassDef js_array_class =
    JS_CLASS_DEF("Array", 1, js_array_constructor, JS_CLASS_ARRAY, js_array, js_array_proto, NULL, NULL);

static const JSPropDef js_error_proto[] = {
    JS_CFUNC_DEF("toString", 0, js_error_toString),
    JS_PROP_STRING_DEF("name", "Error", 0),
    JS_CGETSET_MAGIC_DEF("message", js_error_get_message, NULL, 0),
    JS_PROP_END,
};

static const JSClassDef js_error_class =
    JS_CLASS_MAGIC_DEF("Error", 1, js_error_constructor, JS_CLASS_ERROR, NULL, js_error_proto, NULL, NULL);

#define ERROR_DEF(cname, name, class_id)                                                                               \
  static const JSPropDef js_##cname##_proto[] = {                                                                      \
      JS_PROP_STRING_DEF("name", name, 0),                                                                             \
      JS_PROP_END,                                                                                                     \
  };                                                                                                                   \
  static const JSClassDef js_##cname##_class =                                                                         \
      JS_CLASS_MAGIC_DEF(name, 1, js_error_constructor, class_id, NULL, js_##cname##_proto, &js_error_class, NULL);

// The engine throws these five itself.
ERROR_DEF(range_error, "RangeError", JS_CLASS_RANGE_ERROR)
ERROR_DEF(reference_error, "ReferenceError", JS_CLASS_REFERENCE_ERROR)
ERROR_DEF(syntax_error, "SyntaxError", JS_CLASS_SYNTAX_ERROR)
ERROR_DEF(type_error, "TypeError", JS_CLASS_TYPE_ERROR)
ERROR_DEF(internal_error, "InternalError", JS_CLASS_INTERNAL_ERROR)

static const JSPropDef js_math[] = {
    JS_CFUNC_MAGIC_DEF("min", 2, js_math_min_max, 0),
    JS_CFUNC_MAGIC_DEF("max", 2, js_math_min_max, 1),
    JS_CFUNC_SPECIAL_DEF("abs", 1, f_f, js_fabs),
    JS_CFUNC_SPECIAL_DEF("floor", 1, f_f, js_floor),
    JS_PROP_END,
};

static const JSClassDef js_math_obj = JS_OBJECT_DEF("Math", js_math);

static const JSPropDef js_json[] = {
    JS_CFUNC_DEF("stringify", 3, js_json_stringify),
    JS_PROP_END,
};

static const JSClassDef js_json_obj = JS_OBJECT_DEF("JSON", js_json);

// Only literals, which are compiled when the component is built.
static const JSPropDef js_regexp_proto[] = {
    JS_CFUNC_MAGIC_DEF("exec", 1, js_regexp_exec, 0),
    JS_CFUNC_MAGIC_DEF("test", 1, js_regexp_exec, 1),
    JS_PROP_END,
};

static const JSClassDef js_regexp_class =
    JS_CLASS_DEF("RegExp", 2, native_no_constructor, JS_CLASS_REGEXP, NULL, js_regexp_proto, NULL, NULL);

// The host, as component/adapter/natives.ts declares it.
static const JSPropDef js_native[] = {
    JS_CFUNC_DEF("option", 2, native_option),
    JS_CFUNC_DEF("columns", 0, native_columns),
    JS_CFUNC_DEF("quals", 0, native_quals),
    JS_CFUNC_DEF("qualValue", 1, native_qual_value),
    JS_CFUNC_DEF("rowLimit", 0, native_row_limit),
    JS_CFUNC_DEF("request", 2, native_request),
    JS_CFUNC_DEF("responseHeader", 3, native_response_header),
    JS_CFUNC_DEF("responseText", 2, native_response_text),
    JS_CFUNC_DEF("responseLine", 2, native_response_line),
    JS_CFUNC_DEF("responseLines", 1, native_response_lines),
    JS_CFUNC_DEF("releaseResponse", 1, native_release_response),
    JS_CFUNC_DEF("shape", 3, native_shape),
    JS_CFUNC_DEF("index", 2, native_index),
    JS_CFUNC_DEF("kind", 3, native_kind),
    JS_CFUNC_MAGIC_DEF("text", 3, native_text, 1),
    JS_CFUNC_MAGIC_DEF("json", 3, native_text, 0),
    JS_CFUNC_DEF("tree", 4, native_tree),
    JS_CFUNC_DEF("members", 3, native_members),
    JS_CFUNC_DEF("releaseDocument", 1, native_release_document),
    JS_CFUNC_MAGIC_DEF("vaultSecret", 1, native_lookup, 0),
    JS_CFUNC_MAGIC_DEF("vaultSecretByName", 1, native_lookup, 1),
    JS_CFUNC_MAGIC_DEF("setting", 1, native_lookup, 2),
    JS_CFUNC_DEF("epochSeconds", 0, native_epoch_seconds),
    JS_CFUNC_DEF("addStatistic", 3, native_add_statistic),
    JS_CFUNC_MAGIC_DEF("info", 1, native_report, 0),
    JS_CFUNC_MAGIC_DEF("notice", 1, native_report, 1),
    JS_CFUNC_MAGIC_DEF("warning", 1, native_report, 2),
    JS_CFUNC_DEF("importStatement", 0, native_import_statement),
    JS_CFUNC_DEF("pushStatement", 1, native_push_statement),
    JS_CFUNC_DEF("row", 0, native_row),
    JS_CFUNC_DEF("rowId", 0, native_row_id),
    JS_CFUNC_DEF("pushNull", 0, native_push_null),
    JS_CFUNC_DEF("pushNumber", 2, native_push_number),
    JS_CFUNC_DEF("pushText", 2, native_push_text),
    JS_CFUNC_DEF("pushTime", 3, native_push_time),
    JS_CFUNC_DEF("pushSlice", 4, native_push_slice),
    JS_CFUNC_DEF("pushObject", 5, native_push_object),
    JS_PROP_END,
};

static const JSClassDef js_native_obj = JS_OBJECT_DEF("Native", js_native);

static const JSPropDef js_global_object[] = {
    JS_PROP_CLASS_DEF("Object", &js_object_class),
    JS_PROP_CLASS_DEF("Function", &js_function_class),
    JS_PROP_CLASS_DEF("Number", &js_number_class),
    JS_PROP_CLASS_DEF("Boolean", &js_boolean_class),
    JS_PROP_CLASS_DEF("String", &js_string_class),
    JS_PROP_CLASS_DEF("Array", &js_array_class),
    JS_PROP_CLASS_DEF("Math", &js_math_obj),
    JS_PROP_CLASS_DEF("JSON", &js_json_obj),
    JS_PROP_CLASS_DEF("RegExp", &js_regexp_class),

    JS_PROP_CLASS_DEF("Error", &js_error_class),
    JS_PROP_CLASS_DEF("RangeError", &js_range_error_class),
    JS_PROP_CLASS_DEF("ReferenceError", &js_reference_error_class),
    JS_PROP_CLASS_DEF("SyntaxError", &js_syntax_error_class),
    JS_PROP_CLASS_DEF("TypeError", &js_type_error_class),
    JS_PROP_CLASS_DEF("InternalError", &js_internal_error_class),

    JS_CFUNC_DEF("parseInt", 2, js_number_parseInt),
    JS_CFUNC_DEF("isFinite", 1, js_global_isFinite),

    JS_PROP_DOUBLE_DEF("Infinity", 1.0 / 0.0, 0),
    JS_PROP_DOUBLE_DEF("NaN", NAN, 0),
    JS_PROP_UNDEFINED_DEF("undefined", 0),
    JS_PROP_NULL_DEF("globalThis", 0), // the generator makes it the global object

    JS_PROP_CLASS_DEF("native", &js_native_obj),
    JS_PROP_END,
};

static const JSPropDef js_c_function_decl[] = {
    JS_CFUNC_SPECIAL_DEF("bound", 0, generic_params, js_function_bound),
    JS_PROP_END,
};

int main(int argc, char **argv) { return build_atoms("js_stdlib", js_global_object, js_c_function_decl, argc, argv); }
