import type { MediaEngine } from '#live/media'

export type MediaOf = () => MediaEngine | null

/** Where an encoder sends to: the host by which the creator reached us is where his encoder reaches us too. */
export function ingestBy(media: MediaOf) {
  return (of: { streamId: string; key: string }, headers: Record<string, string | string[] | undefined>) => ({
    server: media()?.publishTarget(hostNameOf(headers['host'])).serverUrl ?? '',
    streamKey: media()?.streamKeyOf(of) ?? of.key,
  })
}

/** `shop.example:4100` -> `shop.example`; an address in brackets stays in them. */
function hostNameOf(host: string | string[] | undefined): string {
  if (typeof host !== 'string') return 'localhost'
  return /^(\[[^\]]+\]|[^:]+)/.exec(host)?.[1] ?? 'localhost'
}
