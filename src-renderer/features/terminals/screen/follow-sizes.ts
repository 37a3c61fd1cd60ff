import type { Terminal } from '@xterm/xterm';

type Sized = Pick<Terminal, 'options'> & Readonly<{ parser: Pick<Terminal['parser'], 'registerCsiHandler'> }>;

/**
 * Calls `resize` for each size within the output of a watched terminal (XTWINOPS 8); other window operations are ignored. Changes the options of the
 * given terminal.
 */
export function followSizes(terminal: Sized, resize: (cols: number, rows: number) => void): void {
  // Without this option xterm drops the sequence before it gets to a handler.
  terminal.options.windowOptions = { setWinSizeChars: true };
  terminal.parser.registerCsiHandler({ final: 't' }, (params) => {
    if (params[0] === 8) resize(Number(params[2] ?? 0), Number(params[1] ?? 0));
    return true;
  });
}
