import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';

/** Answer of a request that a page sent: its status, 0 for none, and its body. */
export type PageAnswer = Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>;

/** Functions of the page: requests, and passkeys by the browser's own JSON forms (Web Authentication Level 3, section 5.1). */
const SCRIPT = `
async function api(method, path, body) {
  const response = await fetch('/api/v1/' + path, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}
async function create(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return (await navigator.credentials.create({ publicKey })).toJSON();
}
async function get(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await navigator.credentials.get({ publicKey })).toJSON();
}`;

/** Page with these functions, to be served under any origin. */
export const ACCOUNT_PAGE = `<!doctype html><title>Accounts</title><script>${SCRIPT}</script>`;

/** Page of a relay's origin in Chromium with an authenticator of its own. */
export class AccountPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly #devTools: CDPSession;
  #authenticator = '';

  private constructor(page: Page, context: BrowserContext, devTools: CDPSession) {
    this.page = page;
    this.context = context;
    this.#devTools = devTools;
  }

  /** Opens a page in a context of its own. @param origin `http://localhost:PORT` */
  static async open(browser: Pick<Browser, 'newContext'>, origin: string): Promise<AccountPage> {
    const context = await browser.newContext();
    const page = await context.newPage();
    // The relay has no pages yet.
    await page.route(`${origin}/page`, (route) => route.fulfill({ contentType: 'text/html', body: ACCOUNT_PAGE }));
    await page.goto(`${origin}/page`);
    const devTools = await context.newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    const opened = new AccountPage(page, context, devTools);
    await opened.replaceAuthenticator();
    return opened;
  }

  /** Removes the authenticator with its passkeys, and adds an empty one. */
  async replaceAuthenticator(): Promise<void> {
    if (this.#authenticator !== '') {
      await this.#devTools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: this.#authenticator });
    }
    const { authenticatorId } = await this.#devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    this.#authenticator = authenticatorId;
  }

  /** Sets whether the authenticator recognises its person. */
  async setUserVerified(isUserVerified: boolean): Promise<void> {
    await this.#devTools.send('WebAuthn.setUserVerified', { authenticatorId: this.#authenticator, isUserVerified });
  }

  /** Sets the signature counters of all passkeys, as a copy of the authenticator from then would have them. */
  async setCounters(signCount: number): Promise<void> {
    const authenticatorId = this.#authenticator;
    const { credentials } = await this.#devTools.send('WebAuthn.getCredentials', { authenticatorId });
    for (const credential of credentials) {
      await this.#devTools.send('WebAuthn.removeCredential', {
        authenticatorId,
        credentialId: credential.credentialId,
      });
      await this.#devTools.send('WebAuthn.addCredential', {
        authenticatorId,
        credential: { ...credential, signCount },
      });
    }
  }

  /** Sends a request to `/api/v1/…`. */
  api(method: string, path: string, body?: unknown): Promise<PageAnswer> {
    return this.#call('api', method, path, body);
  }

  /** Makes a passkey. Rejects with the browser's error. */
  create(options: unknown): Promise<unknown> {
    return this.#call('create', options);
  }

  /** Has a passkey sign. Rejects with the browser's error. */
  get(options: unknown): Promise<unknown> {
    return this.#call('get', options);
  }

  /** Adds a passkey to the signed-in account. */
  async register(name: string): Promise<PageAnswer> {
    const options = await this.api('POST', 'account/passkeys/options');
    return this.api('POST', 'account/passkeys', { name, response: await this.create(options.body) });
  }

  /** Signs in with a passkey, or steps up with it. */
  async use(begin: Readonly<{ purpose: string; ticket?: unknown }>): Promise<PageAnswer> {
    const options = await this.api('POST', 'auth/passkey/options', begin);
    if (options.status !== 200) return options;
    return this.api('POST', 'auth/passkey/verify', { response: await this.get(options.body) });
  }

  close(): Promise<void> {
    return this.context.close();
  }

  #call<Result>(name: string, ...values: readonly unknown[]): Promise<Result> {
    const list = values.map((value) => (value === undefined ? 'undefined' : JSON.stringify(value)));
    return this.page.evaluate<Result>(`${name}(${list.join(', ')})`);
  }
}
