import { expect, it } from 'vitest';
import { Prompter } from '#cli/host/prompter.ts';
import { createFakeHost } from '#test/support/cli-host.ts';

it('hides what is typed before the question for a secret is shown, and shows it again after the answer', async () => {
  const host = createFakeHost({}, { terminal: true });
  const shownBefore: string[] = [];
  host.stdin.setRawMode = function setRawMode(raw: boolean) {
    if (raw) shownBefore.push(host.stderr.text);
    this.raw = raw;
    return this;
  };
  const answer = new Prompter(host, false).askSecret('Admission token:');
  expect(host.stderr.text).toContain('Admission token:');
  expect(shownBefore).toEqual(['']);
  host.stdin.write('952YN\r');
  expect(await answer).toBe('952YN');
  expect(host.stdin.raw).toBe(false);
  expect(host.stderr.text).not.toContain('952YN');
});
