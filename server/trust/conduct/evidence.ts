/** Pictures that a creator brings for an appeal. They lie in the storage, under the creator and a name that he made. */

/** Who brings more than this does not argue but fills disks. */
export const evidencePerPersonMax = 200

export function evidenceKeyOf(creatorId: string, fileId: string): string {
  return `evidence/${creatorId}/${fileId}`
}

export type PictureType = 'png' | 'jpg' | 'webp'

/** Known by their first bytes, whatever the sender says. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | null {
  const starts = (at: number, with_: readonly number[]) => with_.every((byte, index) => bytes[at + index] === byte)
  if (starts(0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png'
  if (starts(0, [0xff, 0xd8, 0xff])) return 'jpg'
  if (starts(0, [0x52, 0x49, 0x46, 0x46]) && starts(8, [0x57, 0x45, 0x42, 0x50])) return 'webp'
  return null
}

export function isPicture(bytes: Uint8Array): boolean {
  return pictureTypeOf(bytes) !== null
}
