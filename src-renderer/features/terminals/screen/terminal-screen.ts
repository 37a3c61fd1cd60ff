import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal, type IBufferRange } from '@xterm/xterm';
import type { TerminalSettings } from '#shared/app-api/index.ts';
import { repairBuffers } from '#shared/terminal/index.ts';
import { followScheme, LEAST_CONTRAST } from '../../terminal-appearance/index.ts';
import { drawInSight } from './draw-in-sight.ts';
import { pauseScrollBar, syncScrollBar } from './sync-scroll-bar.ts';
import { emptyScreen, resetScreen, separateScreen } from './empty-screen.ts';
import { findLines, type FoundLine } from './find-lines.ts';
import { fitSize, followPixelRatio } from './fit-size.ts';
import { NewOutput } from './new-output.ts';
import type { ByteSink } from './output-pump.ts';
import { ScrollEnd } from './scroll-end.ts';
import { withoutBrackets } from '../clipboard/paste.ts';
import { isSearch, type Search, type Searchable, type SearchCount, type SearchOptions } from './search.ts';
import { createStyleDocument, withSheets } from './style-document.ts';
import { encodeForMode, TypedInputFilter } from '../broadcast-input/broadcast-input.ts';
import { readFont, readMarks, readTheme, themeNow } from './theme.ts';
import { encodeKey, NONE_HELD, withModifiers, type HeldModifiers, type TouchKey } from './touch-keys.ts';
import { isTouchScreen } from './touch-screen.ts';
import { scrollByTouch } from './touch-scroll.ts';
import { WebglDrawing } from './webgl-drawing.ts';

/** Events of a terminal's screen. */
export type ScreenEvents = Readonly<{
  /**
   * Receives input for the program.
   * @param isTyped the person typed it; otherwise it is a paste or a reply of the terminal itself
   */
  input(text: string, isTyped: boolean): void;
  /** Receives input in which each character is one byte: mouse reports in old encodings. */
  binary(data: string): void;
  /** The number of columns or rows has changed. */
  resized(): void;
  /** Receives the title that the program has set. */
  title(title: string): void;
  /** Receives the URL of the working directory, which a shell reports with `OSC 7`. */
  directory(url: string): void;
  /** Receives a clicked link: the program's address and the shown text. */
  link(target: string, shown: string): void;
  /** Receives the data of `OSC 52`, a program's clipboard request. */
  clipboard(data: string): void;
  /** Receives pasted text before it is sent to the program. */
  paste(text: string): void;
  /** Receives selected text that the settings say to copy. */
  selected(text: string): void;
  /** Reports new output of a terminal out of sight, or a bell of any terminal. */
  news(kind: News): void;
  /** The terminal has come into sight. */
  seen(): void;
  /**
   * Handles a right click that opens no menu.
   * @returns true if the click is handled
   */
  rightClick(selection: string): boolean;
}>;

/** Event that marks a tab in the background. */
export type News = 'output' | 'bell';

/**
 * Texts of a screen: `label` for screen readers, `leftOut`, the line about dropped output, `newShell`, the line above a new shell, and `leave`, the
 * keys that leave the terminal.
 */
export type ScreenTexts = Readonly<{
  label(): string;
  leftOut: string;
  newShell(): string;
  leave(): string | undefined;
}>;

/** Wait for further changes of the size before the terminal is resized, ms. */
const RESIZE_DELAY = 60;
/** Most columns or rows. */
const LARGEST = 1000;
/** Duration of the visible bell, ms. */
const BELL_PERIOD = 400;

/**
 * Screen of a terminal: xterm with its add-ons in an element of its own; `OpenPanes` creates one for each pane. The page moves the element into view;
 * the session writes output to it. Input, links and clipboard requests leave it only as events. Follows the window's scheme and the element's size.
 */
export class TerminalScreen implements ByteSink, Searchable {
  /** Element that holds xterm. */
  readonly element: HTMLDivElement;
  /** Position in the scrollback. */
  readonly end: ScrollEnd;
  readonly #texts: ScreenTexts;
  readonly #terminal: Terminal;
  readonly #search = new SearchAddon();
  readonly #webgl: WebglDrawing;
  readonly #events: ScreenEvents;
  readonly #observer: ResizeObserver;
  readonly #stopTheme: () => void;
  readonly #stopRatio: () => void;
  #settings: TerminalSettings;
  readonly #newOutput: NewOutput;
  readonly #typed = new TypedInputFilter();
  #lastSearch: Search | undefined;
  #isPasting = false;
  #held: HeldModifiers = NONE_HELD;
  #released: () => void = () => undefined;
  #isShown = false;
  /** True until the page says otherwise: most terminals are drawn with WebGL once they are in sight. */
  #mayUseWebgl = true;
  #isOpen = false;
  #moveScrollBar: () => void = () => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #bellTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(texts: ScreenTexts, settings: TerminalSettings, events: ScreenEvents) {
    this.#texts = texts;
    this.#events = events;
    this.#settings = settings;
    this.element = document.createElement('div');
    this.#terminal = new Terminal({
      allowProposedApi: true,
      documentOverride: createStyleDocument(),
      minimumContrastRatio: LEAST_CONTRAST,
      macOptionIsMeta: true,
      logLevel: 'off',
      ...optionsOf(settings),
      theme: readTheme(themeNow(settings)),
      linkHandler: {
        activate: (_event, target, range) => events.link(target, this.#textOf(range)),
        // Links are inspected before they are opened, and rejected ones are explained.
        allowNonHttpProtocols: true,
      },
    });
    this.#newOutput = new NewOutput(this.#terminal, () => events.news('output'));
    this.end = new ScrollEnd(this.#terminal);
    this.#webgl = new WebglDrawing(this.#terminal, () => this.#fitNow());
    this.#load();
    this.#observer = new ResizeObserver(() => this.#sizeChanged());
    this.#observer.observe(this.element);
    this.#stopRatio = followPixelRatio(() => this.#sizeChanged());
    this.#stopTheme = followScheme(() => {
      this.#useTheme();
      this.#repeatSearch();
    });
  }

  /** Number of columns, at most 1000. */
  get cols(): number {
    return Math.min(this.#terminal.cols, LARGEST);
  }

  /** Number of rows, at most 1000. */
  get rows(): number {
    return Math.min(this.#terminal.rows, LARGEST);
  }

  /** The terminal is in sight. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** Selected text; empty without one. */
  get selection(): string {
    return this.#terminal.getSelection();
  }

  /** The program handles the mouse, including the right button. */
  get takesMouse(): boolean {
    return this.#terminal.modes.mouseTrackingMode !== 'none';
  }

  /** The program wants a paste in brackets, and so tells it from typed lines. */
  get bracketsPaste(): boolean {
    return this.#terminal.modes.bracketedPasteMode;
  }

  /** Takes output; calls `done` when xterm has processed it. */
  write(bytes: Uint8Array, done: () => void): void {
    this.#terminal.write(bytes, () => {
      if (!this.#isShown) this.#newOutput.written();
      this.end.written();
      done();
    });
  }

  /** Empties the screen and resets its modes; the next output draws all of it. @param isNew another program starts */
  reset(isNew: boolean): void {
    resetScreen(this.#terminal, isNew);
  }

  /** Resets the modes for another program, which begins below a separator; the old content stays in the scrollback. */
  startBelow(): void {
    this.#terminal.write(separateScreen(this.#terminal, `── ${this.#texts.newShell()} ──`));
  }

  /** Hides the cursor of a program that has ended; a reset shows it again, and so does `startBelow`. */
  hideCursor(): void {
    // The program may have ended within a control sequence.
    this.#terminal.write('\u0018\u001b[?25l');
  }

  /** Empties the screen after dropped output; the old content stays in the scrollback. */
  skipped(): void {
    this.#terminal.write(emptyScreen(this.#terminal, this.#texts.leftOut));
  }

  /** Element that receives keys; undefined before the terminal has an area. */
  get input(): HTMLElement | undefined {
    return this.#terminal.textarea;
  }

  /** Text of the lines in sight. */
  get visibleText(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: this.#terminal.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    );
    return lines.join('\n').trimEnd();
  }

  clearSelection(): void {
    this.#terminal.clearSelection();
  }

  /** Clears the scrollback and all lines but the cursor's. Does nothing while a full-screen program runs. */
  clear(): void {
    if (this.#terminal.buffer.active.type === 'normal') this.#terminal.clear();
  }

  /** Scrolls to an end of the scrollback. */
  scrollTo(end: 'top' | 'bottom'): void {
    if (end === 'top') this.#terminal.scrollToTop();
    else this.#terminal.scrollToBottom();
  }

  selectAll(): void {
    this.#terminal.selectAll();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Tells screen readers the machine, whose name may have become known, and the keys that leave the terminal, which takes the Tab key. */
  describe(): void {
    const { textarea } = this.#terminal;
    textarea?.setAttribute('aria-label', this.#texts.label());
    const keys = this.#texts.leave();
    if (keys === undefined) textarea?.removeAttribute('aria-description');
    else textarea?.setAttribute('aria-description', keys);
  }

  /**
   * Notes that the terminal is in sight, and resizes it if it wasn't.
   * @param mayUseWebgl the terminal may use one of the few WebGL contexts
   */
  show(mayUseWebgl: boolean): void {
    const wasShown = this.#isShown;
    // While it is shown, the observer reports each change of its size, and a lost WebGL context isn't replaced.
    if (wasShown && this.#mayUseWebgl === mayUseWebgl) return;
    this.#isShown = true;
    this.#mayUseWebgl = mayUseWebgl;
    if (!wasShown) this.#events.seen();
    this.describe();
    this.#useCard();
    this.#fitNow();
    if (wasShown) return;
    this.#moveScrollBar();
    syncScrollBar(this.#terminal);
  }

  /** Notes that the terminal is out of sight. It keeps its size, and for a while its WebGL context. */
  hide(): void {
    if (this.#isShown) this.#newOutput.begin();
    this.#isShown = false;
    this.#useCard();
  }

  /** Applies changed settings. */
  configure(settings: TerminalSettings): void {
    const before = themeNow(this.#settings);
    this.#settings = settings;
    Object.assign(this.#terminal.options, optionsOf(settings));
    this.#useTheme();
    if (before !== themeNow(settings)) this.#repeatSearch();
    this.#useCard();
    this.#fitNow();
  }

  /** Sends text to the program as a paste, with brackets if the program has turned them on. */
  paste(text: string): void {
    // xterm can't paste before it is opened, which happens when its tab is first in front.
    if (!this.#isOpen) this.#fitNow();
    if (!this.#isOpen) return;
    this.#isPasting = true;
    this.#terminal.paste(withoutBrackets(text));
    this.#isPasting = false;
  }

  /** Types a key of the key row, with the held modifiers. */
  type(key: TouchKey): void {
    const data = encodeKey(key, this.#held, this.#terminal.modes.applicationCursorKeysMode);
    this.#release();
    this.#typed.key(data);
    this.#terminal.input(data);
  }

  /**
   * Holds modifiers for the next key.
   * @param released called when that key was typed
   */
  hold(held: HeldModifiers, released: () => void): void {
    this.#held = held;
    this.#released = released;
  }

  /** Encodes input that was typed into another terminal for this one's mode of cursor keys. */
  encodeTyped(typed: string): string {
    return encodeForMode(typed, this.#terminal.modes.applicationCursorKeysMode);
  }

  /** Selects a match; see `Searchable.find`. */
  find(term: string, direction: 'next' | 'previous' | 'here', options: SearchOptions): boolean {
    if (!isSearch({ term, ...options })) {
      this.#search.clearDecorations();
      this.#searchFor(undefined);
      return false;
    }
    this.#searchFor({ term, ...options });
    // Clears the term, or the search would continue after the selected match.
    if (direction === 'here') this.#search.clearDecorations();
    const { match, current } = readMarks(themeNow(this.#settings));
    const given = {
      ...options,
      decorations: {
        matchBackground: match,
        matchOverviewRuler: match,
        activeMatchBackground: current,
        activeMatchColorOverviewRuler: current,
      },
    };
    // Without a selection it searches upwards from the last line: people look for recent output.
    return direction === 'next' ? this.#search.findNext(term, given) : this.#search.findPrevious(term, given);
  }

  uncover(area: DOMRect): boolean {
    const found = this.#terminal.getSelectionPosition();
    const lines = this.element.querySelector('.xterm-screen')?.getBoundingClientRect();
    if (found === undefined || lines === undefined) return true;
    const { rows, cols } = this.#terminal;
    const row = lines.height / rows;
    const { start, end } = found;
    const isAcross =
      end.y > start.y ||
      (lines.left + (end.x * lines.width) / cols > area.left &&
        lines.left + (start.x * lines.width) / cols < area.right);
    const top = (): number => lines.top + (start.y - this.#terminal.buffer.active.viewportY) * row;
    const isCovered = (): boolean => isAcross && top() < area.bottom && top() + row > area.top;
    if (isCovered()) this.#terminal.scrollLines(-Math.ceil((area.bottom - top()) / row));
    return !isCovered();
  }

  endSearch(): void {
    this.#searchFor(undefined);
    this.#search.clearDecorations();
    this.#terminal.clearSelection();
  }

  onSearchCount(listener: (count: SearchCount) => void): () => void {
    const off = this.#search.onDidChangeResults(({ resultIndex, resultCount }) =>
      listener({ current: resultIndex + 1, count: resultCount }),
    );
    return () => off.dispose();
  }

  /** Finds the newest matches in the scrollback and on the screen, one for each line. */
  lines(search: Search, limit: number): readonly FoundLine[] {
    return findLines(this.#terminal.buffer.active, search, limit);
  }

  /** Scrolls to a match and selects it. The line may have been dropped from the scrollback since. */
  reveal({ row, column, length }: FoundLine): void {
    const { cols, rows } = this.#terminal;
    const at = row + Math.floor(column / cols);
    this.#terminal.scrollToLine(Math.max(0, at - Math.floor(rows / 2)));
    this.#terminal.select(column % cols, at, length);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#bellTimer);
    this.#observer.disconnect();
    this.#stopTheme();
    this.#stopRatio();
    this.#webgl.dispose();
    this.#terminal.dispose();
    this.element.remove();
  }

  #load(): void {
    const terminal = this.#terminal;
    const events = this.#events;
    terminal.loadAddon(this.#search);
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    terminal.loadAddon(new WebLinksAddon((_event, uri) => events.link(uri, uri)));
    terminal.onKey(({ key }) => this.#typed.key(key));
    terminal.onData((text) => {
      const isTyped = this.#typed.isTyped(text) && !this.#isPasting;
      events.input(isTyped ? this.#withHeld(text) : text, isTyped);
    });
    terminal.onBinary((data) => events.binary(data));
    terminal.onResize(() => {
      repairBuffers(terminal);
      events.resized();
    });
    terminal.onBell(() => this.#showBell());
    terminal.onTitleChange((title) => events.title(title));
    terminal.parser.registerOscHandler(7, (data) => {
      events.directory(data);
      return true;
    });
    // Never answered here: no program on a peer reads this machine's clipboard.
    terminal.parser.registerOscHandler(52, (data) => {
      events.clipboard(data);
      return true;
    });
    scrollByTouch(terminal, this.element);
    this.element.addEventListener('paste', this.#handlePaste, { capture: true });
    // Dropped text would be typed unseen.
    for (const kind of ['dragover', 'drop'] as const) {
      this.element.addEventListener(kind, (event) => event.preventDefault(), { capture: true });
    }
    this.element.addEventListener('contextmenu', (event) => {
      // With Shift the window's menu opens, whatever the right button does otherwise.
      if (event.shiftKey || (!this.takesMouse && this.#settings.rightClick === 'menu')) return;
      event.stopPropagation();
      // A program that handles the mouse gets the right button. Where the application pastes, it needs the event's default action.
      if (this.takesMouse || events.rightClick(terminal.getSelection())) event.preventDefault();
    });
    this.element.addEventListener('mouseup', () => {
      if (this.#settings.copyOnSelect && terminal.hasSelection()) events.selected(terminal.getSelection());
    });
    terminal.attachCustomKeyEventHandler((event) => !isPasteKey(event));
  }

  /** Adds the held modifiers to typed text, and releases them. */
  #withHeld(typed: string): string {
    if (!this.#held.ctrl && !this.#held.alt) return typed;
    const held = this.#held;
    this.#release();
    return withModifiers(typed, held);
  }

  #release(): void {
    this.#held = NONE_HELD;
    this.#released();
  }

  /** Flashes the screen for a bell, at most once per `BELL_PERIOD`. */
  #showBell(): void {
    this.#events.news('bell');
    if (!this.#isShown || this.#bellTimer !== undefined) return;
    this.element.dataset['bell'] = '';
    this.#bellTimer = setTimeout(() => {
      delete this.element.dataset['bell'];
      this.#bellTimer = undefined;
    }, BELL_PERIOD);
  }

  #searchFor(search: Search | undefined): void {
    const isChanged = (search === undefined) !== (this.#lastSearch === undefined);
    this.#lastSearch = search;
    if (isChanged) this.#useTheme();
  }

  /** Sets the colours. xterm draws the selection over the mark of the match that it selects, so a search gives both one colour. */
  #useTheme(): void {
    const theme = themeNow(this.#settings);
    const { current } = readMarks(theme);
    this.#terminal.options.theme = {
      ...readTheme(theme),
      ...(this.#lastSearch !== undefined && { selectionBackground: current, selectionInactiveBackground: current }),
    };
  }

  /** Highlights the matches again in the theme's colours. */
  #repeatSearch(): void {
    if (this.#lastSearch === undefined) return;
    const { term, ...options } = this.#lastSearch;
    this.find(term, 'here', options);
  }

  readonly #handlePaste = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text !== '') this.#events.paste(text);
  };

  #sizeChanged(): void {
    if (!this.#isOpen) {
      this.#fitNow();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fitNow(), RESIZE_DELAY);
  }

  #useCard(): void {
    const isAllowed = this.#mayUseWebgl && this.#isOpen && this.#settings.webgl;
    if (isAllowed && !this.#isShown) this.#webgl.rest();
    else this.#webgl.use(isAllowed);
  }

  /** Fits the terminal to its element, as it is drawn in sight, and opens it once the element has a size. */
  #fitNow(): void {
    if (this.element.clientWidth === 0 || this.element.clientHeight === 0) return;
    if (!this.#isOpen) {
      this.#isOpen = true;
      withSheets(() => this.#terminal.open(this.element));
      drawInSight(this.#terminal, () => this.#isShown);
      this.#moveScrollBar = pauseScrollBar(this.#terminal, () => this.#isShown);
      this.describe();
      this.#useCard();
      // The focus stays elsewhere if the person has moved it; the page itself may have it for this terminal.
      const isFree = document.activeElement?.contains(this.element) === true;
      if (this.#isShown && isFree && !isTouchScreen()) this.#terminal.focus();
    }
    const { clientWidth: width, clientHeight: height } = this.element;
    const size = fitSize(this.#terminal, { width, height }, this.#isWebglInSight());
    if (size === undefined) return;
    const cols = Math.min(Math.max(size.cols, 2), LARGEST);
    const rows = Math.min(Math.max(size.rows, 1), LARGEST);
    if (cols !== this.#terminal.cols || rows !== this.#terminal.rows) this.#terminal.resize(cols, rows);
  }

  /** Reports whether WebGL draws the terminal in sight, or will when it comes there. */
  #isWebglInSight(): boolean {
    if (this.#isShown || this.#webgl.isDrawing) return this.#webgl.isDrawing;
    return this.#settings.webgl && this.#mayUseWebgl && this.#webgl.isPossible;
  }

  /** Returns the text of a range, for a link whose address differs from it. */
  #textOf({ start, end }: IBufferRange): string {
    const lines: string[] = [];
    for (let row = start.y; row <= end.y && lines.length < 20; row += 1) {
      const from = row === start.y ? start.x - 1 : 0;
      const to = row === end.y ? end.x : undefined;
      lines.push(this.#terminal.buffer.active.getLine(row - 1)?.translateToString(true, from, to) ?? '');
    }
    return lines.join('');
  }
}

function optionsOf(settings: TerminalSettings) {
  return {
    fontFamily: readFont(settings.fontFamily),
    fontSize: settings.fontSize,
    lineHeight: settings.lineHeight / 100,
    cursorStyle: settings.cursorStyle,
    scrollback: settings.scrollback,
    cursorBlink: settings.cursorBlink,
    screenReaderMode: settings.screenReader,
  } as const;
}

/** Reports whether the browser turns a key into a paste event. */
function isPasteKey(event: KeyboardEvent): boolean {
  const isInsert = event.shiftKey && event.key === 'Insert';
  return isInsert || (event.ctrlKey && event.shiftKey && event.code === 'KeyV');
}
