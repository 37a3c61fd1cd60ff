import { expect, test } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { LINK_PACE, LinkOpener } from '../../../../src-main/desktop/links/link-opener.ts';

function setUp(fail = false) {
  const clock = new FakeClock();
  const opened: string[] = [];
  const open = (link: string): Promise<void> => {
    opened.push(link);
    return fail ? Promise.reject(new Error('no browser')) : Promise.resolve();
  };
  return { clock, opened, opener: new LinkOpener({ clock, open }) };
}

test('a page that asks for link after link gets a few opened, and more when time has passed [S-APP-5]', async () => {
  const { clock, opened, opener } = setUp();
  for (let count = 0; count < LINK_PACE.links; count += 1) await opener.open(`https://example.com/${count}`);
  const refused = { name: 'ShellError', code: 'shell.link-pace' };
  await expect(opener.open('https://example.com/more')).rejects.toMatchObject(refused);
  await clock.advance(LINK_PACE.period - 1);
  await expect(opener.open('https://example.com/more')).rejects.toMatchObject(refused);
  expect(opened.length).toBe(LINK_PACE.links);
  await clock.advance(1);
  await opener.open('https://example.com/again');
  expect(opened.at(-1)).toBe('https://example.com/again');
});

test('a link of another kind never reaches the system, and counts for nothing', async () => {
  const { opened, opener } = setUp();
  for (let count = 0; count <= LINK_PACE.links; count += 1) {
    await expect(opener.open('file:///etc/passwd')).rejects.toMatchObject({ code: 'shell.link' });
  }
  await opener.open('https://example.com/');
  expect(opened).toEqual(['https://example.com/']);
});

test('what the system does not open is told', async () => {
  const { opener } = setUp(true);
  await expect(opener.open('https://example.com/')).rejects.toMatchObject({ code: 'shell.link-failed' });
});
