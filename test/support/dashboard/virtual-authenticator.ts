import type { CDPSession, Page } from 'playwright-core';

/** Authenticator of a page in Chromium, by its DevTools protocol. */
export class VirtualAuthenticator {
  readonly #devTools: CDPSession;
  readonly #id: string;

  private constructor(devTools: CDPSession, id: string) {
    this.#devTools = devTools;
    this.#id = id;
  }

  static async add(page: Page): Promise<VirtualAuthenticator> {
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new VirtualAuthenticator(devTools, authenticatorId);
  }

  /** Sets whether the authenticator recognises its person. */
  async setUserVerified(isUserVerified: boolean): Promise<void> {
    await this.#devTools.send('WebAuthn.setUserVerified', { authenticatorId: this.#id, isUserVerified });
  }

  /** Number of passkeys that it holds. */
  async count(): Promise<number> {
    const { credentials } = await this.#devTools.send('WebAuthn.getCredentials', { authenticatorId: this.#id });
    return credentials.length;
  }
}
