/** Reports whether a pane accepts broadcast input now. */
export type BroadcastReceiver = (pane: number) => boolean;

/** Least number of panes in a broadcast. */
const MIN_PANES = 2;
const ESCAPE = '\u001b';

/**
 * Panes that receive each other's input, in memory only; `OpenPanes` sends the input. The broadcast ends with the window, when fewer than two panes
 * are left, and when the person opens a tab without any of them: otherwise the person would type into machines out of sight.
 */
export class BroadcastInput {
  #panes: readonly number[] = [];

  /** Panes of the broadcast; empty while it is off. */
  get panes(): readonly number[] {
    return this.#panes;
  }

  /** Replaces the panes; fewer than two end the broadcast. */
  set(panes: readonly number[]): void {
    const given = [...new Set(panes)];
    this.#panes = given.length < MIN_PANES ? [] : given;
  }

  /**
   * Returns the other panes that receive input typed into `from`; none if `from` isn't part of the broadcast.
   * @param takes reports whether a pane accepts input now
   */
  receivers(from: number, takes: BroadcastReceiver): readonly number[] {
    return this.#panes.includes(from) ? this.#panes.filter((pane) => pane !== from && takes(pane)) : [];
  }

  /**
   * Updates the broadcast after a pane was closed or another tab came to the front.
   * @param inFront all panes of the tab in front
   * @returns true if this ended the broadcast
   */
  settle(isOpen: (pane: number) => boolean, inFront: readonly number[]): boolean {
    const before = this.#panes.length;
    const left = this.#panes.filter(isOpen);
    this.set(inFront.some((pane) => left.includes(pane)) ? left : []);
    return before > 0 && this.#panes.length === 0;
  }
}

/** Cursor key without its escape. A program's mode decides between `ESC [ A` and `ESC O A`. */
const CURSOR_KEY = /^[[O]([ABCDHF])$/;

/** Encodes typed input for the receiving terminal, whose mode for cursor keys may differ. Pure. */
export function encodeForMode(typed: string, applicationCursorKeys: boolean): string {
  const key = typed.startsWith(ESCAPE) ? CURSOR_KEY.exec(typed.slice(ESCAPE.length))?.[1] : undefined;
  return key === undefined ? typed : `${ESCAPE}${applicationCursorKeys ? 'O' : '['}${key}`;
}

/** First characters of 8-bit control sequences. A terminal's replies may use them; typed text never does. */
const BEGINS_ANSWERS = /[\u0080-\u009f]/;

/**
 * Tells typed input from data that the terminal itself sends, such as mouse reports and replies; each terminal's screen has one. A program could
 * request those in order to type into other machines. xterm reports a key right before its data; other data counts as typed if it has no control
 * sequence, such as text from an input method.
 */
export class TypedInputFilter {
  #key: string | undefined;

  /** Notes the data of a pressed key. */
  key(key: string): void {
    this.#key = key;
  }

  /** Reports whether data was typed; call it once for each piece of data, in order. */
  isTyped(data: string): boolean {
    const key = this.#key;
    this.#key = undefined;
    return data === key || !(data.includes(ESCAPE) || BEGINS_ANSWERS.test(data));
  }
}
