import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createFakeHost, createStatus, PEER_ID, typeAnswer } from '#test/support/cli-host.ts';

describe('an agent that is stopped', () => {
  it('is told to leave its terminals, and the person is told how many', async () => {
    const host = createFakeHost({
      'status.get': async () => createStatus({ terminals: { serving: 1, using: 0 } }),
    });
    const exit = runCommandLine(['stop', '--keep-terminals'], host);
    await host.clock.advance(100);
    expect(host.calls.at(-1)).toEqual({ call: 'agent.stop', input: { keepTerminals: true } });
    host.agent.running = false;
    await host.clock.advance(100);
    expect(await exit).toBe(0);
    expect(host.stdout.text).toBe(
      'ClawReach (pid 4711) has stopped.\nOne terminal keeps running. Start ClawReach within ten minutes to take it over.\n',
    );
  });

  it('is no error if none runs', async () => {
    const host = createFakeHost({}, { running: false });
    expect(await runCommandLine(['stop'], host)).toBe(0);
    expect([host.stdout.text, host.started]).toEqual(["ClawReach isn't running.\n", []]);
  });

  const served = [
    {
      terminal: '1'.repeat(32),
      peerId: PEER_ID,
      peerName: 'ada',
      title: '',
      startedAt: 0,
      attached: true,
      cols: 80,
      rows: 24,
      viewers: [],
    },
  ];
  const open = {
    'status.get': async () => createStatus({ terminals: { serving: 1, using: 0 } }),
    'terminal.served': async () => served,
  };

  it('says in a script whose terminals it ended, and how to keep them', async () => {
    const host = createFakeHost(open);
    const exit = runCommandLine(['stop'], host);
    await host.clock.advance(100);
    host.agent.running = false;
    await host.clock.advance(100);
    expect(await exit).toBe(0);
    expect(host.stdout.text).toContain('Ended 1 terminal of ada. To keep them: `clawreach stop --keep-terminals`');
  });

  it('asks at a terminal first, unless --yes is given', async () => {
    const host = createFakeHost(open, { terminal: true });
    const exit = runCommandLine(['stop'], host);
    await host.clock.advance(100);
    await typeAnswer(host, 'n\n', '1 terminal of ada here ends too. Stop ClawReach? [y/N]');
    expect(await exit).toBe(1);
    expect(host.calls.map(({ call }) => call)).not.toContain('agent.stop');
    expect(host.stderr.text).toContain('Nothing was changed. To keep them: `clawreach stop --keep-terminals`');
    const sure = createFakeHost(open, { terminal: true });
    const stopped = runCommandLine(['stop', '--yes'], sure);
    await sure.clock.advance(100);
    sure.agent.running = false;
    await sure.clock.advance(100);
    expect(await stopped).toBe(0);
    expect(sure.stderr.text).not.toContain('[y/N]');
  });

  it('goes on when it cannot leave them', async () => {
    const host = createFakeHost({
      'agent.stop': () => Promise.reject(new ClawReachError('agent.terminals-bound', 'they end with it')),
    });
    expect(await runCommandLine(['stop', '--keep-terminals'], host)).toBe(1);
    expect(host.stderr.text).toContain('[agent.terminals-bound]');
  });

  it('stands still: a stop does not wait for it for ever', async () => {
    const host = createFakeHost({ 'status.get': () => new Promise(() => undefined) });
    const exit = runCommandLine(['stop'], host);
    await host.clock.advance(10_000);
    expect(await exit).toBe(1);
    expect(host.stderr.text).toContain('[agent.no-answer]');
    expect(host.clock.pending).toBe(0);
  });

  it('has died and left terminals: a stop ends them', async () => {
    const host = createFakeHost({}, { running: false });
    host.agent.leftTerminals = 2;
    expect(await runCommandLine(['stop'], host)).toBe(0);
    expect(host.stdout.text).toBe("ClawReach wasn't running. Ended the 2 terminals it had left running.\n");
    expect(await runCommandLine(['stop', '--keep-terminals'], host)).toBe(3);
  });
});

describe('an agent in the foreground that ends', () => {
  it('says how many terminals go on', async () => {
    const host = createFakeHost({}, { running: false });
    const exit = runCommandLine(['run'], host);
    await host.clock.advance(100);
    host.headless[0]?.onTerminalsKept?.(3);
    host.interrupt('SIGTERM');
    await host.clock.advance(100);
    expect(await exit).not.toBe(1);
    expect(host.stderr.text).toContain('3 terminals keep running.');
  });
});
