import type { RelayOptions, RunningRelay } from '#relay/index.ts';
import { eventually } from '#test/support/hostile/attempts.ts';
import type { TestDevice, TestDeviceOptions } from '#test/support/hostile/device.ts';
import type { PlatformRows } from '#test/support/platform-rows.ts';
import { call, type DrivenPage } from './page-scripts.ts';
import { RelayOfPages, withDirectPaths, withPrograms } from './relay-of-pages.ts';

/** A relay with a project, and a machine of it with real terminals, for pages. */
export class PageScene {
  readonly office: TestDevice;
  readonly #base: RelayOfPages;

  /**
   * @param options of the relay
   * @param office further options of the machine
   */
  static async start(options: Partial<RelayOptions> = {}, office: Partial<TestDeviceOptions> = {}): Promise<PageScene> {
    const base = await RelayOfPages.start(options);
    return new PageScene(base, await base.machine('office', { ...withDirectPaths(), ...withPrograms(), ...office }));
  }

  private constructor(base: RelayOfPages, office: TestDevice) {
    this.#base = base;
    this.office = office;
  }

  get relay(): RunningRelay {
    return this.#base.relay;
  }

  get rows(): PlatformRows {
    return this.#base.rows;
  }

  /** Folder with everything that the relay stores. */
  get folder(): string {
    return this.#base.folder;
  }

  /** Options with which a page becomes a member of the project. @param url the relay's, or of what stands before it */
  admission(url?: string): ReturnType<RelayOfPages['admission']> {
    return this.#base.admission(url);
  }

  /** Adds another machine to the project. @param url what it takes for the relay */
  async machine(name: string, options: Partial<TestDeviceOptions> = {}, url?: string): Promise<TestDevice> {
    return await this.#base.machine(name, options, this.#base, url);
  }

  /** Adds another project, of which the account with this address is a member, with one machine. */
  async addProject(name: string, email: string): Promise<TestDevice> {
    const { owner } = this.#base;
    const project = this.rows.project(owner);
    this.rows.addPerson(project, this.rows.accountOf(email));
    return await this.#base.machine(name, {}, { project, owner });
  }

  /** Adds a project of the account with this address, with one machine. */
  async addOwnProject(name: string, email: string): Promise<TestDevice> {
    const owner = this.rows.accountOf(email);
    return await this.#base.machine(name, {}, { project: this.rows.project(owner), owner });
  }

  /** Ends the relay. Only `close` may follow. */
  async stopRelay(): Promise<void> {
    await this.#base.stopRelay();
  }

  /** Makes the account with this address a member of the project. */
  adopt(email: string): void {
    this.rows.addPerson(this.#base.project, this.rows.accountOf(email));
  }

  /** Has the person of the account whose project it is given the password just now. */
  stepUp(): void {
    this.rows.stepDown(this.#base.owner, Date.now());
  }

  async online(page: DrivenPage): Promise<void> {
    await eventually(
      // The tab that ran the agent may just have gone.
      async () =>
        await call(page, 'status.get', {}).then(
          ({ relay }) => relay.state === 'online',
          () => false,
        ),
      'being online',
      30_000,
    );
  }

  /** Pairs the page by a code that office shows; both people compare the words. */
  async pair(page: DrivenPage): Promise<void> {
    const { office } = this;
    const { pairing, code } = await office.api.call('pairing.invite', { allow: ['terminal'] });
    const invited = office.api.call('pairing.result', { pairing });
    const joined = await call(page, 'pairing.join', { codeOrLink: code ?? '', allow: [] });
    const { peer, words } = await invited;
    if (joined.words.join(' ') !== words.join(' ')) throw new Error('the words differ');
    await office.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    await call(page, 'pairing.confirm', { peer: office.peerId, words: [...words] });
  }

  /** Ends the relay at once, and starts it again on what it has stored, at the same port. */
  async restartRelay(): Promise<void> {
    await this.#base.restartRelay();
  }

  async close(): Promise<void> {
    await this.#base.close();
  }
}
