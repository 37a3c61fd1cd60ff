import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, PlainRelayView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import {
  createFakeHost,
  createPeer,
  createStatus,
  PEER_ID,
  typeAnswer,
  type FakeHost,
} from '#test/support/cli-host.ts';

const RELAY: PlainRelayView = {
  id: PEER_ID,
  name: 'Plain relay relay.example',
  host: 'relay.example',
  url: 'wss://relay.example',
  kind: 'connector',
  config: '/home/ada/.relay-connector.json',
  enabled: true,
  state: 'online',
  since: 0,
  retryAt: null,
  problem: null,
  details: {},
  rights: { terminal: { decision: 'ask', expiresAt: null }, prompt: { decision: 'deny', expiresAt: null } },
  terminals: 2,
  requests: 0,
  relayReads: true,
};
const API = 'https://relay.example/functions/v1';
const ADDED: Partial<AppHandlers> = {
  'plainRelays.pair': async () => RELAY,
  'plainRelays.add': async () => RELAY,
  'plainRelays.list': async () => [RELAY],
};

const run = async (host: FakeHost, line: string): Promise<number> => await runCommandLine(line.split(' '), host);
const callsOf = (host: FakeHost, call: string): unknown[] =>
  host.calls.filter((made) => made.call === call).map(({ input }) => input);
/** Answers the questions of a command, one line each. */
async function answering(host: FakeHost, line: string, ...answers: readonly string[]): Promise<number> {
  const exit = run(host, line);
  for (const answer of answers) {
    await typeAnswer(host, `${answer}\n`, /^[yn]$/.test(answer) ? '[y/N]' : 'ode');
  }
  return await exit;
}

describe('clawreach --pair with the address of a plain relay', () => {
  const LINE = `--pair ABCDE-FGHJK --api ${API} --name server`;

  it('asks first, and names what the relay will be able to do', async () => {
    const host = createFakeHost(ADDED, { terminal: true });
    expect(await answering(host, LINE, 'y')).toBe(0);
    expect(host.stderr.text).toContain('relay.example will be able to read everything');
    expect(host.stderr.text).toContain('Let this relay read and type here?');
    expect(callsOf(host, 'plainRelays.pair')).toEqual([
      { code: 'ABCDEFGHJK', api: API, name: 'server', config: '/home/ada/.relay-connector.json' },
    ]);
    expect(host.stdout.text).toContain('The relay can read this');
    // Other users can read the code in the command line.
    expect(host.stderr.text).toContain('other users of this machine can read the code');
  });

  it('does nothing when the person says no, or can not be asked', async () => {
    const asked = createFakeHost(ADDED, { terminal: true });
    expect(await answering(asked, LINE, 'n')).toBe(2);
    const script = createFakeHost(ADDED);
    expect(await run(script, LINE)).toBe(2);
    expect(script.stderr.text).toContain('plain.unconfirmed');
    for (const host of [asked, script]) expect(callsOf(host, 'plainRelays.pair')).toEqual([]);
  });

  it('takes the answer of a script, another file, name and shell, and the pin of the relay', async () => {
    const host = createFakeHost(ADDED, { running: false });
    const more = `--relay-can-read --insecure --pin=${'AB:'.repeat(31)}AB --config c.json --shell /bin/zsh`;
    expect(await run(host, `${LINE} ${more}`)).toBe(0);
    expect(callsOf(host, 'plainRelays.pair')).toEqual([
      {
        code: 'ABCDEFGHJK',
        api: API,
        name: 'server',
        config: '/work/c.json',
        pin: 'ab'.repeat(32),
        insecure: true,
      },
    ]);
    expect(host.started).toMatchObject([{ profile: '/work/c', shell: '/bin/zsh' }]);
  });

  it.each([
    ['ABCD-1234', 'plain.sealed-code'],
    ['ABCD1234', 'plain.sealed-code'],
    ['ABCDE', 'plain.code'],
    ['clawreach://pair', 'plain.code'],
  ])('refuses %s before it asks or sends anything: %s', async (code, error) => {
    const host = createFakeHost(ADDED, { terminal: true });
    expect(await run(host, `--pair ${code} --api ${API}`)).toBe(2);
    expect(host.stderr.text).toContain(error);
    expect(host.calls).toEqual([]);
  });

  it('refuses an address without TLS', async () => {
    const host = createFakeHost(ADDED, { terminal: true });
    expect(await run(host, '--pair ABCDEFGHJK --api http://relay.example/functions/v1')).toBe(2);
    expect(host.stderr.text).toContain('plain.insecure');
    expect(host.calls).toEqual([]);
  });

  it('asks for the code where it is not in the arguments', async () => {
    const host = createFakeHost(ADDED, { terminal: true });
    expect(await answering(host, `--pair - --api ${API} --relay-can-read`, 'abcde fghjk')).toBe(0);
    expect(callsOf(host, 'plainRelays.pair')).toMatchObject([{ code: 'ABCDEFGHJK', name: 'laptop' }]);
    expect(host.stderr.text).not.toContain('other users');
  });
});

describe('clawreach plain-relay', () => {
  it('lists the relays, each with the mark', async () => {
    const host = createFakeHost({ 'plainRelays.list': async () => [RELAY] });
    expect(await run(host, 'plain-relay')).toBe(0);
    expect(host.stdout.text).toBe(
      'Plain relay relay.example: online, 2 terminals open. terminal (asks), prompt (denied). The relay can read this.\n',
    );
  });

  it('adds a file after the question, ends, switches and removes', async () => {
    const host = createFakeHost(
      {
        ...ADDED,
        'plainRelays.end': async () => ({ terminals: 2, requests: 1 }),
        'plainRelays.enable': async ({ enabled }) => ({ ...RELAY, enabled }),
        'plainRelays.remove': async () => ({}),
      },
      { terminal: true },
    );
    const file = join(temporaryDirectory(), 'node.json');
    const fields = { relay_url: 'wss://relay.example', node_id: 'node-1', auth_token: 'a-secret-token' };
    writeFileSync(file, JSON.stringify(fields), { mode: 0o600 });
    expect(await answering(host, `plain-relay add ${file}`, 'y')).toBe(0);
    // The question names the relay that the file does.
    expect(host.stderr.text).toContain('relay.example will be able to read everything');
    expect(await run(host, 'plain-relay add missing.json')).toBe(1);
    expect(host.stderr.text).toContain('/work/missing.json: it does not exist.');
    expect(await run(host, 'plain-relay end')).toBe(0);
    expect(await run(host, 'plain-relay end relay.example')).toBe(0);
    expect(await run(host, 'plain-relay off relay.example')).toBe(0);
    expect(await run(host, 'plain-relay on relay.example')).toBe(0);
    expect(await run(host, 'plain-relay remove relay.example')).toBe(0);
    expect(callsOf(host, 'plainRelays.add')).toEqual([{ config: file }]);
    expect(callsOf(host, 'plainRelays.end')).toEqual([{}, { relay: 'relay.example' }]);
    expect(callsOf(host, 'plainRelays.enable')).toEqual([
      { relay: 'relay.example', enabled: false },
      { relay: 'relay.example', enabled: true },
    ]);
    expect(host.stdout.text).toContain('Ended 2 terminals and 1 request.');
    expect(host.stdout.text).toContain('/home/ada/.relay-connector.json');
  });
});

describe('the mark of a plain relay', () => {
  const waiting = { ...RELAY, state: 'waiting', problem: 'plain.rejected', terminals: 0 } as const;

  it('is in `status` and `list`', async () => {
    const host = createFakeHost({
      'plainRelays.list': async () => [waiting],
      'status.get': async () => createStatus({ plainRelays: { known: 1, online: 0, terminals: 0 } }),
      'peers.list': async () => [createPeer()],
    });
    expect(await run(host, 'status')).toBe(0);
    expect(host.stdout.text).toContain(
      'Plain      relay.example: retrying: The plain relay rejects this machine. The relay can read this.',
    );
    host.stdout.text = '';
    expect(await run(host, 'list')).toBe(0);
    expect(host.stdout.text).toContain('Plain relay relay.example: retrying');
    expect(host.stdout.text).toContain('The relay can read this.');
  });

  it('is in `audit` and `approvals`', async () => {
    const host = createFakeHost({
      'audit.list': async () => [{ at: 0, event: 'terminal.opened', fields: { name: RELAY.name, relayReads: true } }],
      'approvals.list': async () => [
        {
          id: 1,
          kind: 'right',
          peerId: PEER_ID,
          peerName: RELAY.name,
          right: 'terminal',
          detail: 'open a terminal',
          requestedAt: 0,
          expiresAt: 1,
          state: 'pending',
          decidedAt: null,
          relayReads: true,
        },
      ],
    });
    expect(await run(host, 'audit')).toBe(0);
    expect(host.stdout.text).toContain('Plain relay relay.example  opened a terminal here (The relay can read this)');
    host.stdout.text = '';
    expect(await run(host, 'approvals')).toBe(0);
    expect(host.stdout.text).toContain('Plain relay relay.example (The relay can read this)');
  });
});

describe('clawreach rights', () => {
  const unknown = async (): Promise<never> => {
    throw new ClawReachError('peer.unknown', 'no such peer', { details: { name: 'relay.example' } });
  };

  it('changes those of a plain relay, but only the two that it can have', async () => {
    const host = createFakeHost({
      'peers.get': unknown,
      'plainRelays.list': async () => [RELAY],
      'plainRelays.setRight': async () => ({
        ...RELAY,
        rights: { ...RELAY.rights, terminal: { decision: 'allow', expiresAt: null } },
      }),
    });
    expect(await run(host, 'rights relay.example --allow terminal --deny prompt')).toBe(0);
    expect(callsOf(host, 'plainRelays.setRight')).toEqual([
      { relay: PEER_ID, right: 'terminal', decision: 'allow', expiresAt: null },
      { relay: PEER_ID, right: 'prompt', decision: 'deny', expiresAt: null },
    ]);
    expect(host.stdout.text).toContain('Plain relay relay.example  terminal: allowed');
    expect(host.stdout.text).toContain('The relay can read this.');
    expect(await run(host, 'rights relay.example --allow forward')).toBe(2);
    expect(host.stderr.text).toContain('usage.plain-right');
    expect(await run(host, 'rights relay.example --hands-on terminal')).toBe(2);
    expect(await run(host, 'rights elsewhere')).toBe(4);
  });
});

describe('clawreach --config with the file of a connector', () => {
  it('names the command that uses it, since no one has accepted the relay', async () => {
    const host = createFakeHost({ 'plainRelays.list': async () => [] }, { running: false });
    host.files.add('/work/c.json');
    const exit = run(host, '--config /work/c.json');
    await expect.poll(() => host.stderr.text).toContain('clawreach plain-relay add /work/c.json');
    host.interrupt();
    await exit;
    expect(callsOf(host, 'plainRelays.add')).toEqual([]);
  });
});
