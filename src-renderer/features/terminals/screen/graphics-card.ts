import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** So often a lost context is made anew; then the page draws for good. */
export const MOST_LOSSES = 3;

/** Draws one terminal with the graphics card while that is wanted and works; else the page draws. */
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
      // No graphics card here.
      this.#losses = MOST_LOSSES;
    }
  }
}
