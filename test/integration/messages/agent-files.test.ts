import { mkdir, readdir, readFile, realpath, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AGENT_PATHS, UNFINISHED_PER_AGENT } from '#shared/files/index.ts';
import type { ApiTransfer } from '#shared/message-api/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { codeOf } from '#test/support/hostile/device.ts';
import type { AgentProgram, ApiMachine } from '#test/support/messages/api-machine.ts';
import { startFileMachines, type FileMachines } from '#test/support/messages/file-machines.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const LIMIT = 60_000;

let office: ApiMachine;
let laptop: ApiMachine;
/** Agents of the laptop: one with a folder, one without. */
let coder: AgentProgram;
let other: AgentProgram;
let folder: string;
let arrived: string;
let right: FileMachines['right'];

shareAmongTests(async (defer) => {
  ({ office, laptop, arrived, right } = await startFileMachines(defer, ['send']));
  coder = await laptop.add('coder');
  other = await laptop.add('other');
});

beforeEach(async () => {
  await right('send', 'allow');
  folder = join(await realpath(temporaryDirectory()), 'out');
  await mkdir(join(folder, 'reports', '.drafts'), { recursive: true });
  await writeFile(join(folder, 'reports', 'q3.txt'), 'third quarter');
  await writeFile(join(folder, 'reports', '.env'), 'TOKEN=1');
  await writeFile(join(folder, 'a.txt'), 'a');
  await grant('coder', folder);
});

async function grant(name: string, path: string | null): Promise<string | null> {
  return (await laptop.device.api.call('agents.setFiles', { name, folder: path })).files;
}

const send = (program: AgentProgram, paths: readonly string[], to = 'office', key?: string) =>
  program.call('POST', '/v1/files', {
    body: { to, paths },
    ...(key === undefined ? {} : { headers: { 'Idempotency-Key': key } }),
  });
const codeOfSend = async (program: AgentProgram, paths: readonly string[], to = 'office'): Promise<string> =>
  await program.codeOf('POST', '/v1/files', { body: { to, paths } });

async function sent(...paths: readonly string[]): Promise<ApiTransfer> {
  const { status, json, text } = await send(coder, paths);
  if (status !== 202) throw new Error(`${status} ${text}`);
  return json as ApiTransfer;
}

async function over(id: string, program = coder): Promise<ApiTransfer> {
  return (await program.call('GET', `/v1/files/${id}?wait=30`)).json as ApiTransfer;
}

describe("an agent's program", () => {
  it('sends files and folders below its folder, without what is hidden [S-GRANT-1]', { timeout: LIMIT }, async () => {
    expect((await coder.call('GET', '/v1/agent')).json).toMatchObject({ name: 'coder', files: folder });
    const { id, to, to_id: toId } = await sent('reports', join(folder, 'a.txt'));
    expect([to, toId]).toEqual(['office', office.device.peerId]);
    expect(await over(id)).toMatchObject({
      state: 'done',
      names: ['reports', 'a.txt'],
      count: 2,
      files: { done: 2, of: 2 },
      bytes: { done: 14, of: 14 },
      left_out: 2,
      failed: 0,
      missing: [],
      waits_for: null,
    });
    expect(await readdir(join(arrived, 'reports'))).toEqual(['q3.txt']);
    expect(await readFile(join(arrived, 'reports', 'q3.txt'), 'utf8')).toBe('third quarter');
    const { api } = laptop.device;
    expect((await api.call('transfers.list', {}))[0]).toMatchObject({ id, agent: 'coder' });
    const entries = await api.call('audit.list', { limit: 50 });
    expect(entries).toContainEqual(
      expect.objectContaining({
        event: 'transfer.sent',
        fields: expect.objectContaining({ transfer: id, agent: 'coder' }),
      }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({ event: 'agent.files', fields: { agent: 'coder', folder } }),
    );
  });

  it('sends once with a key, and tells that it is another request', { timeout: LIMIT }, async () => {
    const first = (await send(coder, ['a.txt'], 'office', 'build-7')).json as ApiTransfer;
    const again = (await send(coder, ['a.txt'], 'office', 'build-7')).json as ApiTransfer;
    expect(again.id).toBe(first.id);
    const both = await Promise.all([1, 2].map(async () => (await send(coder, ['a.txt'], 'office', 'build-8')).json));
    expect(new Set(both.map((one) => (one as ApiTransfer).id)).size).toBe(1);
    // The same key of another agent is another one.
    await grant('other', folder);
    expect(((await send(other, ['a.txt'], 'office', 'build-7')).json as ApiTransfer).id).not.toBe(first.id);
    await grant('other', null);
  });

  it('sends nothing without a folder, nor after it was taken away [S-GRANT-2]', async () => {
    expect(await codeOfSend(other, ['a.txt'])).toBe('403 local-agent.no-files');
    expect(await codeOfSend(other, [join(folder, 'a.txt')])).toBe('403 local-agent.no-files');
    expect((await other.call('GET', '/v1/agent')).json).toMatchObject({ files: null });
    await grant('coder', null);
    expect(await codeOfSend(coder, ['a.txt'])).toBe('403 local-agent.no-files');
    // The folder that its program was told doesn't count.
    const call = { agent: 'other', peer: 'office', paths: ['a.txt'] };
    for (const told of [{}, { folder }])
      expect(await codeOf(laptop.device.api.call('agents.sendFiles', { ...call, ...told }))).toBe(
        'local-agent.no-files',
      );
    await grant('coder', folder);
    expect(
      await codeOf(
        laptop.device.api.call('agents.sendFiles', { ...call, agent: 'coder', folder: join(folder, 'reports') }),
      ),
    ).toBe('local-agent.no-files');
  });

  it('can not grant itself one: neither its token nor the person `me` has that [S-GRANT-2]', async () => {
    for (const [method, path] of [
      ['PUT', '/v1/agent'],
      ['POST', '/v1/agent'],
      ['PATCH', '/v1/agent'],
      ['POST', '/v1/agents'],
    ] as const)
      expect(await other.codeOf(method, path, { body: { files: folder } })).toBe('404 api.route');
    expect(await codeOf(grant('me', folder))).toBe('local-agent.person');
    expect(await codeOf(grant('nobody', folder))).toBe('local-agent.unknown');
    expect(await other.codeOf('POST', '/v1/files', { body: { to: 'office', paths: ['a.txt'], folder } })).toBe(
      '422 api.input',
    );
  });

  it.each([
    ['../../etc/passwd', '403 file.outside'],
    ['/etc/passwd', '403 file.outside'],
    ['reports/.env', '403 file.hidden'],
    ['reports/\u200B.env', '403 file.hidden'],
    ['link/secret.txt', '403 file.outside'],
    ['profile/agents/coder.token', '403 file.profile'],
    ['nothing', '404 file.missing'],
  ])('is refused what is not below, hidden or part of a profile: %j [S-GRANT-1]', async (path, code) => {
    const outside = join(folder, '..', 'elsewhere');
    await mkdir(outside, { recursive: true });
    await writeFile(join(outside, 'secret.txt'), 'secret');
    await symlink(outside, join(folder, 'link'));
    await mkdir(join(folder, 'profile', 'agents'), { recursive: true });
    for (const name of ['secret', 'settings.json', 'agents/coder.token'])
      await writeFile(join(folder, 'profile', name), 'x');
    const before = (await laptop.device.api.call('transfers.list', {})).length;
    expect(await codeOfSend(coder, [path])).toBe(code);
    // One wrong path among others sends nothing.
    expect(await codeOfSend(coder, ['a.txt', path])).toBe(code);
    expect(await laptop.device.api.call('transfers.list', {})).toHaveLength(before);
  });

  it('names a bounded number of paths [S-GRANT-2]', async () => {
    const many = (count: number): string[] => Array.from({ length: count }, () => 'a.txt');
    expect(await codeOfSend(coder, many(AGENT_PATHS + 1))).toBe('422 api.input');
    expect(await codeOfSend(coder, ['a'.repeat(4097)])).toBe('422 api.input');
    expect(await codeOfSend(coder, [])).toBe('422 api.input');
    expect((await send(coder, many(AGENT_PATHS))).status).toBe(202);
  });

  it('sends to machines only', async () => {
    expect(await codeOfSend(coder, ['a.txt'], 'nowhere')).toBe('404 peer.unknown');
    expect(await codeOfSend(coder, ['a.txt'], 'office/coder')).toBe('404 peer.unknown');
    expect(await codeOfSend(coder, ['a.txt'], '.')).toBe('409 file.own');
  });

  it('sees and ends its own transfers only [S-GRANT-2]', { timeout: LIMIT }, async () => {
    const { id } = await sent('a.txt');
    await over(id);
    const own = (await laptop.device.api.call('transfers.send', { peer: 'office', paths: [join(folder, 'a.txt')] })).id;
    for (const [program, which] of [
      [other, id],
      [other, own],
      [coder, own],
      [coder, 'f'.repeat(32)],
    ] as const) {
      expect(await program.codeOf('GET', `/v1/files/${which}`)).toBe('404 file.unknown');
      expect(await program.codeOf('DELETE', `/v1/files/${which}`)).toBe('404 file.unknown');
    }
    expect(await coder.codeOf('DELETE', `/v1/files/${id}`)).toBe('409 file.over');
  });
});

describe('a transfer of an agent', () => {
  it(
    'is refused by a machine whose right `send` says so, and asks there otherwise [S-FILE-6]',
    { timeout: LIMIT },
    async () => {
      await right('send', 'deny');
      const refused = await sent('a.txt');
      expect(await over(refused.id)).toMatchObject({
        state: 'refused',
        code: expect.stringMatching(/^rights\.|^file\.refused/),
      });
      await right('send', 'ask');
      const asked = await sent('a.txt');
      await expect
        .poll(async () => (await coder.call('GET', `/v1/files/${asked.id}`)).json, { timeout: 20_000 })
        .toMatchObject({ state: 'waiting', waits_for: 'approval' });
      expect((await coder.call('DELETE', `/v1/files/${asked.id}`)).json).toMatchObject({ state: 'cancelled' });
      expect(await over(asked.id)).toMatchObject({ state: 'cancelled' });
    },
  );

  it(
    'ends when its folder is taken away or the agent is removed, as do its waits [S-GRANT-2]',
    { timeout: LIMIT },
    async () => {
      await right('send', 'ask');
      const waiting = async (program: AgentProgram): Promise<ApiTransfer> => {
        const { id } = (await send(program, ['a.txt'])).json as ApiTransfer;
        await expect
          .poll(async () => (await program.call('GET', `/v1/files/${id}`)).json, { timeout: 20_000 })
          .toMatchObject({ waits_for: 'approval' });
        return (await program.call('GET', `/v1/files/${id}`)).json as ApiTransfer;
      };
      const first = await waiting(coder);
      const end = over(first.id);
      await grant('coder', join(folder, 'reports'));
      expect(await end).toMatchObject({ state: 'cancelled' });
      const gone = await laptop.add('gone');
      await grant('gone', folder);
      const { id } = await waiting(gone);
      await laptop.device.api.call('agents.remove', { name: 'gone' });
      const transfers = await laptop.device.api.call('transfers.list', {});
      expect(transfers.find((one) => one.id === id)).toMatchObject({ state: 'cancelled' });
    },
  );

  it('leaves room for those of people [S-GRANT-2]', { timeout: LIMIT }, async () => {
    await right('send', 'ask');
    for (let number = 0; number < UNFINISHED_PER_AGENT; number += 1) await sent('a.txt');
    expect(await codeOfSend(coder, ['a.txt'])).toBe('507 file.full');
    const own = await laptop.device.api.call('transfers.send', { peer: 'office', paths: [join(folder, 'a.txt')] });
    expect(own.agent).toBeNull();
    await laptop.device.api.call('transfers.cancel', { id: own.id });
    await grant('coder', null);
  });

  it(
    'sends nothing that a link has brought into its folder since it was queued [S-GRANT-1]',
    { timeout: LIMIT },
    async () => {
      await right('send', 'ask');
      const secrets = join(folder, '..', 'secrets');
      await mkdir(secrets);
      await writeFile(join(secrets, 'q3.txt'), 'not for others');
      const { id } = await sent('reports');
      await expect
        .poll(async () => (await coder.call('GET', `/v1/files/${id}`)).json, { timeout: 20_000 })
        .toMatchObject({ waits_for: 'approval' });
      await rename(join(folder, 'reports'), join(folder, 'moved'));
      await symlink(secrets, join(folder, 'reports'));
      const [approval] = await office.device.api.call('approvals.list', {});
      await office.device.api.call('approvals.decide', { id: approval?.id ?? 0, decision: 'approve' });
      expect(await over(id)).toMatchObject({ state: 'failed', code: 'file.gone' });
      for (const name of (await readdir(arrived)).filter((one) => one.startsWith('reports')))
        for (const file of await readdir(join(arrived, name)))
          expect(await readFile(join(arrived, name, file), 'utf8')).toBe('third quarter');
    },
  );
});
