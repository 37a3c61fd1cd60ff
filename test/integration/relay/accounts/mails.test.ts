import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { AccountRateLimits, createSmtpSender, parseMailOptions } from '#relay/accounts/index.ts';
import { MailQueue } from '#relay/accounts/mail/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { exchange, request } from '#test/support/raw-http.ts';
import { recordingLogger } from '#test/support/accounts/recording-logger.ts';
import { linkIn, startMailServer, type MailServer, type ReceivedMail } from '#test/support/accounts/mail-server.ts';
import { startAccountsRelay } from '#test/support/accounts/accounts-relay.ts';
import { TestBrowser } from '#test/support/accounts/test-browser.ts';
import { outcome, TestPlatform } from '#test/support/platform/test-platform.ts';

const PASSWORD = 'correct horse battery';
const OTHER_PASSWORD = 'another good password';
const FROM = 'ClawReach relay <relay@relay.example>';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function mailServer(options: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  cleanUps.push(() => server.stop());
  return server;
}

/** Waits for the newest mail to an address with this in its subject. */
async function mailTo({ mails }: MailServer, email: string, subject: string): Promise<ReceivedMail> {
  const find = () =>
    mails.findLast(({ to, headers }) => to.includes(email) && headers.get('subject')?.includes(subject) === true);
  await expect.poll(find).toBeDefined();
  const mail = find();
  if (mail === undefined) throw new Error('no mail');
  return mail;
}

/** Sends a request whose `Host` and forwarding headers name a server of an attacker. */
async function forged(port: number, path: string, body: unknown): Promise<string> {
  const text = JSON.stringify(body);
  return exchange(
    port,
    request(
      [
        `POST ${path} HTTP/1.1`,
        'Host: evil.example',
        'X-Forwarded-Host: evil.example',
        'Forwarded: host=evil.example;proto=https',
        'X-Forwarded-Proto: https',
        'X-Original-URL: https://evil.example/',
        'Content-Type: application/json',
        `Content-Length: ${Buffer.byteLength(text)}`,
        'Connection: close',
      ],
      text,
    ),
  );
}

describe('mails of a relay', () => {
  it('lead to its public address, whatever a request says, as text, over TLS with a login [S-ACCOUNT-1] [S-ACCOUNT-2]', async () => {
    const server = await mailServer({ tls: 'starttls', auth: { user: 'relay', password: 'p@ss word' } });
    const { logger, entries } = recordingLogger();
    const platform = await TestPlatform.start({
      publicUrls: ['https://relay.example'],
      logger,
      accounts: {
        signUp: 'open',
        mail: {
          url: `smtp://relay:p%40ss%20word@127.0.0.1:${server.port}?requireTLS=true&tls.rejectUnauthorized=false`,
          from: FROM,
        },
      },
    });
    cleanUps.push(() => platform.stop());
    const { port } = platform.relay;
    const email = 'anna@example.org';

    const name = 'Read this: https://evil.example/now';
    expect(await forged(port, '/api/v1/auth/sign-up', { email, password: PASSWORD, name })).toContain('200 OK');
    const confirm = await mailTo(server, email, 'Confirm your address for relay.example');
    const verify = linkIn(confirm);
    expect(verify.link).toBe(`https://relay.example/auth#verify=${verify.token}`);
    const browser = new TestBrowser(platform.origin);
    const own = { headers: { Origin: 'https://relay.example' } };
    const verified = await browser.call('auth.verify', { token: verify.token, password: PASSWORD }, own);
    expect(verified.output.status).toBe('signed-in');

    expect(await forged(port, '/api/v1/auth/sign-up', { email, password: PASSWORD, name })).toContain('200 OK');
    await mailTo(server, email, 'You already have an account');

    expect(await forged(port, '/api/v1/auth/reset', { email })).toContain('202 Accepted');
    const reset = linkIn(await mailTo(server, email, 'Reset your password'));
    expect(reset.link).toBe(`https://relay.example/reset-password#reset=${reset.token}`);
    const other = new TestBrowser(platform.origin);
    const confirmed = await other.call('auth.confirmReset', { token: reset.token, password: OTHER_PASSWORD }, own);
    expect(confirmed.output.status).toBe('signed-in');
    expect((await browser.call('account.get')).code).toBe('platform.signed-out');
    await mailTo(server, email, 'Your password for relay.example was changed');

    const project = await other.call('projects.create', { name }, own);
    const invite = { params: { project: project.output.id }, ...own };
    const invited = await other.call('invitations.create', { email: 'ben@example.org' }, invite);
    expect(invited.output).toMatchObject({ status: 'invited', link: null });
    const invitation = linkIn(await mailTo(server, 'ben@example.org', 'Invitation to a project'));
    expect(invitation.link).toBe(`https://relay.example/auth#invite=${invitation.token}`);
    const ben = new TestBrowser(platform.origin);
    const looked = await ben.call('invitations.lookUp', { token: invitation.token }, own);
    expect(looked.output).toMatchObject({ projectName: name });

    const change = { email: 'anna.new@example.org' };
    expect((await other.call('account.changeEmail', change, own)).status).toBe(202);
    const renewed = linkIn(await mailTo(server, change.email, 'Confirm your address'));
    expect((await other.call('auth.verify', { token: renewed.token }, own)).output.status).toBe('signed-in');
    await mailTo(server, email, 'Your address for relay.example was changed');

    expect(server.mails).toHaveLength(7);
    for (const mail of server.mails) {
      expect(mail).toMatchObject({ from: 'relay@relay.example', isEncrypted: true, user: 'relay' });
      expect(mail.to).toHaveLength(1);
      expect(mail.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
      // No header or word of a stranger.
      expect(`${mail.raw}${mail.text}`).not.toMatch(/evil\.example|Read this/);
      const links = mail.text.match(/\b\w+:\/\/\S+/g) ?? [];
      for (const link of links) expect(link).toMatch(/^https:\/\/relay\.example\//);
    }
    const log = JSON.stringify(entries);
    expect(entries.length).toBeGreaterThan(0);
    const secrets = [verify, reset, invitation, renewed].map(({ token }) => token);
    for (const text of [...secrets, PASSWORD, OTHER_PASSWORD, 'p@ss word', 'p%40ss', email, 'ben@example.org']) {
      expect(log).not.toContain(text);
    }
    for (const file of ['relay.db', 'relay.db-wal']) {
      const bytes = await readFile(`${platform.directory}/${file}`);
      for (const token of [...secrets, PASSWORD, OTHER_PASSWORD]) expect(bytes.includes(token)).toBe(false);
    }
  });

  it.each([
    ['a server without TLS', 'none', 'requireTLS=true'],
    ['a certificate that no authority vouches for', 'starttls', 'requireTLS=true'],
    ['such a certificate from the first byte', 'implicit', ''],
  ] as const)('get to no server with %s, nor does the password [S-ACCOUNT-2]', async (_, tls, parameters) => {
    const server = await mailServer({ tls, auth: { user: 'relay', password: 'secret of the relay' } });
    const { logger, entries } = recordingLogger();
    const scheme = tls === 'implicit' ? 'smtps' : 'smtp';
    const url = `${scheme}://relay:secret%20of%20the%20relay@127.0.0.1:${server.port}?${parameters}`;
    const clock = new FakeClock();
    const queue = new MailQueue(createSmtpSender(parseMailOptions({ url, from: FROM })), { clock, logger });
    queue.add({ to: 'anna@example.org', kind: 'reset', subject: 'Reset', text: 'link' });
    await expect.poll(() => entries).toHaveLength(1);
    expect(server.connections() + server.mails.length + server.signIns.length).toBeLessThanOrEqual(1);
    expect([server.mails, server.signIns]).toEqual([[], []]);
    expect(JSON.stringify(entries)).not.toMatch(/anna|secret/);
    await queue.close();
  });

  it('wait for a server that is down, and are dropped where it rejects them for good [S-ACCOUNT-2]', async () => {
    const server = await mailServer();
    const clock = new FakeClock();
    const mail = { url: `smtp://127.0.0.1:${server.port}`, from: FROM };
    const relay = await startAccountsRelay({ signUp: 'open', mail, clock });
    cleanUps.push(() => relay.stop());
    const messages = () => relay.log.map(({ message }) => message);
    const signUp = (email: string) => relay.browser().call('auth.signUp', { email, password: PASSWORD, name: 'Anna' });

    server.refuse('connection', 421);
    expect((await signUp('anna@example.org')).output).toEqual({ status: 'verify' });
    await expect.poll(messages).toEqual(['mail delayed']);
    server.refuse('connection', undefined);
    server.refuse('mail', 451);
    await clock.advance(10_000);
    await expect.poll(messages).toEqual(['mail delayed', 'mail delayed']);
    server.refuse('mail', undefined);
    await clock.advance(60_000);
    const { token } = linkIn(await mailTo(server, 'anna@example.org', 'Confirm'));
    const verified = await relay.browser().call('auth.verify', { token, password: PASSWORD });
    expect(verified.output.status).toBe('signed-in');

    server.refuse('mail', 550);
    await signUp('ben@example.org');
    await expect.poll(messages).toEqual(['mail delayed', 'mail delayed', 'mail not sent']);
    expect(relay.log.at(-1)?.fields).toEqual({ kind: 'sign-up', reason: 'EMESSAGE', response: 550 });
    expect(JSON.stringify(relay.log)).not.toMatch(/anna|ben@|#verify/);
    await clock.advance(3_600_000);
    expect(server.mails).toHaveLength(1);
  });

  it('to a server that never answers hold up no request, and only so many wait [S-ACCOUNT-2]', async () => {
    const held = new Set<Socket>();
    const silent = createServer((socket) => {
      held.add(socket.on('error', () => undefined));
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    cleanUps.push(async () => {
      for (const socket of held) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    });
    const { logger, entries } = recordingLogger();
    const clock = new FakeClock();
    const limits = { waitingMails: 5, mails: 2, mailTimeout: 60_000, mailRetries: [1000] };
    const url = `smtp://127.0.0.1:${port}`;
    const queue = new MailQueue(createSmtpSender(parseMailOptions({ url, from: FROM })), { clock, logger, limits });
    for (let count = 0; count < 8; count += 1) {
      queue.add({ to: `anna${count}@example.org`, kind: 'reset', subject: 'Reset', text: 'link' });
    }
    expect(queue.size).toBe(5);
    expect(entries).toHaveLength(3);
    expect(entries[0]).toMatchObject({ message: 'mail not sent', fields: { reason: 'too many mails wait' } });
    await expect.poll(() => held.size).toBe(2);
    // A relay that stops waits for no mail server.
    await queue.close();
    expect(queue.size).toBe(0);
    expect(entries.at(-1)).toMatchObject({ message: 'mails not sent', fields: { mails: 5 } });
  });
});

describe('mails that one account causes', () => {
  it('are few, to however many addresses [S-ACCOUNT-14]', async () => {
    const server = await mailServer();
    const platform = await TestPlatform.start({
      accounts: { signUp: 'open', mail: { url: `smtp://127.0.0.1:${server.port}`, from: FROM } },
    });
    cleanUps.push(() => platform.stop());
    const mallory = platform.person('Mallory');
    const { id: project } = await mallory.client.call('projects.create', { input: { name: 'Home' } });
    const codes: string[] = [];
    for (let count = 0; count < 40; count += 1) {
      const email = `victim${count}@example.org`;
      codes.push(await outcome(mallory.client.call('account.changeEmail', { input: { email } })));
      codes.push(await outcome(mallory.client.call('invitations.create', { params: { project }, input: { email } })));
    }
    expect(codes.slice(0, 60).filter((code) => code !== 'ok')).toEqual([]);
    expect(new Set(codes.slice(60))).toEqual(new Set(['platform.rate']));
    // Others still invite.
    const anna = platform.person('Anna');
    const { id } = await anna.client.call('projects.create', { input: { name: 'Home' } });
    const invite = anna.client.call('invitations.create', {
      params: { project: id },
      input: { email: 'b@example.org' },
    });
    expect(await outcome(invite)).toBe('ok');
  });
});

describe('mails to one address', () => {
  it('are few of each kind, and those that others cause keep no one from a reset [S-ACCOUNT-9]', async () => {
    const server = await mailServer();
    const platform = await TestPlatform.start({
      accounts: { signUp: 'open', mail: { url: `smtp://127.0.0.1:${server.port}`, from: FROM } },
    });
    cleanUps.push(() => platform.stop());
    const anna = platform.person('Anna');
    const attackers = Array.from({ length: 5 }, () => platform.stranger());
    const signUps = await Promise.allSettled(
      attackers.map((attacker) =>
        attacker.call('auth.signUp', { input: { email: anna.email, password: PASSWORD, name: 'Mallory' } }),
      ),
    );
    expect(signUps.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(signUps.filter(({ status }) => status === 'rejected')).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: 'platform.rate' }) },
      { status: 'rejected', reason: expect.objectContaining({ code: 'platform.rate' }) },
    ]);
    // Nor does an owner who invites and cancels, again and again.
    const mallory = platform.person('Mallory');
    const { id: project } = await mallory.client.call('projects.create', { input: { name: 'Home' } });
    const codes: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      try {
        const invited = await mallory.client.call('invitations.create', {
          params: { project },
          input: { email: anna.email },
        });
        if (invited.status !== 'invited') throw new Error(invited.status);
        await mallory.client.call('invitations.cancel', { params: { project, invitation: invited.invitation.id } });
        codes.push('invited');
      } catch (error) {
        codes.push((error as { code: string }).code);
      }
    }
    expect(codes).toEqual(['invited', 'invited', 'invited', 'platform.rate', 'platform.rate']);

    await platform.stranger().call('auth.reset', { input: { email: anna.email } });
    await mailTo(server, anna.email, 'Reset your password');
    await expect.poll(() => server.mails.length).toBe(7);
  });

  it('asked for by strangers leave the newest links valid [S-ACCOUNT-9]', async () => {
    const clock = new FakeClock();
    const rates = new AccountRateLimits(clock);
    for (const kind of ['sign-up', 'verify', 'invitation'] as const) {
      for (let count = 0; count < 3; count += 1) rates.admitMail(kind, 'anna@example.org');
    }
    for (let count = 0; count < 3; count += 1) rates.admitMail('reset', 'anna@example.org');
    expect(() => rates.admitMail('reset', 'anna@example.org')).toThrow(
      expect.objectContaining({ retryAfter: 1_200_000 }),
    );
    await clock.advance(1_200_000);
    rates.admitMail('reset', 'anna@example.org');

    const server = await mailServer();
    const relay = await startAccountsRelay({
      signUp: 'open',
      mail: { url: `smtp://127.0.0.1:${server.port}`, from: FROM },
    });
    cleanUps.push(() => relay.stop());
    const browser = relay.browser();
    const email = 'anna@example.org';
    await browser.call('auth.signUp', { email, password: PASSWORD, name: 'Anna' });
    const { token } = linkIn(await mailTo(server, email, 'Confirm'));
    await browser.call('auth.verify', { token, password: PASSWORD });
    const tokens: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      await relay.browser().call('auth.reset', { email });
      await expect.poll(() => server.mails.length).toBe(count + 2);
      tokens.push(linkIn(await mailTo(server, email, 'Reset')).token);
    }
    // Of five the last three count; the oldest of these is as good as the newest.
    const confirm = (reset: string | undefined) =>
      relay.browser().call('auth.confirmReset', { token: reset ?? '', password: OTHER_PASSWORD });
    expect((await confirm(tokens[1])).code).toBe('account.link');
    expect((await confirm(tokens[2])).output.status).toBe('signed-in');
    expect((await confirm(tokens[4])).code).toBe('account.link');
  });
});

describe('a relay without a mail server', () => {
  it('takes people in, invites and resets by links that are handed over [S-ACCOUNT-1]', async () => {
    const { logger, entries } = recordingLogger();
    const platform = await TestPlatform.start({ logger, accounts: { signUp: 'invited' } });
    cleanUps.push(() => platform.stop());
    const { origin } = platform;
    const first = platform.relay.firstAccount?.link ?? '';
    expect(first).toMatch(new RegExp(`^http://localhost:${platform.relay.port}/auth#sign-up=[A-Za-z0-9_-]{43}$`));
    const anna = new TestBrowser(origin);
    const signUp = { email: 'anna@example.org', password: PASSWORD, name: 'Anna' };
    expect((await anna.call('auth.signUp', signUp)).code).toBe('account.no-mail');
    const signedUp = await anna.call('auth.signUp', { ...signUp, token: first.split('=')[1] ?? '' });
    expect(signedUp.output.status).toBe('signed-in');

    const { id: project } = (await anna.call('projects.create', { name: 'Home' })).output;
    const invited = await anna.call('invitations.create', { email: 'ben@example.org' }, { params: { project } });
    if (invited.output.status !== 'invited' || invited.output.link === null) throw new Error('no link');
    const { link } = invited.output;
    expect(link).toMatch(new RegExp(`^http://localhost:${platform.relay.port}/auth#invite=[A-Za-z0-9_-]{43}$`));
    const token = link.split('=')[1] ?? '';
    const ben = new TestBrowser(origin);
    const joined = await ben.call('auth.signUp', { email: 'ben@x.org', password: PASSWORD, name: 'Ben', token });
    expect(joined.output.status).toBe('signed-in');
    expect((await ben.call('projects.list')).output.projects).toMatchObject([{ id: project, role: 'member' }]);
    expect((await anna.call('auth.reset', { email: 'anna@example.org' })).code).toBe('account.no-mail');
    for (const secret of [first.split('=')[1] ?? '', token]) expect(JSON.stringify(entries)).not.toContain(secret);
  });
});
