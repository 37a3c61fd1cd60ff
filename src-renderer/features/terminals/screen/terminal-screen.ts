import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal, type IBufferRange } from '@xterm/xterm';
import type { TerminalSettings } from '#shared/app-api/index.ts';
import { cutLines } from '#shared/terminal/index.ts';
import { followScheme, LEAST_CONTRAST } from '../../terminal-appearance/index.ts';
import { drawInSight } from './draw-in-sight.ts';
import { emptyScreen } from './empty-screen.ts';
import type { ByteSink } from './output-pump.ts';
import { withoutBrackets } from '../clipboard/paste.ts';
import { isSearch, type Search, type Searchable, type SearchCount, type SearchOptions } from './search.ts';
import { createStyleDocument, withSheets } from './style-document.ts';
import { encodeForMode, TypedOnly } from '../broadcast-input/broadcast-input.ts';
import { readFont, readMarks, readTheme, themeNow } from './theme.ts';
import { GraphicsCard } from './graphics-card.ts';

export type ScreenEvents = Readonly<{
  /** @param isTyped a person has typed it; the rest a terminal says by itself, and what is pasted */
  input(text: string, isTyped: boolean): void;
  binary(data: string): void;
  resized(): void;
  title(title: string): void;
  /** What a shell says of where it is. */
  directory(uri: string): void;
  link(target: string, shown: string): void;
  /** The program wants to do something with the clipboard: what it said behind `OSC 52`. */
  clipboard(data: string): void;
  /** Somebody pastes; nothing has gone to the program. */
  paste(text: string): void;
  selected(text: string): void;
  /** Something has come that nobody saw, or the program has rung its bell, also where it can be seen. */
  news(kind: News): void;
  /** It is before the person now. */
  seen(): void;
  /** The right button was pressed, where it is not for a menu. @returns whether that was all there is to do */
  rightClick(selection: string): boolean;
}>;

/** What a tab is marked with behind others. */
export type News = 'output' | 'bell';

/** What stands in the scrollback where output was left out. */
export type ScreenTexts = Readonly<{ label: string; leftOut: string }>;

/** A wait for more changes of the size, ms. */
const SETTLE = 60;
const LARGEST = 1000;
/** How long a bell is seen, ms. */
const RING = 400;

/** What a terminal shows: xterm with all it needs, in an element of its own that is hung into the page. */
export class TerminalScreen implements ByteSink, Searchable {
  readonly element: HTMLDivElement;
  readonly #texts: ScreenTexts;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #card: GraphicsCard;
  readonly #events: ScreenEvents;
  readonly #observer: ResizeObserver;
  readonly #stopTheme: () => void;
  #settings: TerminalSettings;
  readonly #typed = new TypedOnly();
  #searched: Search | undefined;
  #isPasting = false;
  #isShown = false;
  #mayUseCard = false;
  #isOpen = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ringing: ReturnType<typeof setTimeout> | undefined;

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
      linkHandler: {
        activate: (_event, target, range) => events.link(target, this.#textOf(range)),
        // They are looked at before anything is opened, and what is refused is said.
        allowNonHttpProtocols: true,
      },
    });
    this.#card = new GraphicsCard(this.#terminal);
    this.#load();
    this.#observer = new ResizeObserver(() => this.#sizeChanged());
    this.#observer.observe(this.element);
    this.#stopTheme = followScheme(() => {
      this.#terminal.options.theme = readTheme(themeNow(this.#settings));
      this.#markAgain();
    });
  }

  get cols(): number {
    return Math.min(this.#terminal.cols, LARGEST);
  }

  get rows(): number {
    return Math.min(this.#terminal.rows, LARGEST);
  }

  /** It is before the person. */
  get isShown(): boolean {
    return this.#isShown;
  }

  get selection(): string {
    return this.#terminal.getSelection();
  }

  /** A program that wants to know of the mouse gets the right button as well. */
  get takesMouse(): boolean {
    return this.#terminal.modes.mouseTrackingMode !== 'none';
  }

  write(bytes: Uint8Array, done: () => void): void {
    if (!this.#isShown) this.#events.news('output');
    this.#terminal.write(bytes, done);
  }

  /** Empty, as at the start: what comes next draws all of it. */
  reset(): void {
    this.#terminal.reset();
  }

  skipped(): void {
    this.#terminal.write(emptyScreen(this.#terminal, this.#texts.leftOut));
  }

  /** Where keys go; undefined before there is a place for it. */
  get input(): HTMLElement | undefined {
    return this.#terminal.textarea;
  }

  clearSelection(): void {
    this.#terminal.clearSelection();
  }

  /** Forgets what has scrolled away, and all but the line of the cursor. A program that has the whole screen draws there itself. */
  clear(): void {
    if (this.#terminal.buffer.active.type === 'normal') this.#terminal.clear();
  }

  selectAll(): void {
    this.#terminal.selectAll();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** @param mayUseCard of the few graphics cards there are, one is for this terminal */
  show(isShown: boolean, mayUseCard: boolean): void {
    const wasShown = this.#isShown;
    this.#isShown = isShown;
    this.#mayUseCard = mayUseCard;
    // While it is shown, the observer sees each change of its size.
    if (isShown && !wasShown) {
      this.#events.seen();
      this.#fitNow();
    }
    this.#useCard();
  }

  configure(settings: TerminalSettings): void {
    const before = themeNow(this.#settings);
    this.#settings = settings;
    Object.assign(this.#terminal.options, optionsOf(settings));
    if (before !== themeNow(settings)) this.#markAgain();
    this.#useCard();
    this.#fitNow();
  }

  /** As if typed, in the brackets of a paste where the program wants them. */
  paste(text: string): void {
    // In a tab that was never in front there is no place yet that xterm could paste into.
    if (!this.#isOpen) this.#fitNow();
    if (!this.#isOpen) return;
    this.#isPasting = true;
    this.#terminal.paste(withoutBrackets(text));
    this.#isPasting = false;
  }

  /** What was typed into another terminal, as its keys are here. */
  encodeTyped(typed: string): string {
    return encodeForMode(typed, this.#terminal.modes.applicationCursorKeysMode);
  }

  find(term: string, direction: 'next' | 'previous' | 'here', options: SearchOptions): boolean {
    if (!isSearch({ term, ...options })) {
      this.#search.clearDecorations();
      this.#searched = undefined;
      return false;
    }
    this.#searched = { term, ...options };
    // Forgets the words, or it would go on from the match that is selected.
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
    // From the last line upwards, where nothing is selected: what came last is what people look for.
    return direction === 'next' ? this.#search.findNext(term, given) : this.#search.findPrevious(term, given);
  }

  endSearch(): void {
    this.#searched = undefined;
    this.#search.clearDecorations();
    this.#terminal.clearSelection();
  }

  onSearchCount(listener: (count: SearchCount) => void): () => void {
    const off = this.#search.onDidChangeResults(({ resultIndex, resultCount }) =>
      listener({ current: resultIndex + 1, count: resultCount }),
    );
    return () => off.dispose();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#ringing);
    this.#observer.disconnect();
    this.#stopTheme();
    this.#card.dispose();
    this.#terminal.dispose();
    this.element.remove();
  }

  #load(): void {
    const terminal = this.#terminal;
    const events = this.#events;
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(this.#search);
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    terminal.loadAddon(new WebLinksAddon((_event, uri) => events.link(uri, uri)));
    terminal.onKey(({ key }) => this.#typed.key(key));
    terminal.onData((text) => {
      const isTyped = this.#typed.isTyped(text);
      events.input(text, isTyped && !this.#isPasting);
    });
    terminal.onBinary((data) => events.binary(data));
    terminal.onResize(() => {
      cutLines(terminal);
      events.resized();
    });
    terminal.onBell(() => this.#ring());
    terminal.onTitleChange((title) => events.title(title));
    terminal.parser.registerOscHandler(7, (data) => {
      events.directory(data);
      return true;
    });
    // Never answered here: nothing at a peer reads the clipboard of this machine.
    terminal.parser.registerOscHandler(52, (data) => {
      events.clipboard(data);
      return true;
    });
    this.element.addEventListener('paste', this.#takePaste, { capture: true });
    // Text that is dropped would be typed unseen.
    for (const kind of ['dragover', 'drop'] as const) {
      this.element.addEventListener(kind, (event) => event.preventDefault(), { capture: true });
    }
    this.element.addEventListener('contextmenu', (event) => {
      // With Shift it is the window's menu, whatever else the right button does.
      if (event.shiftKey || (!this.takesMouse && this.#settings.rightClick === 'menu')) return;
      event.stopPropagation();
      // A program that wants the mouse has the right button. Where a paste is left to the application, it has to hear of it.
      if (this.takesMouse || events.rightClick(terminal.getSelection())) event.preventDefault();
    });
    this.element.addEventListener('mouseup', () => {
      if (this.#settings.copyOnSelect && terminal.hasSelection()) events.selected(terminal.getSelection());
    });
    terminal.attachCustomKeyEventHandler((event) => !isPasteKey(event));
  }

  /** Seen, not heard; a program that rings all the time is seen now and then. */
  #ring(): void {
    this.#events.news('bell');
    if (!this.#isShown || this.#ringing !== undefined) return;
    this.element.dataset['bell'] = '';
    this.#ringing = setTimeout(() => {
      delete this.element.dataset['bell'];
      this.#ringing = undefined;
    }, RING);
  }

  /** In other colours. */
  #markAgain(): void {
    if (this.#searched === undefined) return;
    const { term, ...options } = this.#searched;
    this.find(term, 'here', options);
  }

  readonly #takePaste = (event: ClipboardEvent): void => {
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
    this.#timer = setTimeout(() => this.#fitNow(), SETTLE);
  }

  #useCard(): void {
    this.#card.use(this.#isShown && this.#mayUseCard && this.#isOpen && this.#settings.webgl);
  }

  /** Opens when there is a place to measure. */
  #fitNow(): void {
    if (this.element.clientWidth === 0 || this.element.clientHeight === 0) return;
    if (!this.#isOpen) {
      this.#isOpen = true;
      withSheets(() => this.#terminal.open(this.element));
      drawInSight(this.#terminal, () => this.#isShown);
      this.#terminal.textarea?.setAttribute('aria-label', this.#texts.label);
      this.#useCard();
      // Unless the person is in some other place meanwhile; the page itself may have taken the focus for what it shows.
      if (this.#isShown && document.activeElement?.contains(this.element) === true) this.#terminal.focus();
    }
    const size = this.#fit.proposeDimensions();
    if (size === undefined || !Number.isFinite(size.cols) || !Number.isFinite(size.rows)) return;
    const cols = Math.min(Math.max(size.cols, 2), LARGEST);
    const rows = Math.min(Math.max(size.rows, 1), LARGEST);
    if (cols !== this.#terminal.cols || rows !== this.#terminal.rows) this.#terminal.resize(cols, rows);
  }

  /** What stands there, for a link whose address is another. */
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
    theme: readTheme(themeNow(settings)),
    fontFamily: readFont(settings.fontFamily),
    fontSize: settings.fontSize,
    lineHeight: settings.lineHeight / 100,
    cursorStyle: settings.cursorStyle,
    scrollback: settings.scrollback,
    cursorBlink: settings.cursorBlink,
    screenReaderMode: settings.screenReader,
  } as const;
}

/** The browser turns these into a paste, which comes to us as such. */
function isPasteKey(event: KeyboardEvent): boolean {
  const isInsert = event.shiftKey && event.key === 'Insert';
  return isInsert || (event.ctrlKey && event.shiftKey && event.code === 'KeyV');
}
