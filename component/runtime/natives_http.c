// The JavaScript natives of HTTP (component/adapter/natives.ts): requests and their responses. They only translate
// values; decisions belong to TypeScript.
#include "natives.h"

#include "natives_json.h"
#include "natives_values.h"
#include <stdlib.h>
#include <string.h>

static JSValue response_facts(JSContext *ctx, int number, supabase_wrappers_http_response_t *response) {
  array_builder facts;
  array_begin(&facts, ctx);
  array_add(&facts, JS_NewInt32(ctx, number));
  array_add(&facts, JS_NewInt32(ctx, response->status_code));
  array_add(&facts, JS_NewFloat64(ctx, (double)response->body.len));
  array_add(&facts, JS_NewStringLen(ctx, (const char *)response->url.ptr, response->url.len));
  return array_end(&facts);
}

// One host goes by the function that is called, and another by the request's own method.
static bool ask(supabase_wrappers_http_request_t *request, supabase_wrappers_http_response_t *response,
                supabase_wrappers_http_http_error_t *error) {
  switch (request->method.tag) {
  case SUPABASE_WRAPPERS_HTTP_METHOD_POST:
    return supabase_wrappers_http_post(request, response, error);
  case SUPABASE_WRAPPERS_HTTP_METHOD_PATCH:
    return supabase_wrappers_http_patch(request, response, error);
  case SUPABASE_WRAPPERS_HTTP_METHOD_DELETE:
    return supabase_wrappers_http_delete(request, response, error);
  default:
    return supabase_wrappers_http_get(request, response, error);
  }
}

static JSValue send(JSContext *ctx, supabase_wrappers_http_request_t *request) {
  supabase_wrappers_http_response_t response;
  supabase_wrappers_http_http_error_t error;
  if (!ask(request, &response, &error)) {
    JSValue text = from_host(ctx, &error);
    return JS_IsException(text) ? text : JS_Throw(ctx, text);
  }
  int number = responses_add(&response);
  if (number >= 0)
    return response_facts(ctx, number, &response);
  supabase_wrappers_http_response_free(&response);
  return JS_ThrowOutOfMemory(ctx);
}

// request(url, [name, value, …], method, body): [response, status, bodyBytes, url]; throws the host's text where no
// response came. method as in http.method; a GET, without a body, where it is left out.
JSValue native_request(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  bool has_body = argc > 2;
  int fields = array_length(ctx, argv[1]);
  if (fields < 0)
    return JS_EXCEPTION;
  // The list has names and values in turn.
  wrappers_string_t *headers = calloc((uint32_t)fields + 1, sizeof *headers);
  if (!headers)
    return JS_ThrowOutOfMemory(ctx);
  supabase_wrappers_http_request_t request = {
      .method.tag = has_body ? (uint8_t)to_int(ctx, argv[2]) : SUPABASE_WRAPPERS_HTTP_METHOD_GET,
      .headers = {(wrappers_tuple2_string_string_t *)headers, (uint32_t)fields / 2}};
  bool whole = copy_to_host(ctx, argv[0], &request.url) && (!has_body || copy_to_host(ctx, argv[3], &request.body));
  for (uint32_t i = 0; whole && i < (uint32_t)fields; i++)
    whole = copy_to_host(ctx, JS_GetPropertyUint32(ctx, argv[1], i), &headers[i]);
  JSValue result = whole ? send(ctx, &request) : JS_EXCEPTION;
  for (int i = 0; i < fields; i++)
    free(headers[i].ptr);
  free(headers);
  free(request.url.ptr);
  free(request.body.ptr);
  return result;
}

// responseHeader(response, name, place): string or null; place counts the headers of that name
JSValue native_response_header(JSContext *ctx, JSValue *this_val, int argc, JSValue *argv) {
  supabase_wrappers_http_response_t *response = responses_find(ctx, argv[0]);
  JSCStringBuf scratch;
  wrappers_string_t name;
  if (!to_host(ctx, argv[1], &scratch, &name))
    return JS_EXCEPTION;
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
  array_builder result;
  array_begin(&result, ctx);
  array_add(&result, JS_NewStringLen(ctx, (const char *)line, (size_t)((feed ? feed : end) - line)));
  array_add(&result, JS_NewInt32(ctx, (int)((feed ? feed + 1 : end) - response->body.ptr)));
  return array_end(&result);
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
