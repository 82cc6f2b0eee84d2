/** Everything a person may read in the demo world exists in both languages. */
export type Words = { en: string; zh: string }

export function words(en: string, zh: string): Words {
  return { en, zh }
}
