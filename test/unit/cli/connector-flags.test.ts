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
