import { describe, expect, it } from 'vitest';
import {
  APP_WIRE_LIMITS,
  AppApiClient,
  AppApiServer,
  createTransportPair,
  DEFAULT_WINDOW_SETTINGS,
  encodeWireMessage,
  SHELL_CALLS,
  ShellTransport,
  HOSTED_RELAY_OFF,
  type HostedRelay,
  type ShellCall,
  type ShellFacts,
  type ShellHandlers,
  type CallInput,
} from '#shared/app-api/index.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { createStatus } from '#test/support/cli-host.ts';
import { codeOf } from '#test/support/hostile/device.ts';

const FACTS: ShellFacts = {
  kind: 'desktop',
  platform: 'linux',
  version: '1.2.3',
  electron: '45.4.1',
  tray: true,
  canHostRelay: true,
  defaultRelay: null,
  ownsAgent: true,
  secretStore: { protection: 'encrypted', backend: 'gnome-libsecret', problem: null },
};
const RELAY = HOSTED_RELAY_OFF;

const ANSWERS: ShellHandlers = {
  'shell.facts': async () => FACTS,
  'shell.openLink': async () => ({}),
  'shell.terminals': async () => ({}),
  'shell.settings.get': async () => DEFAULT_WINDOW_SETTINGS,
  'shell.settings.set': async (settings) => settings,
  'shell.relay.get': async () => RELAY,
  'shell.relay.start': async () => RELAY,
  'shell.relay.outside': async () => RELAY,
  'shell.relay.stop': async () => RELAY,
  'shell.secret.keep': async () => FACTS,
};

/** A window whose calls go through the shell to an agent. */
function scene(given: Partial<ShellHandlers> = {}) {
  const calls: { call: ShellCall; input: unknown }[] = [];
  const handlers = Object.fromEntries(
    Object.entries({ ...ANSWERS, ...given }).map(([call, handler]) => [
      call,
      (input: unknown) => {
        calls.push({ call: call as ShellCall, input });
        return (handler as (input: unknown) => Promise<unknown>)(input);
      },
    ]),
  ) as unknown as ShellHandlers;
  const [window, program] = createTransportPair();
  const shell = new ShellTransport(program, handlers);
  const agentCalls: string[] = [];
  const server = new AppApiServer();
  server.serveConnection(
    shell,
    createHandlers({ 'status.get': async () => createStatus() }, (call) => void agentCalls.push(call)),
  );
  return { window, shell, server, calls, agentCalls, api: new AppApiClient(window) };
}

/** A value of every kind but the right one. */
const GARBAGE: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  1.5,
  1e308,
  '',
  'x'.repeat(5000),
  [],
  {},
  { toString: 1 },
  '\u0000',
];

/** Every field of the settings with every kind of garbage that is not right for it, one at a time. */
function garbledSettings(): readonly unknown[] {
  const isRight = (value: unknown): boolean => SHELL_CALLS['shell.settings.set'].input.safeParse(value).success;
  const { terminal } = DEFAULT_WINDOW_SETTINGS;
  const outer = Object.keys(DEFAULT_WINDOW_SETTINGS).flatMap((field) =>
    GARBAGE.map((garbage) => ({ ...DEFAULT_WINDOW_SETTINGS, [field]: garbage })),
  );
  const inner = Object.keys(terminal).flatMap((field) =>
    GARBAGE.map((garbage) => ({ ...DEFAULT_WINDOW_SETTINGS, terminal: { ...terminal, [field]: garbage } })),
  );
  const more = [
    { ...DEFAULT_WINDOW_SETTINGS, more: 1 },
    { ...DEFAULT_WINDOW_SETTINGS, terminal: { ...terminal, fontSize: 7 } },
    { ...DEFAULT_WINDOW_SETTINGS, terminal: { ...terminal, scrollback: 100_001 } },
    { ...DEFAULT_WINDOW_SETTINGS, theme: 'Dark' },
  ];
  return [...outer, ...inner, ...more].filter((value) => !isRight(value));
}

describe('calls of the shell', () => {
  it('are answered beside the agent, which never sees them', async () => {
    const { api, calls, agentCalls } = scene();
    expect(await api.call('shell.facts', {})).toEqual(FACTS);
    expect(await api.call('shell.settings.set', DEFAULT_WINDOW_SETTINGS)).toEqual(DEFAULT_WINDOW_SETTINGS);
    expect(calls.map(({ call }) => call)).toEqual(['shell.facts', 'shell.settings.set']);
    expect(agentCalls).toEqual([]);
  });

  it('and those of the agent go on to it', async () => {
    const { api, calls, agentCalls } = scene();
    expect((await api.call('status.get', {})).device.name).toBe('laptop');
    expect(agentCalls).toEqual(['status.get']);
    expect(calls).toEqual([]);
  });

  it.each(['shell.unknown', 'shell.facts ', 'constructor', '__proto__', 'toString'])(
    'that nobody knows are refused by the agent: %s',
    async (method) => {
      const { api, calls } = scene();
      expect(await codeOf(api.call(method as ShellCall, {}))).toBe('control.unknown-call');
      expect(calls).toEqual([]);
    },
  );

  it.each(Object.keys(SHELL_CALLS) as ShellCall[])(
    'are refused with garbage instead of their input: %s',
    async (call) => {
      const { api, calls } = scene();
      // Without any input it is no call at all, and left to the agent.
      const wrong = GARBAGE.filter((value) => value !== undefined && !SHELL_CALLS[call].input.safeParse(value).success);
      expect(wrong.length).toBeGreaterThan(9);
      for (const input of [...wrong, { more: 1 }]) {
        expect({ input, code: await codeOf(api.call(call, input as never)) }).toEqual({
          input,
          code: 'control.invalid',
        });
      }
      expect(calls).toEqual([]);
    },
  );

  it('are refused with garbage in any field of the settings, and the field is named', async () => {
    const { api, calls } = scene();
    const garbled = garbledSettings();
    expect(garbled.length).toBeGreaterThan(100);
    for (const input of garbled) {
      const code = await codeOf(api.call('shell.settings.set', input as never));
      expect({ input, code }).toEqual({ input, code: 'control.invalid' });
    }
    expect(calls).toEqual([]);
    const failure = api.call('shell.settings.set', {
      ...DEFAULT_WINDOW_SETTINGS,
      terminal: { ...DEFAULT_WINDOW_SETTINGS.terminal, fontSize: 99 },
    });
    await expect(failure).rejects.toMatchObject({
      details: { call: 'shell.settings.set', field: 'terminal.fontSize' },
    });
  });

  it('are refused with links that are too long or no text', async () => {
    const { api, calls } = scene();
    for (const url of ['', 'x'.repeat(2049), 7, null, ['https://example.net']]) {
      expect(await codeOf(api.call('shell.openLink', { url } as never))).toBe('control.invalid');
    }
    expect(calls).toEqual([]);
  });

  it('are refused with a place for the secret that there is not [S-KEY-4]', async () => {
    const { api, calls } = scene();
    for (const input of [
      { place: '' },
      { place: 'File' },
      { place: ['file'] },
      { place: null },
      { place: 'file', path: '/' },
    ]) {
      expect({ input, code: await codeOf(api.call('shell.secret.keep', input as never)) }).toEqual({
        input,
        code: 'control.invalid',
      });
    }
    expect(calls).toEqual([]);
    expect(await api.call('shell.secret.keep', { place: 'file' })).toEqual(FACTS);
    expect(calls).toEqual([{ call: 'shell.secret.keep', input: { place: 'file' } }]);
  });

  it('that only the application answers are refused by another shell, with a text that says where [S-KEY-4]', async () => {
    const { 'shell.secret.keep': _left, ...others } = ANSWERS;
    const [window, program] = createTransportPair();
    const shell = new ShellTransport(program, others);
    new AppApiServer().serveConnection(
      shell,
      createHandlers({}, () => undefined),
    );
    const failure = await codeOf(new AppApiClient(window).call('shell.secret.keep', { place: 'file' }));
    expect(failure).toBe('shell.secret-elsewhere');
    expect(ERROR_TEXTS[failure]?.next).toContain('Settings > Security');
    const unsaved = await codeOf(new AppApiClient(window).call('shell.saveText', { name: 'a.ini', text: '' }));
    expect(unsaved).toBe('shell.files-elsewhere');
    expect(await codeOf(new AppApiClient(window).call('shell.chooseFolder', {}))).toBe('shell.files-elsewhere');
  });

  it.each([
    'agents.sendFiles',
    'agents.setFiles',
    'messages.sendFiles',
    'transfers.send',
    'transfers.accept',
    'transfers.receive',
    'transfers.setInbox',
    'transfers.spool',
    'folders.put',
    'folders.get',
  ] as const)('name no path of this machine to the agent: %s [S-FILE-10]', async (call) => {
    const { api, agentCalls } = scene();
    const input = { peer: 'office', paths: ['/home/mira/.ssh/id_ed25519'], into: '/home/mira', approval: 1 };
    expect(await codeOf(api.call(call, input as never))).toBe('shell.paths');
    expect(agentCalls).toEqual([]);
  });

  it.each([
    ['a folder without a name', { folder: '' }],
    ['an empty name below it', { path: [''] }],
    ['names that are too long', { path: ['a'.repeat(5000)] }],
    ['no place', { folder: undefined }],
    ['an own path', { paths: ['/home/mira/.ssh/id_ed25519'] }],
    ['another way', { mode: 'resume' }],
    ['a path as its token', { token: '/home/mira/.ssh/id_ed25519' }],
  ])('copy nothing into a shared folder with %s [S-FILE-10]', async (_, wrong) => {
    const calls: unknown[] = [];
    const { api } = scene({
      'shell.transfers.put': async (input) => {
        calls.push(input);
        return { id: 'a'.repeat(32) };
      },
    });
    const right: CallInput<'shell.transfers.put'> = {
      peer: 'office',
      token: 'a'.repeat(32),
      folder: 'photos',
      path: ['2026'],
      mode: 'new',
    };
    expect(await codeOf(api.call('shell.transfers.put', { ...right, ...wrong } as never))).toBe('control.invalid');
    expect(calls).toEqual([]);
    await api.call('shell.transfers.put', right);
    expect(calls).toEqual([right]);
  });

  it('are busy beyond sixteen at once, and free again when one is done', async () => {
    const waiting: (() => void)[] = [];
    const { api } = scene({
      'shell.relay.start': () => new Promise((resolve) => waiting.push(() => resolve(RELAY))),
    });
    const running = Array.from({ length: 16 }, () => api.call('shell.relay.start', {}));
    expect(await codeOf(api.call('shell.facts', {}))).toBe('control.busy');
    waiting.shift()?.();
    await running[0];
    expect(await api.call('shell.facts', {})).toEqual(FACTS);
    for (const finish of waiting) finish();
    await Promise.all(running);
  });

  it('tell errors of ours as they are, and nothing of those of strangers', async () => {
    const { api } = scene({
      'shell.relay.start': () =>
        Promise.reject(new ClawReachError('relay.port', 'taken', { details: { port: 7474, reason: 'EADDRINUSE' } })),
      'shell.relay.stop': () => Promise.reject(new Error('ENOENT: /home/mira/secret')),
      'shell.facts': () => {
        throw new TypeError('cannot read /home/mira/secret');
      },
    });
    await expect(api.call('shell.relay.start', {})).rejects.toMatchObject({
      code: 'relay.port',
      details: { port: 7474, reason: 'EADDRINUSE' },
    });
    for (const call of ['shell.relay.stop', 'shell.facts'] as const) {
      const failure: unknown = await api.call(call, {}).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'internal' });
      expect(String(failure)).not.toContain('mira');
    }
  });

  it('have answers that are checked, too', async () => {
    const { api } = scene({ 'shell.facts': async () => ({ ...FACTS, kind: 'phone' }) as unknown as ShellFacts });
    expect(await codeOf(api.call('shell.facts', {}))).toBe('internal');
  });
});

describe('the transport of the shell', () => {
  it('gives events to its window, checked', async () => {
    const { api, shell } = scene();
    const told = new Promise((resolve) => api.on('shell.navigate', resolve));
    shell.emit('shell.navigate', { to: 'pair', codeOrLink: 'ABCD-1234' });
    expect(await told).toEqual({ to: 'pair', codeOrLink: 'ABCD-1234' });
    expect(() => shell.emit('shell.navigate', { to: 'nowhere' } as never)).toThrow(/invalid_union/);
  });

  it('leaves a message beyond the limit to the agent, which ends the connection', async () => {
    const { window, api, calls } = scene();
    const message = encodeWireMessage({
      kind: 'control',
      json: { type: 'call', call: 1, method: 'shell.facts', params: {}, padding: 'x'.repeat(APP_WIRE_LIMITS.message) },
    });
    window.send(message);
    expect(await codeOf(api.call('status.get', {}))).toBe('control.lost');
    expect(calls).toEqual([]);
  });

  it('takes a call of its own up to the limit', async () => {
    const { api } = scene();
    const url = `https://example.net/${'x'.repeat(APP_WIRE_LIMITS.message - 200)}`;
    expect(await codeOf(api.call('shell.openLink', { url }))).toBe('control.invalid');
    expect(await api.call('shell.facts', {})).toEqual(FACTS);
  });

  it('says nothing more when the window is gone', async () => {
    let finish: (relay: HostedRelay) => void = () => undefined;
    const { api, window, shell, server } = scene({
      'shell.relay.start': () => new Promise((resolve) => void (finish = resolve)),
    });
    const call = api.call('shell.relay.start', {});
    await api.call('status.get', {});
    window.close();
    expect(await codeOf(call)).toBe('control.lost');
    finish(RELAY);
    expect(() => shell.emit('shell.minimised', {})).not.toThrow();
    expect(server.connectionCount).toBe(0);
  });

  it('passes pauses and what is buffered on', () => {
    const [window, program] = createTransportPair();
    const shell = new ShellTransport(program, ANSWERS);
    shell.setPaused(true);
    window.send(new Uint8Array(10));
    shell.send(new Uint8Array(5));
    expect([window.bufferedBytes, shell.bufferedBytes]).toEqual([10, 5]);
  });
});
