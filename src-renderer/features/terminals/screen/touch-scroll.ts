import type { Terminal } from '@xterm/xterm';

/**
 * Scrolls a terminal with a finger, which xterm 6.0.0 doesn't (https://github.com/xtermjs/xterm.js/issues/5489). A program that handles the mouse or
 * fills the screen gets turns of a wheel instead, as from a mouse.
 * @param element element that holds the terminal
 */
export function scrollByTouch(terminal: Terminal, element: HTMLElement): void {
  let last: number | undefined;
  /** Distance that is less than a line, CSS pixels. */
  let rest = 0;
  const start = (event: TouchEvent): void => {
    last = event.touches.length === 1 ? event.touches[0]?.clientY : undefined;
    rest = 0;
  };
  const move = (event: TouchEvent): void => {
    const touch = event.touches[0];
    if (last === undefined || touch === undefined || event.touches.length !== 1) return;
    const height = element.clientHeight / terminal.rows;
    rest += last - touch.clientY;
    last = touch.clientY;
    const lines = Math.trunc(rest / height);
    if (lines === 0) return;
    rest -= lines * height;
    const isPlain = terminal.buffer.active.type === 'normal' && terminal.modes.mouseTrackingMode === 'none';
    if (isPlain) terminal.scrollLines(lines);
    else turnWheel(element, touch, lines);
  };
  element.addEventListener('touchstart', start, { passive: true });
  element.addEventListener('touchmove', move, { passive: true });
}

function turnWheel(element: HTMLElement, { clientX, clientY }: Touch, lines: number): void {
  const screen = element.querySelector('.xterm-screen') ?? element;
  for (let line = 0; line < Math.abs(lines); line += 1) {
    const turn = { deltaY: Math.sign(lines), deltaMode: WheelEvent.DOM_DELTA_LINE, clientX, clientY };
    screen.dispatchEvent(new WheelEvent('wheel', { ...turn, bubbles: true, cancelable: true }));
  }
}
