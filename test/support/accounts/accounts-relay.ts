import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { SignUpMode } from '#shared/platform/index.ts';
import {
  createAccounts,
  createSmtpSender,
  parseMailOptions,
  PasswordHasher,
  SiteAddress,
  type AccountRates,
  type Accounts,
  type Mail,
  type MailOptions,
} from '#relay/accounts/index.ts';
import { createAccountRoutes, createAuthRoutes } from '#relay/accounts/routes/index.ts';
import { deriveKey } from '#relay/accounts/passwords/index.ts';
import { RELAY_PROCESS_LIMITS } from '#relay/limits/index.ts';
import { serveRoutes } from '#relay/platform/index.ts';
import { openStore, type Store } from '#relay/store/index.ts';
import { startFeatureRelay } from '#test/support/feature-relay.ts';
import { recordingLogger, type LogEntry } from './recording-logger.ts';
import { TestBrowser } from './test-browser.ts';
import { recordingListener, testAccountData, testInvitations, type Notice } from './test-ports.ts';

/** The accounts of a relay behind real HTTP on loopback, with a cheap password hash and mails that stay here. */
export type AccountsRelay = Readonly<{
  url: string;
  port: number;
  /** Origin of links. */
  origin: string;
  accounts: Accounts;
  store: Store;
  directory: string;
  mails: readonly Mail[];
  notices: readonly Notice[];
  disabledAccounts: readonly string[];
  log: readonly LogEntry[];
  /** Passwords that were hashed. */
  hashes: () => number;
  /** Errors that no route expected. */
  failures: readonly unknown[];
  browser(): TestBrowser;
  /** Waits for what answers left to do, and returns the newest mail to an address. */
  mailTo(email: string): Promise<Mail>;
  stop(): Promise<void>;
}>;

/** Rates that no test reaches by accident. */
const NO_RATES: AccountRates = {
  signInPerGroup: { burst: 100_000, perSecond: 1000 },
  signInPerAccount: { burst: 100_000, perSecond: 1000 },
  signUpPerGroup: { burst: 100_000, perSecond: 1000 },
  mailPerAddress: { burst: 100_000, perSecond: 1000 },
  mailPerAccount: { burst: 100_000, perSecond: 1000 },
  picturePerAccount: { burst: 100_000, perSecond: 1000 },
  failurePerAccount: { burst: 100_000, perSecond: 1000 },
};

export async function startAccountsRelay(
  options: Readonly<{
    signUp?: SignUpMode;
    /** False for a relay without a mail server; options of a real one, to which mails go then. */
    mail?: boolean | MailOptions;
    rates?: Partial<AccountRates>;
    clock?: Clock;
    directory?: string;
    hasher?: PasswordHasher;
    /** Believes `X-Forwarded-For`, so that one test is many clients. */
    trustProxy?: boolean;
  }> = {},
): Promise<AccountsRelay> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'clawreach-test-')));
  const store = await openStore(directory, RELAY_PROCESS_LIMITS);
  const clock = options.clock ?? systemClock;
  const mails: Mail[] = [];
  const listener = recordingListener();
  const data = testAccountData();
  const { logger, entries } = recordingLogger();
  const site = new SiteAddress({ public: [], scheme: 'http' }, '127.0.0.1', () => relay.port);
  let hashes = 0;
  const hasher =
    options.hasher ??
    new PasswordHasher({
      preferred: { name: 'argon2id', memory: 64, passes: 1, lanes: 1 },
      derive: (of, input) => {
        hashes += 1;
        return deriveKey(of, input);
      },
    });
  const seed = nativeBackend.randomBytes(32);
  const accounts = createAccounts({
    dataDirectory: directory,
    store,
    clock,
    crypto: nativeBackend,
    logger,
    relayKey: { sign: (message) => nativeBackend.ed25519Sign(seed, message) },
    site,
    signUpMode: options.signUp ?? 'invited',
    sendMail:
      options.mail === false
        ? undefined
        : typeof options.mail === 'object'
          ? createSmtpSender(parseMailOptions(options.mail))
          : async (mail) => {
              mails.push(mail);
            },
    invitations: testInvitations(),
    data,
    listener,
    rates: { ...NO_RATES, ...options.rates },
    hasher,
  });
  const handlers = { ...createAuthRoutes(accounts), ...createAccountRoutes(accounts) };
  const requests = serveRoutes(handlers, { clock, store, callers: accounts.callers });
  const relay = await startFeatureRelay([{ name: 'platform', prefix: '/api/v1', requests }], {
    perAddress: 10_000,
    trustProxy: options.trustProxy ?? false,
  });
  return {
    url: relay.url,
    port: relay.port,
    origin: site.origin,
    accounts,
    store,
    directory,
    mails,
    notices: listener.notices,
    disabledAccounts: data.disabledAccounts,
    log: entries,
    hashes: () => hashes,
    failures: relay.failures,
    browser: () => new TestBrowser(relay.url),
    async mailTo(email) {
      await accounts.parts.background.settle();
      const mail = mails.findLast(({ to }) => to === email);
      if (mail === undefined) throw new Error(`no mail to ${email}`);
      return mail;
    },
    async stop() {
      await relay.stop();
      await accounts.close();
      await store.close();
      if (options.directory === undefined) await rm(directory, { recursive: true });
    },
  };
}

/** Returns the token of the link in a mail. */
export function tokenIn({ text }: Mail): string {
  const token = /#[a-z-]+=([A-Za-z0-9_-]{43})$/m.exec(text)?.[1];
  if (token === undefined) throw new Error('no link with a token in this mail');
  return token;
}
