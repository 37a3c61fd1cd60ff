import { describe, expect, it } from 'vitest';
import { browserOpener } from '#cli/host/browser.ts';
import { runCommandLine } from '#cli/program.ts';
import { createFakeHost, type FakeHost } from '#test/support/cli-host.ts';
import { settle } from '#test/support/fake-clock.ts';

type Options = NonNullable<Parameters<typeof createFakeHost>[1]>;

function start(line: string, options: Options = {}, change: (host: FakeHost) => void = () => undefined) {
  const host = createFakeHost({}, options);
  change(host);
  return { host, exit: runCommandLine(line.split(' '), host) };
}

describe('clawreach ui', () => {
  it('prints the link on a line of its own, opens the browser, and ends in good order with Ctrl-C', async () => {
    const { host, exit } = start('ui');
    await settle();
    expect(host.stdout.text).toBe('http://127.0.0.1:4711/#link-1\n');
    expect(host.opened).toEqual(['http://127.0.0.1:4711/#link-1']);
    expect(host.windows).toMatchObject([
      { options: { profile: '/home/ada/.config/clawreach', version: '1.2.3', port: 0 }, closed: false },
    ]);
    host.interrupt();
    expect(await exit).toBe(0);
    expect(host.windows).toMatchObject([{ closed: true }]);
  });

  it('starts the agent where none runs', async () => {
    const { host, exit } = start('ui --no-open', { running: false });
    await settle();
    expect(host.started).toHaveLength(1);
    expect(host.stdout.text).toContain('#link-1');
    host.interrupt();
    expect(await exit).toBe(0);
  });

  it('opens nothing with --no-open, and serves the port that is asked for', async () => {
    const { host, exit } = start('ui --no-open --port 8090 --json');
    await settle();
    expect(host.opened).toEqual([]);
    expect(host.windows[0]?.options.port).toBe(8090);
    expect(JSON.parse(host.stdout.text)).toEqual({ url: 'http://127.0.0.1:4711/#link-1', port: 4711 });
    expect(host.stderr.text).toBe('');
    host.interrupt();
    expect(await exit).toBe(0);
  });

  it('says to open the link where there is no display', async () => {
    const { host, exit } = start('ui', {}, (fake) => {
      fake.browser.display = false;
    });
    await settle();
    expect(host.stderr.text).toContain('Open the link in a browser on this machine');
    host.interrupt();
    await exit;
  });

  it('prints another link for each Enter at a terminal', async () => {
    const { host, exit } = start('ui', { terminal: true });
    await settle();
    host.stdin.write('\n');
    await settle();
    expect(host.stdout.text).toContain('http://127.0.0.1:4711/#link-2\n');
    host.interrupt();
    expect(await exit).toBe(0);
  });

  it('tells of settings that were damaged', async () => {
    const { host, exit } = start('ui', {}, (fake) => {
      fake.browser.damagedSettings = '/p/window.json.damaged-1';
    });
    await settle();
    expect(host.stderr.text).toContain('The old ones are in /p/window.json.damaged-1');
    host.interrupt();
    await exit;
  });

  it.each(['ui --port 70000', 'ui --port web', 'ui extra'])('refuses %s', async (line) => {
    const { host, exit } = start(line);
    expect(await exit).toBe(2);
    expect(host.windows).toEqual([]);
  });
});

describe('the browser', () => {
  const url = 'http://127.0.0.1:4711/#token';

  it('is opened by what the system has for it, and only where there is a display', () => {
    expect(browserOpener('linux', { DISPLAY: ':0' }, url)).toEqual({ program: 'xdg-open', words: [url] });
    expect(browserOpener('linux', { WAYLAND_DISPLAY: 'wayland-0' }, url)?.program).toBe('xdg-open');
    expect(browserOpener('linux', {}, url)).toBeUndefined();
    expect(browserOpener('win32', {}, url)?.words).toEqual(['url.dll,FileProtocolHandler', url]);
    expect(browserOpener('darwin', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, url)).toBeUndefined();
  });

  it('gets the link on macOS by a way that other accounts cannot read', () => {
    const opener = browserOpener('darwin', {}, url);
    expect(opener?.words).toEqual(['-']);
    expect(opener?.input).toBe(`open location "${url}"\n`);
  });
});
