/**
 * The house as text: every file that git lists, and a way to state a habit once and have it checked.
 *
 * Always true: a habit that read no file fails, and each habit has canaries: planted files that it must report.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { filesOfGit } from '../../tools/architecture.ts'

export type SourceFile = { path: string; text: string }

export const root = join(import.meta.dirname, '../..')

const isText = /\.(tsx?|jsx?|mjs|cjs|json|sql|md|css|html|ya?ml|po|sh|svg|txt|toml)$|(^|\/)(run|LICENSE|\.[a-z]+)$/
let read: SourceFile[] | undefined

/** Every text file of the repository; read once per test file. */
export function house(): SourceFile[] {
  read ??= filesOfGit(root)
    .filter((path) => isText.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  return read
}

export type Habit = {
  /** Which files it looks at; at least one of the house must be among them. */
  reads: RegExp
  except?: RegExp
  /** What is wrong with a file, one sentence each. */
  complains: (file: SourceFile) => string[]
  /** Planted files; each must be complained about. */
  canaries: SourceFile[]
  /** Files that look suspicious and are fine. */
  allows?: SourceFile[]
}

/** States a habit: two tests, one over the house and one over the planted files. */
export function habit(name: string, { reads, except, complains, canaries, allows = [] }: Habit) {
  const isRead = ({ path }: SourceFile) => reads.test(path) && !except?.test(path)
  const complaintsOf = (files: SourceFile[]) =>
    files.filter(isRead).flatMap((file) => complains(file).map((complaint) => `${file.path}: ${complaint}`))

  test(name, () => {
    const files = house()
    expect(files.filter(isRead).length, 'files that were read').toBeGreaterThan(0)
    expect(complaintsOf(files)).toEqual([])
  })
  test(`${name}: what breaks it is reported`, () => {
    expect(canaries.length).toBeGreaterThan(0)
    expect(canaries.filter((canary) => complaintsOf([canary]).length === 0)).toEqual([])
    expect(complaintsOf(allows)).toEqual([])
  })
}

/** Walks the syntax of a file; the visitor sees every node with the line on which it starts. */
export function walk({ path, text }: SourceFile, visit: (node: ts.Node, line: number) => void) {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind)
  const each = (node: ts.Node) => {
    visit(node, source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1)
    ts.forEachChild(node, each)
  }
  each(source)
}

/** Modules of the areas, and their files that are not tests. */
export const inAModule = /^server\/(?!app\/|events\/|platform\/)[^/]+\/[^/]+\/.+\.ts$/
export const aTest = /\.test\.tsx?$/
/** What only tests use: `media.test-kit.ts`, `test-database.ts`. */
export const forTests = /(\.test|\.test-[a-z]+|(^|\/)test-[^/]+)\.tsx?$/
