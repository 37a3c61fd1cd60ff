import { describe, expect, it } from 'vitest';
import { chooseRelay, CommandContext, completeUrl, ensureRelay, type RelayFlags } from '#cli/control/index.ts';
import { runCommandLine } from '#cli/program.ts';
import { describeError } from '#cli/output/index.ts';
import type { AppHandlers, RelayStatus } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import {
  createFakeHost,
  createPeer,
  createRelay,
  createStatus,
  typeAnswer,
  type FakeHost,
} from '#test/support/cli-host.ts';

const CONFIGURED = 'wss://settings.example:7474';

describe('which relay', () => {
  it.each([
    [
      'the option first',
      { relay: 'wss://option' },
      'wss://environment',
      CONFIGURED,
      { from: 'option', url: 'wss://option' },
    ],
    ['then the environment', {}, 'wss://environment', CONFIGURED, { from: 'environment', url: 'wss://environment' }],
    ['then the settings', {}, undefined, CONFIGURED, { from: 'settings', url: CONFIGURED }],
    ['an empty variable does not count', {}, '', CONFIGURED, { from: 'settings', url: CONFIGURED }],
    ['else nowhere', {}, undefined, null, { from: 'nowhere' }],
  ] as const)('%s', (_name, options, variable, configured, expected) => {
    expect(chooseRelay(options, { CLAWREACH_RELAY: variable }, configured)).toEqual(expected);
  });

  it('means the secure form when only a host is given', () => {
    expect(completeUrl(' relay.example ')).toBe('wss://relay.example');
    expect(completeUrl('relay.example:7474')).toBe('wss://relay.example:7474');
    expect(completeUrl('https://relay.example')).toBe('wss://relay.example');
    expect(completeUrl('ws://127.0.0.1:7474')).toBe('ws://127.0.0.1:7474');
  });
});

/** An agent whose relay answers the visits in turn: an error, or online. */
function createAgent(configured: string | null, visits: readonly (ClawReachError | 'online')[]) {
  let relay: RelayStatus = createRelay({ url: configured, state: configured === null ? 'none' : 'connecting' });
  const left = [...visits];
  const handlers: Partial<AppHandlers> = {
    'status.get': async () => createStatus({ relay }),
    'relay.configure': async ({ url }) => {
      relay = createRelay({ url, state: 'connecting' });
      return relay;
    },
    'relay.ready': async () => {
      const next = left.shift() ?? 'online';
      if (next !== 'online') throw next;
      relay = createRelay({ ...relay, state: 'online' });
      return relay;
    },
  };
  return handlers;
}

async function ensure(host: FakeHost, options: RelayFlags = {}, acceptUnadmitted = false): Promise<RelayStatus> {
  const context = new CommandContext(host, {});
  const client = await context.connect();
  if (client === undefined) throw new Error('no agent');
  try {
    return await ensureRelay(context, client, options, { acceptUnadmitted });
  } finally {
    context.close();
  }
}

const configured = (host: FakeHost): readonly unknown[] =>
  host.calls
    .filter(({ call }) => call === 'relay.configure')
    .map(({ input }) => {
      const { onlyIfAdmitted: _asked, ...others } = input as Record<string, unknown>;
      return others;
    });

describe('setting up the relay', () => {
  it.each([
    [null, 'none'],
    ['wss://old.example:7474', 'wss://old.example:7474'],
    ['wss://dead.example:7474', 'none'],
  ])('that does not answer says that it is kept, and how to undo that: before %s', async (before, undo) => {
    const dead = new ClawReachError('relay.connection-refused', 'nothing listens');
    const host = createFakeHost(createAgent(before, [dead]));
    // A token is set again, even for the same relay.
    host.texts.set('token', 'T');
    await expect(ensure(host, { relay: 'wss://dead.example', admissionFile: 'token' })).rejects.toMatchObject({
      code: dead.code,
    });
    expect(host.stderr.text).toContain("relay is set to wss://dead.example, although it doesn't work yet");
    expect(host.stderr.text).toContain(`To undo this: \`clawreach config relay ${undo}\``);
  });

  it.each(['relay.other-pin', 'relay.pin', 'relay.not-changed'])(
    'that the agent refuses to store is not said to be set: %s',
    async (code) => {
      const url = 'wss://relay.example:7474';
      const refusal = new ClawReachError(code, 'refused');
      const host = createFakeHost({
        ...createAgent(url, []),
        'relay.configure': async () => {
          throw refusal;
        },
      });
      await expect(ensure(host, { relay: url, pin: 'ab' })).rejects.toMatchObject({ code });
      expect(host.stderr.text).not.toContain('is set to');
      expect(host.stderr.text).not.toContain('undo');
    },
  );

  it.each([
    ['failed', 'To try again: `clawreach config relay wss://dead.example:7474`'],
    ['waiting', 'keeps trying'],
  ] as const)('says whether the agent goes on trying: %s', async (state, text) => {
    const wrong = new ClawReachError('relay.admission', 'wrong token');
    const url = 'wss://dead.example:7474';
    const host = createFakeHost({
      ...createAgent(null, [wrong]),
      'status.get': async () => createStatus({ relay: createRelay({ url: null, state }) }),
    });
    await expect(ensure(host, { relay: url })).rejects.toMatchObject({ code: wrong.code });
    expect(host.stderr.text).toContain(text);
  });

  it.each([
    ['relay.admission', true, true],
    ['relay.untrusted', true, false],
    // Its own text names the relay that stays.
    ['relay.not-changed', false, true],
  ])('says which relay stays when the new one is not set, and how to set it anyway: %s', async (code, stays, force) => {
    const host = createFakeHost({
      ...createAgent(CONFIGURED, []),
      'relay.configure': async () => {
        throw new ClawReachError(code, 'refused');
      },
    });
    await expect(ensure(host, { relay: 'wss://new.example' })).rejects.toMatchObject({ code });
    expect(host.stderr.text.includes(`still uses ${CONFIGURED}`)).toBe(stays);
    expect(host.stderr.text.includes('config relay wss://new.example --force')).toBe(force);
  });

  it.each([
    [{}, false, true],
    [{ force: true }, false, undefined],
    [{}, true, undefined],
  ])(
    'asks the agent to give up no working relay (%j, brought in by the other machine: %s)',
    async (options, joins, asked) => {
      const host = createFakeHost(createAgent(CONFIGURED, ['online']));
      await ensure(host, { relay: 'wss://new.example', ...options }, joins);
      const call = host.calls.find(({ call }) => call === 'relay.configure');
      expect((call?.input as { onlyIfAdmitted?: boolean } | undefined)?.onlyIfAdmitted).toBe(asked);
      expect(call).toBeDefined();
    },
  );

  it('leaves an agent alone that is configured as wanted', async () => {
    const host = createFakeHost(createAgent('wss://relay.example:7474', ['online']));
    expect((await ensure(host, { relay: 'wss://RELAY.example' })).state).toBe('online');
    expect(configured(host)).toEqual([]);
  });

  it('tells the agent the relay, token, pin and permission it was given', async () => {
    const host = createFakeHost(createAgent(CONFIGURED, ['online']), { variables: { CLAWREACH_ADMISSION: 'T' } });
    await ensure(host, { relay: 'ws://198.51.100.7', insecure: true, pin: 'ab' });
    expect(configured(host)).toEqual([{ url: 'ws://198.51.100.7', admission: 'T', insecure: true, pin: 'ab' }]);
    expect(host.stderr.text).toContain('Warning: without TLS');
  });

  it('configures again when only a token is given', async () => {
    const host = createFakeHost(createAgent(CONFIGURED, ['online']));
    host.stdin.end('T\n');
    await ensure(host, { admissionStdin: true });
    expect(configured(host)).toEqual([{ url: CONFIGURED, admission: 'T' }]);
  });

  it('uses a token of the environment at the relay of the settings once that asks for one', async () => {
    const variables = { CLAWREACH_ADMISSION: 'T' };
    const host = createFakeHost(
      createAgent(CONFIGURED, [new ClawReachError('relay.admission-needed', 'no'), 'online']),
      { variables },
    );
    await ensure(host);
    expect(configured(host)).toEqual([{ url: CONFIGURED, admission: 'T' }]);
    const known = createFakeHost(createAgent(CONFIGURED, ['online']), { variables });
    await ensure(known);
    expect(configured(known)).toEqual([]);
  });

  it('says what to do when nothing says which one and nobody can be asked', async () => {
    const host = createFakeHost(createAgent(null, []));
    await expect(ensure(host)).rejects.toMatchObject({ code: 'relay.unset' });
  });

  it('asks on a terminal', async () => {
    const host = createFakeHost(createAgent(null, ['online']), { terminal: true });
    host.stdin.write('relay.example:7474\n');
    expect((await ensure(host)).state).toBe('online');
    expect(configured(host)).toEqual([{ url: 'wss://relay.example:7474' }]);
    expect(host.stderr.text).toContain('Relay address');
  });

  const untrusted = (): ClawReachError =>
    new ClawReachError('relay.untrusted', 'own certificate', {
      details: { pin: 'ab'.repeat(32), reason: 'self-signed' },
    });

  it('shows the pin of a certificate that nobody vouches for, and trusts it after a yes', async () => {
    const host = createFakeHost(createAgent(CONFIGURED, [untrusted(), 'online']), { terminal: true });
    void typeAnswer(host, 'y\n');
    expect((await ensure(host)).state).toBe('online');
    expect(host.stderr.text).toContain('abab abab abab abab abab abab abab abab');
    expect(configured(host)).toEqual([{ url: CONFIGURED, pin: 'ab'.repeat(32) }]);
  });

  it.each(['\n', 'n\n', 'no\n', 'yet\n'])('does not trust it after %j', async (answer) => {
    const host = createFakeHost(createAgent(CONFIGURED, [untrusted(), 'online']), { terminal: true });
    // Typed before the pin was shown: no answer to it.
    host.stdin.write('y\n');
    void typeAnswer(host, answer);
    await expect(ensure(host)).rejects.toMatchObject({ code: 'relay.untrusted' });
    expect(configured(host)).toEqual([]);
  });

  it('never trusts it without a terminal', async () => {
    const host = createFakeHost(createAgent(CONFIGURED, [untrusted(), 'online']));
    await expect(ensure(host)).rejects.toMatchObject({ code: 'relay.untrusted' });
    expect(configured(host)).toEqual([]);
  });

  it.each(['relay.admission-needed', 'relay.removed', 'relay.enrolment'])(
    'asks a guest for no token at %s: the other machine brings it in',
    async (code) => {
      const refused = (): ClawReachError => new ClawReachError(code, 'not known there');
      const host = createFakeHost(createAgent(CONFIGURED, [refused()]), { terminal: true });
      await ensure(host, { relay: 'wss://other.example' }, true);
      expect(configured(host)).toEqual([{ url: 'wss://other.example' }]);
      expect(host.stderr.text).not.toContain('token');
    },
  );

  it('a device that was removed is no guest where it invites', async () => {
    const host = createFakeHost(createAgent(CONFIGURED, [new ClawReachError('relay.removed', 'not known there')]));
    await expect(ensure(host)).rejects.toMatchObject({ code: 'relay.removed' });
  });

  it('asks for the admission token, again when it was wrong, and gives up after three', async () => {
    const needed = new ClawReachError('relay.admission-needed', 'token');
    const wrong = new ClawReachError('relay.admission', 'token');
    const host = createFakeHost(createAgent(CONFIGURED, [needed, wrong, 'online']), { terminal: true });
    host.stdin.write('first\n');
    setImmediate(function later() {
      if (configured(host).length === 1) host.stdin.write('second\n');
      else setImmediate(later);
    });
    expect((await ensure(host)).state).toBe('online');
    expect(configured(host)).toEqual([
      { url: CONFIGURED, admission: 'first' },
      { url: CONFIGURED, admission: 'second' },
    ]);
    expect(host.stderr.text).toContain("doesn't accept this token");
    // Each of the two in raw mode: a terminal shows nothing of what is typed then.
    expect(host.stdin.modes).toEqual([true, false, true, false]);
  });
});

describe('the key of a relay', () => {
  it.each(['relay.pin', 'relay.other-pin', 'relay.untrusted', 'relay.pin-mismatch'])(
    'is called its pin in commands, and by no other word: %s',
    (code) => {
      const { what, why, next } = describeError(
        new ClawReachError(code, 'x', { details: { url: 'wss://r', pin: 'aa', seen: 'aa', expected: 'bb' } }),
      );
      expect(`${what} ${why} ${next}`).not.toMatch(/fingerprint/i);
      expect(`${what} ${why}`).toContain('pin');
    },
  );
});

describe('a relay that wants a token', () => {
  const needed = (): ClawReachError => new ClawReachError('relay.admission-needed', 'token');
  const found = { path: 'direct' as const, rtt: 3, address: '192.168.1.7:7473' };

  it('is not asked about if the machine answers without it', async () => {
    const host = createFakeHost(
      {
        ...createAgent(CONFIGURED, [needed()]),
        'peers.get': async () => createPeer({ name: 'office', linked: false }),
        'peers.ping': async () => found,
      },
      { terminal: true },
    );
    expect(await runCommandLine(['ping', 'office', '-c', '1'], host)).toBe(0);
    expect(host.stderr.text).not.toContain('token');
    expect(configured(host)).toEqual([]);
  });

  it('is asked about if the machine does not', async () => {
    let isThere = false;
    const host = createFakeHost(
      {
        ...createAgent(CONFIGURED, [needed(), 'online']),
        'peers.get': async () => createPeer({ name: 'office', linked: false }),
        'peers.ping': async () => {
          if (isThere) return found;
          isThere = true;
          throw new ClawReachError('link.not-here', 'not here');
        },
      },
      { terminal: true },
    );
    void typeAnswer(host, 'first\n', 'Admission token');
    expect(await runCommandLine(['ping', 'office', '-c', '1'], host)).toBe(0);
    expect(configured(host)).toEqual([{ url: CONFIGURED, admission: 'first' }]);
  });

  it('is missing, not wrong, after an empty answer', async () => {
    const host = createFakeHost(
      {
        ...createAgent(CONFIGURED, [needed()]),
        'relay.ready': () => Promise.reject(new ClawReachError('relay.admission', 'wrong')),
      },
      { terminal: true },
    );
    void typeAnswer(host, '\n', 'Admission token');
    expect(await runCommandLine(['config', 'relay', CONFIGURED], host)).not.toBe(0);
    expect(host.stderr.text).toContain('[relay.admission-needed]');
    expect(host.stderr.text).not.toContain("doesn't accept this token");
  });
});
