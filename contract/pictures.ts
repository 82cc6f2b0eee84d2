/** What a picture may be that is brought for a product: its bytes, each side, and all of its pixels together. */
export const pictureBytesMax = 8_000_000
export const pictureEdgeMin = 200
export const pictureEdgeMax = 12_000
export const picturePixelsMax = 50_000_000
export const picturesPerProductMax = 9
