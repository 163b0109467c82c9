const START = 8; // pixels that a finger moves before it scrolls
const FRICTION = 0.94; // of the speed, each frame
const SLOW = 0.05; // pixels a millisecond

// Lets a finger scroll: through the lines that have gone by, or as a wheel within a program that wants to know.
export function scrollByTouch(place, term) {
  let last = null;
  let scrolling = false;
  let speed = 0;
  let frame = 0;
  let rest = 0; // pixels that do not make a line yet

  function scroll(target, { clientX, clientY }, pixels) {
    if (term.modes.mouseTrackingMode !== "none" || term.buffer.active.type === "alternate") {
      const init = { deltaY: pixels, clientX, clientY, bubbles: true, cancelable: true };
      target.dispatchEvent(new WheelEvent("wheel", init));
      return;
    }
    const height = place.querySelector(".xterm-screen").clientHeight / term.rows;
    const lines = Math.trunc((rest + pixels) / height);
    rest += pixels - lines * height;
    term.scrollLines(lines);
  }

  place.addEventListener("touchstart", (event) => {
    cancelAnimationFrame(frame);
    last = event.touches.length === 1 ? { y: event.touches[0].clientY, time: event.timeStamp } : null;
    scrolling = false;
    speed = rest = 0;
  }, { passive: true });

  place.addEventListener("touchmove", (event) => {
    if (last === null || event.touches.length !== 1) return;
    const touch = event.touches[0];
    const moved = last.y - touch.clientY;
    if (!scrolling && Math.abs(moved) < START) return;
    scrolling = true;
    event.preventDefault();
    scroll(event.target, touch, moved);
    speed = moved / Math.max(1, event.timeStamp - last.time);
    last = { y: touch.clientY, time: event.timeStamp };
  }, { passive: false });

  place.addEventListener("touchend", (event) => {
    if (!scrolling || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const touch = event.changedTouches[0];
    const { target } = event;
    let before = event.timeStamp;
    const coast = (now) => {
      scroll(target, touch, speed * (now - before));
      before = now;
      speed *= FRICTION;
      if (Math.abs(speed) > SLOW) frame = requestAnimationFrame(coast);
    };
    frame = requestAnimationFrame(coast);
  }, { passive: true });
}
