import type { IMarker, Terminal } from '@xterm/xterm';
import { lastRow } from './new-output.ts';

type Watched = Pick<Terminal, 'buffer' | 'rows' | 'registerMarker' | 'onRender'>;

/** Position in the scrollback: at its end, above it, or above it with new output below. */
export type ScrollPosition = 'end' | 'above' | 'above-news';

/** Follows whether a terminal is scrolled up, and whether it has had new output since. Learns the position when the terminal is drawn. */
export class ScrollEnd {
  readonly #terminal: Watched;
  readonly #listeners = new Set<() => void>();
  #position: ScrollPosition = 'end';
  /** Last line with text when the person scrolled up. It moves along when the scrollback drops its first lines. */
  #last: IMarker | undefined;

  constructor(terminal: Watched) {
    this.#terminal = terminal;
    terminal.onRender(() => this.#drawn());
  }

  /** Compares the lines with those that were there when the person scrolled up, after the terminal has processed output. */
  written(): void {
    if (this.#position !== 'above' || this.#last === undefined) return;
    const last = this.#terminal.buffer.normal.baseY + lastRow(this.#terminal);
    if (this.#last.isDisposed || last > this.#last.line) this.#set('above-news');
  }

  /** Returns the position; the same function for each render. */
  readonly position = (): ScrollPosition => this.#position;

  /** Calls the listener when the position changes. @returns a function that stops this */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #drawn(): void {
    const { viewportY, baseY, cursorY } = this.#terminal.buffer.active;
    if (viewportY >= baseY) {
      this.#last?.dispose();
      this.#set('end');
    } else if (this.#position === 'end') {
      this.#last = this.#terminal.registerMarker(lastRow(this.#terminal) - cursorY);
      this.#set('above');
    }
  }

  #set(position: ScrollPosition): void {
    if (position === this.#position) return;
    this.#position = position;
    for (const listener of this.#listeners) listener();
  }
}
