// The texts in TypeScript sources, with … for what is only known when they run. None of them is run.
import ts from 'typescript'

export const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)

/** Calls `visit` for a node and all below it; not below those for which it returns true. */
export const walk = (node: ts.Node, visit: (node: ts.Node) => boolean | undefined): void => {
  if (visit(node) === true) return
  node.forEachChild((child) => {
    walk(child, visit)
  })
}

const initializerOf = (name: string, file: ts.SourceFile): ts.Expression | undefined => {
  const found: ts.Expression[] = []
  walk(file, (node) => {
    const isIt = ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name
    if (isIt && node.initializer !== undefined) found.push(node.initializer)
    return false
  })
  return found.length === 1 ? found[0] : undefined
}

const product = (parts: readonly (readonly string[])[]): string[] =>
  parts.reduce<string[]>((done, next) => done.flatMap((start) => next.map((end) => start + end)), [''])

/** What an expression can be: a conditional both of its branches, a constant of the file its text, anything else …. */
export const textsOf = (expression: ts.Node, file: ts.SourceFile, depth = 0): string[] => {
  const inside = (node: ts.Node): string[] => textsOf(node, file, depth + 1)
  if (ts.isStringLiteralLike(expression)) return [expression.text]
  if (ts.isParenthesizedExpression(expression)) return inside(expression.expression)
  if (ts.isConditionalExpression(expression)) {
    return [...inside(expression.whenTrue), ...inside(expression.whenFalse)]
  }
  if (ts.isTemplateExpression(expression)) {
    const spans = expression.templateSpans.flatMap((span) => [inside(span.expression), [span.literal.text]])
    return product([[expression.head.text], ...spans])
  }
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return product([inside(expression.left), inside(expression.right)])
  }
  const constant = ts.isIdentifier(expression) && depth < 8 ? initializerOf(expression.text, file) : undefined
  return constant === undefined ? ['…'] : inside(constant)
}
