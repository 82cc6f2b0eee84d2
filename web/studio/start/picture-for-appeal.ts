/** Makes a picture small enough to be brought, on the creator's own device, and nobody's megabytes cross the line. */
const sidePx = 1_400
/** Base64 of what the server takes. */
const base64Max = 230_000
const qualities = [0.82, 0.65, 0.45, 0.3]

export async function pictureForAppeal(file: File): Promise<string> {
  const picture = await createImageBitmap(file)
  for (let scale = Math.min(1, sidePx / Math.max(picture.width, picture.height)); scale > 0.05; scale *= 0.7) {
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(picture.width * scale))
    canvas.height = Math.max(1, Math.round(picture.height * scale))
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    for (const quality of qualities) {
      const base64 = canvas.toDataURL('image/jpeg', quality).split(',')[1] ?? ''
      if (base64.length <= base64Max) return base64
    }
  }
  throw new Error('a picture can always be made small')
}
