/** Of a terminal, as it is now: whether it takes what is typed into another one. */
export type BroadcastReceiver = (pane: number) => boolean;

/** Fewer are not several. */
const LEAST = 2;
const ESCAPE = '\u001b';

/**
 * Which terminals get what is typed into one of them. Nothing of it is kept: it ends with the window, and by itself when fewer than two of them are
 * left or the person goes to a tab in which none of them stands. Whoever has forgotten it would type into machines out of sight.
 */
export class BroadcastInput {
  #panes: readonly number[] = [];

  /** None while it is off. */
  get panes(): readonly number[] {
    return this.#panes;
  }

  /** From now on these. Fewer than two end it. */
  set(panes: readonly number[]): void {
    const given = [...new Set(panes)];
    this.#panes = given.length < LEAST ? [] : given;
  }

  /** Who gets what is typed into this one, besides itself. What is typed into one that is none of them goes nowhere else. */
  receivers(from: number, takes: BroadcastReceiver): readonly number[] {
    return this.#panes.includes(from) ? this.#panes.filter((pane) => pane !== from && takes(pane)) : [];
  }

  /**
   * After something was closed, or another tab came to the front.
   * @param inFront all panes of the tab in front
   * @returns whether it has ended with that
   */
  settle(isOpen: (pane: number) => boolean, inFront: readonly number[]): boolean {
    const before = this.#panes.length;
    const left = this.#panes.filter(isOpen);
    this.set(inFront.some((pane) => left.includes(pane)) ? left : []);
    return before > 0 && this.#panes.length === 0;
  }
}

/** What an arrow key, Home or End says depends on a mode of the terminal: `ESC [ A`, or `ESC O A` where the program has asked for it. */
const CURSOR_KEY = /^[[O]([ABCDHF])$/;

/** What was typed into another terminal, in the words of this one. */
export function encodeForMode(typed: string, applicationCursorKeys: boolean): string {
  const key = typed.startsWith(ESCAPE) ? CURSOR_KEY.exec(typed.slice(ESCAPE.length))?.[1] : undefined;
  return key === undefined ? typed : `${ESCAPE}${applicationCursorKeys ? 'O' : '['}${key}`;
}

/** All that a terminal answers to its program begins with these; what somebody types without a key of its own does not have them. */
const BEGINS_ANSWERS = /[\u0080-\u009f]/;

/**
 * Tells what a person has typed from what the terminal itself says to its program: reports of the mouse, and answers to questions, which a
 * program could ask in order to type into other machines. xterm tells of a key right before its data; what comes without one (a composition, a pen, a
 * keyboard on the screen) is text.
 */
export class TypedOnly {
  #key: string | undefined;

  key(key: string): void {
    this.#key = key;
  }

  /** Each piece of data, once, in order. */
  isTyped(data: string): boolean {
    const key = this.#key;
    this.#key = undefined;
    return data === key || !(data.includes(ESCAPE) || BEGINS_ANSWERS.test(data));
  }
}
