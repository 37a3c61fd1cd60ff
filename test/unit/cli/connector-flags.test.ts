import { describe, expect, it } from 'vitest';
import { translateConnectorFlags } from '#cli/connector-flags.ts';

const translate = (...line: string[]): Promise<readonly string[]> => translateConnectorFlags(line, async () => false);

describe('the command line of a connector', () => {
  it('becomes pair with --pair', async () => {
    const line = '--pair ABCD1234 --name server --api https://relay.example --config /etc/c.json --shell /bin/zsh';
    expect((await translate(...line.split(' '))).join(' ')).toBe(
      'pair ABCD1234 --connector --name=server --relay=https://relay.example --profile=/etc/c --shell=/bin/zsh',
    );
  });

  it('becomes the pairing with a plain relay, if the path of the address says so and nothing else', async () => {
    const line =
      '--pair ABCDEFGHJK --name server --api https://relay.example/functions/v1/ --config /etc/c.json --shell /bin/zsh';
    expect((await translate(...line.split(' '))).join(' ')).toBe(
      'plain-relay pair ABCDEFGHJK --connector --api=https://relay.example/functions/v1/ --name=server --profile=/etc/c --config=/etc/c.json --shell=/bin/zsh',
    );
    expect(await translate('-pair', '-', '-api=https://h/x/functions/v1', '--relay-can-read', '--pin=ab')).toEqual([
      'plain-relay',
      'pair',
      '-',
      '--connector',
      '--api=https://h/x/functions/v1',
      '--relay-can-read',
      '--pin=ab',
    ]);
    // Beside the directory of a profile, the file keeps its name.
    expect(await translate('--pair', 'ABCDEFGHJK', '--api', 'https://h/functions/v1', '--config', '/etc/c')).toContain(
      '--profile=/etc/c.clawreach',
    );
    for (const api of ['https://h/functions/v2', 'https://h/functions/v1/x', 'https://h', 'wss://functions/v1.example'])
      expect((await translate('--pair', 'ABCDEFGHJK', '--api', api))[0]).toBe('pair');
  });

  it('takes the pin that an error has named, and a profile, with a blank or an equals sign', async () => {
    const pair = ['--pair', '-', '--api', 'https://h/functions/v1'];
    const translated = ['plain-relay', 'pair', '-', '--connector', '--api=https://h/functions/v1'];
    for (const own of [['--pin', 'ab'], ['--pin=ab'], ['--profile', '/p'], ['--profile=/p']]) {
      expect(await translate(...pair, ...own)).toEqual([...translated, ...own]);
      expect(await translate(...own, ...pair)).toEqual([...translated, ...own]);
    }
    for (const line of [
      [...pair, '--pin'],
      ['--profile', '/p', 'pair', '-'],
      ['--profile', '/p', '--json'],
    ])
      expect(await translate(...line)).toEqual(line);
  });

  it('runs with a file that a connector has left', async () => {
    expect(await translateConnectorFlags(['--config', '/etc/c.json'], async () => true)).toEqual([
      'run',
      '--profile=/etc/c',
      '--connector-config=/etc/c.json',
    ]);
  });

  it('becomes status or service with the flags of the published connector', async () => {
    expect(await translate('--status', '--json')).toEqual(['status', '--json']);
    expect(await translate('-install-agent')).toEqual(['service', 'install']);
    expect(await translate('--config=/etc/c.json', '--uninstall-agent')).toEqual([
      'service',
      'uninstall',
      '--profile=/etc/c',
    ]);
    for (const line of [
      ['--status', '--install-agent'],
      ['--status', '--pair', 'ABCDEFGHJK'],
      ['status', '--json'],
      ['--status=yes'],
    ])
      expect(await translate(...line)).toEqual(line);
  });

  it('becomes run without --pair', async () => {
    expect(await translate('--config', '/etc/clawreach', '--shell=/bin/sh')).toEqual([
      'run',
      '--profile=/etc/clawreach',
      '--shell=/bin/sh',
    ]);
  });

  it('may have one dash, as Go programs take it, and our own --json', async () => {
    expect(await translate('-pair=ABCD1234', '--json')).toEqual(['pair', 'ABCD1234', '--connector', '--json']);
  });

  it.each([
    [['list', '--json']],
    [['--json', 'list']],
    [['pair', '--name', 'office']],
    [['--name', 'office', 'list']],
    [['--pair']],
    [['--help']],
    [[]],
  ])('is not seen in %j', async (line) => {
    expect(await translate(...line)).toEqual(line);
  });
});
