import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal, type IBufferRange } from '@xterm/xterm';
import type { WindowSettings } from '#shared/app-api/index.ts';
import type { ByteSink } from './output-pump.ts';
import { withoutBrackets } from './paste.ts';
import { isSearch, type Search, type Searchable, type SearchCount, type SearchOptions } from './search.ts';
import { createStyleDocument, withSheets } from './style-document.ts';
import { followTheme, readFont, readMarks, readTheme } from './theme.ts';
import { GraphicsCard } from './webgl.ts';

export type ScreenEvents = Readonly<{
  input(text: string): void;
  binary(data: string): void;
  resized(): void;
  title(title: string): void;
  link(target: string, shown: string): void;
  /** The program wanted to write to the clipboard, which it may not. */
  clipboard(): void;
  /** Somebody pastes; nothing has gone to the program. */
  paste(text: string): void;
  selected(text: string): void;
}>;

/** A wait for more changes of the size, ms. */
const SETTLE = 60;
const LARGEST = 1000;

/** What a terminal shows: xterm with all it needs, in an element of its own that is hung into the page. */
export class Screen implements ByteSink, Searchable {
  readonly element: HTMLDivElement;
  readonly #label: string;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #card: GraphicsCard;
  readonly #events: ScreenEvents;
  readonly #observer: ResizeObserver;
  readonly #stopTheme: () => void;
  #settings: WindowSettings['terminal'];
  #searched: Search | undefined;
  #isShown = false;
  #isOpen = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(label: string, settings: WindowSettings['terminal'], events: ScreenEvents) {
    this.#label = label;
    this.#events = events;
    this.#settings = settings;
    this.element = document.createElement('div');
    this.#terminal = new Terminal({
      allowProposedApi: true,
      documentOverride: createStyleDocument(),
      fontFamily: readFont(),
      theme: readTheme(),
      // WCAG AA, whatever colours a program chooses.
      minimumContrastRatio: 4.5,
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
    this.#stopTheme = followTheme(() => {
      this.#terminal.options.theme = readTheme();
      this.#markAgain();
    });
  }

  get cols(): number {
    return Math.min(this.#terminal.cols, LARGEST);
  }

  get rows(): number {
    return Math.min(this.#terminal.rows, LARGEST);
  }

  get selection(): string {
    return this.#terminal.getSelection();
  }

  /** A program that wants to know of the mouse gets the right button as well. */
  get takesMouse(): boolean {
    return this.#terminal.modes.mouseTrackingMode !== 'none';
  }

  write(bytes: Uint8Array, done: () => void): void {
    this.#terminal.write(bytes, done);
  }

  /** Empty, as at the start: what comes next draws all of it. */
  reset(): void {
    this.#terminal.reset();
  }

  /** Where keys go; undefined before there is a place for it. */
  get input(): HTMLElement | undefined {
    return this.#terminal.textarea;
  }

  selectAll(): void {
    this.#terminal.selectAll();
  }

  focus(): void {
    this.#terminal.focus();
  }

  show(isShown: boolean): void {
    this.#isShown = isShown;
    if (isShown) this.#fitNow();
    this.#card.use(isShown && this.#isOpen && this.#settings.webgl);
  }

  configure(settings: WindowSettings['terminal']): void {
    this.#settings = settings;
    Object.assign(this.#terminal.options, optionsOf(settings));
    this.#card.use(this.#isShown && this.#isOpen && settings.webgl);
    this.#fitNow();
  }

  /** As if typed, in the brackets of a paste where the program wants them. */
  paste(text: string): void {
    this.#terminal.paste(withoutBrackets(text));
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
    const { match, current } = readMarks();
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
    terminal.onData((text) => events.input(text));
    terminal.onBinary((data) => events.binary(data));
    terminal.onResize(() => events.resized());
    terminal.onTitleChange((title) => events.title(title));
    // Nothing at a peer reads or writes the clipboard of this machine.
    terminal.parser.registerOscHandler(52, (data) => {
      if (!data.endsWith(';?')) events.clipboard();
      return true;
    });
    this.element.addEventListener('paste', this.#takePaste, { capture: true });
    // Text that is dropped would be typed unseen.
    for (const kind of ['dragover', 'drop'] as const) {
      this.element.addEventListener(kind, (event) => event.preventDefault(), { capture: true });
    }
    // A program that wants the mouse has the right button; with Shift it is the window's.
    this.element.addEventListener('contextmenu', (event) => {
      if (!this.takesMouse || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.element.addEventListener('mouseup', () => {
      if (this.#settings.copyOnSelect && terminal.hasSelection()) events.selected(terminal.getSelection());
    });
    terminal.attachCustomKeyEventHandler((event) => !isPasteKey(event));
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

  /** Opens when there is a place to measure. */
  #fitNow(): void {
    if (this.element.clientWidth === 0 || this.element.clientHeight === 0) return;
    if (!this.#isOpen) {
      this.#isOpen = true;
      withSheets(() => this.#terminal.open(this.element));
      this.#terminal.textarea?.setAttribute('aria-label', this.#label);
      this.#card.use(this.#isShown && this.#settings.webgl);
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

function optionsOf(settings: WindowSettings['terminal']) {
  return {
    fontSize: settings.fontSize,
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
