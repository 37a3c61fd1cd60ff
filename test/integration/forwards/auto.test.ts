import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AutoRule, NetworkChanges } from '#agent/forwards/auto/index.ts';
import { systemClock } from '#node/clock/index.ts';
import type { ForwardRule } from '#shared/app-api/index.ts';
import { linkSides, OFFICE, portOf, type LinkedSides } from '#test/support/forwards/rule-side.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';
import { SocksUdpProgram, UdpProgram } from '#test/support/forwards/udp.ts';

const run = promisify(execFile);

let target: TargetSide;
let sides: LinkedSides;
let web: Server;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  target = new TargetSide({ clock: systemClock });
  const laptop = target.addPeer('laptop');
  target.rights.set(laptop, 'forward', 'allow');
  const networkChanges = new NetworkChanges();
  sides = linkSides(systemClock, target, laptop, undefined, {
    auto: (context) => new AutoRule(context, { ssh: undefined, networkChanges }),
  });
  void sides.rules.manager.start();
  web = createServer((_, response) => response.end('the page'));
  await new Promise<void>((resolve) => void web.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await sides.close();
  target.close();
  web.closeAllConnections();
  web.close();
});

const autoRule = (user: string | null = null): ForwardRule => ({
  kind: 'auto',
  name: 'auto',
  enabled: true,
  peer: OFFICE,
  listen: { host: '127.0.0.1', port: 0 },
  server: null,
  user,
});

async function curl(proxy: string): Promise<string> {
  const page = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
  const { stdout } = await run('curl', [
    '-sS',
    '--max-time',
    '20',
    '--write-out',
    '|%{http_code}',
    '--proxy',
    proxy,
    page,
  ]);
  return stdout;
}

describe('one proxy for SOCKS 5 and HTTP', () => {
  it('lets in who knows user and password, by either, and nobody else [S-FWD-1]', async () => {
    const port = portOf(await sides.rules.manager.add({ rule: autoRule('me'), password: 'very secret' }));
    for (const scheme of ['socks5h', 'http']) {
      expect(await curl(`${scheme}://me:very%20secret@127.0.0.1:${port}`)).toBe('the page|200');
      const wrong = curl(`${scheme}://me:wrong@127.0.0.1:${port}`).catch(() => 'refused');
      expect(await wrong).toMatch(scheme === 'http' ? /\|407$/ : /^refused$/);
      expect(await curl(`${scheme}://127.0.0.1:${port}`).catch(() => 'refused')).not.toContain('the page');
    }
  });

  it('has one password, which never goes from the SSH server to the proxy [S-FWD-1]', async () => {
    const login = { method: 'password' } as const;
    const rule = { ...autoRule(), server: { host: '127.0.0.1', port: 9, user: 'ada', login } } as ForwardRule;
    const { manager } = sides.rules;
    const { id } = await manager.add({ rule, password: 'of ssh' });
    const withUser = { ...rule, user: 'me' } as ForwardRule;
    await expect(manager.update(id, withUser, 'both?')).rejects.toMatchObject({ code: 'forward.one-password' });
    await expect(manager.update(id, autoRule('me'), undefined)).rejects.toMatchObject({ code: 'forward.no-password' });
    expect(manager.view(id)).toMatchObject({ hasPassword: true, rule: { user: null } });
  });

  it('carries datagrams by the link', async () => {
    const port = portOf(await sides.rules.manager.add({ rule: autoRule() }));
    const echo = await UdpProgram.echo();
    open.push(echo);
    const client = await SocksUdpProgram.associate(port);
    open.push(client);
    client.send(Buffer.from('x'), { host: '127.0.0.1', port: echo.port });
    expect((await client.next()).bytes.toString()).toBe('x');
    expect(target.associations.count).toBe(1);
  });
});
