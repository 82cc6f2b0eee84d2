/** SQL of a module is in its store and its migrations, and names the module's own schema only. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { areas } from '../../tools/architecture.ts'
import { forTests, habit, house, inAModule, root, type SourceFile, walk } from './house.ts'

/** `trade/group-buying` owns the schema `group_buying`; what stands in platform owns `platform`. */
function schemaOf(path: string): string {
  const [, area, module] = path.split('/')
  return area === 'platform' ? 'platform' : (module ?? '').replaceAll('-', '_')
}

function foldersOf(path: string): string[] {
  try {
    return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    )
  } catch {
    return [] // An area without a module yet.
  }
}

const modules = areas.flatMap((area) => foldersOf(`server/${area}`).map((name) => `server/${area}/${name}/`))
// A few that are always there, so that the canaries do not depend on what has been built.
const schemas = new Set([...modules.map(schemaOf), 'platform', 'orders', 'ledger', 'catalog', 'warehouse', 'public'])

/** The SQL of a file: a migration without its comments, or the texts that stand in a store. */
function sqlOf(file: SourceFile): string[] {
  if (file.path.endsWith('.sql')) return [withoutComments(file.text)]
  const texts: string[] = []
  walk(file, (node) => {
    // The text of a template without what is put into its holes: `${orders.map(…)}` is no SQL.
    if (ts.isTemplateExpression(node)) {
      texts.push([node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(' ? '))
    } else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (!ts.isImportDeclaration(node.parent)) texts.push(node.text)
    }
  })
  return texts.map(withoutComments)
}

function withoutComments(sql: string): string {
  return sql
    .replaceAll(/--[^\n]*/g, '')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/'[^']*'/g, "''")
}

// No table of theirs: triggers of the floor that guard what never changes, and what an extension brought.
const shared =
  /\bexecute function platform\.|\bpublic\.(gin_trgm_ops|gist_trgm_ops|(strict_)?(word_)?similarity|unaccent)\b|\boperator\(public\.|\bcreate extension [^;]*;/g

/** Schemas named in a piece of SQL; an alias or a CTE of the same name is no schema. */
function schemasIn(text: string): string[] {
  const sql = text.replaceAll(shared, '')
  const named = [...sql.matchAll(/(?<![\w.])([a-z][a-z0-9_]*)\s*\.\s*"?[a-z_]/g)].map((match) => match[1] ?? '')
  const isLocal = (name: string) =>
    new RegExp(
      `\\b${name}\\s+as\\s+(not\\s+materialized\\s+|materialized\\s+)?\\(|\\bas\\s+${name}\\b|\\.[a-z_]+\\s+${name}\\b|,\\s*${name}\\s*\\(`,
      'i',
    ).test(sql)
  // Of a record's own field `schema` nothing is created.
  const created = [...sql.matchAll(/(?<![\w.])schema\s+(?:if\s+not\s+exists\s+)?([a-z_]+)/g)].map(
    (match) => match[1] ?? '',
  )
  return [...named.filter((name) => schemas.has(name) && !isLocal(name)), ...created]
}

function complainsOfSchemas(file: SourceFile): string[] {
  const own = schemaOf(file.path)
  const foreign = sqlOf(file).flatMap((sql) => schemasIn(sql).filter((name) => name !== own))
  return [...new Set(foreign)].map((name) => `names the schema ${name}; its own is ${own}`)
}

habit('SQL names the schema of its own module only', {
  reads: /^server\/[^/]+\/[^/]+\/(store\.ts|migrations\/.*\.sql)$/,
  complains: complainsOfSchemas,
  canaries: [
    { path: 'server/trade/orders/migrations/0001_a.sql', text: 'create table public.a (id uuid);' },
    { path: 'server/trade/orders/store.ts', text: 'export const a = sql`select * from ledger.entries`' },
    { path: 'server/trade/orders/store.ts', text: "export const a = db.selectFrom('ledger.entries as e')" },
    {
      path: 'server/trade/orders/store.ts',
      text: 'export const a = sql`select 1 from orders.lines l join catalog.products p on true`',
    },
    { path: 'server/trade/orders/store.ts', text: 'tx.hot("a", `update platform.events set name = $1`, [])' },
    { path: 'server/trade/orders/store.ts', text: 'export const a = sql`select * from orders.lines, ledger.entries`' },
    { path: 'server/trade/orders/migrations/0001_a.sql', text: 'create table ledger.entries (id uuid);' },
    { path: 'server/trade/orders/migrations/0001_a.sql', text: 'create schema ledger;' },
    {
      path: 'server/trade/orders/migrations/0001_a.sql',
      text: 'create table orders.a (b uuid references catalog.products (id));',
    },
    { path: 'server/platform/outbox/migrations/0001_a.sql', text: 'create table orders.a (id uuid);' },
  ],
  allows: [
    {
      path: 'server/trade/orders/migrations/0001_a.sql',
      text: 'create trigger a before update on orders.a for each row execute function platform.refuse_change(); create index b on orders.a using gin (c public.gin_trgm_ops);',
    },
    {
      path: 'server/trade/orders/store.ts',
      text: 'export const a = sql`select ${ledger.entries} from orders.lines -- not ledger.entries`',
    },
    {
      path: 'server/trade/checkout/store.ts',
      text: 'export const a = sql`with orders as (select 1 as id) select orders.id from orders`',
    },
    { path: 'server/trade/orders/store.ts', text: "import { a } from './ledger.entries.ts'\nexport const b = a" },
    { path: 'server/trade/group-buying/migrations/0001_a.sql', text: 'create schema group_buying; -- ledger.entries' },
  ],
})

const queryMethods = new Set(['selectFrom', 'insertInto', 'updateTable', 'deleteFrom', 'hot'])

habit('SQL of a module stands in its store', {
  reads: inAModule,
  except: new RegExp(`${forTests.source}|/store\\.ts$`),
  complains: (file) => {
    if (!/sql|From\(|Into\(|updateTable|hot\(|query\(/.test(file.text)) return []
    const found: string[] = []
    walk(file, (node, line) => {
      const isTagged = ts.isTaggedTemplateExpression(node) && /^sql\b/.test(node.tag.getText())
      const isBuilt =
        ts.isCallExpression(node) &&
        ts.isPropertyAccessExpression(node.expression) &&
        queryMethods.has(node.expression.name.text)
      if (isTagged || isBuilt) found.push(`line ${line}: a query outside of store.ts`)
    })
    return found
  },
  canaries: [
    { path: 'server/trade/orders/place.ts', text: 'export const a = sql`select 1`' },
    { path: 'server/trade/orders/place.ts', text: 'export const a = sql<Row>`select 1`' },
    { path: 'server/trade/orders/place.ts', text: "export const a = tx.db.selectFrom('orders.lines')" },
    { path: 'server/trade/orders/place.ts', text: "export const a = tx.hot('a', 'select 1', [])" },
  ],
  allows: [{ path: 'server/trade/orders/store.ts', text: 'export const a = sql`select 1`' }],
})

test('no two modules share a schema name', () => {
  const names = modules.map(schemaOf)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  expect(house().length).toBeGreaterThan(0)
})
