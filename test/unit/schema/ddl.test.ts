// The statement that an import writes: names in quotes, options as literals, comments.
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../src/schema/columns.ts'
import { comment, commentsOption, createTable, pathsOption } from '../../../src/schema/ddl.ts'
import type { Field } from '../../../src/schema/openapi.ts'

const FIELDS: readonly Field[] = [
  { path: ['data'], type: 'jsonb', description: '' },
  { path: ['spec', 'a-b'], type: 'boolean', description: '' },
  { path: ['spec', "it's\\"], type: 'text', description: '' },
  { path: ['spec', 'user'], type: 'text', description: "The user's name.\n\nMore of it." },
]

describe('the statement', () => {
  const columns = columnsOf(FIELDS, false)

  it('has a line for each column and option, names in quotes', () => {
    const sql = createTable({
      name: 'th"ings',
      columns: columns.filter((column) => !['labels', 'annotations'].includes(column.name)),
      server: 'K8s "one"',
      options: [
        ['apiVersion', 'example.com/v1'],
        ['kind', 'Thing'],
        ['columns', pathsOption(columns) ?? ''],
      ],
    })
    expect(sql).toMatchInlineSnapshot(`
      "CREATE FOREIGN TABLE "th""ings" (
        "name" text,
        "uid" text,
        "resource_version" text,
        "generation" bigint,
        "creation_timestamp" timestamptz,
        "deletion_timestamp" timestamptz,
        "owner_references" jsonb,
        "finalizers" jsonb,
        "data" jsonb,
        "a_b" boolean,
        "it_s" text,
        "user" text,
        "attrs" jsonb
      )
      SERVER "K8s ""one"""
      OPTIONS (
        apiVersion 'example.com/v1',
        kind 'Thing',
        columns E'{"a_b": "{[''spec''][''a-b'']}", "it_s": "{[''spec''][''it\\\\\\\\''s\\\\\\\\\\\\\\\\'']}", "user": "spec.user"}'
      )"
    `)
  })

  it('carries the first paragraph of descriptions', () => {
    expect(commentsOption('A thing.', columns.slice(-3))).toMatchInlineSnapshot(
      `"{"": "A thing.", "user": "The user's name.", "attrs": "The whole object."}"`,
    )
    expect(comment(` two\n lines \n\n x`)).toBe('two lines')
    expect(comment('word '.repeat(200))).toMatch(/^(word ){80}…$/)
    expect(commentsOption('', [])).toBeNull()
  })
})

describe('options', () => {
  it.each([
    { value: 'plain', want: "a 'plain'" },
    { value: "it's", want: "a 'it''s'" },
    // Postgres reads \\ as one backslash in E'' alone.
    { value: 'back\\slash', want: "a E'back\\\\slash'" },
  ])('$value', ({ value, want }) => {
    const sql = createTable({ name: 't', columns: [], server: 's', options: [['a', value]] })
    expect(sql.split('\n').slice(-2)[0]?.trim()).toBe(want)
  })

  it('columns is left out where no column needs a path', () => {
    expect(pathsOption(columnsOf([], true))).toBeNull()
  })
})

describe('comments', () => {
  it.each([
    { description: '', want: '' },
    { description: '  ', want: '' },
    { description: 'one\n\ntwo', want: 'one' },
    { description: 'a\tb\r\nc  d', want: 'a b c d' },
    { description: 'x'.repeat(400), want: 'x'.repeat(400) },
  ])('$description', ({ description, want }) => {
    expect(comment(description)).toBe(want)
  })
})
