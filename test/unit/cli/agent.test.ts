import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { AgentView, AppHandlers } from '#shared/app-api/index.ts';
import { createFakeHost } from '#test/support/cli-host.ts';

const WEBHOOK = 'http://127.0.0.1:8080/messages';
const SECRET = '/home/mira/.config/clawreach/agents/coder.webhook';
const agent = (change: Partial<AgentView> = {}): AgentView => ({
  name: 'coder',
  description: '',
  builtIn: false,
  waiting: 0,
  held: 0,
  http: false,
  tokenFile: '/home/mira/.config/clawreach/agents/coder.token',
  files: null,
  intake: 'hold',
  openclaw: null,
  webhook: null,
  webhookSecret: null,
  ...change,
});

async function run(words: readonly string[], handlers: Partial<AppHandlers> = {}) {
  const host = createFakeHost({
    'agents.set': async ({ openclaw, webhook, intake }) =>
      agent({
        openclaw: openclaw ?? null,
        webhook: webhook ?? null,
        webhookSecret: typeof webhook === 'string' ? SECRET : null,
        intake: intake ?? (openclaw || webhook ? 'deliver' : 'hold'),
      }),
    ...handlers,
  });
  const exit = await runCommandLine(['agent', ...words], host);
  const set = host.calls.find(({ call }) => call === 'agents.set')?.input;
  return { exit, set, out: host.stdout.text, err: host.stderr.text };
}

describe('an agent that is removed', () => {
  it.each([
    [0, 0, 'Removed the agent coder. New messages to it are refused.\n'],
    [1, 0, 'One message that no one has taken stays until it expires'],
    [2, 1, '3 messages that no one has taken stay until they expire'],
  ])('with %i and %i messages leaves them, and says so', async (waiting, held, text) => {
    const handlers = { 'agents.list': async () => [agent({ waiting, held })], 'agents.remove': async () => ({}) };
    const { exit, out } = await run(['remove', 'coder'], handlers);
    expect(exit).toBe(0);
    expect(out).toContain(text);
  });
});

describe('an agent that is added', () => {
  it.each<[readonly string[], object]>([
    [['--webhook', WEBHOOK], { webhook: WEBHOOK }],
    [['--webhook', 'http://[::1]:9/'], { webhook: 'http://[::1]:9/' }],
    [['--no-webhook'], { webhook: null }],
    [['--openclaw', 'lab/main'], { openclaw: { gateway: 'lab', agent: 'main' } }],
    // The name of a gateway may have a slash.
    [['--openclaw', 'lab/two/main'], { openclaw: { gateway: 'lab/two', agent: 'main' } }],
    [['--no-openclaw'], { openclaw: null }],
    [['--intake', 'hold'], { intake: 'hold' }],
    [['--webhook', WEBHOOK, '--intake', 'hold'], { webhook: WEBHOOK, intake: 'hold' }],
    [['--http'], { http: true }],
    [['--no-http', '--description', 'Works on the shop'], { http: false, description: 'Works on the shop' }],
    // What isn't named stays as it is.
    [[], {}],
  ])('gets what the options name: %s', async (options, change) => {
    expect(await run(['add', 'coder', ...options])).toMatchObject({ exit: 0, set: { name: 'coder', ...change } });
    expect(Object.keys((await run(['add', 'coder', ...options])).set as object).toSorted()).toEqual(
      ['name', ...Object.keys(change)].toSorted(),
    );
  });

  it('is told where the secret of its webhook is, and who reaches it, but not the secret', async () => {
    const { out } = await run(['add', 'coder', '--webhook', WEBHOOK]);
    expect(out).toContain(`Messages go to ${WEBHOOK}. It acts on those of machines with the permission \`prompt\`.`);
    expect(out).toContain(`The secret of its signatures is in ${SECRET}`);
    const held = await run(['add', 'coder', '--webhook', WEBHOOK, '--intake', 'hold']);
    expect(held.out).not.toContain('It acts on');
  });

  it('is granted a folder, or no longer one, after it was added', async () => {
    const asked: unknown[] = [];
    const setFiles: AppHandlers['agents.setFiles'] = async (input) => {
      asked.push(input);
      return agent({ files: input.folder });
    };
    const { out } = await run(['add', 'coder', '--files', '/srv/out'], { 'agents.setFiles': setFiles });
    expect(out).toContain('Its program may send files below /srv/out to your machines.');
    const none = await run(['add', 'coder', '--no-files'], { 'agents.setFiles': setFiles });
    expect(none.out).not.toContain('may send files');
    await run(['add', 'coder'], { 'agents.setFiles': setFiles });
    expect(asked).toEqual([
      { name: 'coder', folder: '/srv/out' },
      { name: 'coder', folder: null },
    ]);
  });

  it('is told to which OpenClaw its messages go', async () => {
    expect((await run(['add', 'coder', '--openclaw', 'lab/main'])).out).toContain('Messages go to OpenClaw lab/main.');
  });
});

describe('an agent that can not be', () => {
  it.each<[readonly string[], string]>([
    [['add', 'Coder'], 'A name has lower-case letters'],
    [['add', 'coder', '--webhook', 'http://localhost:80/'], 'A webhook is an http address at 127.0.0.1 or [::1]'],
    [['add', 'coder', '--webhook', 'https://127.0.0.1/'], 'A webhook is an http address'],
    [['add', 'coder', '--webhook', 'http://user:secret@127.0.0.1/'], 'A webhook is an http address'],
    [['add', 'coder', '--webhook', 'http://10.0.0.7/'], 'A webhook is an http address'],
    [['add', 'coder', '--openclaw', 'lab'], 'Name a gateway and one of its agents'],
    [['add', 'coder', '--openclaw', '/main'], 'Name a gateway and one of its agents'],
    [['add', 'coder', '--openclaw', 'lab/Main agent'], 'Name a gateway and one of its agents'],
    [['add', 'coder', '--intake', 'later'], 'hold'],
    [['add'], 'name'],
  ])('is refused before anything is asked of the agent: %s', async (words, why) => {
    const { exit, set, err } = await run(words);
    expect({ exit, set }).toEqual({ exit: 2, set: undefined });
    expect(err).toContain(why);
  });

  it.each([
    ['local-agent.two-deliverers', ['--webhook', WEBHOOK, '--openclaw', 'lab/main']],
    ['local-agent.no-deliverer', ['--intake', 'deliver']],
    ['local-agent.person', ['--webhook', WEBHOOK]],
    ['local-agent.too-many', []],
  ] as const)('is refused by the agent, in words: %s', async (code, options) => {
    const details = { agent: 'coder', most: 256 };
    const { exit, err, out } = await run(['add', 'coder', ...options], {
      'agents.set': () => Promise.reject(new ClawReachError(code, 'refused', { details })),
    });
    expect(exit).not.toBe(0);
    expect(out).toBe('');
    // What happened, with the code, why, and what to do.
    expect(err.trim().split('\n')).toHaveLength(3);
    expect(err).toContain(`[${code}]`);
    expect(err).not.toContain('{{');
  });
});
