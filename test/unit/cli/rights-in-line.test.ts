import { expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AgentView } from '#shared/app-api/index.ts';
import { createFakeHost, createPeer } from '#test/support/cli-host.ts';

const CODER: AgentView = {
  name: 'coder',
  description: '',
  builtIn: false,
  waiting: 0,
  held: 0,
  http: false,
  tokenFile: null,
  files: null,
  intake: 'hold',
  openclaw: null,
  webhook: null,
  webhookSecret: null,
};

async function run(line: string) {
  const host = createFakeHost({
    'peers.get': async () => createPeer(),
    'rights.set': async () => createPeer(),
    'rights.setAgent': async () => createPeer({ agents: [{ agent: 'coder', decision: 'allow', expiresAt: null }] }),
    'agents.list': async () => [CODER],
    'targets.list': async () => [],
    'targets.temporary': async () => [],
    'terminal.served': async () => [],
  });
  const exit = await runCommandLine(line.split(' '), host);
  const set = host.calls
    .filter(({ call }) => call === 'rights.set' || call === 'rights.setAgent')
    .map(({ input }) => {
      const { right, agent, decision } = input as { right?: string; agent?: string; decision: string | null };
      return `${decision} ${right ?? `message=${agent}`}`;
    });
  const asked = host.calls.find(({ call }) => call === 'peers.get')?.input;
  return { exit, set, asked, stdout: host.stdout.text, stderr: host.stderr.text };
}

it.each([
  ['rights --allow terminal office', ['allow terminal']],
  ['rights --deny terminal view office', ['deny terminal', 'deny view']],
  ['rights --allow terminal,view office --deny pass-through', ['allow terminal', 'allow view', 'deny relay']],
  ['rights office --allow terminal view', ['allow terminal', 'allow view']],
  ['rights --for 2h --allow terminal office', ['allow terminal']],
  ['rights --allow message=coder,tests office', ['allow message=coder', 'allow message=tests']],
  ['rights --allow message=coder view office', ['allow view', 'allow message=coder']],
  [
    'rights --allow view,message=coder --ask message=tests office',
    ['allow view', 'allow message=coder', 'ask message=tests'],
  ],
  // What is decided about all may end what was decided about single agents: it comes first.
  ['rights --allow message=coder --deny message office', ['deny message', 'allow message=coder']],
  ['rights office --reset-agent coder tests', ['null message=coder', 'null message=tests']],
])('the name of a machine may follow the rights: %s', async (line, set) => {
  expect(await run(line)).toMatchObject({ exit: 0, set, asked: { peer: 'office' } });
});

it.each([
  ['rights --allow terminal=coder office', 'Only message can name agents'],
  ['rights --allow message=Coder office', '"Coder" can\'t be an agent'],
  ['rights --allow message= office', "can't be an agent"],
  ['rights --allow message=coder --deny message=coder office', 'message=coder is named twice'],
])('agents that can not be named change nothing: %s', async (line, words) => {
  const { exit, set, stderr } = await run(line);
  expect({ exit, set }).toEqual({ exit: 2, set: [] });
  expect(stderr).toContain(words);
});

it('shows the agents that a machine may write to', async () => {
  expect((await run('rights --allow message=coder office')).stdout).toContain('office  message=coder: allowed');
});

it('says which of the agents are not there, and allows them all the same', async () => {
  const { exit, set, stderr } = await run('rights --allow message=nosuch,coder office');
  expect([exit, set]).toEqual([0, ['allow message=nosuch', 'allow message=coder']]);
  expect(stderr).toContain('There is no agent "nosuch" on this machine yet: `clawreach agent add nosuch`');
  expect(stderr).not.toContain('"coder"');
  expect((await run('rights --deny message=nosuch office')).stderr).not.toContain('no agent');
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
