import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTerminal } from '#agent/terminals/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createSession } from '#shared/link/index.ts';
import type { LinkSession } from '#shared/link/index.ts';
import { attachMemoryPath, SESSION_ID } from '#test/support/link.ts';
import { ALICE, buildHost, readAll, readUntil, SIZE, startBench, type } from './setup.ts';
import type { Bench } from './setup.ts';

let host: Awaited<ReturnType<typeof buildHost>>;
let bench: Bench;
let session: LinkSession;
let other: LinkSession;
beforeAll(async () => {
  host = await buildHost();
});
afterAll(() => {
  host.remove();
});
beforeEach(() => {
  bench = startBench(host.entry);
  session = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock });
  other = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock });
  other.onStream = (stream) => void bench.service.serve(stream, ALICE);
  attachMemoryPath(session, other);
});
afterEach(async () => {
  await session.close('test.over', 'the test is over');
  await other.close('test.over', 'the test is over');
  await bench.close();
});

describe('a terminal over a session', () => {
  it('gives every byte in order, and its exit code', async () => {
    const terminal = await openTerminal(session, { ...SIZE, command: ['sh', '-c', 'seq 1 100000; exit 3'] });
    const output = new TextDecoder().decode(await readAll(terminal));
    expect(output).toBe(Array.from({ length: 100_000 }, (_line, index) => `${index + 1}\r\n`).join(''));
    expect(await terminal.ended).toEqual({ exitCode: 3, signal: null, code: null });
    await finished(session);
    await finished(other);
  });

  it('echoes keystrokes in a few milliseconds', async () => {
    const terminal = await openTerminal(session, {
      ...SIZE,
      command: ['sh', '-c', 'stty raw -echo; echo ready; exec cat'],
    });
    await readUntil(terminal, 'ready\n');
    const times: number[] = [];
    for (let key = 0; key < 300; key += 1) {
      const start = performance.now();
      await terminal.write(type('a'));
      await terminal.read();
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    console.info(`echo over a session in memory, ms: p50 ${times[150]?.toFixed(2)} p99 ${times[297]?.toFixed(2)}`);
    expect(times[150]).toBeLessThan(20);
    terminal.close();
    await terminal.ended;
    await finished(session);
    await finished(other);
  });

  it('is held up by a reader that does not read, hung up in the middle of it, and leaves no stream', async () => {
    const terminal = await openTerminal(session, { ...SIZE, command: ['yes'] });
    await readUntil(terminal, 'y\r\ny\r\n');
    // Another terminal is not held up.
    const quick = await openTerminal(session, { ...SIZE, command: ['echo', 'quick'] });
    expect(new TextDecoder().decode(await readAll(quick))).toBe('quick\r\n');
    await quick.ended;
    terminal.close();
    await terminal.ended;
    await finished(session);
    await finished(other);
    expect(bench.service.count).toBe(0);
  });

  it('stays when the session dies, and can be attached from the next one', async () => {
    const terminal = await openTerminal(session, {
      ...SIZE,
      command: ['sh', '-c', 'echo first; read line; echo "then $line"'],
    });
    await readUntil(terminal, 'first\r\n');
    await session.close('test.over', 'the session is over');
    expect(await terminal.read()).toBeNull();
    expect(await terminal.ended).toMatchObject({
      exitCode: null,
      signal: null,
      code: expect.stringMatching(/^[a-z.-]+$/) as string,
    });
    await other.closed;

    session = createSession({ role: 'initiator', id: SESSION_ID, clock: systemClock });
    other = createSession({ role: 'responder', id: SESSION_ID, clock: systemClock });
    other.onStream = (stream) => void bench.service.serve(stream, ALICE);
    attachMemoryPath(session, other);
    const again = await openTerminal(session, { ...SIZE, terminal: terminal.terminal });
    expect(await readUntil(again, 'first')).toContain('first');
    await again.write(type('second\n'));
    expect(new TextDecoder().decode(await readAll(again))).toContain('then second\r\n');
  });
});

async function finished(session: LinkSession): Promise<void> {
  while (session.statistics().streamsOpen > 0) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
