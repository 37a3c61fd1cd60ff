import { Terminal } from '@xterm/headless';
import { expect, it } from 'vitest';
import { followSizes } from '../../../../src-renderer/features/terminals/screen/follow-sizes.ts';

/** Terminal of a viewer, after it has processed the given output. */
async function viewerOf(output: string): Promise<Terminal> {
  const terminal = new Terminal({ allowProposedApi: true, logLevel: 'off' });
  followSizes(terminal, (cols, rows) => terminal.resize(cols, rows));
  await new Promise<void>((resolve) => {
    terminal.write(output, resolve);
  });
  return terminal;
}

it('takes the size of the watched terminal from its first screen, before what is drawn at that size', async () => {
  const last = `\u001B[40;91Hat the end`;
  const { cols, rows, buffer } = await viewerOf(`\u001Bc\u001B[8;40;100t${last}`);
  expect([cols, rows]).toEqual([100, 40]);
  expect(buffer.active.getLine(39)?.translateToString(true).trim()).toBe('at the end');
});

it('follows later sizes, and no other window operation', async () => {
  const { cols, rows } = await viewerOf('\u001B[8;40;100t\u001Bc\u001B[8;36;110t\u001B[4;600;800t\u001B[18t');
  expect([cols, rows]).toEqual([110, 36]);
});
