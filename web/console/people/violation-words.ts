import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Violation } from '../types.ts'

export const ruleWords: Record<Violation['rule'], MessageDescriptor> = {
  false_claim: msg`False claim`,
  banned_goods: msg`Banned goods`,
  vulgar_content: msg`Vulgar content`,
  off_platform_sale: msg`Sale off the platform`,
  fake_interaction: msg`Fake interaction`,
  copied_content: msg`Copied content`,
}

export const severityWords: Record<Violation['severity'], { name: MessageDescriptor; colour: string }> = {
  minor: { name: msg`minor`, colour: 'gray' },
  serious: { name: msg`serious`, colour: 'orange' },
  severe: { name: msg`severe`, colour: 'red' },
}

export const violationStateWords: Record<Violation['state'], { name: MessageDescriptor; colour: string }> = {
  active: { name: msg`active`, colour: 'red' },
  closed: { name: msg`closed`, colour: 'gray' },
  expired: { name: msg`expired`, colour: 'gray' },
}
