import type { Locator, Page } from 'playwright-core';
import { focused, moveFocus } from './accessibility.ts';

/** An answer by a press that another one may have made needless, ms. */
const SHORT = 5000;

/** What is looked at of a gateway: both connections, the commands of the node, the gateway itself. */
export type GatewayPart = 'operator' | 'node' | 'surface' | 'server';

/** The pages OpenClaw and Inbox as somebody uses them who has a keyboard only, by roles and names. */
export class GatewayPages {
  readonly #page: () => Page;
  readonly #patience: number;

  /** @param patience Milliseconds for what the gateway does. */
  constructor(page: () => Page, patience: number) {
    this.#page = page;
    this.#patience = patience;
  }

  get page(): Page {
    return this.#page();
  }

  get patient(): Readonly<{ timeout: number }> {
    return { timeout: this.#patience };
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  part(name: GatewayPart): Locator {
    return this.page.locator(`[data-part="${name}"]`);
  }

  /** Waits for words that one part says of itself. */
  async says(name: GatewayPart, words: string | RegExp): Promise<void> {
    await this.part(name).getByText(words, { exact: true }).waitFor(this.patient);
  }

  /** Goes to the page OpenClaw, which shows the gateway or machine that was there last. */
  async openGateways(): Promise<void> {
    await this.page.keyboard.press('Control+6');
    await this.page.getByRole('heading', { name: 'OpenClaw', level: 1, exact: true }).waitFor();
  }

  /** Chooses from the menu that adds a gateway or the OpenClaw of a machine. */
  async add(entry: 'Gateway…' | 'OpenClaw on a machine…'): Promise<void> {
    await this.press(/^button "Add"/);
    await this.page.getByRole('menuitem', { name: entry }).waitFor();
    await moveFocus(this.page, new RegExp(`^menuitem "${entry}"`), 'ArrowDown');
    await this.page.keyboard.press('Enter');
  }

  async openApprovals(): Promise<void> {
    await this.page.keyboard.press('Control+7');
    await this.page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  }

  async press(target: RegExp, key = 'Enter'): Promise<void> {
    await moveFocus(this.page, target);
    await this.page.keyboard.press(key);
  }

  async type(target: RegExp, text: string): Promise<void> {
    await moveFocus(this.page, target);
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(text);
  }

  /** What has just come takes no answer yet; the keyboard does not even get there. */
  async answer(target: RegExp): Promise<void> {
    await this.page.locator('[data-readiness="ready"]').waitFor();
    await this.press(target);
  }

  /** The request that has those words, alone in its card. */
  async request(words: string | RegExp): Promise<Locator> {
    const card = this.page.locator('li[data-request]').filter({ hasText: words });
    await card.waitFor(this.patient);
    return card;
  }

  /** Approves the one request with that heading, and sees it go. */
  async approve(heading: RegExp): Promise<void> {
    const shown = this.page.getByRole('heading', { name: heading, level: 3 });
    await shown.waitFor(this.patient);
    await this.answer(/^button "Approve/);
    await shown.waitFor({ state: 'detached', ...this.patient });
  }

  /** Does not wait for the next try by itself. It may have come meanwhile: then there is nothing to press. */
  async hurry(name: string): Promise<void> {
    const button = this.page.getByRole('button', { name: `Connect now: ${name}` });
    if (await button.isVisible()) await button.press('Enter', { timeout: SHORT }).catch(() => undefined);
  }

  /** The command that a part tells whoever runs the gateway; its last word is the request. */
  async commandOf(name: GatewayPart): Promise<readonly string[]> {
    const command = this.part(name).getByText(/^openclaw (?:devices|nodes) approve \S+$/);
    await command.waitFor(this.patient);
    return ((await command.textContent()) ?? '').split(' ');
  }

  /** Renews or revokes the token that the device has in the list, after the question whether that is meant. */
  async changeToken(name: string, role: 'operator' | 'node', what: 'Renew' | 'Revoke'): Promise<void> {
    await this.openGateways();
    await this.press(/^button "\d+ devices?, \d+ nodes?"/);
    await this.page.getByRole('list', { name: 'Devices' }).waitFor(this.patient);
    await this.press(new RegExp(`button ".*This machine.*${role}"`));
    await this.press(new RegExp(`^button "${what} the token of .* as ${role}"`));
    await this.dialog.getByText("This is the device you're using. You'll lose access.").waitFor();
    await this.press(new RegExp(`^button "${what} token"`));
    await this.dialog.waitFor({ state: 'detached', ...this.patient });
    await this.press(new RegExp(`^button "Back to ${name}"`));
    await this.page.getByRole('heading', { name, level: 2, exact: true }).waitFor();
  }

  focused(): Promise<string> {
    return focused(this.page);
  }

  focusOn(target: RegExp): Promise<void> {
    return moveFocus(this.page, target);
  }
}
