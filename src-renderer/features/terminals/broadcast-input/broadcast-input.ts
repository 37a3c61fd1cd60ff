/** Reports whether a terminal accepts broadcast input now. */
export type BroadcastReceiver = (pane: number) => boolean;

/** Fewer terminals end the broadcast. */
const LEAST = 2;
const ESCAPE = '\u001b';

/**
 * Set of panes that receive each other's input. Nothing is stored: the broadcast ends with the window, when fewer than two panes are left, and when
 * the person goes to a tab without any of them, because they could forget it and type into machines out of sight.
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
    this.#panes = given.length < LEAST ? [] : given;
  }

  /** Returns the other panes that receive input typed into `from`; none if `from` isn't part of the broadcast. */
  receivers(from: number, takes: BroadcastReceiver): readonly number[] {
    return this.#panes.includes(from) ? this.#panes.filter((pane) => pane !== from && takes(pane)) : [];
  }

  /**
   * Updates the broadcast after a pane was closed or another tab came to the front.
   * @param inFront all panes of the tab in front
   * @returns whether this ended the broadcast
   */
  settle(isOpen: (pane: number) => boolean, inFront: readonly number[]): boolean {
    const before = this.#panes.length;
    const left = this.#panes.filter(isOpen);
    this.set(inFront.some((pane) => left.includes(pane)) ? left : []);
    return before > 0 && this.#panes.length === 0;
  }
}

/** Cursor key without its escape; a program's mode decides between `ESC [ A` and `ESC O A`. */
const CURSOR_KEY = /^[[O]([ABCDHF])$/;

/** Encodes typed input for the cursor key mode of the receiving terminal. */
export function encodeForMode(typed: string, applicationCursorKeys: boolean): string {
  const key = typed.startsWith(ESCAPE) ? CURSOR_KEY.exec(typed.slice(ESCAPE.length))?.[1] : undefined;
  return key === undefined ? typed : `${ESCAPE}${applicationCursorKeys ? 'O' : '['}${key}`;
}

/** First character of 8-bit control sequences, which a terminal's replies may use; typed text has none. */
const BEGINS_ANSWERS = /[\u0080-\u009f]/;

/**
 * Distinguishes typed input from what the terminal itself sends: mouse reports and replies, which a program could request in order to type into other
 * machines. xterm reports a key right before its data; data without a key (composition, pen, on-screen keyboard) is text.
 */
export class TypedInputFilter {
  #key: string | undefined;

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
