/** Clips lie beside the recording that they were cut from, and go with it. */
export const clipFileName = (clipId: string) => `clip-${clipId}.mp4`
export const clipPosterName = (clipId: string) => `clip-${clipId}.jpg`
