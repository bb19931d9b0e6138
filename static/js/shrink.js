// Makes a large photo smaller before it travels, but never smaller than what bars need to be read.

/** Pixels of the long side that readers make use of; what is larger only takes longer to send. */
const LONG_SIDE = 4_000;
/** Less would blur the bars of small codes. */
const QUALITY = 0.92;

/**
 * The size a photo is sent in.
 * @param {number} width
 * @param {number} height
 */
export function target(width, height) {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** The photo, upright and at most 4,000 pixels long; what the browser can not read goes as it is. @param {File} file @returns {Promise<Blob>} */
export async function shrunk(file) {
  const image = await createImageBitmap(file).catch(() => null);
  if (!image) return file;
  const { width, height } = target(image.width, image.height);
  if (width === image.width) return file;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  if (!pen) return file;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, width, height);
  image.close();
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", QUALITY));
}
