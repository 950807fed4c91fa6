// The JavaScript natives of HTTP (engine/guest/natives.ts): requests and their responses.
// Translates values only; what they mean is decided in TypeScript.
#include "natives.h"

#include "natives_json.h"
#include "natives_values.h"
#include <stdlib.h>
#include <string.h>

static JSValue response_facts(JSContext *ctx, int number, supabase_wrappers_http_response_t *response) {
  JSGCRef array_ref;
  JSValue array = JS_NewArray(ctx, 0);
  JS_PUSH_VALUE(ctx, array);
  JS_SetPropertyUint32(ctx, array_ref.val, 0, JS_NewInt32(ctx, number));
  JS_SetPropertyUint32(ctx, array_ref.val, 1, JS_NewInt32(ctx, response->status_code));
  // Each of these is made before the array is looked up: making one may move it.
  JSValue bytes = JS_NewFloat64(ctx, (double)response->body.len);
  JS_SetPropertyUint32(ctx, array_ref.val, 2, bytes);
  JSValue url = JS_NewStringLen(ctx, (const char *)response->url.ptr, response->url.len);
  JS_SetPropertyUint32(ctx, array_ref.val, 3, url);
  JS_POP_VALUE(ctx, array);
  return array;
}

// request(url, [name, value, …], body): [response, status, bodyBytes, url]; throws the host's text where no response
// came. A POST where a body is given.
JSValue native_request(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  bool is_post = argc > 2;
  int count = to_int(ctx, JS_GetPropertyStr(ctx, argv[1], "length")) / 2;
  wrappers_tuple2_string_string_t headers[count + 1];
  for (int i = 0; i < count; i++) {
    headers[i].f0 = copy_to_host(ctx, JS_GetPropertyUint32(ctx, argv[1], 2 * i));
    headers[i].f1 = copy_to_host(ctx, JS_GetPropertyUint32(ctx, argv[1], 2 * i + 1));
  }
  supabase_wrappers_http_request_t request = {.method.tag = SUPABASE_WRAPPERS_HTTP_METHOD_GET,
                                              .url = copy_to_host(ctx, argv[0]),
                                              .headers = {headers, (size_t)count}};
  if (is_post) {
    request.method.tag = SUPABASE_WRAPPERS_HTTP_METHOD_POST;
    request.body = copy_to_host(ctx, argv[2]);
  }
  supabase_wrappers_http_response_t response;
  supabase_wrappers_http_http_error_t error;
  bool answered = is_post ? supabase_wrappers_http_post(&request, &response, &error)
                          : supabase_wrappers_http_get(&request, &response, &error);
  for (int i = 0; i < count; i++) {
    free(headers[i].f0.ptr);
    free(headers[i].f1.ptr);
  }
  free(request.url.ptr);
  free(request.body.ptr);
  if (!answered)
    return JS_Throw(ctx, from_host(ctx, &error));
  int number = responses_add(&response);
  return number < 0 ? JS_ThrowOutOfMemory(ctx) : response_facts(ctx, number, &response);
}

// responseHeader(response, name, place): string or null; place counts the headers of that name
JSValue native_response_header(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_http_response_t *response = responses_find(ctx, argv[0]);
  JSCStringBuf scratch;
  wrappers_string_t name = to_host(ctx, argv[1], &scratch);
  int before = to_int(ctx, argv[2]);
  for (size_t i = 0; response && i < response->headers.len; i++) {
    wrappers_tuple2_string_string_t *header = &response->headers.ptr[i];
    if (header->f0.len == name.len && memcmp(header->f0.ptr, name.ptr, name.len) == 0 && before-- == 0)
      return JS_NewStringLen(ctx, (const char *)header->f1.ptr, header->f1.len);
  }
  return JS_NULL;
}

// responseText(response, maxBytes): string, cut at a character's boundary
JSValue native_response_text(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_http_response_t *response = responses_find(ctx, argv[0]);
  if (!response)
    return JS_NULL;
  size_t length = (size_t)to_int(ctx, argv[1]);
  if (length >= response->body.len)
    length = response->body.len;
  else
    while (length && (response->body.ptr[length] & 0xc0) == 0x80)
      length--;
  return JS_NewStringLen(ctx, (const char *)response->body.ptr, length);
}

// responseLine(response, place): [a line of the body, the place of the next]
JSValue native_response_line(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_http_response_t *response = responses_find(ctx, argv[0]);
  size_t place = (size_t)to_int(ctx, argv[1]);
  if (!response || place >= response->body.len)
    return JS_NULL;
  const uint8_t *line = response->body.ptr + place, *end = response->body.ptr + response->body.len;
  const uint8_t *feed = memchr(line, '\n', (size_t)(end - line));
  JSValue next = JS_NewInt32(ctx, (int)((feed ? feed + 1 : end) - response->body.ptr));
  JSGCRef array_ref;
  JSValue array = JS_NewArray(ctx, 0);
  JS_PUSH_VALUE(ctx, array);
  JSValue text = JS_NewStringLen(ctx, (const char *)line, (size_t)((feed ? feed : end) - line));
  JS_SetPropertyUint32(ctx, array_ref.val, 0, text);
  JS_SetPropertyUint32(ctx, array_ref.val, 1, next);
  JS_POP_VALUE(ctx, array);
  return array;
}

// responseLines(response): how many lines the body has
JSValue native_response_lines(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_http_response_t *response = responses_find(ctx, argv[0]);
  if (!response)
    return JS_NULL;
  const uint8_t *at = response->body.ptr, *end = at + response->body.len;
  int lines = 0;
  for (; at < end; lines++) {
    const uint8_t *feed = memchr(at, '\n', (size_t)(end - at));
    at = feed ? feed + 1 : end;
  }
  return JS_NewInt32(ctx, lines);
}
