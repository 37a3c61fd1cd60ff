import type { Page } from 'playwright-core';
import { APP_CALLS, type AppCall, type CallInput, type CallOutput } from '#shared/app-api/index.ts';

/**
 * The page's one port is ours: the window's own script hears of none. It asks for another now and then, which ends the one before; a call that was
 * not answered is made again on the next.
 */
const TAKE_PORTS = `
  const waiting = new Set();
  let port;
  addEventListener('message', (event) => {
    if (event.data !== 'clawreach:port' || event.ports[0] === undefined) return;
    event.stopImmediatePropagation();
    [port] = event.ports;
    ports += 1;
    port.onmessage = ({ data }) => {
      const reply = data[0] === 0 ? JSON.parse(new TextDecoder().decode(data.subarray(1))) : {};
      for (const call of waiting) if (call.number === reply.call) call.settle(reply);
    };
    for (const call of waiting) call.send();
  });
  let last = 0;
  let ports = 0;
  window.callShell = (method, params, limit) => new Promise((resolve, reject) => {
    const number = (last += 1);
    setTimeout(() => reject(new Error(method + ' was not answered on any of ' + ports + ' ports')), limit);
    const message = JSON.stringify({ type: 'call', call: number, method, params });
    const call = {
      number,
      send: () => port?.postMessage(new Uint8Array([0, ...new TextEncoder().encode(message)])),
      settle: (reply) => {
        waiting.delete(call);
        if (reply.type === 'result') resolve(reply.value);
        else reject(new Error(reply.code));
      },
    };
    waiting.add(call);
    call.send();
  });
`;

/** For what only the application answers: calls over the window's port, without the window. */
export async function takePort(page: Page): Promise<void> {
  await page.addInitScript(TAKE_PORTS);
  await page.reload();
}

/** For an answer, ms: the window asks for another port within seconds. */
const ANSWER = 90_000;

/** A call that may be made twice. After `takePort`. @throws when no port of the application's gives an answer in time */
export async function callFromPage<Call extends AppCall>(
  page: Page,
  method: Call,
  params: CallInput<Call>,
): Promise<CallOutput<Call>> {
  const words = [method, params, ANSWER].map((word) => JSON.stringify(word)).join(', ');
  const reply: unknown = await page.evaluate(`callShell(${words})`);
  return APP_CALLS[method].output.parse(reply) as CallOutput<Call>;
}
