import { expect, it } from 'vitest';
import { ClawReachError } from '#shared/errors.ts';
import { runCommandLine } from '#cli/program.ts';
import { Reporter } from '#cli/output/index.ts';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { CapturedOutput, createFakeHost, createRelay, createStatus } from '#test/support/cli-host.ts';

const PLAN = {
  task: 'remove',
  server: 'ada@relay:22',
  arch: 'x64',
  version: null,
  before: '0.1.0',
  size: null,
  url: 'wss://relay:7474',
  actions: [{ kind: 'leave-relay', what: 'wss://relay:7474' }],
} as const;

it('a secret typed again while it is checked is not shown, Ctrl-C cancels then, and the terminal is as before at the end', async () => {
  const answered = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  const host = createFakeHost(
    {
      'relayServers.run': async (_input, { progress }) => {
        progress({ kind: 'question', id: 'q', question: { kind: 'password', server: 'ada@relay', retry: false } });
        await answered.promise;
        await cancelled.promise;
        return { outcome: 'declined', plan: null, state: null, kept: [] };
      },
      'relayServers.answer': async () => {
        answered.resolve();
        return {};
      },
      'relayServers.cancel': async () => {
        cancelled.resolve();
        return { server: 'relay' };
      },
    },
    { terminal: true },
  );
  const ended = runCommandLine(['relay-server', 'remove', 'relay'], host);
  await expect.poll(() => host.stderr.text).toContain('Password of');
  host.stdin.write('secret\r');
  await answered.promise;
  expect(host.stdin.raw).toBe(true);
  host.stdin.write('secret again\r\u0003');
  await ended;
  expect(host.stdin.raw).toBe(false);
  expect(host.stderr.text).not.toContain('secret');
});

it('what was typed before the plan was shown is no answer to it', async () => {
  const shown = Promise.withResolvers<void>();
  const answers: unknown[] = [];
  const answered = Promise.withResolvers<void>();
  const host = createFakeHost(
    {
      'relayServers.run': async (_input, { progress }) => {
        await shown.promise;
        const plan = { ...PLAN, actions: [...PLAN.actions] };
        progress({ kind: 'plan', plan });
        progress({ kind: 'question', id: 'q', question: { kind: 'plan', plan } });
        await answered.promise;
        return { outcome: 'declined', plan: null, state: null, kept: [] };
      },
      'relayServers.answer': async (input) => {
        answers.push(input);
        answered.resolve();
        return {};
      },
    },
    { terminal: true },
  );
  const ended = runCommandLine(['relay-server', 'deploy', 'relay'], host);
  host.stdin.write('y\n');
  shown.resolve();
  await expect.poll(() => host.stderr.text).toContain('Do it?');
  host.stdin.write('\n');
  await ended;
  expect(answers).toEqual([{ id: 'q', answer: { kind: 'decision', yes: false } }]);
  expect(host.stdin.raw).toBe(false);
});

it('a removal without a terminal says that it needs --yes, and that this machine leaves its relay', async () => {
  const host = createFakeHost({
    'relayServers.run': async (_input, { progress }) => {
      progress({ kind: 'plan', plan: { ...PLAN, actions: [...PLAN.actions] } });
      return { outcome: 'declined', plan: null, state: null, kept: [] };
    },
  });
  await runCommandLine(['relay-server', 'remove', 'relay'], host);
  expect(host.stdout.text).toContain('--yes');
  expect(host.stderr.text).toContain('this machine uses it, and will use no relay');
});

it.each([
  [false, 1],
  [true, 0],
])(
  'the steps of a task are lines of their own where no line can be replaced (terminal: %s)',
  async (terminal, times) => {
    const host = createFakeHost(
      {
        'relayServers.run': async (_input, { progress }) => {
          progress({ kind: 'step', step: 'copy', state: 'running' });
          progress({ kind: 'step', step: 'copy', state: 'running', done: 1, total: 2 });
          return { outcome: 'done', plan: null, state: null, kept: [] };
        },
      },
      { terminal },
    );
    await runCommandLine(['relay-server', 'update', 'relay', '--yes'], host);
    expect(host.stderr.text.split('Copying the package…\n').length - 1).toBe(times);
  },
);

it('progress and notes wait while a question is open', () => {
  const [stdout, stderr] = [new CapturedOutput(), new CapturedOutput()];
  stderr.isTTY = true;
  const reporter = new Reporter({ stdout, stderr, variables: {}, json: false });
  reporter.asking();
  reporter.progress('Preparing…');
  reporter.note('A note.');
  expect(stderr.text).toBe('');
  reporter.answered();
  expect(stderr.text).toBe('A note.\n');
});

it.each([true, false])('a dry run with an agent running: %s starts none and leaves nothing behind', async (running) => {
  const host = createFakeHost(
    { 'relayServers.run': async () => ({ outcome: 'planned', plan: null, state: null, kept: [] }) },
    { running },
  );
  host.agent.hasProfile = false;
  expect(await runCommandLine(['relay-server', 'deploy', 'relay', '--dry-run'], host)).toBe(0);
  expect(host.stdout.text).toBe('Nothing was changed.\n');
  expect(host.calls).toContainEqual(expect.objectContaining({ call: 'relayServers.run' }));
  expect([host.started, host.prepared, host.agent.idle]).toEqual([[], [], 0]);
});

it.each([
  [{ kind: 'host-key', host: 'relay', port: 22, fingerprint: 'SHA256:x' }, '--trust SHA256:x', 8],
  [{ kind: 'password', server: 'ada@relay', retry: false }, 'CLAWREACH_SSH_PASSWORD', 2],
  [{ kind: 'sudo-password', server: 'ada@relay', retry: false }, 'CLAWREACH_SUDO_PASSWORD', 2],
] as const)('a question without a terminal names what answers it: %j', async (question, option, code) => {
  const cancelled = Promise.withResolvers<void>();
  const host = createFakeHost({
    'relayServers.run': async (_input, { progress }) => {
      progress({ kind: 'question', id: 'q', question });
      await cancelled.promise;
      throw new ClawReachError('relay-server.cancelled', 'cancelled');
    },
    'relayServers.cancel': async () => {
      cancelled.resolve();
      return { server: 'relay' };
    },
  });
  expect(await runCommandLine(['relay-server', 'deploy', 'relay'], host)).toBe(code);
  expect(host.stderr.text).toContain(option);
  expect(host.stderr.text).not.toContain('declined');
});

it('a fingerprint to trust goes to the agent, which checks it; another text is refused', async () => {
  const host = createFakeHost({
    'relayServers.run': async () => ({ outcome: 'planned', plan: null, state: null, kept: [] }),
  });
  const hash = 'A'.repeat(43);
  expect(
    await runCommandLine(['relay-server', 'deploy', 'relay', '--dry-run', '--trust', `SHA256:${hash}=`], host),
  ).toBe(0);
  expect(host.calls).toContainEqual(
    expect.objectContaining({ call: 'relayServers.run', input: expect.objectContaining({ trust: `SHA256:${hash}` }) }),
  );
  expect(await runCommandLine(['relay-server', 'deploy', 'relay', '--trust', 'aa:bb'], host)).toBe(2);
});

it.each([
  ['relay.example', 'Cancelled the task at relay.example.'],
  [null, 'No task runs at a server.'],
])('`relay-server cancel` cancels the task of any client (%s)', async (server, text) => {
  const handlers = { 'relayServers.cancel': async () => ({ server }) };
  const host = createFakeHost(handlers);
  expect(await runCommandLine(['relay-server', 'cancel'], host)).toBe(0);
  expect(host.stdout.text).toContain(text);
  const json = createFakeHost(handlers);
  expect(await runCommandLine(['relay-server', 'cancel', '--json'], json)).toBe(0);
  expect(JSON.parse(json.stdout.text)).toEqual({ cancelled: server });
});

const NEW_PIN = 'cd'.repeat(32);
const DEPLOY = { ...PLAN, task: 'deploy', actions: [{ kind: 'use-relay', what: PLAN.url }] } as const;

it('deploying over a relay that this machine knows shows the key that it trusts, and the one that replaces it', async () => {
  const pin = 'ab'.repeat(32);
  const plan = { ...DEPLOY, actions: [...DEPLOY.actions] };
  const host = createFakeHost({
    'status.get': async () => createStatus({ relay: createRelay({ url: PLAN.url, pin }) }),
    'relayServers.run': async (_input, { progress }) => {
      progress({ kind: 'plan', plan });
      const facts = { installed: true, running: true, version: '1', available: '1', reachable: true };
      return { outcome: 'done', plan, state: { ...facts, url: PLAN.url, pin: NEW_PIN }, kept: [] };
    },
  });
  expect(await runCommandLine(['relay-server', 'deploy', 'relay', '--yes'], host)).toBe(0);
  expect(host.stderr.text).toContain(`by the key ${formatPin(pin)}`);
  expect(host.stdout.text).toContain(`tls pin    ${formatPin(NEW_PIN)}`);
  expect(host.stdout.text).toContain(`before     ${formatPin(pin)}`);
});

it('a deployment after which this machine cannot connect says that the relay runs', async () => {
  const host = createFakeHost({
    'relayServers.run': async (_input, { progress }) => {
      progress({ kind: 'step', step: 'adopt', state: 'running' });
      throw new ClawReachError('relay.admission', 'refused');
    },
  });
  expect(await runCommandLine(['relay-server', 'deploy', 'relay', '--yes'], host)).toBe(7);
  expect(host.stderr.text).toContain('The relay is installed at relay and runs.');
});
