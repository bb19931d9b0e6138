// A USB scanner types like a keyboard, only faster than any hand: six characters or more, each within
// 35 ms of the one before, and then Enter. Pure.

/** Codes are at least this long: EAN-8 has eight digits, the shortest SKUs that people print have six. */
const LEAST = 6;
/** Between two characters; fast typists need 60 ms and more. */
const GAP_MS = 35;

/** Listens to keys and says when a whole code has come. */
export class Wedge {
  #code = "";
  #last = -Infinity;

  /** Whether the key just taken began a run of its own, which may become a code. */
  get begins() {
    return this.#code.length === 1;
  }

  /**
   * @param {string} key as in KeyboardEvent.key
   * @param {number} at ms
   * @returns {string|null} the code, with the Enter that ends it
   */
  take(key, at) {
    const quick = at - this.#last < GAP_MS;
    const code = quick ? this.#code : "";
    if (key === "Shift") return null;
    this.#last = at;
    this.#code = key.length === 1 ? code + key : "";
    return key === "Enter" && code.length >= LEAST ? code : null;
  }
}
