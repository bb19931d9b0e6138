// The text of an event stream (html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6), taken apart. Pure.
//
// Only the data of each event is of use here: the frame in it says its own kind and place.

export class Events {
  /** The line that has not ended yet. */
  #rest = "";
  /** @type {string[]} */
  #data = [];

  /**
   * The data of every event that ends in this piece of the stream, however it was cut.
   * @param {string} text
   * @returns {string[]}
   */
  feed(text) {
    // A line break at the very end may be the first half of one: it waits for what follows.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#take(line));
  }

  /** @param {string} line @returns {string[]} */
  #take(line) {
    const data = /^data: ?(.*)$/.exec(line);
    if (data) this.#data.push(data[1]);
    if (line !== "" || !this.#data.length) return [];
    return [this.#data.splice(0).join("\n")];
  }
}
