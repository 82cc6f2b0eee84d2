/**
 * What asks something, in Chinese and in English, by rules that can be said aloud. It is a question when it
 *
 *   1. ends with a question mark, or holds one that is followed by nothing but signs;
 *   2. ends with a particle that asks (吗, 嘛, 呢, 么 and not 什么的);
 *   3. holds a word that asks (什么, 怎么, 多少, 哪, 几 before a measure, 为什么, 谁, 如何, 是否);
 *   4. offers both ways (有没有, 能不能, 会不会, 好不好, 是不是, any 不 between the same two characters);
 *   5. begins with an English word that asks, alone or after a greeting, or wants to know ("any discount", "price?").
 *
 * And it is none when it only exclaims: 多少 within 不管多少, 怎么这么 and 好多 praise rather than ask.
 */
const asksByMark = /[?？]\s*[\p{P}\p{S}\s]*$/u
const asksByParticle = /(吗|嘛|呢|(?<!什|这|那|多)么)[\p{P}\p{S}\s]*$/u
const asksByWord =
  /什么时候|什么|怎么(?!这么|那么|样都)|怎样|多少|多久|多大|多长|多重|多高|哪|几[天件个码块元斤克款支瓶盒米号点岁折人位年月]|为啥|为什么|啥时候|是啥|谁|如何|是否|咋/
const asksBothWays = /(.)不\1|有没有|有木有|能否|可否|可不可以|适不适合|包不包邮/
const asksInEnglish =
  /^(?:(?:hi|hello|hey|ok|so|and|but|please|sorry|host|dear)[\s,!.]+)*(?:how|what|whats|when|where|which|why|who|whose|is|are|am|was|were|can|could|does|do|did|will|would|should|shall|may|has|have|any(?:one|body)?|wanna know|i want to know|tell me)\b/i
const exclaims = /不管多少|无论多少|怎么这么|怎么那么|什么都|哪都|哪里都|谁都|多少都|什么的[\p{P}\p{S}\s]*$/u

export function asksSomething(text: string): boolean {
  const said = text.normalize('NFKC').trim()
  if (asksByMark.test(said)) return true
  if (exclaims.test(said)) return false
  return asksByParticle.test(said) || asksByWord.test(said) || asksBothWays.test(said) || asksInEnglish.test(said)
}
