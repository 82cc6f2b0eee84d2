import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useParams, useRouter } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight, ShieldCheck, Truck, Wallet } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Product } from '../../client/index.ts'
import { Button, count, ErrorState, Picture, Price, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { BuySheet } from '../live/buy.tsx'
import { StockLeft } from '../live/stock-left.tsx'
import { useAskWho } from '../people/ask-who.ts'
import { productClipsQuery, productQuery } from '../queries.ts'
import { useTitle } from '../shell.tsx'
import css from './product.module.css'

export function ProductPage() {
  const { id } = useParams({ from: '/products/$id' })
  const { data, error, isPending, refetch } = useQuery(productQuery(id))
  return (
    <main className={css['page']}>
      <Back />
      {isPending ? (
        <div aria-busy="true">
          <Skeleton shape={1} />
        </div>
      ) : data === undefined ? (
        <>
          <h1 className="visually-hidden">
            <Trans>Product</Trans>
          </h1>
          <ErrorState error={error} onRetry={() => void refetch()} />
        </>
      ) : (
        <ProductView product={data.product} />
      )}
    </main>
  )
}

function Back() {
  const { t } = useLingui()
  const router = useRouter()
  return (
    <button
      type="button"
      className={css['back']}
      aria-label={t`Back`}
      onClick={() => (router.history.canGoBack() ? router.history.back() : void router.navigate({ to: '/' }))}
    >
      <ChevronLeft size={24} aria-hidden="true" />
    </button>
  )
}

function ProductView({ product }: { product: Product }) {
  const { t } = useLingui()
  useLocale()
  const askWho = useAskWho()
  /** What is being bought; null: whichever is left. */
  const [buying, setBuying] = useState<{ skuId: string | null }>()
  const title = pick(product.title)
  useTitle(title)
  const left = product.skus.reduce((sum, sku) => sum + sku.unitsLeft, 0)
  const buy = async (skuId: string | null) => {
    if ((await askWho('buy')) !== null) setBuying({ skuId })
  }
  const owners: Record<Product['stockOwner'], string> = {
    platform: t`from the platform's own stock`,
    brand: t`from the brand's stock`,
    supplier: t`from the supplier's stock`,
  }
  return (
    <>
      <div className={css['columns']}>
        <Gallery pictures={product.pictures.length > 0 ? product.pictures : [product.picture]} title={title} />
        <div className={css['text']}>
          <div className={css['priceRow']}>
            <Price
              minor={product.priceMinor}
              toMinor={product.priceToMinor}
              currency={product.currency}
              listMinor={product.listPriceMinor}
              size="xl"
            />
            {product.unitsSold > 0 && (
              <span className={css['sold']}>
                <Trans>{count(product.unitsSold)} sold</Trans>
              </span>
            )}
          </div>
          <h1>{title}</h1>
          <p className={css['subtitle']}>{pick(product.subtitle)}</p>
          <StockLeft units={left} />
          <ul className={css['promises']}>
            <li>
              <Truck size={18} aria-hidden="true" />
              <Trans>Ships the same or the next day</Trans>
            </li>
            <li>
              <ShieldCheck size={18} aria-hidden="true" />
              <Trans>
                Sold by {pick(product.sellerName)}, {owners[product.stockOwner]}
              </Trans>
            </li>
            <li>
              <Wallet size={18} aria-hidden="true" />
              <Trans>Your money is held until you have what you bought</Trans>
            </li>
          </ul>
          <div className={css['bar']}>
            <div>
              <Price minor={product.priceMinor} toMinor={product.priceToMinor} currency={product.currency} size="l" />
              <Button size="l" disabled={left === 0} onClick={() => void buy(null)}>
                {left === 0 ? <Trans>Sold out</Trans> : <Trans>Buy now</Trans>}
              </Button>
            </div>
          </div>
          <section className={css['block']}>
            <h2>
              <Trans>Choices</Trans>
            </h2>
            <ul className={css['skus']}>
              {product.skus.map((sku) => (
                <li key={sku.id} data-sold-out={sku.unitsLeft === 0}>
                  <button type="button" disabled={sku.unitsLeft === 0} onClick={() => void buy(sku.id)}>
                    <span>{pick(sku.label)}</span>
                    <Price minor={sku.priceMinor} currency={sku.currency} size="s" />
                    <small>
                      {sku.unitsLeft === 0 ? (
                        <Trans>Sold out</Trans>
                      ) : sku.unitsLeft >= 999 ? (
                        <Trans>plenty</Trans>
                      ) : (
                        <Plural value={sku.unitsLeft} one="# left" other="# left" />
                      )}
                    </small>
                    <ChevronRight size={16} aria-hidden="true" />
                  </button>
                </li>
              ))}
            </ul>
          </section>
          <Clips productId={product.id} />
          <section className={css['block']}>
            <h2>
              <Trans>About it</Trans>
            </h2>
            <p className={css['story']}>{pick(product.story)}</p>
          </section>
        </div>
      </div>
      <BuySheet
        goods={buying && { ...product, productId: product.id }}
        skuId={buying?.skuId ?? undefined}
        attribution={null}
        onClose={() => setBuying(undefined)}
      />
    </>
  )
}

/** What creators showed of it on air; nothing where nobody did. */
function Clips({ productId }: { productId: string }) {
  const { t } = useLingui()
  const { data } = useQuery(productClipsQuery(productId))
  if (data === undefined || data.clips.length === 0) return null
  return (
    <section className={css['block']}>
      <h2>
        <Trans>Shown on air</Trans>
      </h2>
      <ul className={css['clips']} aria-label={t`Shown on air`}>
        {data.clips.map((clip) => (
          <li key={clip.id}>
            {/* biome-ignore lint/a11y/useMediaCaption: nobody writes captions for a live room yet. */}
            <video
              src={clip.video}
              poster={clip.poster ?? undefined}
              preload={clip.poster === null ? 'metadata' : 'none'}
              controls
              playsInline
              aria-label={clip.title}
            />
            <small>{clip.title}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Pictures to swipe through; the dots say where one is. */
function Gallery({ pictures, title }: { pictures: readonly string[]; title: string }) {
  const { t } = useLingui()
  const strip = useRef<HTMLUListElement>(null)
  const [at, setAt] = useState(0)
  return (
    <section className={css['gallery']} aria-label={t`Pictures`}>
      <ul
        ref={strip}
        // What scrolls must be reachable by keyboard.
        tabIndex={pictures.length > 1 ? 0 : -1}
        onScroll={({ currentTarget: box }) => setAt(Math.round(box.scrollLeft / Math.max(1, box.clientWidth)))}
      >
        {pictures.map((picture, index) => (
          <li key={picture}>
            <Picture picture={picture} alt={index === 0 ? title : ''} eager={index === 0} />
          </li>
        ))}
      </ul>
      {pictures.length > 1 && (
        <p className={css['dots']} aria-hidden="true">
          {at + 1} / {pictures.length}
        </p>
      )}
    </section>
  )
}
