import { Terminal } from '@xterm/headless';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ScrollEnd, type ScrollPosition } from '../../../../src-renderer/features/terminals/screen/scroll-end.ts';

let terminal: Terminal;
let end: ScrollEnd;
let drawn: () => void;
let heard: ScrollPosition[];

beforeEach(() => {
  terminal = new Terminal({ allowProposedApi: true, cols: 40, rows: 8, scrollback: 20, logLevel: 'off' });
  heard = [];
  end = new ScrollEnd({
    get buffer() {
      return terminal.buffer;
    },
    get rows() {
      return terminal.rows;
    },
    registerMarker: (offset) => {
      const marker = terminal.registerMarker(offset);
      if (marker === undefined) throw new Error('no marker on the alternate screen');
      return marker;
    },
    // The headless terminal draws nothing.
    onRender: (listener) => {
      drawn = () => listener({ start: 0, end: terminal.rows - 1 });
      return { dispose: () => undefined };
    },
  });
  end.subscribe(() => heard.push(end.position()));
});
afterEach(() => terminal.dispose());

const write = async (text: string): Promise<void> => {
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  end.written();
  drawn();
};
const scroll = (lines: number): void => {
  terminal.scrollLines(lines);
  drawn();
};

describe('the position in the scrollback', () => {
  test('is the end while output scrolls the terminal, and above it once a person has scrolled up', async () => {
    await write('line\r\n'.repeat(30));
    expect(end.position()).toBe('end');
    scroll(-3);
    expect(end.position()).toBe('above');
    expect(heard).toEqual(['above']);
  });

  test('has news when lines came below, also when the scrollback drops its first ones, and none once the end is in sight', async () => {
    await write('line\r\n'.repeat(60));
    scroll(-5);
    await write('more\r\n');
    expect(end.position()).toBe('above-news');
    scroll(100);
    expect(end.position()).toBe('end');
    scroll(-1);
    expect(end.position()).toBe('above');
  });

  test('has no news from a line that is drawn again, however far the person scrolls', async () => {
    await write(`${'line\r\n'.repeat(30)}50 %`);
    scroll(-4);
    scroll(-2);
    await write('\r60 %');
    expect(end.position()).toBe('above');
  });

  test('is the end in a full-screen program', async () => {
    await write('line\r\n'.repeat(30));
    scroll(-4);
    await write('\u001b[?1049h');
    expect(end.position()).toBe('end');
  });
});
