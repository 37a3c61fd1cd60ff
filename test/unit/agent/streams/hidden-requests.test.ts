import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describePassThrough } from '../../../../src-main/agent/streams/describe-pass-through.ts';
import { factText, factLines, approvalText } from '../../../../src-main/cli/commands/machines/approval-format.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { AskedDevice, remote, type Wanted } from '#test/support/streams/asked-device.ts';

let device: AskedDevice;
beforeEach(() => {
  device = new AskedDevice();
});
afterEach(() => device.close());

const open = (more: object): Wanted => ({
  kind: 'pty',
  params: { action: 'open', cols: 80, rows: 24, term: 'xterm', ...more },
});
const programs = (): readonly unknown[] => device.programs.ptys.map(({ request }) => [request.file, request.cwd]);

describe('a peer that wants a harmless looking request to cover a harmful run', () => {
  it('gets the one that was shown and no other: the same words in another folder, or for another terminal type, wait [S-ASK-3]', async () => {
    for (const more of [{}, { directory: '/usr' }, { term: 'vt52' }])
      await device.open(open({ command: ['./x'], ...more }));
    expect(device.pending).toHaveLength(3);
    const usr = device.pending.find(({ facts = [] }) => facts.some(({ value }) => value === '/usr'));
    device.approvals.decide(usr?.id ?? 0, 'approve');
    await settle(20);
    expect(programs()).toEqual([['./x', '/usr']]);
    expect(device.pending).toHaveLength(2);
  });

  it('cannot have a command run in another folder than the one that was shown, where that is not there any more [S-ASK-3]', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clawreach-shown-'));
    const wanted = await device.open(open({ command: ['./backup.sh'], directory: folder }));
    rmSync(folder, { recursive: true });
    device.approve();
    await settle(20);
    expect([wanted.outcome, programs()]).toEqual([expect.stringContaining('no such folder'), []]);
  });

  it('cannot push what decides out of sight: too long to be shown is refused, and nobody is asked [S-ASK-3]', async () => {
    const hidden = [
      remote('prompt', { prompt: `${'hello '.repeat(3000)}and delete everything` }),
      remote('workflow', { workflow: 'water', params: { what: 'x'.repeat(20_000) } }),
    ];
    for (const wanted of hidden) await device.open(wanted);
    expect([device.pending, programs()]).toEqual([[], []]);
    expect((await device.auditText()).match(/rights\.too-long/g)).toHaveLength(hidden.length);
    const long = `${'echo harmless && '.repeat(200)}rm -rf ~`;
    await device.open(open({ command: ['sh', '-c', long] }));
    expect(device.pending[0]?.detail).toBe(`run: sh -c '${long}'`);
    // Whoever may use the gateways without a question is not bound by what a person can be shown.
    device.set('allow', 'prompt');
    await device.open(remote('prompt', { prompt: 'hello '.repeat(3000) }));
    expect(await device.auditText()).toContain('remote.started');
  });

  it('says nothing of its own that passes for a fact, or for another request [S-ASK-3]', async () => {
    const words = ['./x]', 'folder: /usr', '\nfolder: /usr', "' [folder: /usr]"];
    await device.open(open({ command: words }));
    await device.open(open({ command: ['./x'], directory: '/usr\u2028user: nobody], x: "y' }));
    const [second, first] = device.pending;
    expect(first?.facts).toEqual([
      { fact: 'folder', value: '/' },
      { fact: 'user', value: 'mira' },
      { fact: 'term', value: 'xterm' },
    ]);
    for (const approval of [first, second]) {
      const lines = approval === undefined ? [] : [approvalText(approval), ...factLines(approval.facts)];
      expect(lines).toHaveLength(4);
      for (const line of lines) expect(line).not.toMatch(/[\n\r\u2028\u2029]/u);
    }
    expect(factText(second?.facts)).toMatch(/^folder: ".*user: nobody\], x: \\"y", user: mira, terminal type: xterm$/u);
  });

  it('has no program started by a yes that came after its terminal went to another device [S-ASK-3]', async () => {
    const { shared } = await device.openTerminals();
    for (const peer of [device.laptop, device.office]) device.marked.add(peer);
    const wanted = await device.open({
      kind: 'pty',
      params: { action: 'attach', terminal: shared[0], cols: 80, rows: 24, takeOver: true },
    });
    device.terminals.revoke(device.office);
    device.approve();
    await settle(20);
    expect(wanted.outcome).toContain('changed in the meantime');
  });

  it('cannot crowd out the requests of others with long ones [S-ASK-3]', async () => {
    for (let index = 0; index < 8; index += 1)
      await device.open(remote('prompt', { prompt: `${index} ${'漢'.repeat(15_000)}` }));
    const waiting = device.pending.length;
    expect(waiting).toBeLessThan(8);
    const other = device.approvals.request({ peerId: device.tablet, right: 'terminal', detail: 'open a terminal' });
    expect(device.pending).toHaveLength(waiting + 1);
    device.approve();
    expect(await other).toBe('approved');
  });
});

it('strangers whose ids begin alike are two requests, each with the whole id [S-ASK-3]', () => {
  const [one, other] = ['A', 'B'].map((letter) =>
    describePassThrough(`CR5K8ZT${letter.repeat(49)}` as PeerId, undefined),
  );
  expect(one?.detail).toBe(other?.detail);
  expect(one?.facts).not.toEqual(other?.facts);
});

it('what was approved is kept whole, and of what was not a part that says so [S-ASK-3]', async () => {
  const long = 'x'.repeat(3800);
  await device.open(open({ command: ['echo', long], directory: '/usr' }));
  device.approve();
  await device.open(open({ command: ['echo', long, 'more'] }));
  device.approvals.decide(device.pending[0]?.id ?? 0, 'not-now');
  const [refused, approved] = device.approvals.list(true);
  expect(approved).toMatchObject({ detail: `run: echo ${long}`, facts: [{ fact: 'folder', value: '/usr' }, {}, {}] });
  expect(refused?.detail).toMatch(/ … ⟨and \d+ more characters⟩$/);
});

it('the words of a prompt are shown, and not in the audit log [S-ASK-3]', async () => {
  await device.open(remote('prompt', { prompt: 'my secret diary', session: 'evenings' }));
  expect(device.pending[0]?.detail).toContain('my secret diary');
  const audit = await device.auditText();
  expect(audit).not.toContain('diary');
  expect(audit).toContain('evenings');
});
