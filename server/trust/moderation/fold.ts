/**
 * Texts as eyes read them rather than as they are encoded, so that a forbidden word is found behind the simple disguises:
 * full-width letters, capitals, accents, invisible characters, letters of other scripts that look the same, digits for
 * letters, and whatever stands between the characters. Readings (pinyin, homophones) are not looked at.
 */

// Cyrillic and Greek letters, and signs, that are drawn like Latin ones.
const lookalikes: Readonly<Record<string, string>> = {
  а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', ё: 'e', һ: 'h', і: 'i', ї: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', н: 'h', о: 'o',
  р: 'p', ԛ: 'q', ѕ: 's', т: 't', у: 'y', ѵ: 'v', ԝ: 'w', х: 'x', ѐ: 'e', ѝ: 'n', α: 'a', β: 'b', ε: 'e', η: 'n', ι: 'i',
  κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x', ı: 'i', ſ: 's', ß: 'ss', '@': 'a', $: 's', '€': 'e', '0': 'o',
  '1': 'l', '3': 'e', '5': 's', '7': 't', '|': 'l', '!': 'l',
} // biome-ignore format: pairs read best in rows.

/** Lower case, compatibility forms as plain ones, no marks, no gaps, lookalikes as Latin. `l` and `i` are one letter here. */
export function foldText(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().normalize('NFD')
  let folded = ''
  for (const character of plain) {
    const seen = lookalikes[character] ?? character
    if (/[\p{L}\p{N}]/u.test(seen)) folded += seen
  }
  return folded.replaceAll('i', 'l')
}

/** The first of these words that stands in the text, in whatever disguise, or null. Words are given as people wrote them. */
export function wordIn(text: string, words: readonly string[]): string | null {
  if (words.length === 0) return null
  const folded = foldText(text)
  return words.find((word) => isIn(folded, foldText(word))) ?? null
}

/** A word of which nothing is left after folding would stand in every text. */
function isIn(folded: string, word: string): boolean {
  return word !== '' && folded.includes(word)
}
