import { setTimeout as delay } from 'node:timers/promises';
import type { Json } from '#test/support/gateway/index.ts';
import { ask, owner, type Conversation } from './place.ts';

/** A shell on the gateway's machine: used, left, taken up again, ended. */
export const terminal: Conversation = async (place, note) => {
  const first = await owner(place, { caps: ['terminal-offset-seq'] });
  const opened = await ask(first, 'terminal.open', { cols: 80, rows: 24 });
  note('opened', { ...opened, shell: typeof opened['shell'], cwd: typeof opened['cwd'] });
  const { sessionId } = opened;
  note('input', await first.request('terminal.input', { sessionId, data: 'echo sum-$((40+2))\r' }));
  const data = await first.event('terminal.data', (payload) => String(payload['data']).includes('sum-42'));
  note('data', Object.keys(data).toSorted());
  const all = first.events.filter((one) => one.event === 'terminal.data').map((one) => one.payload);
  note('offsets are the end of all output', isRunning(all));
  note('resized', await first.request('terminal.resize', { sessionId, cols: 100, rows: 30 }));
  const unknown = { sessionId: 'nope' };
  note('input to none', await first.request('terminal.input', { ...unknown, data: 'x' }));
  note('attach to none', await first.request('terminal.attach', unknown));
  note('too large', await first.request('terminal.resize', { sessionId, cols: 0, rows: 0 }));
  await first.close();

  const second = await owner(place, { caps: ['terminal-offset-seq'] });
  // The gateway may notice a little later that the first is gone.
  let row: Json | undefined;
  for (let tries = 0; tries < 100 && row?.['attached'] !== false; tries += 1) {
    const rows = (await ask(second, 'terminal.list'))['sessions'] as readonly Json[];
    row = rows.find((one) => one['sessionId'] === sessionId);
    if (row?.['attached'] !== false) await delay(100);
  }
  note('detached', row === undefined ? row : { ...row, shell: typeof row['shell'], cwd: typeof row['cwd'] });
  note('input before attaching', await second.request('terminal.input', { sessionId, data: 'x' }));
  const attached = await ask(second, 'terminal.attach', { sessionId });
  const shape = {
    ...attached,
    buffer: typeof attached['buffer'],
    shell: typeof attached['shell'],
    cwd: typeof attached['cwd'],
    seq: typeof attached['seq'],
  };
  note('attached', shape);
  note('the replay', String(attached['buffer']).includes('sum-42'));
  note('ended', await second.request('terminal.input', { sessionId, data: '\u0015exit 3\r' }));
  note('exit', await second.event('terminal.exit', (payload) => payload['sessionId'] === sessionId));
  note('closed when gone', await second.request('terminal.close', { sessionId }));
  const other = await ask(second, 'terminal.open', { cols: 80, rows: 24 });
  note('closed', await second.request('terminal.close', { sessionId: other['sessionId'] }));
  await second.close();
  const reader = await owner(place, { scopes: ['operator.write'] });
  note('without the right', await reader.request('terminal.open', { cols: 80, rows: 24 }));
  await reader.close();
};

function isRunning(events: readonly Json[]): boolean {
  let end = 0;
  return events.every((payload) => {
    end += String(payload['data']).length;
    return payload['seq'] === end;
  });
}
