/** The pictures that gifts may have, by name. Files of their own: none is inlined, so that no page carries what it does not show. */

import trophy from '@lobehub/fluent-emoji-3d/assets/1f3c6.webp?url&no-inline'
import castle from '@lobehub/fluent-emoji-3d/assets/1f3f0.webp?url&no-inline'
import bubbleTea from '@lobehub/fluent-emoji-3d/assets/1f9cb.webp?url&no-inline'
import star from '@lobehub/fluent-emoji-3d/assets/1f31f.webp?url&no-inline'
import lollipop from '@lobehub/fluent-emoji-3d/assets/1f36d.webp?url&no-inline'
import gem from '@lobehub/fluent-emoji-3d/assets/1f48e.webp?url&no-inline'
import butterfly from '@lobehub/fluent-emoji-3d/assets/1f98b.webp?url&no-inline'
import rose from '@lobehub/fluent-emoji-3d/assets/1f339.webp?url&no-inline'
import gift from '@lobehub/fluent-emoji-3d/assets/1f381.webp?url&no-inline'
import dragon from '@lobehub/fluent-emoji-3d/assets/1f409.webp?url&no-inline'
import crown from '@lobehub/fluent-emoji-3d/assets/1f451.webp?url&no-inline'
import heart from '@lobehub/fluent-emoji-3d/assets/1f496.webp?url&no-inline'
import rocket from '@lobehub/fluent-emoji-3d/assets/1f680.webp?url&no-inline'
import coin from '@lobehub/fluent-emoji-3d/assets/1fa99.webp?url&no-inline'

const pictures: Readonly<Record<string, string>> = {
  rose,
  lollipop,
  bubble_tea: bubbleTea,
  heart,
  star,
  butterfly,
  trophy,
  crown,
  gem,
  rocket,
  castle,
  dragon,
}

export const coinPicture = coin

/** A gift that this page does not know yet is a parcel with a bow. */
export function giftPicture(name: string): string {
  return pictures[name] ?? gift
}
