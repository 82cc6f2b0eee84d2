import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Flame, ShoppingBag } from 'lucide-react'
import type { ProductCard, RoomCard } from '../../client/index.ts'
import { Avatar, count, Picture, Price, pick, pictureUrl, Skeleton, useLocale } from '../../kit/index.ts'
import { OnAir, Viewers } from '../live/badges.tsx'
import { roomQuery } from '../queries.ts'
import css from './feed.module.css'
import { Preview } from './preview.tsx'

interface Placed {
  place: number
  eager?: boolean
}

/** The newest room on air, across the whole width. */
export function RoomHero({ room, place }: { room: RoomCard; place: number }) {
  return (
    <article
      className={css['hero']}
      style={{ '--cover': `url("${pictureUrl(room.cover)}")` } as never}
      aria-posinset={place}
      aria-setsize={-1}
      aria-labelledby={`room-${room.id}`}
    >
      <RoomLink room={room}>
        <RoomPictures room={room} eager first />
        <div className={css['heroText']}>
          <div className={css['badges']}>
            <OnAir />
            <Viewers value={room.viewers} />
          </div>
          <h2 id={`room-${room.id}`}>{room.title}</h2>
          <p className={css['host']}>
            <Avatar name={room.host.name} picture={room.host.avatar} size={28} />
            <span>{room.host.name}</span>
            <RoomGoods room={room} />
          </p>
        </div>
        {room.topPicture && (
          <img className={css['heroGoods']} src={pictureUrl(room.topPicture)} alt="" decoding="async" />
        )}
      </RoomLink>
    </article>
  )
}

export function RoomTile({ room, place, eager = false }: { room: RoomCard } & Placed) {
  return (
    <article className={css['room']} aria-posinset={place} aria-setsize={-1} aria-labelledby={`room-${room.id}`}>
      <RoomLink room={room}>
        <RoomPictures room={room} eager={eager} />
        <div className={css['roomTop']}>
          <OnAir />
          <Viewers value={room.viewers} />
        </div>
        <div className={css['roomText']}>
          <h2 id={`room-${room.id}`}>{room.title}</h2>
          <p className={css['host']}>
            <Avatar name={room.host.name} picture={room.host.avatar} size={22} />
            <span>{room.host.name}</span>
          </p>
        </div>
      </RoomLink>
    </article>
  )
}

function RoomGoods({ room }: { room: RoomCard }) {
  if (room.products === 0) return null
  return (
    <span className={css['goods']}>
      <ShoppingBag size={14} aria-hidden="true" />
      <Trans>{room.products} products</Trans>
    </span>
  )
}

/** The cover until moving pictures are there; these stay silent. */
function RoomPictures({ room, eager, first = false }: { room: RoomCard; eager: boolean; first?: boolean }) {
  return (
    <div className={css['moving']}>
      <img
        src={pictureUrl(room.cover)}
        alt=""
        loading={eager ? 'eager' : 'lazy'}
        fetchPriority={eager ? 'high' : 'auto'}
        decoding="async"
      />
      {room.playback && <Preview source={room.playback.hls} first={first} />}
    </div>
  )
}

function RoomLink({ room, children }: { room: RoomCard; children: React.ReactNode }) {
  const queries = useQueryClient()
  return (
    <Link
      to="/rooms/$id"
      params={{ id: room.id }}
      className={css['cardLink']}
      // The finger is down some 80 ms before the tap counts: time enough to ask for the room and its player.
      onPointerDown={() => {
        void queries.prefetchQuery(roomQuery(room.id))
        void import('../live/player.ts').then(({ warm }) => warm()).catch(() => undefined)
      }}
    >
      {children}
    </Link>
  )
}

export function ProductTile({ product, place, eager = false }: { product: ProductCard } & Placed) {
  const { t } = useLingui()
  useLocale()
  const title = pick(product.title)
  return (
    <article
      className={css['product']}
      aria-posinset={place}
      aria-setsize={-1}
      aria-labelledby={`product-${product.id}`}
    >
      <Link to="/products/$id" params={{ id: product.id }} className={css['cardLink']}>
        <div className={css['productPicture']}>
          <Picture picture={product.picture} alt="" eager={eager} />
          {product.soldOut && <span className={css['soldOut']}>{t`Sold out`}</span>}
        </div>
        <div className={css['productText']}>
          <h2 id={`product-${product.id}`}>{title}</h2>
          <p className={css['subtitle']}>{pick(product.subtitle)}</p>
          <div className={css['priceRow']}>
            <Price
              minor={product.priceMinor}
              toMinor={product.priceToMinor}
              currency={product.currency}
              listMinor={product.listPriceMinor}
            />
            {product.unitsSold > 0 && (
              <span className={css['sold']}>
                {product.unitsSold >= 100 && <Flame size={13} aria-hidden="true" />}
                <Trans>{count(product.unitsSold)} sold</Trans>
              </span>
            )}
          </div>
        </div>
      </Link>
    </article>
  )
}

export function FeedSkeleton() {
  return (
    <div aria-hidden="true" className={css['skeleton']}>
      <Skeleton shape={16 / 10} />
      <div className={css['columns']}>
        {[0, 1].map((column) => (
          <div key={column} className={css['column']}>
            <Skeleton shape={0.72} />
            <Skeleton shape={0.72} />
          </div>
        ))}
      </div>
    </div>
  )
}
