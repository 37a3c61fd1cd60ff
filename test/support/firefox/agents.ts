import { expect } from 'vitest';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { PageScene } from '../browser/page-scene.ts';
import { ask, pageScript, type DrivenPage } from '../browser/page-scripts.ts';
import { Firefox, type FirefoxPage } from './firefox.ts';

/** A browser as a device: one page of one profile. */
export type FirefoxDevice = Readonly<{ profile: string; page: FirefoxPage; peerId: string }>;

/** Agents of pages in one Firefox, at a relay with a machine. Policies of pages don't count, since a script is added to them. */
export class FirefoxAgents {
  readonly scene: PageScene;
  readonly firefox: Firefox;
  readonly #script: string;

  static async start(): Promise<FirefoxAgents> {
    const [scene, script] = await Promise.all([PageScene.start(), pageScript()]);
    return new FirefoxAgents(scene, script, await Firefox.launch());
  }

  private constructor(scene: PageScene, script: string, firefox: Firefox) {
    this.scene = scene;
    this.#script = script;
    this.firefox = firefox;
  }

  /**
   * Another page of a profile, on which nothing runs yet.
   * @param profile default: the first one, which has no name
   * @param url the relay's, or of what stands before it
   */
  async load(profile?: string, url = this.scene.relay.url): Promise<FirefoxPage> {
    const page = await this.firefox.open(url.replace(/^ws/, 'http') + RELAY_PATHS.health, profile);
    await page.evaluate(`(${JSON.stringify(this.#script)}, (0, eval)(${JSON.stringify(this.#script)}), 0)`);
    return page;
  }

  /** A page of a new profile as a member of the project, online. @param url the relay's, or of what stands before it */
  async browser(url?: string): Promise<FirefoxDevice> {
    const profile = await this.firefox.profile();
    const page = await this.load(profile, url);
    const peerId = await ask<string>(page, 'create', this.scene.admission(url));
    await this.scene.online(page);
    return { profile, page, peerId };
  }

  /** A paired page of a new profile, with a terminal at the machine. @param url the relay's, or of what stands before it */
  async opened(url?: string): Promise<FirefoxDevice> {
    const device = await this.browser(url);
    const { page } = device;
    await this.scene.pair(page);
    await ask(page, 'open', { peer: this.scene.office.peerId });
    await ask(page, 'type', 'PS1=; stty -echo; echo $((6*7))-ready\n');
    await this.printed(page).toContain('42-ready');
    return device;
  }

  /** Waits for what the terminal of a page has printed. */
  printed(page: DrivenPage) {
    return expect.poll(() => ask<string>(page, 'output'), { timeout: 30_000 });
  }

  async close(): Promise<void> {
    await this.firefox.close();
    await this.scene.close();
  }
}
