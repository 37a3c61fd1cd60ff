import { afterEach, describe, expect, it } from 'vitest';
import { GATEWAY_CALLS } from '#shared/app-api/index.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { gatewaySettings } from '#test/support/scripted-gateways.ts';
import { Lab, NODE_ONLY, TOKEN } from './lab.ts';

const FIRST = '11'.repeat(32);
const SECOND = '22'.repeat(32);
const signal = new AbortController().signal;

let lab: Lab;
afterEach(() => lab.manager.close());

describe('the document', () => {
  it('holds no secret that can be read, and what leaves holds none at all but on the wire [S-GW-6]', async () => {
    lab = new Lab();
    lab.machine.reply = () => ({ kind: 'hello', deviceToken: 'device-token-of-the-lab-4711' });
    const code = toBase64Url(
      new TextEncoder().encode(
        JSON.stringify({ url: 'wss://127.0.0.1:1', bootstrapToken: 'bootstrap-of-the-lab-0815' }),
      ),
    );
    const read = await lab.manager.read(code, signal);
    const added = lab.manager.add({
      settings: gatewaySettings(),
      token: TOKEN,
      password: 'password-of-the-lab',
      draft: read.draft,
    });
    await lab.clock.advance(60_000);
    const shown = JSON.stringify([
      read,
      added,
      lab.manager.views(),
      lab.lines.lines,
      await lab.manager.nodeInstructions(added.id, { setupCode: false, signal }),
    ]);
    const kept = `${lab.file.text ?? ''}${lab.file.backup ?? ''}`;
    const secrets = [TOKEN, 'password-of-the-lab', 'device-token-of-the-lab-4711', 'bootstrap-of-the-lab-0815'];
    for (const secret of secrets) {
      expect(shown).not.toContain(secret);
      expect(kept).not.toContain(secret);
      expect(kept).not.toContain(toBase64Url(new TextEncoder().encode(secret)));
    }
    expect(shown).not.toContain('seed');
    expect(added).toMatchObject({ hasToken: true, hasPassword: true });
  });

  it('brings a device back with its own key and token', async () => {
    const former = new Lab();
    former.machine.reply = () => ({ kind: 'hello', deviceToken: 'device-token' });
    const id = former.add();
    await former.clock.advance(1000);
    const { deviceId } = former.manager.view(id).operator;
    former.manager.close();
    lab = new Lab(former);
    await lab.clock.advance(1000);
    expect(lab.machine.attempts[0]).toMatchObject({
      auth: { deviceToken: 'device-token' },
      params: { device: { id: deviceId } },
    });
  });

  it('of another device stops, with the reason', async () => {
    const former = new Lab();
    former.add();
    former.manager.close();
    former.secret.fill(1);
    lab = new Lab(former);
    await lab.clock.advance(1000);
    expect(lab.machine.opened).toHaveLength(0);
    expect(lab.manager.views()[0]?.operator).toMatchObject({
      state: 'stopped',
      problem: { code: 'gateway.keys-unreadable' },
    });
  });

  it('keeps nothing of a gateway that was removed, not in the copy before either [S-GW-6]', async () => {
    lab = new Lab();
    const id = lab.add();
    await lab.clock.advance(1000);
    const removed: string[] = [];
    lab.manager.onRemoved((gone) => removed.push(gone));
    lab.manager.remove(id);
    expect(`${lab.file.text ?? ''}${lab.file.backup ?? ''}`).not.toContain(id);
    expect(removed).toEqual([id]);
    expect(lab.machine.sockets.size).toBe(0);
    expect(() => lab.manager.view(id)).toThrow(expect.objectContaining({ code: 'gateway.unknown' }));
    await lab.clock.advance(60_000);
    expect(lab.machine.opened).toHaveLength(1);
    expect(lab.events).toContain('gateway.removed');
  });
});

describe('a certificate', () => {
  function unknown(fingerprint: string, before?: string) {
    const code = before === undefined ? 'gateway.fingerprint-unknown' : 'gateway.fingerprint-changed';
    return {
      kind: 'fail',
      error: gatewayError(code, 'certificate', {
        fingerprint,
        trusted: false,
        ...(before === undefined ? {} : { before }),
      }),
    } as const;
  }

  it('that nobody knows stops both roles until a person decides [S-GW-2]', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    machine.reply = () => unknown(FIRST);
    const id = lab.add({ fingerprint: null, node: { enabled: true, name: 'Node', capabilities: [] } });
    await clock.advance(24 * 3_600_000);
    expect(machine.opened.length).toBeLessThanOrEqual(2);
    expect(machine.sent).toEqual([]);
    expect(manager.view(id)).toMatchObject({
      certificate: { fingerprint: FIRST, before: null, trusted: false },
      operator: { state: 'stopped', problem: { code: 'gateway.fingerprint-unknown' } },
      node: { state: 'stopped' },
    });
    machine.reply = () => ({ kind: 'hello' });
    expect(() => manager.trust(id, { fingerprint: SECOND, how: 'always' })).toThrow(
      expect.objectContaining({ code: 'gateway.confirm' }),
    );
    manager.trust(id, { fingerprint: FIRST, how: 'always' });
    await clock.advance(1000);
    expect(machine.opened.at(-1)?.fingerprint).toBe(FIRST);
    expect(manager.view(id)).toMatchObject({
      certificate: null,
      operator: { state: 'connected' },
      node: { state: 'connected' },
      settings: { fingerprint: FIRST },
    });
  });

  it('that has changed is trusted only with the last four digits of the new one [S-GW-2]', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    machine.reply = () => unknown(SECOND, FIRST);
    const id = lab.add({ fingerprint: FIRST });
    await clock.advance(1000);
    expect(manager.view(id).certificate).toEqual({ fingerprint: SECOND, before: FIRST, trusted: false });
    machine.reply = () => ({ kind: 'hello' });
    for (const confirm of [undefined, '', '1111'])
      expect(() => manager.trust(id, { fingerprint: SECOND, how: 'always', confirm })).toThrow(
        expect.objectContaining({ code: 'gateway.confirm' }),
      );
    expect(manager.view(id).settings.fingerprint).toBe(FIRST);
    manager.trust(id, { fingerprint: SECOND, how: 'always', confirm: '2222' });
    await clock.advance(1000);
    expect(manager.view(id)).toMatchObject({ settings: { fingerprint: SECOND }, operator: { state: 'connected' } });
    expect(lab.events).toEqual(expect.arrayContaining(['gateway.certificate', 'gateway.trusted', 'gateway.connected']));
  });

  it('trusted once is not written down', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    machine.reply = () => unknown(FIRST);
    const id = lab.add({ fingerprint: null });
    await clock.advance(1000);
    machine.reply = () => ({ kind: 'hello' });
    manager.trust(id, { fingerprint: FIRST, how: 'once' });
    await clock.advance(1000);
    expect(machine.opened.at(-1)?.fingerprint).toBe(FIRST);
    expect(lab.file.text).not.toContain(FIRST);
    expect(manager.view(id).settings.fingerprint).toBeNull();
  });

  it('of another place gets none of what this gateway gave [S-GW-5]', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    machine.reply = () => ({ kind: 'hello', deviceToken: 'device-token' });
    const id = lab.add({ fingerprint: FIRST });
    await clock.advance(1000);
    const endpoint = { host: '127.0.0.2', port: 18_789, tls: true, path: '/' };
    manager.update(id, { ...manager.view(id).settings, endpoint, fingerprint: SECOND }, {});
    await clock.advance(1000);
    expect(machine.attempts.at(-1)?.auth).toEqual({ token: TOKEN });
    expect(machine.opened.at(-1)).toMatchObject({ endpoint, fingerprint: SECOND });
  });
});

describe('what is asked of the manager', () => {
  it('is refused where it cannot be', async () => {
    lab = new Lab();
    lab.machine.reply = () => ({ kind: 'hello', deviceToken: 'of-the-lab' });
    lab.add();
    await lab.clock.advance(1000);
    expect(() => lab.add({ name: 'LAB' })).toThrow(expect.objectContaining({ code: 'gateway.exists' }));
    const plain = { host: 'gateway.example.com', port: 80, tls: false, path: '/' };
    expect(() => lab.add({ name: 'Plain', endpoint: plain, fingerprint: null })).toThrow(
      expect.objectContaining({ code: 'gateway.plain-refused' }),
    );
    expect(() => lab.add({ name: 'Pin', endpoint: { ...plain, host: '127.0.0.1' } })).toThrow(
      expect.objectContaining({ code: 'gateway.fingerprint-plain' }),
    );
    expect(() => lab.add({ name: 'Host', endpoint: { ...plain, host: '127.1' } })).toThrow(
      expect.objectContaining({ code: 'gateway.endpoint-invalid' }),
    );
    for (let count = lab.manager.list().length; count < 64; count += 1)
      lab.add({ name: `Lab ${count}`, operator: { enabled: false, access: 'full' } });
    expect(() => lab.add({ name: 'One more' })).toThrow(expect.objectContaining({ code: 'gateway.too-many' }));
  });

  it('gives the place of one that never let this device in, as after a mistyped port', async () => {
    lab = new Lab();
    lab.machine.reply = () => ({ kind: 'fail', error: gatewayError('gateway.refused', 'no') });
    const mistyped = lab.add();
    await lab.clock.advance(1000);
    const corrected = lab.add({ endpoint: { host: '127.0.0.1', port: 4000, tls: true, path: '/' } });
    expect(lab.manager.list()).toEqual([{ id: corrected, name: 'Lab' }]);
    expect(corrected).not.toBe(mistyped);
  });

  it('without TLS outside this machine is saved only once that is accepted [S-GW-5]', () => {
    lab = new Lab();
    const endpoint = { host: '192.168.1.2', port: 80, tls: false, path: '/' };
    const settings = gatewaySettings({ endpoint, fingerprint: null });
    expect(() => lab.manager.add({ settings, token: TOKEN })).toThrow(
      expect.objectContaining({ code: 'gateway.plain-unconfirmed' }),
    );
    expect(lab.manager.list()).toEqual([]);
    const { id } = lab.manager.add({ settings, token: TOKEN, acceptPlain: true });
    expect(lab.manager.update(id, { ...settings, name: 'Renamed' }, {}).settings.name).toBe('Renamed');
    const moved = { ...settings, endpoint: { ...endpoint, host: '192.168.1.3' } };
    expect(() => lab.manager.update(id, moved, {})).toThrow(
      expect.objectContaining({ code: 'gateway.plain-unconfirmed' }),
    );
  });

  it('finds a gateway by its name, its id, and an unambiguous beginning', () => {
    lab = new Lab();
    const id = lab.add({ name: 'Home' });
    lab.add({ name: 'House' });
    expect(lab.manager.find('home').id).toBe(id);
    expect(lab.manager.find(id).name).toBe('Home');
    expect(lab.manager.find('hom').id).toBe(id);
    expect(() => lab.manager.find('ho')).toThrow(expect.objectContaining({ code: 'gateway.ambiguous' }));
    expect(() => lab.manager.find('x')).toThrow(expect.objectContaining({ code: 'gateway.unknown' }));
  });

  it('waits for a connection, and tells at once what keeps it away', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    machine.reply = () => ({ kind: 'fail', error: gatewayError('gateway.refused', 'no') });
    const id = lab.add();
    await clock.advance(100);
    const waiting = manager.ready(id, 'operator', { timeout: 60_000, signal });
    machine.reply = () => ({ kind: 'hello' });
    await clock.advance(40_000);
    await expect(waiting).resolves.toMatchObject({ gatewayId: id, role: 'operator' });
    await expect(manager.ready(id, 'node', { timeout: 1000, signal })).rejects.toMatchObject({
      code: 'gateway.role-off',
    });
    machine.reply = () => ({ kind: 'refuse', detail: 'AUTH_TOKEN_MISMATCH' });
    machine.connected('operator')?.ended(1006);
    await clock.advance(40_000);
    await expect(manager.ready(id, 'operator', { timeout: 1000, signal })).rejects.toMatchObject({
      code: 'gateway.token-wrong',
    });
    await expect(manager.ready(id, 'operator', { timeout: 1000, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('calls a gateway as a person calls it now, without a new connection', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    const id = lab.add();
    await clock.advance(100);
    const channel = manager.channel(id, 'operator');
    manager.update(id, { ...manager.view(id).settings, name: 'Home' }, {});
    await clock.advance(1000);
    expect(channel?.gatewayName).toBe('Home');
    manager.remove(id);
    expect(channel?.gatewayName).toBe('Lab');
    expect(machine.attempts).toHaveLength(1);
  });

  it('gives up a request when time, the caller or the connection ends it', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    const id = lab.add();
    await clock.advance(100);
    const channel = manager.channel(id, 'operator');
    if (channel === undefined) throw new Error('not connected');
    machine.respond = () => undefined;
    const late = channel.request('health', {}, { timeout: 5000 });
    const stop = new AbortController();
    const aborted = channel.request('health', {}, { signal: stop.signal });
    const lost = channel.request('health', {}, { timeout: null });
    const ends = Promise.allSettled([late, aborted, lost]);
    stop.abort();
    await clock.advance(5000);
    machine.connected('operator')?.ended(1006);
    await clock.advance(0);
    expect(await ends).toMatchObject([
      { reason: { code: 'gateway.timeout' } },
      { reason: { name: 'AbortError' } },
      { reason: { code: 'gateway.lost' } },
    ]);
    await expect(channel.request('health', {})).rejects.toMatchObject({ code: 'gateway.lost' });
    expect(channel.closed.aborted).toBe(true);
  });

  it('says which right is missing', async () => {
    lab = new Lab();
    const id = lab.add();
    await lab.clock.advance(100);
    const details = { code: 'MISSING_SCOPE', missingScope: 'operator.pairing' };
    lab.machine.respond = () => ({ refused: { code: 'FORBIDDEN', message: 'missing scope', details } });
    await expect(lab.manager.channel(id, 'operator')?.request('device.pair.list', {})).rejects.toMatchObject({
      code: 'gateway.scope',
      details: { missing: 'operator.pairing' },
    });
  });

  it('hands events on in order, also those right behind the welcome, and tells of gaps', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    const heard: unknown[] = [];
    manager.onChannel('operator', (channel) => {
      channel.onEvent((event, payload) => heard.push([event, payload]));
      channel.onGap(() => heard.push('gap'));
    });
    machine.reply = () => ({
      kind: 'hello',
      events: [
        { event: 'first', payload: 1, seq: 1 },
        { event: 'second', payload: 2, seq: 2 },
        { event: 'fifth', payload: 5, seq: 5 },
      ],
    });
    lab.add();
    await clock.advance(100);
    expect(heard.filter((entry) => entry !== 'gap')).toEqual([
      ['first', 1],
      ['second', 2],
      ['fifth', 5],
    ]);
    machine.connected('operator')?.say({ type: 'event', event: 'ninth', payload: 9, seq: 9 });
    expect(heard.slice(-2)).toEqual(['gap', ['ninth', 9]]);
  });

  it('tells of changes at most four times a second, in views that fit the contract', async () => {
    lab = new Lab();
    lab.machine.reply = () => ({ kind: 'hello', lives: 20 });
    lab.machine.other = 'openclaw-node.service';
    for (let count = 0; count < 20; count += 1) lab.add({ name: `Lab ${count}` });
    await lab.clock.advance(10_000);
    expect(lab.changes).toBeGreaterThan(3);
    expect(lab.changes).toBeLessThanOrEqual(41);
    const views = GATEWAY_CALLS['gateways.list'].output.parse(lab.manager.views());
    expect(views).toHaveLength(20);
  });
});

describe('another node on this machine', () => {
  it('is looked for at once when this one becomes a node', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    const id = lab.add();
    await clock.advance(1000);
    machine.other = 'openclaw-node, process 7';
    expect(manager.view(id).otherNode).toBeNull();
    const settings = { ...manager.view(id).settings, node: NODE_ONLY.node };
    manager.update(id, { ...settings, node: { ...settings.node, capabilities: [] } }, {});
    await clock.advance(0);
    expect(manager.view(id).otherNode).toBe('openclaw-node, process 7');
    machine.other = null;
    await clock.advance(10 * 60_000);
    expect(manager.view(id).otherNode).toBeNull();
  });
});

describe('the surface of this machine as a node', () => {
  it('waits, with its request, until it is approved, where no operator looks', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    lab.commands = ['system.which'];
    machine.reply = () => ({ kind: 'hello', deviceToken: 'mine' });
    const message =
      'node capability surface is awaiting operator approval; run `openclaw nodes approve surface-1` (see …)';
    machine.respond = () => ({ refused: { code: 'UNAVAILABLE', message } });
    const id = lab.add(NODE_ONLY);
    await clock.advance(2000);
    expect(machine.attempts[0]?.params).toMatchObject({
      caps: ['system'],
      commands: ['system.which'],
      role: 'node',
      scopes: [],
    });
    expect(manager.view(id).surface).toEqual({
      state: 'pending',
      requestId: 'surface-1',
      commands: [],
      waiting: ['system.which'],
    });
    machine.respond = () => ({});
    const { deviceId } = manager.view(id).node;
    machine.event('node.pair.resolved', { requestId: 'surface-1', nodeId: deviceId, decision: 'approved', ts: 1 });
    await clock.advance(1000);
    expect(manager.view(id).surface).toEqual({
      state: 'approved',
      requestId: null,
      commands: ['system.which'],
      waiting: [],
    });
  });

  it('is what the operator sees of it', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    lab.commands = ['system.which', 'system.run'];
    machine.reply = () => ({ kind: 'hello', deviceToken: 'mine' });
    machine.respond = (method) =>
      method === 'node.describe'
        ? {
            approvalState: 'pending-reapproval',
            commands: ['system.which'],
            pendingRequestId: 'surface-2',
            pendingDeclaredCommands: ['system.which', 'system.run'],
          }
        : {};
    const id = lab.add({ node: { enabled: true, name: 'Node', capabilities: [] } });
    await clock.advance(2000);
    expect(manager.view(id).surface).toEqual({
      state: 'reapproval',
      requestId: 'surface-2',
      commands: ['system.which'],
      waiting: ['system.run'],
    });
    manager.nodeDeclarationChanged(id);
    await clock.advance(1000);
    expect(machine.attempts.filter(({ role }) => role === 'node')).toHaveLength(2);
    expect(machine.attempts.filter(({ role }) => role === 'operator')).toHaveLength(1);
  });
});

describe('the surface of a node that comes back', () => {
  it('is what it was, until the gateway says otherwise', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    lab.commands = ['system.which'];
    machine.reply = () => ({ kind: 'hello', deviceToken: 'mine' });
    machine.respond = () => ({ ok: true });
    const id = lab.add(NODE_ONLY);
    await clock.advance(2000);
    expect(manager.view(id).surface.state).toBe('approved');
    const seen = new Set<string>();
    const before = machine.connected('node');
    before?.ended(1012);
    await clock.advance(0);
    expect(manager.view(id).surface.state).toBe('none');
    const message = 'node capability surface is awaiting operator approval; run `openclaw nodes approve surface-9`';
    machine.respond = () => ({ refused: { code: 'UNAVAILABLE', message } });
    for (let step = 0; step < 400 && seen.size < 2; step += 1) {
      await clock.advance(10);
      if (machine.connected('node') !== undefined) seen.add(manager.view(id).surface.state);
    }
    expect([...seen]).toEqual(['approved', 'pending']);
    expect(manager.view(id).surface).toMatchObject({ requestId: 'surface-9', commands: [], waiting: ['system.which'] });
  });
});

describe('what a node operator is given', () => {
  it('is a command and settings with the pin, and no token', async () => {
    lab = new Lab();
    const id = lab.add({ fingerprint: FIRST });
    const plain = await lab.manager.nodeInstructions(id, {
      setupCode: false,
      url: 'wss://gateway.example:8443',
      signal,
    });
    expect(plain.command).toBe(
      `openclaw node run --host gateway.example --port 8443 --tls --tls-fingerprint ${Array.from({ length: 32 }, () => '11').join(':')}`,
    );
    expect(JSON.parse(plain.settings)).toEqual({
      gateway: { mode: 'remote', remote: { url: 'wss://gateway.example:8443/', tlsFingerprint: FIRST } },
    });
    expect(plain).toMatchObject({ link: null, expiresAt: null });
    expect(plain.text).toContain(`   ${plain.command}\n`);
    expect(plain.text).toContain(`   ${plain.command.replace('node run', 'node install')}\n`);
  });

  it('leads to the same place: with its path, which no shell takes for anything else, and without TLS where there is none', async () => {
    lab = new Lab();
    const id = lab.add({ fingerprint: FIRST });
    const behindProxy = await lab.manager.nodeInstructions(id, {
      setupCode: false,
      url: "wss://gateway.example/lab/$(id)'s",
      signal,
    });
    expect(behindProxy.command).toBe(
      String.raw`openclaw node run --host gateway.example --port 443 --tls --context-path '/lab/$(id)'\''s' ` +
        `--tls-fingerprint ${Array.from({ length: 32 }, () => '11').join(':')}`,
    );
    const plain = await lab.manager.nodeInstructions(id, { setupCode: false, url: 'ws://10.0.0.4:18789', signal });
    expect(plain.command).toBe('openclaw node run --host 10.0.0.4 --port 18789 --no-tls');
    expect(plain.settings).not.toContain('tlsFingerprint');
    const open = lab.manager.nodeInstructions(id, { setupCode: false, url: 'ws://gateway.example:18789', signal });
    await expect(open).rejects.toMatchObject({ code: 'gateway.plain-refused' });
  });

  it('is a link that the gateway makes, with the fingerprint that is known here', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    const id = lab.add({ fingerprint: FIRST });
    await clock.advance(100);
    const asked: unknown[] = [];
    const setup = { url: 'wss://gateway.example:8443', bootstrapToken: 'once' };
    machine.respond = (method, params) => {
      asked.push([method, params]);
      return {
        setupCode: Buffer.from(JSON.stringify(setup)).toString('base64url'),
        gatewayUrl: setup.url,
        expiresAtMs: 1_800_000_600_000,
      };
    };
    const { link, expiresAt, text } = await manager.nodeInstructions(id, { setupCode: true, url: setup.url, signal });
    expect(asked).toEqual([
      [
        'device.pair.setupCode',
        { bootstrapProfile: 'node', includeQr: false, publicUrl: 'wss://gateway.example:8443/' },
      ],
    ]);
    expect(text).toContain(link);
    expect(expiresAt).toBe(1_800_000_600_000);
    const code = Buffer.from(link?.replace('oc-pair://', '') ?? '', 'base64url').toString();
    expect(JSON.parse(code)).toEqual({ ...setup, tlsFingerprint: FIRST });
  });

  it('has no fingerprint of the gateway where a proxy answers that every system trusts', async () => {
    lab = new Lab();
    const { manager, machine } = lab;
    const id = lab.add({ fingerprint: FIRST });
    const behind = { setupCode: false, url: 'wss://proxy.example/', signal };
    machine.seen = { ...machine.seen, trusted: true };
    const handed = await manager.nodeInstructions(id, behind);
    expect(handed.text + handed.settings).not.toMatch(/fingerprint/i);
    expect(handed.command).toBe('openclaw node run --host proxy.example --port 443 --tls');
    // The gateway itself, with a certificate that happens to be trusted; and one that nobody vouches for, which is not taken for a proxy.
    machine.seen = { ...machine.seen, fingerprint: FIRST };
    expect((await manager.nodeInstructions(id, behind)).command).toContain('--tls-fingerprint');
    machine.seen = { ...machine.seen, fingerprint: 'ab'.repeat(32), trusted: false };
    expect((await manager.nodeInstructions(id, behind)).command).toContain('--tls-fingerprint 11:11');
  });

  it('of a gateway that only this machine reaches needs an address, and that is said', async () => {
    lab = new Lab();
    const { manager, machine, clock } = lab;
    const id = lab.add({ fingerprint: FIRST, endpoint: { host: '127.0.0.1', port: 18_789, tls: true, path: '/' } });
    await clock.advance(100);
    machine.respond = () => ({
      refused: { code: 'INVALID_REQUEST', message: 'Gateway is only bound to loopback. Set gateway.bind=lan.' },
    });
    const local = manager.nodeInstructions(id, { setupCode: true, signal });
    await expect(local).rejects.toMatchObject({ code: 'gateway.handover-local' });
    const elsewhere = manager.nodeInstructions(id, { setupCode: true, url: 'wss://gateway.example:8443', signal });
    await expect(elsewhere).rejects.toMatchObject({ code: 'gateway.request' });
  });
});

it('has a text for each code that it can end with', () => {
  lab = new Lab();
  for (const code of [
    'gateway.keys-unreadable',
    'gateway.role-off',
    'gateway.pairing-rejected',
    'gateway.confirm',
    'gateway.exists',
  ])
    expect(Object.keys(ERROR_TEXTS)).toContain(code);
});
