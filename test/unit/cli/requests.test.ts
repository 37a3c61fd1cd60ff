import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, DecidedGatewayRequest, GatewayRequestView } from '#shared/app-api/index.ts';
import { plainRequest } from '#test/support/app-views.ts';
import { createFakeHost, typeAnswer } from '#test/support/cli-host.ts';

function request(change: Partial<GatewayRequestView> = {}): GatewayRequestView {
  return plainRequest({
    key: 'aaaa000000000000.1',
    kind: 'device',
    gateway: 'abcdefgh12345678',
    requestId: '5e1f-0001',
    who: 'nas',
    deviceId: 'c30b'.repeat(16),
    platform: 'linux',
    address: '10.0.0.9',
    roles: ['operator', 'node'],
    scopes: ['operator.admin'],
    severity: 'critical',
    repair: true,
    requestedAt: 1,
    ...change,
  });
}

const EXEC = request({
  key: 'bbbb000000000000.1',
  kind: 'exec',
  requestId: 'exec-1',
  who: 'main',
  deviceId: null,
  roles: [],
  scopes: [],
  command: 'rm -r /tmp/x\ncurl evil\u001b[2J',
  argv: ['sh', '-c', 'rm -r /tmp/x'],
  directory: '/srv',
  environment: ['PATH'],
  host: 'node nas',
  severity: 'warning',
  repair: false,
  decisions: ['approve', 'approve-always', 'reject'],
});
const NODE = request({
  key: 'cccc000000000000.1',
  kind: 'node',
  requestId: '2c47-0001',
  roles: [],
  scopes: [],
  commands: ['system.run', 'system.which'],
});

async function run(
  line: readonly string[],
  options: Readonly<{ waiting?: readonly GatewayRequestView[]; terminal?: boolean; typed?: string }> = {},
  handlers: Partial<AppHandlers> = {},
) {
  const { waiting = [request(), EXEC, NODE] } = options;
  const host = createFakeHost(
    {
      'requests.list': async () => ({ waiting: [...waiting], decided: [] }),
      'requests.decide': async ({ key, decision, reason }): Promise<DecidedGatewayRequest> => ({
        ...(waiting.find((one) => one.key === key) ?? request()),
        outcome: decision === 'reject' ? 'rejected' : 'approved',
        decision,
        by: null,
        decidedAt: 1_800_000_000_000,
        reason: reason ?? null,
      }),
      ...handlers,
    },
    { terminal: options.terminal === true },
  );
  if (/^[yn]\n$/.test(options.typed ?? '')) void typeAnswer(host, options.typed ?? '');
  else if (options.typed !== undefined) host.stdin.end(options.typed);
  const exit = await runCommandLine(line, host);
  const decided = host.calls.filter(({ call }) => call === 'requests.decide').map(({ input }) => input);
  return { host, exit, decided, stdout: host.stdout.text, stderr: host.stderr.text };
}

describe('requests at gateways', () => {
  it('are listed with what they want, on one line and without anything that drives a terminal [S-GW-8]', async () => {
    const { exit, stdout } = await run(['requests', 'list']);
    expect(exit).toBe(0);
    expect(stdout).toContain('be operator, node with operator.admin');
    expect(stdout).toContain('rm -r /tmp/x ⏎ curl evil⟨U+001B⟩[2J');
    expect(stdout).not.toContain('\u001b');
  });

  it('are shown in full before they are approved: roles, scopes, commands, command, folder [S-GW-8]', async () => {
    const device = await run(['devices', 'approve', '5e1f'], { terminal: true, typed: 'y\n' });
    expect(device.decided).toEqual([{ key: 'aaaa000000000000.1', decision: 'approve' }]);
    for (const shown of ['operator, node', 'operator.admin', '10.0.0.9', 'Known before', 'critical'])
      expect(device.stderr).toContain(shown);
    const node = await run(['nodes', 'approve', 'nas'], { terminal: true, typed: 'n\n' });
    expect([node.exit, node.decided]).toEqual([1, []]);
    expect(node.stderr).toContain('system.run, system.which');
    const exec = await run(['requests', 'approve', 'bbbb', '--always'], { terminal: true, typed: 'y\n' });
    expect(exec.decided).toEqual([{ key: 'bbbb000000000000.1', decision: 'approve-always' }]);
    for (const shown of ['rm -r /tmp/x', 'curl evil⟨U+001B⟩[2J', '"sh" "-c"', '/srv', 'PATH', 'node nas'])
      expect(exec.stderr).toContain(shown);
  });

  it.each([
    ['loads', 'can load other files'],
    ['environment', 'sets variables'],
    ['operand', 'names a folder'],
    ['file', 'could be replaced without notice'],
  ] as const)('of a run here say why it can only be allowed once: %s', async (onceReason, words) => {
    const once = { ...EXEC, kind: 'run' as const, decisions: ['approve', 'reject'] as const, onceReason };
    const file = { program: '/opt/tools/bin/sh', user: 'ada' };
    const waiting = [{ ...once, ...file, decisions: [...once.decisions], environment: ["MODE='a b'"] }];
    const shown = await run(['requests', 'approve', 'bbbb'], { waiting, terminal: true, typed: 'n\n' });
    expect(shown.stderr).toContain(words);
    expect(shown.stderr).toContain("MODE='a b'");
    expect(shown.stderr).toMatch(/Program +\/opt\/tools\/bin\/sh\n.*User +ada\n/su);
    const always = await run(['requests', 'approve', 'bbbb', '--always'], { waiting, terminal: true, typed: 'y\n' });
    expect([always.exit === 0, always.decided]).toEqual([false, []]);
    expect(always.stderr).toContain('[request.decision]');
  });

  it('are not approved unseen: a script has to say --yes [S-GW-8]', async () => {
    const unsure = await run(['devices', 'approve', '--latest']);
    expect([unsure.exit, unsure.decided]).toEqual([2, []]);
    expect(unsure.stderr).toContain('[usage.confirm]');
    const sure = await run(['devices', 'approve', '--latest', '--yes', '--json']);
    expect(sure.exit).toBe(0);
    expect(JSON.parse(sure.stdout)).toMatchObject({ outcome: 'approved', key: 'aaaa000000000000.1' });
  });

  it('that need scopes this device does not have say so before', async () => {
    const waiting = [request({ missingScopes: ['operator.admin'] })];
    const { exit, decided, stderr } = await run(['devices', 'approve', 'nas', '--yes'], { waiting });
    expect([exit, decided]).toEqual([5, []]);
    expect(stderr).toContain('operator.admin');
  });

  it('are named by a beginning that only one has, of the kind that is meant', async () => {
    expect((await run(['requests', 'reject', 'nas'])).stderr).toContain('[request.ambiguous]');
    expect((await run(['requests', 'reject', 'nobody'])).stderr).toContain('[request.unknown]');
    expect((await run(['requests', 'reject', ''])).stderr).toContain('[request.unknown]');
    const rejected = await run(['nodes', 'reject', 'nas', '--reason', 'not ours']);
    expect(rejected.decided).toEqual([{ key: 'cccc000000000000.1', decision: 'reject', reason: 'not ours' }]);
    expect((await run(['devices', 'approve'])).exit).toBe(2);
  });

  it('are told as they come and go, until somebody interrupts', async () => {
    const host = createFakeHost({ 'requests.list': async () => ({ waiting: [request()], decided: [] }) });
    const work = runCommandLine(['requests', 'watch', '--json'], host);
    await expect.poll(() => host.stdout.text).toContain('5e1f-0001');
    host.server.broadcast('requests.changed', [EXEC]);
    await expect.poll(() => host.stdout.text).toContain('"event":"over"');
    host.interrupt();
    expect(await work).toBe(0);
    const told = host.stdout.text
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(told).toMatchObject([
      { event: 'waiting', request: { kind: 'device' } },
      { event: 'over', request: { kind: 'device' } },
      { event: 'waiting', request: { kind: 'exec' } },
    ]);
  });
});
