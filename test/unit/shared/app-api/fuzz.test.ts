import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  agentReply,
  decodeWireMessage,
  DEFAULT_WINDOW_SETTINGS,
  encodeWireMessage,
  SHELL_CALLS,
  ShellTransport,
  HOSTED_RELAY_OFF,
  type InstalledCommand,
  type ShellFacts,
  type ShellHandlers,
  type UpdatesView,
} from '#shared/app-api/index.ts';
import { MemoryTransport } from '#test/support/app-transport.ts';
import { CASES_PER_BOUNDARY } from '#test/support/fuzz.ts';
import { strangeBytes } from '#test/support/mutations.ts';

const FACTS: ShellFacts = {
  kind: 'browser',
  platform: 'linux',
  version: '1.2.3',
  electron: null,
  tray: false,
  canHostRelay: false,
  defaultRelay: null,
  ownsAgent: false,
  secretStore: { protection: 'file', backend: null, problem: null },
};
const RELAY = HOSTED_RELAY_OFF;
const UPDATES: UpdatesView = {
  installed: '1.2.3',
  way: 'self',
  available: true,
  checkedAt: null,
  state: { name: 'idle' },
};
const COMMAND: InstalledCommand = { state: 'none', path: null, by: null, missingInPath: null };

/** Valid inputs of the shell's calls, as messages of a window. */
const VALID = Object.entries({
  'shell.facts': {},
  'shell.openDesktop': { protocol: 'rdp', port: 3389 },
  'shell.openLink': { url: 'https://example.net/' },
  'shell.terminals': { terminals: [{ id: 1, peerId: 'X', title: 'npm test', folder: '~/work' }] },
  'shell.settings.get': {},
  'shell.settings.set': DEFAULT_WINDOW_SETTINGS,
  'shell.relay.get': {},
  'shell.relay.start': {},
  'shell.relay.outside': { on: true },
  'shell.relay.stop': {},
  'shell.quit': {},
  'shell.secret.keep': { place: 'file' },
  'shell.autostart.get': {},
  'shell.autostart.set': { on: true },
  'shell.saveText': { name: 'forwards.ini', text: '[a]' },
  'shell.chooseFolder': {},
  'shell.transfers.choose': { what: 'files' },
  'shell.transfers.send': { peer: 'office', token: 'a'.repeat(32) },
  'shell.transfers.put': { peer: 'office', token: 'a'.repeat(32), folder: 'photos', path: ['2026'], mode: 'new' },
  'shell.transfers.accept': { approval: 7 },
  'shell.transfers.setInbox': { to: 'choose' },
  'shell.agents.setFiles': { name: 'coder', to: 'choose' },
  'shell.folders.share': { peer: 'office', mode: 'read' },
  'shell.messages.send': { peer: 'office', agent: 'coder', body: 'See this', token: 'a'.repeat(32) },
  'shell.transfers.show': { id: 'a'.repeat(32) },
  'shell.updates.get': {},
  'shell.updates.check': {},
  'shell.updates.download': {},
  'shell.updates.cancel': {},
  'shell.updates.install': {},
  'shell.licences': {},
  'shell.command.get': {},
  'shell.command.install': {},
  'shell.command.remove': {},
}).map(([method, params], call) =>
  encodeWireMessage({ kind: 'control', json: { type: 'call', call, method, params } }),
);

/** Messages that are right in form, with anything in their fields. */
const odd = fc
  .record({
    type: fc.constantFrom('call', 'call', 'call', 'cancel', 'result'),
    call: fc.oneof({ weight: 9, arbitrary: fc.nat() }, { weight: 1, arbitrary: fc.jsonValue() }),
    method: fc.constantFrom(...Object.keys(SHELL_CALLS), 'status.get', '__proto__'),
    params: fc.oneof(
      fc.constant({}),
      fc.record({ place: fc.constantFrom('file', 'key-store', 'File', null) }),
      fc.record({ url: fc.oneof(fc.string(), fc.webUrl(), fc.jsonValue()) }),
      fc.record({ ...constants(DEFAULT_WINDOW_SETTINGS), theme: fc.constantFrom('dark', 'pink', null) }),
      fc.jsonValue(),
    ),
  })
  .map((json) => encodeWireMessage({ kind: 'control', json }));

function constants(value: Readonly<Record<string, unknown>>): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, fc.constant(entry)]));
}

test('strange messages, a hundred thousand before a release, neither crash the shell nor reach a handler with input it does not take [S-WEB-3]', async () => {
  let handled = 0;
  const wrong: string[] = [];
  const check =
    <Output>(call: keyof typeof SHELL_CALLS, output: Output) =>
    async (input: unknown): Promise<Output> => {
      handled += 1;
      // The shell answers for a handler that throws: what is expected here would be an answer like others.
      if (!SHELL_CALLS[call].input.safeParse(input).success) wrong.push(call);
      return output;
    };
  const handlers: ShellHandlers = {
    'shell.facts': check('shell.facts', FACTS),
    'shell.openLink': check('shell.openLink', {}),
    'shell.terminals': check('shell.terminals', {}),
    'shell.settings.get': check('shell.settings.get', DEFAULT_WINDOW_SETTINGS),
    'shell.settings.set': check('shell.settings.set', DEFAULT_WINDOW_SETTINGS),
    'shell.relay.get': check('shell.relay.get', RELAY),
    'shell.relay.start': check('shell.relay.start', RELAY),
    'shell.relay.outside': check('shell.relay.outside', RELAY),
    'shell.relay.stop': check('shell.relay.stop', RELAY),
    'shell.secret.keep': check('shell.secret.keep', FACTS),
    'shell.updates.get': check('shell.updates.get', UPDATES),
    'shell.updates.check': check('shell.updates.check', UPDATES),
    'shell.updates.download': check('shell.updates.download', UPDATES),
    'shell.updates.cancel': check('shell.updates.cancel', UPDATES),
    'shell.updates.install': check('shell.updates.install', UPDATES),
    'shell.licences': check('shell.licences', { packages: [], texts: [] }),
    'shell.command.get': check('shell.command.get', COMMAND),
    'shell.command.install': check('shell.command.install', COMMAND),
    'shell.command.remove': check('shell.command.remove', COMMAND),
  };
  let passed = 0;
  let answered = 0;
  const replies: Uint8Array[] = [];
  let receive: (bytes: Uint8Array) => void = () => undefined;
  const window = new MemoryTransport();
  window.send = (message) => void replies.push(message);
  window.setHandlers = (agent) => {
    receive = (bytes) => agent.message(bytes);
  };
  new ShellTransport(window, handlers).setHandlers({
    message: () => void (passed += 1),
    drain: () => undefined,
    closed: () => undefined,
  });
  const types = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        strangeBytes(VALID, 64).map(({ bytes }) => bytes),
        odd,
      ),
      async (bytes) => {
        const before = answered + passed;
        receive(bytes);
        // A call that was taken is answered within a few turns of the queue, whatever it was.
        for (let turns = 0; turns < 8; turns += 1) await Promise.resolve();
        for (const reply of replies.splice(0)) {
          const decoded = decodeWireMessage(reply);
          types.add(agentReply.parse(decoded.kind === 'control' ? decoded.json : undefined).type);
          answered += 1;
        }
        expect(answered + passed).toBe(before + 1);
        expect(wrong).toEqual([]);
      },
    ),
    { numRuns: CASES_PER_BOUNDARY },
  );
  expect([...types].toSorted()).toEqual(['error', 'result']);
  expect(handled).toBeGreaterThan(CASES_PER_BOUNDARY / 50);
  expect(answered).toBeGreaterThan(CASES_PER_BOUNDARY / 5);
  expect(passed).toBeGreaterThan(CASES_PER_BOUNDARY / 5);
  console.info(
    `shell messages: ${CASES_PER_BOUNDARY} cases, ${passed} left to the agent, ${answered} answered, ${handled} handled`,
  );
});
