import { SerializeAddon, Terminal, Unicode11Addon } from '#agent/terminals/xterm.ts';

/** A terminal as a viewer has it: give it bytes, compare what it shows. */
export class ScreenProbe {
  readonly #terminal: InstanceType<typeof Terminal>;
  readonly #serializer = new SerializeAddon();

  constructor(cols = 80, rows = 24, scrollback = 5000) {
    this.#terminal = new Terminal({ cols, rows, scrollback, allowProposedApi: true, logLevel: 'off' });
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = '11';
    this.#terminal.loadAddon(this.#serializer);
  }

  feed(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#terminal.write(bytes, resolve);
    });
  }

  resize(cols: number, rows: number): void {
    this.#terminal.resize(cols, rows);
  }

  /** Text and attributes of screen and scrollback, cursor, and modes. */
  shown(): unknown {
    const { active } = this.#terminal.buffer;
    return {
      content: this.#serializer.serialize(),
      cursor: [active.cursorX, active.cursorY],
      modes: { ...this.#terminal.modes },
      buffer: active.type,
    };
  }

  /** The same of the screen alone. */
  screen(): unknown {
    const { active } = this.#terminal.buffer;
    return {
      content: this.#serializer.serialize({ scrollback: 0 }),
      cursor: [active.cursorX, active.cursorY],
      modes: { ...this.#terminal.modes },
      buffer: active.type,
    };
  }

  /** Text that is seen, cursor, and modes: nothing of a buffer that is hidden or scrolled away. */
  seen(): unknown {
    const { active } = this.#terminal.buffer;
    return {
      lines: Array.from(
        { length: this.#terminal.rows },
        (_line, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
      ),
      cursor: [active.cursorX, active.cursorY],
      modes: { ...this.#terminal.modes },
      buffer: active.type,
    };
  }

  get terminal(): Pick<InstanceType<typeof Terminal>, 'buffer' | 'rows'> {
    return this.#terminal;
  }

  /** Lines of text, without those that are empty at the end. */
  lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    const lines = Array.from(
      { length: active.length },
      (_line, index) => active.getLine(index)?.translateToString(true) ?? '',
    );
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}
