// Reads codes through the camera, with the BarcodeDetector of those browsers that have one (Shape Detection API).

/** Between two looks at the picture; more often would only warm the phone. */
const LOOK_MS = 180;
/** The same code again within this time is the same label, still in view. */
const SAME_MS = 1_500;

/** @typedef {{detect: (source: HTMLVideoElement) => Promise<{rawValue: string}[]>}} Reader */

/** @type {(new () => Reader)|undefined} */
const BarcodeDetector = /** @type {any} */ (globalThis).BarcodeDetector;

/** Whether this browser can read codes by itself. */
export const canRead = () => BarcodeDetector !== undefined && navigator.mediaDevices !== undefined;

export class Camera {
  #found;
  /** @type {MediaStream|null} */
  #stream = null;
  #timer = 0;
  /** Counts the starts and stops: a camera that comes after the next one is given back. */
  #turn = 0;
  #wanted = false;
  /** @type {Map<string, number>} */
  #seen = new Map();

  /** @param {(code: string) => void} found */
  constructor(found) {
    this.#found = found;
  }

  /** It is on, or about to be. */
  get runs() {
    return this.#wanted;
  }

  /** @param {HTMLVideoElement} video @returns {Promise<string>} why not, or nothing */
  async start(video) {
    if (!BarcodeDetector) return "This browser cannot read codes through the camera.";
    const turn = ++this.#turn;
    this.#wanted = true;
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
    if (turn !== this.#turn) return release(stream), "";
    this.#stream = stream;
    if (!stream) {
      this.#wanted = false;
      return "There is no camera, or it may not be used here.";
    }
    video.srcObject = stream;
    await video.play();
    if (turn !== this.#turn) return "";
    const reader = new BarcodeDetector();
    this.#timer = window.setInterval(() => void this.#look(reader, video), LOOK_MS);
    return "";
  }

  stop() {
    this.#turn += 1;
    this.#wanted = false;
    clearInterval(this.#timer);
    release(this.#stream);
    this.#stream = null;
  }

  /** @param {Reader} reader @param {HTMLVideoElement} video */
  async #look(reader, video) {
    const now = Date.now();
    for (const { rawValue } of await reader.detect(video).catch(() => [])) {
      const last = this.#seen.get(rawValue) ?? 0;
      this.#seen.set(rawValue, now);
      if (now - last > SAME_MS) this.#found(rawValue);
    }
  }
}

/** @param {MediaStream|null} stream */
function release(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
