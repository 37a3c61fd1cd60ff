import { expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { createFakeHost, createNetworkProxy } from '#test/support/cli-host.ts';

const AUTHORITY = { id: 'ab'.repeat(32), subject: 'Example CA', expiresAt: Date.UTC(2034, 0, 2) };
const ADDRESS = 'http://proxy.example:3128';
const OWN = createNetworkProxy({
  mode: 'manual',
  address: ADDRESS,
  user: 'ada',
  password: true,
  inUse: { address: ADDRESS, source: 'manual' },
  authorities: [AUTHORITY],
});

async function run(line: string, variables: Record<string, string> = {}) {
  const handlers = { 'network.proxy.set': async () => OWN, 'network.proxy.get': async () => OWN };
  const host = createFakeHost(handlers, { variables });
  host.texts.set('company.pem', 'the certificate');
  const exit = await runCommandLine(line.split(' '), host);
  const set = host.calls.filter(({ call }) => call === 'network.proxy.set').map(({ input }) => input);
  return { exit, set, stdout: host.stdout.text, stderr: host.stderr.text };
}

it('shows the proxy, whose certificates count and until when, and no password', async () => {
  const { stdout } = await run('network');
  expect(stdout).toContain(`Proxy      ${ADDRESS} as ada; for relays only\nTrusts     Example CA, until 2034-01-02\n`);
  expect((await run('status')).stdout).toContain(`Proxy      ${ADDRESS} as ada`);
});

it('sets what is named and nothing else; the password comes from a variable', async () => {
  expect((await run(`network --proxy ${ADDRESS}`)).set).toEqual([{ mode: 'manual', address: ADDRESS }]);
  expect((await run('network --proxy none')).set).toEqual([{ mode: 'none' }]);
  expect((await run('network --proxy system')).set).toEqual([{ mode: 'system' }]);
  const variables = { CLAWREACH_RELAY_PROXY_PASSWORD: 'secret' };
  expect((await run('network --proxy-user ada', variables)).set).toEqual([{ user: 'ada', password: 'secret' }]);
  // Nobody can be asked: what is kept stays.
  expect((await run('network --proxy-user ada')).set).toEqual([{ user: 'ada' }]);
  expect((await run('network --ca company.pem')).set).toEqual([{ addAuthorities: 'the certificate' }]);
  expect((await run('network --ca none')).set).toEqual([{ removeAuthorities: [AUTHORITY.id] }]);
});

it.each(['foo', 'sytem', 'proxy.example'])('takes no bare word for a proxy: %s', async (word) => {
  const { exit, set, stderr } = await run(`network --proxy ${word}`);
  expect({ exit, set }).toEqual({ exit: 2, set: [] });
  expect(stderr).toContain(`A proxy address is http://HOST:PORT: ${word} is neither that nor system or none.`);
  expect((await run('network --proxy proxy.example:3128')).set).toEqual([
    { mode: 'manual', address: 'proxy.example:3128' },
  ]);
});

it('takes no password on the command line, where everybody could read it', async () => {
  const { exit, set, stderr } = await run('network --proxy http://ada:secret@proxy.example:3128');
  expect({ exit, set }).toEqual({ exit: 2, set: [] });
  expect(stderr).toContain('--proxy-user');
  expect(stderr).not.toContain('secret');
});
