import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/xterm';
import type { TerminalSettings } from '#shared/app-api/index.ts';
import { repairBuffers } from '#shared/terminal/index.ts';
import { followScheme, LEAST_CONTRAST } from '../../terminal-appearance/index.ts';
import { followSizes } from './follow-sizes.ts';
import { createStyleDocument, withSheets } from './style-document.ts';
import { readFont, readTheme, themeNow } from './theme.ts';

/** Smallest font to which the screen shrinks, CSS pixels. */
const SMALLEST_FONT = 4;
/** Columns that stay in sight on both sides of the cursor, if not all are. */
const AROUND_CURSOR = 4;
/** Reports of the focus, which only the terminal of the program's own person sends. */
const FOCUS_IN = '\u001b[I';
const FOCUS_OUT = '\u001b[O';
/** Most columns and most rows; a larger size is ignored. */
const LARGEST = 1000;

/**
 * Read-only screen for watched terminals and recordings: xterm in an element of its own, which the view or player puts into the page. Has the columns
 * and rows of the original; its font shrinks until they fit the element. If they don't fit in the smallest font, the element scrolls and follows the
 * cursor, unless the person has scrolled away from it. Typed keys have no effect, and output can't open a link or reach the clipboard. Follows the
 * window's scheme and the element's size.
 */
export class ViewScreen {
  /** Element that holds xterm. */
  readonly element: HTMLDivElement;
  readonly #terminal: Terminal;
  readonly #label: string;
  readonly #settings: TerminalSettings;
  readonly #observer: ResizeObserver;
  readonly #stopTheme: () => void;
  readonly #onResize: (cols: number, rows: number) => void;
  #fonts: Readonly<{ smallest: number; largest: number }>;
  #isOpen = false;
  /** The columns and rows have changed since the font was fitted to the drawn screen. */
  #isUnfitted = true;
  /** The element scrolls with the cursor. */
  #isFollowing = true;
  #wantsFocus = false;

  /**
   * @param label label for screen readers
   * @param onResize receives the new columns and rows
   * @param onInput receives what a person types, without answers to questions of the program; undefined: typed keys have no effect
   * @param fonts fonts to which the screen shrinks and grows, CSS pixels
   */
  constructor(
    label: string,
    settings: TerminalSettings,
    onResize: (cols: number, rows: number) => void,
    onInput?: (text: string) => void,
    fonts: Readonly<{ smallest?: number; largest?: number }> = {},
  ) {
    this.#fonts = { smallest: fonts.smallest ?? SMALLEST_FONT, largest: fonts.largest ?? settings.fontSize };
    this.#label = label;
    this.#settings = settings;
    this.#onResize = onResize;
    this.element = document.createElement('div');
    this.#terminal = new Terminal({
      allowProposedApi: true,
      documentOverride: createStyleDocument(),
      minimumContrastRatio: LEAST_CONTRAST,
      logLevel: 'off',
      disableStdin: onInput === undefined,
      cursorBlink: false,
      scrollback: 1000,
      fontSize: settings.fontSize,
      fontFamily: readFont(settings.fontFamily),
      theme: readTheme(themeNow(settings)),
      screenReaderMode: settings.screenReader,
      linkHandler: { activate: () => undefined },
    });
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = '11';
    followSizes(this.#terminal, (cols, rows) => this.resize(cols, rows));
    this.#terminal.parser.registerOscHandler(52, () => true);
    if (onInput !== undefined) this.#takeInput(onInput);
    // Who can't type leaves by the Tab key, as everywhere.
    else this.#terminal.attachCustomKeyEventHandler(({ key }) => key !== 'Tab');
    this.#terminal.onResize(() => repairBuffers(this.#terminal));
    this.#terminal.onRender(() => this.#follow());
    this.#observer = new ResizeObserver((entries) => {
      // xterm draws other columns and rows later, when it is in sight.
      const isDrawn = entries.some(({ target }) => target !== this.element);
      if (!isDrawn || this.#isUnfitted) this.#fit();
      if (isDrawn) this.#isUnfitted = false;
      this.#follow();
    });
    this.#observer.observe(this.element);
    const stopFollowing = (): void => {
      this.#isFollowing = false;
    };
    for (const type of ['touchmove', 'wheel']) this.element.addEventListener(type, stopFollowing, { passive: true });
    this.#stopTheme = followScheme(() => {
      this.#terminal.options.theme = readTheme(themeNow(settings));
    });
  }

  /** Reports whether the program wants cursor keys in application mode. */
  get applicationCursorKeys(): boolean {
    return this.#terminal.modes.applicationCursorKeysMode;
  }

  /** Puts the focus on the terminal, once it is open; that opens the keyboard of a phone. */
  focus(): void {
    if (this.#isOpen) this.#terminal.focus();
    else this.#wantsFocus = true;
  }

  /** Sets the font to which the screen shrinks, CSS pixels. */
  shrinkTo(smallest: number = SMALLEST_FONT): void {
    this.#fonts = { ...this.#fonts, smallest };
    this.#isFollowing = true;
    this.#fit();
  }

  /** Takes output; calls `done` when xterm has processed it. */
  write(output: Uint8Array | string, done?: () => void): void {
    this.#terminal.write(output, done);
  }

  /** Empties the screen and sets its size. */
  reset(cols: number, rows: number): void {
    this.#terminal.reset();
    this.resize(cols, rows);
  }

  /** Changes columns and rows, each 1 to 1000. */
  resize(cols: number, rows: number): void {
    if (!(cols >= 1 && cols <= LARGEST && rows >= 1 && rows <= LARGEST)) return;
    if (cols !== this.#terminal.cols || rows !== this.#terminal.rows) this.#terminal.resize(Math.max(cols, 2), rows);
    this.#isUnfitted = true;
    this.#onResize(cols, rows);
    this.#fit();
  }

  /** Closes the terminal and removes the element from the page. */
  dispose(): void {
    this.#observer.disconnect();
    this.#stopTheme();
    this.#terminal.dispose();
    this.element.remove();
  }

  /** Passes typed text on. The terminal of the program's own person answers its questions, so this one stays silent. */
  #takeInput(onInput: (text: string) => void): void {
    const { parser } = this.#terminal;
    const silent = (): boolean => true;
    for (const prefix of ['', '>', '=']) parser.registerCsiHandler({ prefix, final: 'c' }, silent);
    for (const prefix of ['', '?']) {
      parser.registerCsiHandler({ prefix, final: 'n' }, silent);
      parser.registerCsiHandler({ prefix, intermediates: '$', final: 'p' }, silent);
    }
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, silent);
    for (const code of [4, 10, 11, 12]) parser.registerOscHandler(code, (data) => data.includes('?'));
    this.#terminal.onData((text) => {
      if (text === FOCUS_IN || text === FOCUS_OUT) return;
      this.#isFollowing = true;
      onInput(text);
    });
  }

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || height === 0) return;
    if (!this.#isOpen) {
      this.#isOpen = true;
      withSheets(() => this.#terminal.open(this.element));
      const drawn = this.element.querySelector('.xterm-screen');
      if (drawn !== null) this.#observer.observe(drawn);
      this.#terminal.textarea?.setAttribute('aria-label', this.#label);
      if (this.#wantsFocus) this.#terminal.focus();
    }
    const screen = this.element.querySelector<HTMLElement>('.xterm-screen');
    const size = this.#terminal.options.fontSize ?? this.#settings.fontSize;
    if (screen === null || screen.clientWidth === 0 || screen.clientHeight === 0) return;
    const { smallest, largest } = this.#fonts;
    const scale = Math.min(width / screen.clientWidth, height / screen.clientHeight);
    const wanted = Math.max(smallest, Math.min(largest, Math.floor(size * scale * 2) / 2));
    if (wanted === size) return;
    this.#terminal.options.fontSize = wanted;
    // Cells are whole pixels, so that a larger font takes more than its share.
    for (let font = wanted - 0.5; font >= smallest && isBeyond(screen, this.element); font -= 0.5)
      this.#terminal.options.fontSize = font;
  }

  /** Scrolls the element to the cursor, unless the person has scrolled away from it. */
  #follow(): void {
    const screen = this.element.querySelector<HTMLElement>('.xterm-screen');
    if (screen === null || !isBeyond(screen, this.element)) {
      this.#isFollowing = true;
      return;
    }
    const { cols, rows } = this.#terminal;
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    const { element } = this;
    const width = screen.clientWidth / cols;
    const height = screen.clientHeight / rows;
    const left = scrolled(element.scrollLeft, element.clientWidth, cursorX * width, width, width * AROUND_CURSOR);
    const top = scrolled(element.scrollTop, element.clientHeight, cursorY * height, height, 0);
    const isInSight = left === element.scrollLeft && top === element.scrollTop;
    if (isInSight) this.#isFollowing = true;
    else if (this.#isFollowing) element.scrollTo({ left, top });
  }
}

function isBeyond(screen: HTMLElement, element: HTMLElement): boolean {
  return screen.clientWidth > element.clientWidth || screen.clientHeight > element.clientHeight;
}

/** Returns how far to scroll so that a part is in sight, with a margin: no further than necessary, and back to the start if the part is in sight there. Pure. */
function scrolled(now: number, room: number, start: number, size: number, margin: number): number {
  const end = start + size + margin;
  if (end <= room) return 0;
  if (start - margin < now) return Math.max(0, start - margin);
  return end > now + room ? end - room : now;
}
