import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, PageCheckView } from '#shared/app-api/index.ts';
import { createFakeHost } from '#test/support/cli-host.ts';

const CHECK: PageCheckView = {
  url: 'wss://relay.example:7474',
  at: 0,
  outcome: 'same',
  version: '0.1.0',
  hash: '0123456789abcdef',
  findings: [],
};

async function run(line: string, check: Partial<PageCheckView> = {}) {
  const handlers: Partial<AppHandlers> = {
    'relayPage.check': async () => ({ ...CHECK, ...check }),
    'relayPage.set': async ({ daily }) => ({ daily, last: null }),
  };
  const host = createFakeHost(handlers);
  const exit = await runCommandLine(line.split(' '), host);
  return { exit, out: host.stdout.text, calls: host.calls };
}

describe('clawreach check-page', () => {
  it('says that the page is the one of this build', async () => {
    const { exit, out, calls } = await run('check-page');
    expect(exit).toBe(0);
    expect(out).toContain('version 0.1.0 (0123456789abcdef), of wss://relay.example:7474 is the one of this ClawReach');
    expect(calls.find(({ call }) => call === 'relayPage.check')?.input).toEqual({});
  });

  it.each([
    ['signed', 0, 'is signed and complete'],
    ['unsigned', 0, 'nothing vouches for it'],
    ['none', 1, 'serves no page'],
  ] as const)('says that a page is %s, and ends with %d', async (outcome, exit, words) => {
    const result = await run('check-page https://relay.example', { outcome });
    expect(result.exit).toBe(exit);
    expect(result.out).toContain(words);
    expect(result.calls.find(({ call }) => call === 'relayPage.check')?.input).toEqual({
      url: 'https://relay.example',
    });
  });

  it('names what differs, and ends with 7', async () => {
    const { exit, out } = await run('check-page', {
      outcome: 'differs',
      findings: [
        { path: '/assets/a.js', problem: 'changed' },
        { path: '/', problem: 'headers' },
      ],
    });
    expect(exit).toBe(7);
    expect(out).toContain('  /assets/a.js has other bytes than the manifest says\n');
    expect(out).toContain('  / is served under another policy\n');
    expect(out).toContain("Don't use that page");
  });

  it('turns the daily check off', async () => {
    const { exit, out, calls } = await run('check-page --daily off');
    expect(exit).toBe(0);
    expect(out).toContain("doesn't compare the page by itself");
    expect(calls.map(({ call }) => call)).not.toContain('relayPage.check');
  });
});
