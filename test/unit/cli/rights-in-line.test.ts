import { expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { createFakeHost, createPeer } from '#test/support/cli-host.ts';

async function run(line: string) {
  const host = createFakeHost({
    'peers.get': async () => createPeer(),
    'rights.set': async () => createPeer(),
    'targets.list': async () => [],
    'targets.temporary': async () => [],
    'terminal.served': async () => [],
  });
  const exit = await runCommandLine(line.split(' '), host);
  const set = host.calls
    .filter(({ call }) => call === 'rights.set')
    .map(({ input }) => {
      const { right, decision } = input as { right: string; decision: string };
      return `${decision} ${right}`;
    });
  const asked = host.calls.find(({ call }) => call === 'peers.get')?.input;
  return { exit, set, asked, stderr: host.stderr.text };
}

it.each([
  ['rights --allow terminal office', ['allow terminal']],
  ['rights --deny terminal view office', ['deny terminal', 'deny view']],
  ['rights --allow terminal,view office --deny pass-through', ['allow terminal', 'allow view', 'deny relay']],
  ['rights office --allow terminal view', ['allow terminal', 'allow view']],
  ['rights --for 2h --allow terminal office', ['allow terminal']],
])('the name of a machine may follow the rights: %s', async (line, set) => {
  expect(await run(line)).toMatchObject({ exit: 0, set, asked: { peer: 'office' } });
});

it('a word that is no right is refused right after the option', async () => {
  expect(await run('rights --allow termnal office')).toMatchObject({ exit: 2, set: [] });
  expect((await run('rights --allow termnal office')).stderr).toContain(
    "There's no permission called termnal. Did you mean terminal?",
  );
});

it('an option that takes all words after it says so where an argument is missing', async () => {
  const { exit, stderr } = await run('targets --allow localhost:80 office');
  expect(exit).toBe(2);
  expect(stderr).toContain('Arguments come before `--allow`');
});
