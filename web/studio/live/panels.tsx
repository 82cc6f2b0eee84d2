/**
 * Where parts of the studio hang what they add beside the room. A panel is a tab of its column, loaded when it is opened;
 * it gets the session as the page has it. A new one is one line here.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Tabs } from '@mantine/core'
import { type ComponentType, type LazyExoticComponent, lazy, type ReactNode, Suspense } from 'react'
import { Skeleton } from '../../kit/index.ts'
import type { StudioSession } from '../types.ts'

export interface StagePanel {
  id: string
  name: MessageDescriptor
  Panel: LazyExoticComponent<ComponentType<{ session: StudioSession }>>
}

/** Beside the bag: what is sold and how (flash sales, coupons, draws). */
export const goodsPanels: readonly StagePanel[] = [
  { id: 'flash', name: msg`Flash sale`, Panel: lazy(() => import('./flash-panel.tsx')) },
  { id: 'coupons', name: msg`Coupons`, Panel: lazy(() => import('./coupon-panel.tsx')) },
  { id: 'draw', name: msg`Lucky bag`, Panel: lazy(() => import('./draw-panel.tsx')) },
  { id: 'sets', name: msg`Sets`, Panel: lazy(() => import('./sets-panel.tsx')) },
]
/** Beside the comments: who is there and what they did (gifts, helpers). */
export const peoplePanels: readonly StagePanel[] = [
  { id: 'cohost', name: msg`Co-host`, Panel: lazy(() => import('./cohost-panel.tsx')) },
  { id: 'team', name: msg`Team`, Panel: lazy(() => import('./team-panel.tsx')) },
  { id: 'gifts', name: msg`Gifts`, Panel: lazy(() => import('./gifts-panel.tsx')) },
]

/** A column whose first tab is what it is for, and whose others are its panels. */
export function WithPanels(of: {
  first: MessageDescriptor
  label: string
  panels: readonly StagePanel[]
  session: StudioSession
  children: ReactNode
}) {
  const { i18n } = useLingui()
  if (of.panels.length === 0) return of.children
  return (
    <Tabs defaultValue="first" keepMounted={false} activateTabWithKeyboard>
      <Tabs.List aria-label={of.label} mb="sm">
        <Tabs.Tab value="first">{i18n._(of.first)}</Tabs.Tab>
        {of.panels.map((panel) => (
          <Tabs.Tab key={panel.id} value={panel.id}>
            {i18n._(panel.name)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="first" keepMounted>
        {of.children}
      </Tabs.Panel>
      {of.panels.map(({ id, Panel }) => (
        <Tabs.Panel key={id} value={id}>
          <Suspense fallback={<Skeleton height={240} />}>
            <Panel session={of.session} />
          </Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}

export const firstTabs = { goods: msg`Bag`, people: msg`Comments` }
