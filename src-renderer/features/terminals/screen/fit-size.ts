import type { Terminal } from '@xterm/xterm';

/** Width of xterm's scroll bar, CSS pixels. */
const SCROLL_BAR = 14;

/**
 * Returns how many columns and rows fit into an area. xterm's own add-on asks the renderer in place, but the two renderers draw cells of different
 * widths: WebGL rounds them down to whole pixels of the screen (https://github.com/xtermjs/xterm.js/blob/6.0.0/addons/addon-webgl/src/WebglRenderer.ts#L558).
 * So a terminal would change its size whenever it comes into sight.
 * @param isWebgl WebGL draws the terminal when it is in sight
 * @returns undefined while xterm has no measured character
 */
export function fitSize(
  terminal: Terminal,
  area: Readonly<{ width: number; height: number }>,
  isWebgl: boolean,
): Readonly<{ cols: number; rows: number }> | undefined {
  const character = characterOf(terminal);
  if (character === undefined) return undefined;
  const ratio = window.devicePixelRatio;
  const width = isWebgl ? Math.floor(character.width * ratio) / ratio : character.width;
  const height = Math.floor(Math.ceil(character.height * ratio) * (terminal.options.lineHeight ?? 1)) / ratio;
  if (width === 0 || height === 0) return undefined;
  return {
    cols: Math.floor((area.width - (terminal.options.scrollback === 0 ? 0 : SCROLL_BAR)) / width),
    rows: Math.floor(area.height / height),
  };
}

/** Reads the size of a character that xterm has measured, CSS pixels. No public method tells it. */
function characterOf(terminal: Terminal): Readonly<{ width: number; height: number }> | undefined {
  const core: unknown = Reflect.get(terminal, '_core');
  if (typeof core !== 'object' || core === null) return undefined;
  const measured: unknown = Reflect.get(core, '_charSizeService');
  if (typeof measured !== 'object' || measured === null) return undefined;
  const width: unknown = Reflect.get(measured, 'width');
  const height: unknown = Reflect.get(measured, 'height');
  return typeof width === 'number' && typeof height === 'number' && width > 0 && height > 0
    ? { width, height }
    : undefined;
}

/**
 * Calls back when the window's pixels have another size, as on another screen: cells are another width there.
 * @returns a function that stops this
 */
export function followPixelRatio(changed: () => void): () => void {
  const stop = new AbortController();
  const listen = (): void => {
    matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener(
      'change',
      () => {
        listen();
        changed();
      },
      { once: true, signal: stop.signal },
    );
  };
  listen();
  return () => stop.abort();
}
