import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/xterm';
import type { TerminalSettings } from '#shared/app-api/index.ts';
import { repairBuffers } from '#shared/terminal/index.ts';
import { followScheme, LEAST_CONTRAST } from '../../terminal-appearance/index.ts';
import { createStyleDocument, withSheets } from './style-document.ts';
import { readFont, readTheme, themeNow } from './theme.ts';

/** Smallest font to which the screen shrinks, CSS pixels. */
const SMALLEST_FONT = 4;
/** Most columns and most rows; a larger size is ignored. */
const LARGEST = 1000;

/**
 * Read-only screen for watched terminals and recordings: xterm in an element of its own, which the view or player puts into the page. Has the columns
 * and rows of the original; its font shrinks until they fit the element. Typed keys have no effect, and output can't open a link or reach the
 * clipboard. Follows the window's scheme and the element's size.
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
  #isOpen = false;

  /**
   * @param label label for screen readers
   * @param onResize receives the new columns and rows
   */
  constructor(label: string, settings: TerminalSettings, onResize: (cols: number, rows: number) => void) {
    this.#label = label;
    this.#settings = settings;
    this.#onResize = onResize;
    this.element = document.createElement('div');
    this.#terminal = new Terminal({
      allowProposedApi: true,
      documentOverride: createStyleDocument(),
      minimumContrastRatio: LEAST_CONTRAST,
      logLevel: 'off',
      disableStdin: true,
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
    // The size is part of the output (XTWINOPS 8); other window operations are ignored.
    this.#terminal.parser.registerCsiHandler({ final: 't' }, (params) => {
      if (params[0] === 8) this.resize(Number(params[2] ?? 0), Number(params[1] ?? 0));
      return true;
    });
    this.#terminal.parser.registerOscHandler(52, () => true);
    this.#terminal.onResize(() => repairBuffers(this.#terminal));
    this.#observer = new ResizeObserver(() => this.#fit());
    this.#observer.observe(this.element);
    this.#stopTheme = followScheme(() => {
      this.#terminal.options.theme = readTheme(themeNow(settings));
    });
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

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || height === 0) return;
    if (!this.#isOpen) {
      this.#isOpen = true;
      withSheets(() => this.#terminal.open(this.element));
      this.#terminal.textarea?.setAttribute('aria-label', this.#label);
    }
    const screen = this.element.querySelector<HTMLElement>('.xterm-screen');
    const size = this.#terminal.options.fontSize ?? this.#settings.fontSize;
    if (screen === null || screen.clientWidth === 0 || screen.clientHeight === 0) return;
    const scale = Math.min(width / screen.clientWidth, height / screen.clientHeight);
    const wanted = Math.max(SMALLEST_FONT, Math.min(this.#settings.fontSize, Math.floor(size * scale * 2) / 2));
    if (wanted !== size) this.#terminal.options.fontSize = wanted;
  }
}
