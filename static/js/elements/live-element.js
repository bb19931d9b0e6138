// The base of the elements: set-up on attaching, all of it undone on detaching.

/** An element whose listeners live exactly as long as it is in the page. */
export class BoundElement extends HTMLElement {
  #bound = new AbortController();

  connectedCallback() {
    this.#bound = new AbortController();
    this.attach(this.#bound.signal);
  }

  disconnectedCallback() {
    this.#bound.abort();
  }

  /** @param {AbortSignal} signal ends with the element's stay in the page */
  attach(signal) {
    void signal;
  }

  /**
   * Listens on itself for a click on `[data-act=name]`.
   * @param {Record<string, (target: HTMLElement) => void>} acts
   * @param {AbortSignal} signal
   */
  onAct(acts, signal) {
    this.addEventListener("click", (event) => {
      const target = /** @type {HTMLElement} */ (event.target).closest("[data-act]");
      if (target instanceof HTMLElement) acts[target.dataset.act ?? ""]?.(target);
    }, { signal });
  }
}
