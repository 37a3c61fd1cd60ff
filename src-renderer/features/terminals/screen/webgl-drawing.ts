import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/**
 * Most terminals out of sight that keep their WebGL context, so that a change of tab or page neither ends nor starts one, which can take a second
 * without a graphics card. Browsers allow 16 contexts; those in sight use at most six.
 */
export const MOST_RESTING = 4;

/** Drawings that are kept while their terminal is out of sight, the oldest first. */
const resting = new Set<WebglDrawing>();

/** Lost WebGL contexts after which the terminal is drawn without WebGL until it is closed. */
export const MOST_LOSSES = 3;

/**
 * Draws one terminal with WebGL while this is wanted and works; each `TerminalScreen` has one. Otherwise xterm draws the terminal with page elements.
 */
export class WebglDrawing {
  readonly #terminal: Terminal;
  readonly #create: () => WebglAddon;
  readonly #lost: () => void;
  #addon: WebglAddon | undefined;
  #losses = 0;

  /**
   * @param lost called when a WebGL context was lost, and page elements draw the terminal
   * @param create creates xterm's WebGL add-on
   */
  constructor(terminal: Terminal, lost: () => void, create: () => WebglAddon = () => new WebglAddon()) {
    this.#terminal = terminal;
    this.#lost = lost;
    this.#create = create;
  }

  /** WebGL can draw the terminal, as far as known. */
  get isPossible(): boolean {
    return this.#losses < MOST_LOSSES && hasWebgl();
  }

  /** The terminal is drawn with WebGL. */
  get isDrawing(): boolean {
    return this.#addon !== undefined;
  }

  /** Starts or stops drawing with WebGL. */
  use(wanted: boolean): void {
    resting.delete(this);
    if (!wanted) this.dispose();
    else if (this.#addon === undefined && this.#losses < MOST_LOSSES) this.#start();
  }

  /** Keeps the WebGL context while the terminal is out of sight. The one that has rested longest ends when there are too many. */
  rest(): void {
    if (this.#addon === undefined || resting.has(this)) return;
    resting.add(this);
    const [oldest] = resting;
    if (resting.size > MOST_RESTING) oldest?.dispose();
  }

  dispose(): void {
    resting.delete(this);
    const addon = this.#addon;
    this.#addon = undefined;
    addon?.dispose();
  }

  #start(): void {
    try {
      const addon = this.#create();
      addon.onContextLoss(() => {
        this.#losses += 1;
        this.dispose();
        this.#lost();
      });
      this.#terminal.loadAddon(addon);
      this.#addon = addon;
    } catch {
      // WebGL is not available here.
      this.#losses = MOST_LOSSES;
    }
  }
}

let hasContext: boolean | undefined;

/** Reports whether this page can have a WebGL context; tries it once. */
function hasWebgl(): boolean {
  if (hasContext === undefined) {
    const context = document.createElement('canvas').getContext('webgl2');
    hasContext = context !== null;
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return hasContext;
}
