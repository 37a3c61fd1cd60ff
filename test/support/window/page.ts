import type { Page } from 'playwright-core';
import { until } from '../e2e/until.ts';

/** Waits until the expression is true in the page; by the debugger, for the page's policy lets nobody evaluate anything. */
export async function untilPage(page: Page, expression: string, timeout?: number): Promise<void> {
  await until(
    `${expression} in the page`,
    async () => (await page.evaluate<boolean>(expression)) || undefined,
    timeout,
  );
}
