/**
 * The places of the console: menu, shortcuts, palette and help sheet are all made from this table.
 * Roles repeat what `contract/` says of the page's main question; a test compares the two.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import {
  Ban,
  BookOpen,
  BookText,
  Boxes,
  ChartNoAxesColumn,
  Clock,
  CreditCard,
  Diff,
  DoorOpen,
  Factory,
  FileClock,
  Film,
  Flag,
  Gavel,
  Gift,
  HandCoins,
  Landmark,
  type LucideIcon,
  Megaphone,
  NotebookText,
  Package,
  PackageOpen,
  PackageSearch,
  Radio,
  Receipt,
  Scale,
  ShieldCheck,
  Store,
  Tags,
  Ticket,
  TriangleAlert,
  Undo2,
  Users,
  Wallet,
  Zap,
} from 'lucide-react'
import type { Role } from '../client/index.ts'

export interface Place {
  path: string
  /** Pressed after `g`: a letter, or a digit where all letters are taken. */
  letter: string
  group: 'today' | 'warehouse' | 'sales' | 'people' | 'books' | 'floor'
  name: MessageDescriptor
  icon: LucideIcon
  roles: readonly Role[]
}

export const groupNames: Record<Place['group'], MessageDescriptor> = {
  today: msg`Today`,
  warehouse: msg`Warehouse`,
  sales: msg`Sales`,
  people: msg`People`,
  books: msg`Books`,
  floor: msg`System`,
}

const operators = ['warehouse', 'support', 'operations', 'finance', 'moderator', 'admin', 'auditor'] as const
const warehouse = ['warehouse', 'operations', 'admin'] as const
const books = ['finance', 'admin', 'auditor'] as const

export const places: readonly Place[] = [
  { path: '/', letter: 'h', group: 'today', name: msg`Overview`, icon: ChartNoAxesColumn, roles: operators },
  { path: '/pick-list', letter: 'k', group: 'warehouse', name: msg`Pick list`, icon: PackageSearch, roles: warehouse },
  {
    path: '/parcels',
    letter: 'p',
    group: 'warehouse',
    name: msg`Parcels`,
    icon: Package,
    roles: [...warehouse, 'support', 'auditor'],
  },
  {
    path: '/returns',
    letter: 'w',
    group: 'warehouse',
    name: msg`Returns`,
    icon: PackageOpen,
    roles: [...warehouse, 'support', 'auditor'],
  },
  { path: '/stock', letter: 's', group: 'warehouse', name: msg`Stock`, icon: Boxes, roles: [...warehouse, 'auditor'] },
  {
    path: '/suppliers',
    letter: 'i',
    group: 'warehouse',
    name: msg`Suppliers`,
    icon: Factory,
    roles: [...warehouse, 'finance', 'auditor'],
  },
  {
    path: '/orders',
    letter: 'o',
    group: 'sales',
    name: msg`Orders`,
    icon: Receipt,
    roles: ['support', 'operations', 'finance', 'admin', 'auditor'],
  },
  {
    path: '/products',
    letter: 'd',
    group: 'sales',
    name: msg`Products`,
    icon: Tags,
    roles: ['operations', 'admin', 'auditor', 'support', 'warehouse'],
  },
  {
    path: '/after-sales',
    letter: 'e',
    group: 'sales',
    name: msg`After-sales`,
    icon: Undo2,
    roles: ['support', 'operations', 'finance', 'admin', 'auditor'],
  },
  {
    path: '/coupons',
    letter: 'n',
    group: 'sales',
    name: msg`Coupons`,
    icon: Ticket,
    roles: ['operations', 'finance', 'admin', 'auditor'],
  },
  {
    path: '/prices',
    letter: 'z',
    group: 'sales',
    name: msg`Prices`,
    icon: Zap,
    roles: ['operations', 'finance', 'admin', 'auditor'],
  },
  {
    path: '/rooms',
    letter: 'r',
    group: 'sales',
    name: msg`Live rooms`,
    icon: Radio,
    roles: ['moderator', 'operations', 'admin'],
  },
  {
    path: '/recordings',
    letter: '8',
    group: 'sales',
    name: msg`Recordings`,
    icon: Film,
    roles: ['operations', 'admin', 'moderator', 'auditor'],
  },
  {
    path: '/creators',
    letter: 'c',
    group: 'people',
    name: msg`Creators`,
    icon: Megaphone,
    roles: ['operations', 'moderator', 'admin', 'auditor', 'support'],
  },
  {
    path: '/shops',
    letter: '4',
    group: 'people',
    name: msg`Shops`,
    icon: Store,
    roles: ['operations', 'finance', 'admin', 'auditor', 'support'],
  },
  {
    path: '/violations',
    letter: 'v',
    group: 'people',
    name: msg`Violations`,
    icon: TriangleAlert,
    roles: ['moderator', 'operations', 'admin', 'auditor'],
  },
  {
    path: '/appeals',
    letter: 'q',
    group: 'people',
    name: msg`Appeals`,
    icon: Gavel,
    roles: ['moderator', 'admin', 'operations', 'auditor'],
  },
  {
    path: '/rulebook',
    letter: 'x',
    group: 'people',
    name: msg`Rulebook`,
    icon: BookText,
    roles: operators,
  },
  {
    path: '/reports',
    letter: '5',
    group: 'people',
    name: msg`Reports`,
    icon: Flag,
    roles: ['moderator', 'operations', 'admin', 'auditor'],
  },
  {
    path: '/blacklist',
    letter: '6',
    group: 'people',
    name: msg`Blacklist`,
    icon: Ban,
    roles: ['moderator', 'support', 'operations', 'admin', 'auditor'],
  },
  {
    path: '/gates',
    letter: '7',
    group: 'people',
    name: msg`Gates`,
    icon: DoorOpen,
    roles: ['operations', 'moderator', 'admin', 'auditor', 'support'],
  },
  {
    path: '/people',
    letter: 'u',
    group: 'people',
    name: msg`People and roles`,
    icon: Users,
    roles: ['admin', 'support', 'auditor'],
  },
  {
    path: '/coins',
    letter: 'm',
    group: 'books',
    name: msg`Coins and gifts`,
    icon: Gift,
    roles: ['finance', 'support', 'admin', 'auditor'],
  },
  { path: '/balances', letter: 'b', group: 'books', name: msg`Trial balance`, icon: Scale, roles: books },
  { path: '/journals', letter: 'j', group: 'books', name: msg`Journals`, icon: BookOpen, roles: books },
  { path: '/payouts', letter: 'y', group: 'books', name: msg`Payouts`, icon: Wallet, roles: books },
  {
    path: '/deposits',
    letter: '9',
    group: 'books',
    name: msg`Deposits`,
    icon: HandCoins,
    roles: [...books, 'moderator'],
  },
  {
    path: '/payments',
    letter: '1',
    group: 'books',
    name: msg`Payments`,
    icon: CreditCard,
    roles: [...books, 'support'],
  },
  { path: '/withdrawals', letter: '2', group: 'books', name: msg`Withdrawals`, icon: Landmark, roles: books },
  { path: '/reconciliation', letter: '3', group: 'books', name: msg`Reconciliation`, icon: Diff, roles: books },
  { path: '/audit', letter: 'a', group: 'books', name: msg`Audit`, icon: ShieldCheck, roles: books },
  {
    path: '/clock',
    letter: 't',
    group: 'floor',
    name: msg`Sandbox clock`,
    icon: Clock,
    roles: ['operations', 'admin', 'finance', 'support', 'auditor', 'warehouse'],
  },
  {
    path: '/trail',
    letter: 'l',
    group: 'floor',
    name: msg`Audit trail`,
    icon: NotebookText,
    roles: ['admin', 'auditor'],
  },
  {
    path: '/failed',
    letter: 'f',
    group: 'floor',
    name: msg`Failed work`,
    icon: FileClock,
    roles: ['admin', 'operations'],
  },
]

export function mayDo(mine: readonly Role[], needed: readonly Role[]): boolean {
  return needed.some((role) => mine.includes(role))
}

export function placesOf(mine: readonly Role[]): readonly Place[] {
  return places.filter((place) => mayDo(mine, place.roles))
}

export function isOperator(mine: readonly Role[]): boolean {
  return mayDo(mine, operators)
}
