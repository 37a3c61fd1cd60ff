import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WEB_HOST } from '#shared/app-api/index.ts';
import { serveWindow } from '../../../src-main/cli/window.ts';
import { isSameUser } from '../../../src-main/web-host/index.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { CAN_BE_OTHER_USER, runBesideAsOtherUser } from '#test/support/other-user.ts';
import { ask, mustOpen, startHostScene, withToken } from '#test/support/web-host.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** What another account of this machine gets there with a link that it has seen: the status of a request, and how an upgrade with the token is answered. */
async function asOtherAccount(port: number, link: string): Promise<Readonly<{ page: number; window: number }>> {
  const source = `
    import { request } from 'node:http';
    const once = (path, headers) => new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: ${port}, path, headers }, (answer) => { answer.resume(); resolve(answer.statusCode); });
      sent.on('upgrade', (answer, socket) => { socket.destroy(); resolve(answer.statusCode); });
      sent.on('error', reject);
      sent.end();
    });
    const page = await once('/', {});
    const window = await once('${WEB_HOST.path}', {
      Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      Origin: 'http://127.0.0.1:${port}', 'Sec-WebSocket-Protocol': ${JSON.stringify(withToken(link).join(', '))},
    });
    console.log(JSON.stringify({ page, window }));`;
  return JSON.parse(await runBesideAsOtherUser(source)) as { page: number; window: number };
}

describe.runIf(process.platform === 'linux' && CAN_BE_OTHER_USER)('another account of this machine', () => {
  it('gets neither page nor window with a link that it has read in the process list; the link stays good for its owner [S-WEB-4]', async () => {
    const scene = await startHostScene({ isSameUser: isSameUser });
    ends.push(() => scene.close());
    const link = scene.host.newLink();
    expect(await asOtherAccount(scene.port, link)).toEqual({ page: 403, window: 403 });
    expect((await ask(scene.port, '/')).status).toBe(200);
    await mustOpen(scene.port, withToken(link));
  });

  it('gets nothing of the window that the command serves [S-WEB-4]', async () => {
    const profile = temporaryDirectory();
    expect(existsSync(join('dist', 'renderer', 'index.html'))).toBe(true);
    const served = await serveWindow({ profile, version: '1.2.3', port: 0 });
    ends.push(() => served.close());
    expect(await asOtherAccount(served.port, served.newLink())).toEqual({ page: 403, window: 403 });
    expect((await ask(served.port, '/')).status).toBe(200);
  });
});
