import type { Page } from 'playwright-core';
import type { TestDevice } from '../hostile/device.ts';

/** Pairs the browser of a page that asks for it, by a code of the machine; both compare the words. @returns peer ID of the browser */
export async function pairByCode(page: Page, machine: TestDevice): Promise<string> {
  const { pairing, code } = await machine.api.call('pairing.invite', { allow: ['terminal'] });
  const invited = machine.api.call('pairing.result', { pairing });
  await page.locator('[data-code-field]').fill(code ?? '');
  await page.keyboard.press('Enter');
  const { peer, words } = await invited;
  await machine.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
  await page.getByRole('button', { name: 'They match' }).click();
  await page.getByRole('button', { name: 'Open terminal' }).waitFor();
  return peer.peerId;
}
