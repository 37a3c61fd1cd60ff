import { Argument, Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { completeWords, NO_NAMES, readNames, type Names } from '#cli/completion/index.ts';
import type { AppApiClient } from '#shared/app-api/index.ts';

const NAMES: Names = { peer: [['office', 'direct']], gateway: [['house', '']], rule: [['proxy', 'socks5']] };
const printed: string[] = [];

beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => void vi.restoreAllMocks());

function program(): Command {
  const root = new Command('clawreach');
  root.option('--profile <dir>', 'keys and settings');
  root
    .command('connect')
    .summary('open a terminal')
    .argument('<name>', 'name or id of the peer')
    .option('--check', 'only look');
  root.command('complete', { hidden: true });
  const relay = root.command('relay').summary('forward ports');
  relay.command('disable').argument('<name>', 'name of the rule');
  relay.command('enable').option('--via <peer>', 'through this peer').option('--file <path>', 'where to');
  root.command('gateway').command('remove').argument('<name>', 'name or id of the gateway');
  root.command('completion').addArgument(new Argument('<shell>').choices(['bash', 'zsh']));
  return root;
}

function offered(...words: readonly string[]): readonly string[] {
  printed.length = 0;
  completeWords(program(), words, NAMES);
  return printed.filter((line) => !line.startsWith(':')).map((line) => line.split('\t')[0] ?? '');
}

describe('what Tab offers', () => {
  it('commands, but none that is hidden', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['connect', 'relay', 'gateway', 'completion']));
    expect(offered('')).not.toContain('complete');
    expect(offered('conn')).toEqual(['connect']);
    expect(offered('relay', 'en')).toEqual(['enable']);
  });

  it('options of the command, and choices', () => {
    expect(offered('connect', '--')).toContain('--check');
    expect(offered('completion', '')).toEqual(['bash', 'zsh']);
  });

  it.each([
    [['connect', ''], ['office']],
    [['connect', 'of'], ['office']],
    [['connect', 'x'], []],
    [['relay', 'disable', ''], ['proxy']],
    [['relay', 'enable', '--via', ''], ['office']],
    [['relay', 'enable', '--file', ''], []],
    [['gateway', 'remove', ''], ['house']],
  ])('%j is followed by %j', (words, names) => {
    expect(offered(...words)).toEqual(names);
  });
});

describe('names for Tab', () => {
  const client = (answers: Readonly<Record<string, unknown>>): AppApiClient =>
    ({
      call: (call: string) => (call in answers ? Promise.resolve(answers[call]) : Promise.reject(new Error('gone'))),
    }) as never;

  it('a name that a shell could take for more is never offered; its peer is, by its id [S-NAME-2]', async () => {
    const names = ['office', '$(reboot)', '`id`', 'a b', "it's", '-rf', 'x;y', 'Büro', 'x\ny'];
    const peers = names.map((name, number) => ({ name, shortId: `ID${number}`, path: 'relay' }));
    const read = await readNames(
      client({
        'peers.list': peers,
        'gateways.list': [{ settings: { name: '$(x)' } }, { settings: { name: 'house' } }],
      }),
    );
    expect(read.peer.map(([name]) => name)).toEqual([
      'office',
      'ID1',
      'ID2',
      'ID3',
      'ID4',
      'ID5',
      'ID6',
      'Büro',
      'ID8',
    ]);
    expect(read.gateway).toEqual([['house', '']]);
    expect(read.rule).toEqual([]);
  });

  it('there are none without an agent', async () => {
    expect(await readNames(undefined)).toEqual(NO_NAMES);
  });
});
