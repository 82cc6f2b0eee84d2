/** Any balance explained: from an account to its journals, and from a journal to the lines of orders it comes from. */
import { z } from 'zod'
import { byId, currency, endpoint, id, instant, minor, pageOf, pageQuery, text2 } from './endpoint.ts'

const tag = 'money'
const books = ['finance', 'admin', 'auditor'] as const
/** What one account may be called. */
const accountName = z.string().min(3).max(120)
const kind = z.enum(['asset', 'liability', 'equity', 'income', 'expense'])

export const listAccounts = endpoint({
  id: 'listAccounts',
  method: 'GET',
  path: '/api/v1/books/accounts',
  tag,
  who: books,
  summary: 'The accounts that stand on one line of the trial balance, such as `payable:*:available`, with their owners',
  query: pageQuery.extend({ line: accountName }),
  reply: pageOf(z.object({ account: z.string(), ownerName: z.string().nullable(), amountMinor: minor })),
})
export const getAccount = endpoint({
  id: 'getAccount',
  method: 'GET',
  path: '/api/v1/books/account',
  tag,
  who: books,
  summary: 'One account: its balance, and its entries from the newest on, each with what the balance was after it',
  query: pageQuery.extend({ account: accountName }),
  reply: z.object({
    account: z.string(),
    /** The line of the trial balance on which it stands. */
    line: z.string(),
    name: text2,
    kind,
    ownerName: z.string().nullable(),
    currency,
    balanceMinor: minor,
    entries: pageOf(
      z.object({
        journalId: id,
        no: z.int(),
        kind: z.string(),
        at: instant,
        orderId: id.nullable(),
        orderNumber: z.string().nullable(),
        amountMinor: minor,
        balanceMinor: minor,
      }),
    ),
  }),
})
export const explainJournal = endpoint({
  id: 'explainJournal',
  method: 'GET',
  path: '/api/v1/books/journals/:id',
  tag,
  who: books,
  summary:
    'One journal: each posting as parts that come from lines of orders and add up to it. Of a batch, what one order has in it',
  params: byId,
  query: z.strictObject({ orderId: id.optional() }),
  reply: z.object({
    currency,
    journal: z.object({
      id,
      kind: z.string(),
      cause: z.string(),
      at: instant,
      orderId: id.nullable(),
      orderNumber: z.string().nullable(),
      /** The order of the batch that it is shown for. */
      forOrderId: id.nullable(),
      /** True for what one commit of the order desk sold: its orders each have a part in it. */
      isBatch: z.boolean(),
      morePostings: z.int(),
    }),
    postings: z.array(
      z.object({
        account: z.string(),
        ownerName: z.string().nullable(),
        amountMinor: minor,
        orderId: id.nullable(),
        orderNumber: z.string().nullable(),
        /** They sum to the amount. What belongs to no line of an order has none. */
        parts: z.array(
          z.object({
            what: text2,
            orderId: id.nullable(),
            orderNumber: z.string().nullable(),
            lineNo: z.int().nullable(),
            title: text2.nullable(),
            amountMinor: minor,
          }),
        ),
      }),
    ),
  }),
  refusals: { not_found: 404 },
})
