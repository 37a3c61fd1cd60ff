import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { ADMISSION_LIMITS, Admissions, BrowserSession } from '../../../src-main/web-host/admissions.ts';

function create() {
  const clock = new FakeClock();
  return { clock, admissions: new Admissions({ crypto: nativeBackend, clock }) };
}

function mustEnter(admissions: Admissions): BrowserSession {
  const session = admissions.takeToken(admissions.newToken());
  if (!(session instanceof BrowserSession)) throw new Error(`not let in: ${session}`);
  return session;
}

describe('tokens', () => {
  it('are good once, for one session [S-WEB-2]', () => {
    const { admissions } = create();
    const token = admissions.newToken();
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(admissions.takeToken(token)).toBeInstanceOf(BrowserSession);
    expect(admissions.takeToken(token)).toBe('unknown');
  });

  it('are good for ten minutes and not a moment longer [S-WEB-2]', async () => {
    const { admissions, clock } = create();
    const [early, late] = [admissions.newToken(), admissions.newToken()];
    await clock.advance(ADMISSION_LIMITS.tokenAge - 1);
    expect(admissions.takeToken(early)).toBeInstanceOf(BrowserSession);
    await clock.advance(1);
    expect(admissions.takeToken(late)).toBe('unknown');
  });

  it('are kept up to sixteen; the oldest goes', () => {
    const { admissions } = create();
    const tokens = Array.from({ length: 17 }, () => admissions.newToken());
    expect(admissions.takeToken(tokens[0] ?? '')).toBe('unknown');
    expect(admissions.takeToken(tokens[1] ?? '')).toBeInstanceOf(BrowserSession);
  });

  it.each(['', 'x', 'A'.repeat(43), 'A'.repeat(44), '\u0000'.repeat(43), '../'.repeat(14)])(
    'are nothing else: %j',
    (text) => {
      const { admissions } = create();
      admissions.newToken();
      expect(admissions.takeToken(text)).toBe('unknown');
      expect(admissions.takeSession(text)).toBe('unknown');
    },
  );

  it('are not looked at while there were twenty wrong tries within a minute', async () => {
    const { admissions, clock } = create();
    const session = mustEnter(admissions);
    const token = admissions.newToken();
    for (let tries = 0; tries < ADMISSION_LIMITS.tries; tries += 1) admissions.takeToken('wrong');
    expect(admissions.takeToken(token)).toBe('tries');
    expect(admissions.takeSession(session.secret)).toBe(session);
    await clock.advance(ADMISSION_LIMITS.triesTime);
    expect(admissions.takeToken(token)).toBeInstanceOf(BrowserSession);
  });
});

describe('sessions', () => {
  it('come back by their secret, and by no other', () => {
    const { admissions } = create();
    const [one, other] = [mustEnter(admissions), mustEnter(admissions)];
    expect(one.secret).not.toBe(other.secret);
    expect(admissions.takeSession(one.secret)).toBe(one);
    expect(admissions.takeSession(`${one.secret.slice(0, -2)}AA`)).toBe('unknown');
  });

  it('are sixteen at most: the one unused for longest gives way', async () => {
    const { admissions, clock } = create();
    const sessions: BrowserSession[] = [];
    while (sessions.length < 16) {
      await clock.advance(10);
      sessions.push(mustEnter(admissions));
    }
    await clock.advance(10);
    const [first, second] = sessions;
    expect(admissions.takeSession(first?.secret ?? '')).toBe(first);
    mustEnter(admissions);
    expect(admissions.takeSession(first?.secret ?? '')).toBe(first);
    expect(admissions.takeSession(second?.secret ?? '')).toBe('unknown');
  });

  it('that are in use never give way; the token stays good then [S-WEB-3]', () => {
    const { admissions } = create();
    const sessions = Array.from({ length: 16 }, () => mustEnter(admissions));
    for (const session of sessions) session.connections = 1;
    const token = admissions.newToken();
    expect(admissions.takeToken(token)).toBe('full');
    for (const session of sessions.slice(0, 1)) session.connections = 0;
    expect(admissions.takeToken(token)).toBeInstanceOf(BrowserSession);
  });
});
