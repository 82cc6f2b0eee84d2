import { useState } from 'react'
import { count } from './money.ts'
import css from './picture.module.css'

/** Product pictures are named by key; what is already an address stays as it is. */
export function pictureUrl(key: string): string {
  return /^(\/|https?:|data:|blob:)/.test(key) ? key : `/pictures/${key}`
}

/** Holds its place while loading and when nothing comes. `shape` is the width over the height. */
export function Picture(of: {
  picture: string
  alt: string
  shape?: number
  eager?: boolean
  className?: string | undefined
}) {
  const [state, setState] = useState<'loading' | 'there' | 'missing'>('loading')
  return (
    <div className={[css['frame'], of.className].join(' ')} style={{ aspectRatio: of.shape ?? 1 }} data-state={state}>
      {state !== 'missing' && (
        <img
          src={pictureUrl(of.picture)}
          alt={of.alt}
          loading={of.eager ? 'eager' : 'lazy'}
          fetchPriority={of.eager ? 'high' : 'auto'}
          decoding="async"
          onLoad={() => setState('there')}
          onError={() => setState('missing')}
          // A picture from the cache is there before the listener is.
          ref={(image) => {
            if (image?.complete && image.naturalWidth > 0) setState('there')
          }}
        />
      )}
    </div>
  )
}

/** A round portrait, or the first letter on a colour that belongs to the name. */
export function Avatar({ name, picture, size = 40 }: { name: string; picture: string | null; size?: number }) {
  const [missing, setMissing] = useState(false)
  const hue = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7)
  return (
    <span
      className={css['avatar']}
      style={{ width: size, height: size, fontSize: size * 0.44, '--hue': hue } as never}
      aria-hidden="true"
    >
      {picture && !missing ? (
        <img
          src={pictureUrl(picture)}
          alt=""
          width={size}
          height={size}
          decoding="async"
          onError={() => setMissing(true)}
        />
      ) : (
        ([...name.trim()][0] ?? '?').toUpperCase()
      )}
    </span>
  )
}

/** Digits that roll to their new value; readers of screens get the value as it is. */
export function Rolling({ value, compact = false, as }: { value: number; compact?: boolean; as?: string }) {
  // `as`: the value as it is to be shown, for amounts.
  const text = as ?? (compact ? count(value) : String(value))
  // Counted from the right, so that the ones stay the ones when a digit joins.
  const letters = [...text].map((letter, index) => ({ letter, place: text.length - index }))
  return (
    <span className={css['rolling']}>
      <span className="visually-hidden">{text}</span>
      <span aria-hidden="true" className={css['wheels']}>
        {letters.map(({ letter, place }) =>
          /\d/.test(letter) ? (
            <span key={place} className={css['wheel']} style={{ '--digit': Number(letter) } as never}>
              <span>{'0\n1\n2\n3\n4\n5\n6\n7\n8\n9'}</span>
            </span>
          ) : (
            <span key={place}>{letter}</span>
          ),
        )}
      </span>
    </span>
  )
}
