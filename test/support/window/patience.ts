import type { Page } from 'playwright-core';

/** As the window has it: `CLOSE_PATIENCE` of the terminals, ms. */
const CLOSE_PATIENCE = 700;
/** For a machine that is busy with other things, ms. */
const LONG = 120_000;

/**
 * The page as it is now waits long to hear what runs in a terminal that it closes. In a real window a moment has to do, and a machine that is busy
 * may need longer for the answer.
 */
export async function waitLongForPrograms(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const { setTimeout } = window;
    window.setTimeout = (callback, delay, ...rest) =>
      setTimeout(callback, delay === ${CLOSE_PATIENCE} ? ${LONG} : delay, ...rest);
  })()`);
}
