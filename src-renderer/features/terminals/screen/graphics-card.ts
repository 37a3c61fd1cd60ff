import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** Lost contexts after which the page draws the terminal for good. */
export const MOST_LOSSES = 3;

/** Draws one terminal with WebGL while that is wanted and works; otherwise the page draws it. */
export class GraphicsCard {
  readonly #terminal: Terminal;
  readonly #create: () => WebglAddon;
  #addon: WebglAddon | undefined;
  #losses = 0;

  constructor(terminal: Terminal, create: () => WebglAddon = () => new WebglAddon()) {
    this.#terminal = terminal;
    this.#create = create;
  }

  get isDrawing(): boolean {
    return this.#addon !== undefined;
  }

  use(wanted: boolean): void {
    if (!wanted) this.dispose();
    else if (this.#addon === undefined && this.#losses < MOST_LOSSES) this.#start();
  }

  dispose(): void {
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
      });
      this.#terminal.loadAddon(addon);
      this.#addon = addon;
    } catch {
      // WebGL is not available here.
      this.#losses = MOST_LOSSES;
    }
  }
}
