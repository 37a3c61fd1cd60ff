import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { eventsMessage, PLATFORM_LIMITS, type PictureType } from '#shared/platform/index.ts';
import { concatBytes, toUtf8 } from '#shared/bytes/index.ts';
import { CANVAS_PICTURES, pngChunk, pngPicture } from '#test/support/pictures.ts';
import { newAddress } from '#test/support/platform/access-world.ts';
import { outcome, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

const BLUE = pngPicture(96, 96, [0, 0, 255]);

let platform: TestPlatform;
let owner: Person;
let project: string;
beforeAll(async () => {
  platform = await TestPlatform.start();
});
afterAll(() => platform.stop());
beforeEach(async () => {
  owner = platform.person('Ada');
  project = (await owner.client.call('projects.create', { input: { name: 'Home' } })).id;
});
afterEach(() => {
  for (const table of ['projects', 'accounts']) platform.run(`delete from ${table}`);
});

async function member(name: string): Promise<Person> {
  const person = platform.person(name);
  await owner.client.call('invitations.create', { params: { project }, input: { email: person.email } });
  return person;
}

/** Sets a picture of a person. Returns its name. */
async function give(person: Person, bytes = pngPicture(), type: PictureType = 'image/png'): Promise<string> {
  const { picture } = await person.client.call('account.setPicture', { input: { type, bytes } });
  return picture ?? '';
}

/** Reads a picture as a page of the relay does. */
function read(person: Person | undefined, picture: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${platform.origin}/api/v1/pictures/${picture}`, {
    headers: { ...platform.browserHeaders(person?.cookie), 'X-Forwarded-For': newAddress(), ...headers },
  });
}

/** Sends a body as the picture of a person. Returns the status and the code. */
async function put(
  person: Person,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<string> {
  const response = await fetch(`${platform.origin}/api/v1/account/picture`, {
    method: 'PUT',
    headers: { ...platform.browserHeaders(person.cookie), ...headers },
    body,
  });
  const { code } = (await response.json()) as { code?: string };
  return code === undefined ? String(response.status) : `${response.status} ${code}`;
}

const seenBy = async (person: Person): Promise<(string | null)[]> =>
  (await person.client.call('people.list', { params: { project } })).people.map(({ picture }) => picture);

describe('a picture of an account', () => {
  it.each([
    ['image/png', pngPicture()],
    ['image/webp', CANVAS_PICTURES.lossy],
    ['image/webp', CANVAS_PICTURES.alpha],
  ] as const)(
    'of type %s is set, shown to its person and to people of a common project, and removed',
    async (type, bytes) => {
      const ben = await member('Ben');
      const picture = await give(ben, bytes, type);
      expect((await ben.client.call('account.get')).picture).toBe(picture);
      expect(await seenBy(owner)).toEqual([null, picture]);
      for (const person of [ben, owner]) {
        const response = await read(person, picture);
        const content = Buffer.from(await response.arrayBuffer());
        expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
        expect(createHash('sha256').update(content).digest('hex')).toBe(picture);
      }
      const exported = await ben.client.call('account.export');
      const stored = Buffer.from(exported.picture?.bytes ?? '', 'base64url');
      expect([exported.picture?.type, createHash('sha256').update(stored).digest('hex')]).toEqual([type, picture]);
      expect((await ben.client.call('account.removePicture')).picture).toBeNull();
      expect(await seenBy(owner)).toEqual([null, null]);
      expect((await read(ben, picture)).status).toBe(404);
      expect((await ben.client.call('account.export')).picture).toBeNull();
    },
  );

  it('has another address after each change, and the one before is gone', async () => {
    const first = await give(owner);
    const second = await give(owner, BLUE);
    expect(second).not.toBe(first);
    expect(await seenBy(owner)).toEqual([second]);
    expect([(await read(owner, first)).status, (await read(owner, second)).status]).toEqual([404, 200]);
    expect(platform.rows('select 1 from account_pictures')).toHaveLength(1);
  });

  it('is told to open pages of all people of its projects at once, as a new name is', async () => {
    const ben = await member('Ben');
    const socket = new WebSocket(`${platform.origin.replace('http', 'ws')}/api/v1/events`, {
      headers: platform.browserHeaders(owner.cookie),
    });
    const topics: string[] = [];
    const ready = Promise.withResolvers<void>();
    let told = Promise.withResolvers<void>();
    socket.on('message', (data: Buffer) => {
      const message = eventsMessage.parse(JSON.parse(data.toString()));
      if (message.type === 'ready') ready.resolve();
      if (message.type !== 'project-changed') return;
      topics.push(`${message.project} ${message.topic} ${message.ids.join()}`);
      told.resolve();
    });
    await ready.promise;
    const change = async (act: () => Promise<unknown>): Promise<void> => {
      told = Promise.withResolvers();
      await act();
      await told.promise;
    };
    await change(() => give(ben));
    await change(() => ben.client.call('account.removePicture'));
    await change(() => ben.client.call('account.change', { input: { name: 'Benjamin' } }));
    expect(topics).toEqual(Array.from({ length: 3 }, () => `${project} people ${ben.id}`));
    socket.close();
  });

  it('looks to everyone outside its projects like one that does not exist, as soon as they are [S-PICTURE-1]', async () => {
    const [ben, eve] = [await member('Ben'), platform.person('Eve')];
    await eve.client.call('projects.create', { input: { name: 'Away' } });
    const picture = await give(ben);
    const shape = async (response: Response): Promise<string> =>
      JSON.stringify([response.status, await response.text(), [...response.headers.keys()].toSorted()]);
    const missing = await shape(await read(eve, 'f'.repeat(64)));
    expect(missing).toContain('platform.not-found');
    // Who knows the name, and asks whether it has changed, learns no more.
    expect(await shape(await read(eve, picture))).toBe(missing);
    expect(await shape(await read(eve, picture, { 'If-None-Match': `"${picture}"` }))).toBe(missing);
    expect((await read(undefined, picture)).status).toBe(401);
    const removed = platform.person('Cleo');
    await owner.client.call('invitations.create', { params: { project }, input: { email: removed.email } });
    expect((await read(removed, picture)).status).toBe(200);
    await removed.client.call('projects.leave', { params: { project } });
    expect(await shape(await read(removed, picture))).toBe(missing);
    // The removed one's own picture is seen by no one there any more, either.
    const own = await give(removed, BLUE);
    expect((await read(removed, own)).status).toBe(200);
    expect(await shape(await read(owner, own))).toBe(missing);
  });

  it('of someone who invites is named to whom shares a project with them already, and to no one else [S-PICTURE-1]', async () => {
    const picture = await give(owner);
    const other = (await owner.client.call('projects.create', { input: { name: 'Work' } })).id;
    const [ben, eve] = [await member('Ben'), platform.person('Eve')];
    for (const { account, email } of [ben, eve]) {
      platform.run(
        "insert into invitations (id, project, email, invited_by, status, created_at, expires_at) values (?, ?, ?, ?, 'pending', 1, ?)",
        account,
        other.replaceAll('-', ''),
        email,
        owner.account,
        Date.now() + 60_000,
      );
    }
    const named = async (person: Person): Promise<unknown> =>
      (await person.client.call('invitations.mine')).invitations.map(({ invitedBy, picture: shown }) => [
        invitedBy,
        shown,
      ]);
    expect([await named(ben), await named(eve)]).toEqual([[['Ada', picture]], [['Ada', null]]]);
  });

  it('ends with its account [S-PICTURE-1]', async () => {
    const ben = await member('Ben');
    const picture = await give(ben);
    await ben.client.call('account.delete');
    expect((await read(owner, picture)).status).toBe(404);
    expect(platform.rows('select 1 from account_pictures where account = ?', ben.account)).toEqual([]);
  });

  it('is served as its type, runs nothing, and is in no page of another origin [S-PICTURE-2]', async () => {
    const picture = await give(owner);
    const response = await read(owner, picture);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-cache',
      etag: `"${picture}"`,
    });
    const known = await read(owner, picture, { 'If-None-Match': `W/"other", "${picture}"` });
    expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', `"${picture}"`]);
  });

  it('is a small still PNG or WebP picture, whatever its sender calls it, and else nothing changes [S-PICTURE-2]', async () => {
    const before = await give(owner);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const noise = pngChunk('tEXt', new Uint8Array(PLATFORM_LIMITS.picture));
    const png = pngPicture();
    const large = Uint8Array.from(concatBytes(png.subarray(0, -12), noise, png.subarray(-12)));
    expect([
      await put(owner, svg, { 'Content-Type': 'image/svg+xml' }),
      await put(owner, svg, { 'Content-Type': 'image/png' }),
      await put(owner, Uint8Array.from(concatBytes(png, toUtf8(svg))), { 'Content-Type': 'image/png' }),
      await put(owner, '<html><script>alert(1)</script>', { 'Content-Type': 'text/html' }),
      await put(owner, png, { 'Content-Type': 'image/webp' }),
      await put(owner, pngPicture(97), { 'Content-Type': 'image/png' }),
      await put(owner, large, { 'Content-Type': 'image/png' }),
      await put(owner, JSON.stringify({ type: 'image/png', bytes: [] }), { 'Content-Type': 'application/json' }),
      await put(owner, png, { 'Content-Type': 'image/png', 'Content-Encoding': 'gzip' }),
      await put(owner, '', { 'Content-Type': 'image/png' }),
    ]).toEqual([
      '415 platform.media-type',
      '422 account.picture',
      '422 account.picture',
      '415 platform.media-type',
      '422 account.picture',
      '422 account.picture',
      '413 platform.too-large',
      '415 platform.media-type',
      '415 platform.media-type',
      '400 platform.input',
    ]);
    // One that is sent in pieces, without its length, is cut off as well.
    const pieces = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(4096));
      },
    });
    const endless = await fetch(`${platform.origin}/api/v1/account/picture`, {
      method: 'PUT',
      headers: { ...platform.browserHeaders(owner.cookie), 'Content-Type': 'image/png' },
      body: pieces,
      duplex: 'half',
    } as RequestInit);
    expect(endless.status).toBe(413);
    expect((await owner.client.call('account.get')).picture).toBe(before);
  });

  it('is set by no page of another origin [S-ACCOUNT-4]', async () => {
    const headers = { 'Content-Type': 'image/png', 'Sec-Fetch-Site': 'same-site', Origin: 'http://127.0.0.1:1' };
    expect(await put(owner, pngPicture(), headers)).toBe('403 platform.origin');
    expect((await owner.client.call('account.get')).picture).toBeNull();
  });

  it('is changed a few times at once, then one by one, and others go on [S-PICTURE-3]', async () => {
    const ben = await member('Ben');
    const outcomes: string[] = [];
    for (let round = 0; round < 24; round += 1) {
      const picture = pngPicture(96, 96, [round, 0, 0]);
      outcomes.push(
        await outcome(
          round % 4 === 3
            ? owner.client.call('account.removePicture')
            : owner.client.call('account.setPicture', { input: { type: 'image/png', bytes: picture } }),
        ),
      );
    }
    expect(outcomes).toEqual([...Array<string>(20).fill('ok'), ...Array<string>(4).fill('platform.rate')]);
    expect(platform.rows('select 1 from account_pictures').length).toBeLessThanOrEqual(1);
    // Not for others, and not for other changes.
    expect(await give(ben)).not.toBe('');
    expect(await outcome(owner.client.call('account.change', { input: { name: 'Ada L.' } }))).toBe('ok');
  });
});
