import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, TerminalView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createFakeHost, createPeer, PEER_ID } from '#test/support/cli-host.ts';

const TERMINAL = '633bddbe'.repeat(4);
/** Terminal of a machine that doesn't let anyone watch. */
const REFUSED = 'f'.repeat(32);
const LENA = createPeer({ peerId: 'Z'.repeat(56), shortId: 'ZZZZZZZ', name: 'lena' });
const VIEW: TerminalView = {
  terminal: TERMINAL,
  peerId: PEER_ID,
  title: 'bash',
  startedAt: 0,
  attached: true,
  cols: 80,
  rows: 24,
  openedBy: null,
  heldBy: null,
};

async function share(line: string, listed: Partial<TerminalView> = {}) {
  const shared: unknown[] = [];
  const handlers: Partial<AppHandlers> = {
    'peers.get': async ({ peer }) => {
      if (peer === 'mia')
        throw new ClawReachError('peer.unknown', 'no such machine', { details: { name: 'mia', hint: '' } });
      return peer === 'lena' || peer === LENA.peerId ? LENA : createPeer({ linked: true });
    },
    'peers.ping': async () => ({ path: 'direct', address: '192.0.2.1:1', rtt: 1 }),
    'terminal.list': async () => [{ ...VIEW, ...listed }],
    'terminal.served': async () =>
      [{ ...VIEW, peerId: LENA.peerId, peerName: 'lena', viewers: [], terminal: TERMINAL, attached: true }].map(
        ({ openedBy: _opened, heldBy: _held, ...served }) => served,
      ),
    'terminal.share': async (input) => {
      if (input.terminal === REFUSED) throw new ClawReachError('terminal.share-refused', 'not paired');
      shared.push(input);
      return {};
    },
  };
  const host = createFakeHost(handlers);
  const exit = await runCommandLine(['share', ...line.split(' ')], host);
  return { exit, stdout: host.stdout.text, stderr: host.stderr.text.replaceAll(/\s+/g, ' '), shared };
}

describe('clawreach share', () => {
  it('names both machines where one does not let the other watch', async () => {
    const { exit, stderr } = await share(`office ${REFUSED} --with lena`);
    expect(exit).not.toBe(0);
    expect(stderr).toContain('On office: `clawreach rights lena --allow view`.');
    expect(stderr).toContain("If it doesn't know lena, pair the two.");
  });

  it('lets a machine watch', async () => {
    const { exit, stdout, shared } = await share('office 633b --with lena');
    expect(exit).toBe(0);
    expect(stdout).toContain('lena can watch 633bddbe now. office may ask someone there first.');
    expect(shared).toEqual([{ peer: PEER_ID, terminal: TERMINAL, with: LENA.peerId }]);
  });

  it('needs no ID of the only terminal that this machine has there', async () => {
    const { exit, stdout, shared } = await share('office --with lena');
    expect([exit, shared]).toEqual([0, [{ peer: PEER_ID, terminal: TERMINAL, with: LENA.peerId }]]);
    expect(stdout).toContain('lena can watch 633bddbe now.');
    const held = await share('office --with lena', { heldBy: 'phone' });
    expect([held.exit, held.shared]).toEqual([2, []]);
    expect(held.stderr).toContain('`clawreach terminals office` shows the IDs');
    expect((await share('office --with mia')).stderr).toContain('`clawreach share --here 633bddbe --with mia`');
  });

  it('says where to share a terminal that another machine has open', async () => {
    const { exit, stderr, shared } = await share('office 633b --with lena', { heldBy: 'phone' });
    expect(exit).toBe(2);
    expect(stderr).toContain('The terminal is in use on phone.');
    expect(stderr).toContain('clawreach connect office --terminal 633bddbe');
    expect(shared).toEqual([]);
  });

  it('says where to share with a machine that only the other one knows', async () => {
    const { exit, stderr, shared } = await share('office 633b --with mia');
    expect(exit).toBe(4);
    expect(stderr).toContain('must be paired with this machine too');
    expect(stderr).toContain('`clawreach share --here 633b --with mia`');
    expect(shared).toEqual([]);
  });

  it('says that the machine which runs it, or has it open, needs no sharing', async () => {
    const there = await share('office 633b --with office');
    expect(there.stderr).toContain('The terminal runs on office, so its user sees it there anyway.');
    const here = await share('--here 633b --with lena');
    expect(here.stderr).toContain('lena has this terminal open already.');
    expect([...there.shared, ...here.shared]).toEqual([]);
  });
});
