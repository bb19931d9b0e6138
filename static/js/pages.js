// A list of the API that is shown page by page, as far as somebody wants to see it.

/**
 * @template Row
 */
export class Pages {
  /** What was fetched, in order. @type {Row[]} */
  rows = [];
  /** @type {string|null} */
  #cursor = null;
  /** Whether the first page came: after that no cursor means the end. */
  #begun = false;
  #fetch;
  /** One question at a time: the next page comes after what is there. @type {Promise<void>} */
  #last = Promise.resolve();

  /** @param {(cursor: string|null) => Promise<{data: Row[], next_cursor: string|null}>} fetch */
  constructor(fetch) {
    this.#fetch = fetch;
  }

  /** Whether the server has further rows. */
  get more() {
    return this.#cursor !== null;
  }

  /** Fetches the page after those that are there, if there is one. @returns {Promise<void>} */
  next() {
    return this.#turn(async () => {
      if (this.more || !this.#begun) await this.#upTo(this.rows.length + 1, this.rows, this.#cursor);
    });
  }

  /** Fetches anew what was there, where one of the rows has changed or is gone. @returns {Promise<void>} */
  again() {
    return this.#turn(() => this.#upTo(this.rows.length, [], null));
  }

  /** @param {() => Promise<void>} task */
  #turn(task) {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Nothing changes where a page of it does not come. @param {number} wanted @param {Row[]} rows @param {string|null} cursor */
  async #upTo(wanted, rows, cursor) {
    do {
      const { data, next_cursor } = await this.#fetch(cursor);
      rows = [...rows, ...data];
      cursor = next_cursor ?? null;
    } while (cursor !== null && rows.length < wanted);
    this.rows = rows;
    this.#cursor = cursor;
    this.#begun = true;
  }
}
