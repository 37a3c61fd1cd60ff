import { Argument, Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { completeWords, NO_NAMES, readNames, type Names } from '#cli/completion/index.ts';
import type { AppApiClient } from '#shared/app-api/index.ts';

const NAMES: Names = {
  peer: [['office', 'direct']],
  group: [['Travel', '']],
  gateway: [['house', '']],
  forward: [['proxy', 'socks5']],
  plainRelay: [['relay.example', 'online']],
  savedCommand: [['deploy', '']],
  transfer: [['7f3a9c0d', 'running']],
  terminal: [['3fa90000', '']],
};
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
    .argument('<name>', 'name or ID of the machine')
    .option('--check', 'only look')
    .option('--terminal <id>', 'reopen this terminal');
  root.command('complete', { hidden: true });
  const forward = root.command('forward').summary('forward ports');
  forward.command('disable').argument('<name>', 'name of the forward');
  forward.command('list').alias('status').argument('[name]', 'name of the forward');
  forward.command('add').option('--via <peer>', 'through this one').option('--file <path>', 'written on this machine');
  root.command('relay', { hidden: true }).command('enable').argument('[name]', 'name of the forward');
  root.command('gateway').command('remove').argument('<name>', 'name or ID of the gateway');
  root
    .command('introduce')
    .option('--to <name...>', 'name or ID of a machine to which it is introduced, or of several');
  root
    .command('group')
    .argument('[name]', 'name or ID of the machine')
    .argument('[group]', 'name of the group, a new one or one that exists');
  root.command('list').option('--group <name>', 'name of the group, to list only its machines');
  root.command('share').argument('[words...]', 'name or ID of the machine, and the ID of the terminal');
  root
    .command('run-saved')
    .argument('<name>', 'name of the saved command')
    .option('--on <machines>', 'names or IDs of machines, with commas between them');
  root.command('pause').option('--on', 'another option of this name');
  root.command('transfers').command('cancel').argument('<id>', 'ID of the transfer, or its beginning');
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
    expect(offered('')).toEqual(expect.arrayContaining(['connect', 'forward', 'gateway', 'completion']));
    expect(offered('')).not.toContain('complete');
    expect(offered('')).not.toContain('relay');
    expect(offered('conn')).toEqual(['connect']);
    expect(offered('forward', 'di')).toEqual(['disable']);
    expect(offered('help', 'conn')).toEqual(['connect']);
    expect(offered('help', 'forward', 'di')).toEqual(['disable']);
  });

  it('commands below a hidden alias, once its name is typed', () => {
    expect(offered('relay', 'en')).toEqual(['enable']);
    expect(offered('relay', 'enable', '')).toEqual(['proxy']);
  });

  it('no options of `connect` in the command for the other machine', () => {
    expect(offered('connect', 'office', 'uname', '--')).toEqual([]);
    expect(offered('connect', 'office', '--')).toContain('--check');
    expect(offered('connect', '--check', 'office', 'ls', '-')).toEqual([]);
  });

  it('options of the command, and choices', () => {
    expect(offered('connect', '--')).toContain('--check');
    expect(offered('completion', '')).toEqual(['bash', 'zsh']);
  });

  it.each([
    [['connect', ''], ['office']],
    [['connect', 'of'], ['office']],
    [['connect', 'x'], []],
    [['connect', 'office', '--terminal', ''], ['3fa90000']],
    [['forward', 'disable', ''], ['proxy']],
    [['forward', 'status', ''], ['proxy']],
    [['forward', 'add', '--via', ''], ['office']],
    [['forward', 'add', '--file', ''], []],
    [['gateway', 'remove', ''], ['house']],
    [['introduce', 'nas', '--to', ''], ['office']],
    [['group', 'laptop', ''], ['Travel']],
    [['list', '--group', ''], ['Travel']],
    [['share', 'office', ''], ['3fa90000']],
    [['run-saved', ''], ['deploy']],
    [['run-saved', 'deploy', '--on', ''], ['office']],
    [['run-saved', '--on', 'off'], ['office']],
    [['run-saved', '--on', 'x'], []],
    [['transfers', 'cancel', ''], ['7f3a9c0d']],
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
    expect(read.forward).toEqual([]);
  });

  it('saved commands and transfers are read only where one is to come', async () => {
    const reading = client({
      'savedCommands.list': [{ name: 'deploy' }, { name: '$(x)' }],
      'transfers.list': [{ id: '7f3a9c0d'.repeat(4), state: 'running' }],
    });
    for (const words of [
      ['run-saved', ''],
      ['saved', 'remove', ''],
    ])
      expect(await readNames(reading, words)).toMatchObject({ savedCommand: [['deploy', '']], transfer: [] });
    const found = await readNames(reading, ['transfers', 'cancel', '']);
    expect(found).toMatchObject({ savedCommand: [], transfer: [['7f3a9c0d', 'running']] });
  });

  it('terminals are read of the machine in the line, only where one is to come', async () => {
    const reading = client({ 'terminal.list': [{ terminal: '3fa9'.repeat(8), title: '$(x)' }] });
    const terminals = async (...words: readonly string[]) => (await readNames(reading, words)).terminal;
    expect(await terminals('connect', 'office', '--terminal', '')).toEqual([['3fa93fa9', '']]);
    expect(await terminals('connect', 'office', '')).toEqual([]);
    expect(await terminals('share', 'office', '')).toEqual([['3fa93fa9', '']]);
    expect(await terminals('share', '')).toEqual([]);
    expect(await terminals('watch', 'office', '--terminal', '')).toEqual([]);
  });

  it('there are none without an agent', async () => {
    expect(await readNames(undefined)).toEqual(NO_NAMES);
  });
});
