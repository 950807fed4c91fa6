// malloc, realloc and free for response bodies, JSON indexes and the glue's strings. The whole JavaScript heap is one
// block from here. The method is first fit over a free list that is ordered by address: the libc's allocator would be a
// tenth of the component's code, and this one sees few blocks, most of them large.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WASM_PAGE 65536u
#define ALIGNMENT 16u

// The header has 16 bytes, so that what follows is aligned.
typedef struct block {
  uint32_t size; // with this header
  struct block *next;
  uint32_t unused[2];
} block;

extern uint8_t __heap_base;
static block *free_list;
static uint32_t heap_end; // first byte beyond what memory.grow gave us

static block *grow(uint32_t size) {
  if (heap_end == 0) {
    heap_end = ((uint32_t)&__heap_base + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    uint32_t have = (uint32_t)__builtin_wasm_memory_size(0) * WASM_PAGE;
    if (have - heap_end >= size) {
      block *rest = (block *)heap_end;
      rest->size = (have - heap_end) & ~(ALIGNMENT - 1);
      heap_end = have;
      return rest;
    }
  }
  uint32_t pages = (uint32_t)(((uint64_t)size + WASM_PAGE - 1) / WASM_PAGE);
  size_t before = __builtin_wasm_memory_grow(0, pages);
  if (before == SIZE_MAX)
    return NULL;
  block *fresh = (block *)(before * WASM_PAGE);
  fresh->size = pages * WASM_PAGE;
  heap_end = (uint32_t)fresh + fresh->size;
  return fresh;
}

static void insert(block *b) {
  block **link = &free_list;
  block *before = NULL;
  while (*link && *link < b) {
    before = *link;
    link = &before->next;
  }
  b->next = *link;
  *link = b;
  if (b->next && (uint8_t *)b + b->size == (uint8_t *)b->next) {
    b->size += b->next->size;
    b->next = b->next->next;
  }
  if (before && (uint8_t *)before + before->size == (uint8_t *)b) {
    before->size += b->size;
    before->next = b->next;
  }
}

void *malloc(size_t wanted) {
  if (wanted > 0xfff00000u)
    return NULL;
  // This is one byte more than requested: a response's body gets a closing 0 there, which ends every loop over it.
  uint32_t size = ((uint32_t)wanted + 1 + sizeof(block) + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  for (int grown = 0; grown < 2; grown++) {
    for (block **link = &free_list; *link; link = &(*link)->next) {
      block *found = *link;
      if (found->size < size)
        continue;
      if (found->size - size >= 2 * sizeof(block)) {
        block *rest = (block *)((uint8_t *)found + size);
        rest->size = found->size - size;
        rest->next = found->next;
        *link = rest;
        found->size = size;
      } else {
        *link = found->next;
      }
      return found + 1;
    }
    block *fresh = grow(size);
    if (!fresh)
      return NULL;
    insert(fresh);
  }
  return NULL;
}

void free(void *pointer) {
  if (pointer)
    insert((block *)pointer - 1);
}

void *realloc(void *pointer, size_t wanted) {
  if (!pointer)
    return malloc(wanted);
  uint32_t have = ((block *)pointer)[-1].size - sizeof(block) - 1;
  if (wanted <= have)
    return pointer;
  void *moved = malloc(wanted);
  if (moved) {
    memcpy(moved, pointer, have);
    free(pointer);
  }
  return moved;
}

void *calloc(size_t count, size_t size) {
  void *pointer = malloc(count * size);
  if (pointer)
    memset(pointer, 0, count * size);
  return pointer;
}
