// Drawing a box on a photo with a mouse, a pen or a finger.

/** @import {Area} from "../scan-views.js" */

/** A box with a shorter side, as a share of the photo, was a click. */
const LEAST = 0.004;

/** @param {number} value */
const within = (value) => Math.min(Math.max(value, 0), 1);

/** @param {Area} place @param {HTMLElement} element */
export function lay({ x, y, w, h }, element) {
  const sides = { left: x, top: y, width: w, height: h };
  for (const [side, share] of Object.entries(sides)) element.style.setProperty(side, `${(share * 100).toFixed(3)}%`);
}

/**
 * Lets a box be drawn while the frame has `data-drawing`.
 * @param {HTMLElement} frame
 * @param {HTMLElement} drawn shows the box as it grows
 * @param {(area: Area|null) => void} done null when it was given up
 * @param {AbortSignal} signal
 */
export function drawOn(frame, drawn, done, signal) {
  /** @type {{x: number, y: number}|null} */
  let from = null;
  const point = (/** @type {PointerEvent} */ event) => {
    const { left, top, width, height } = frame.getBoundingClientRect();
    return { x: within((event.clientX - left) / width), y: within((event.clientY - top) / height) };
  };
  const place = (/** @type {PointerEvent} */ event) => {
    const to = point(event);
    const start = from ?? to;
    return { x: Math.min(start.x, to.x), y: Math.min(start.y, to.y), w: Math.abs(to.x - start.x), h: Math.abs(to.y - start.y) };
  };
  frame.addEventListener("pointerdown", (event) => {
    if (!frame.hasAttribute("data-drawing") || event.button !== 0) return;
    event.preventDefault();
    frame.setPointerCapture(event.pointerId);
    from = point(event);
    lay(place(event), drawn);
    drawn.hidden = false;
  }, { signal });
  frame.addEventListener("pointermove", (event) => from && lay(place(event), drawn), { signal });
  // Escape leaves drawing, whether a box was begun or not.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !frame.hasAttribute("data-drawing")) return;
    from = null;
    drawn.hidden = true;
    done(null);
  }, { signal });
  frame.addEventListener("pointerup", (event) => {
    const box = place(event);
    const real = from !== null && box.w >= LEAST && box.h >= LEAST;
    from = null;
    drawn.hidden = true;
    if (real) done(box);
  }, { signal });
  frame.addEventListener("pointercancel", () => ((from = null), (drawn.hidden = true)), { signal });
}
