import { beforeEach, describe, expect, it } from 'vitest';
import type { RuleContext } from '#agent/forwards/rules/index.ts';
import type { StoredRule } from '#agent/forwards/rules/document.ts';
import { RunnerMaker, type RunnerMakerOptions } from '#agent/forwards/rules/runner-maker.ts';
import type { ForwardRule } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { bridgeRule, OFFICE, socksRule } from '#test/support/forwards/rule-side.ts';

type SshRule = Extract<ForwardRule, { kind: 'ssh-tunnel' }>;

const LISTEN = { host: '127.0.0.1', port: 1080 };
const TARGET = { host: 'nas', port: 80 };
const OWN = { connections: undefined, formerPort: 0, report: () => undefined } as unknown as Pick<
  RuleContext,
  'connections' | 'formerPort' | 'report'
>;

let made: RuleContext[];
let isKnown: boolean;
let password: string | null;
let maker: RunnerMaker;

const make = (context: RuleContext) => {
  made.push(context);
  return { start: () => Promise.resolve(), stop: () => Promise.resolve() };
};
const stored = (rule: ForwardRule, secret: string | null = null): StoredRule => ({
  id: 'r1',
  rule,
  secret,
  formerPort: 0,
});
const failure = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return errorCode(error);
  }
  return 'none';
};
const tunnel = (direction: SshRule['direction'], to: SshRule['to'], peer: string | null = null): ForwardRule => ({
  kind: 'ssh-tunnel',
  name: 'tunnel',
  enabled: true,
  peer,
  server: { host: 'lab', port: 22, user: 'me', login: { method: 'agent' } },
  direction,
  listen: LISTEN,
  to,
});

beforeEach(() => {
  made = [];
  isKnown = true;
  password = null;
  const options: RunnerMakerOptions = {
    runners: { socks5: make, 'ssh-tunnel': make },
    book: { password: () => password },
    links: { session: () => Promise.reject(new Error('no link')) },
    clock: new FakeClock(),
    logger: silentLogger,
    peers: {
      nameOf: () => (isKnown ? 'office' : undefined),
      find: (reference) => {
        if (!isKnown) throw new Error(`no ${reference}`);
      },
    },
    upstream: () => {
      throw new Error('no way');
    },
    claimPort: () => () => undefined,
  };
  maker = new RunnerMaker(options);
});

describe('a rule to be saved', () => {
  it('is of a kind that runs here, with a peer that is known where it needs one', () => {
    expect(failure(() => maker.check(bridgeRule(80)))).toBe('forward.kind-unavailable');
    expect(failure(() => maker.check(socksRule({ listen: LISTEN })))).toBe('none');
    isKnown = false;
    expect(() => maker.check(socksRule({ listen: LISTEN }))).toThrow(`no ${OFFICE}`);
    expect(failure(() => maker.check(tunnel('local', TARGET)))).toBe('none');
  });

  it.each([
    ['dynamic', null, 'none'],
    ['dynamic', TARGET, 'forward.target'],
    ['local', TARGET, 'none'],
    ['local', null, 'forward.target'],
    ['remote', TARGET, 'none'],
    ['remote', null, 'forward.target'],
  ] as const)('of a tunnel that is %s, to %o: %s', (direction, to, code) => {
    expect(failure(() => maker.check(tunnel(direction, to)))).toBe(code);
  });
});

describe('a saved rule', () => {
  it('runs with its password, and the name of its peer', () => {
    password = 'secret';
    maker.create(stored(socksRule({ listen: LISTEN }), 'sealed'), OWN);
    expect(made[0]).toMatchObject({ id: 'r1', password: 'secret' });
    expect(made[0]?.peerName(OFFICE)).toBe('office');
  });

  it('does not run without its peer, its password or its kind', () => {
    expect(failure(() => maker.create(stored(bridgeRule(80)), OWN))).toBe('forward.kind-unavailable');
    expect(failure(() => maker.create(stored(socksRule({ listen: LISTEN }), 'sealed'), OWN))).toBe(
      'forward.secret-unreadable',
    );
    isKnown = false;
    expect(failure(() => maker.create(stored(socksRule({ listen: LISTEN })), OWN))).toBe('forward.no-peer');
    expect(made).toEqual([]);
    maker.create(stored(tunnel('local', TARGET)), OWN);
    expect(made).toHaveLength(1);
  });
});
