import { rolldown } from 'rolldown';
import type { AppCall, CallInput, CallOutput } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { CallEnd } from '../../unit/browser/agent/chromium-page.ts';

const ENTRY = new URL('../../unit/browser/agent/chromium-page.ts', import.meta.url).pathname;
const WORKER = new URL('../../../src-browser/worker/worker-main.ts', import.meta.url).pathname;

/** Page of a browser, whichever program drives it. */
export type DrivenPage = Readonly<{
  /** Runs an expression there and returns its value, which is JSON, also of a promise. */
  evaluate<Result>(expression: string): Promise<Result>;
}>;

/** Page that a person types into. */
export type TypedPage = DrivenPage &
  Readonly<{
    /** Presses the keys that type a text; a line feed is Enter. */
    type(text: string): Promise<void>;
  }>;

/** Calls a function of the page, as `Object.assign(globalThis, { page })` has given it, with JSON arguments. */
export async function ask<Result>(page: DrivenPage, name: string, ...given: readonly unknown[]): Promise<Result> {
  return await page.evaluate<Result>(`page.${name}(...${JSON.stringify(given)})`);
}

/** Makes a call of the app API in the agent of a page. @throws {ClawReachError} the call failed */
export async function call<Call extends AppCall>(
  page: DrivenPage,
  name: Call,
  input: CallInput<Call>,
): Promise<CallOutput<Call>> {
  const end = await ask<CallEnd>(page, 'call', name, input);
  if ('code' in end) throw new ClawReachError(end.code, `${name} in the page: ${end.code}`);
  return end.answer as CallOutput<Call>;
}

/** Bundles by the paths of their modules: files that share a process use them again. */
const bundles = new Map<string, Promise<string>>();

/** Bundles a script for a page. @param input path of its module */
export async function bundle(input: string): Promise<string> {
  const made = bundles.get(input) ?? bundleAnew(input);
  bundles.set(input, made);
  return await made;
}

async function bundleAnew(input: string): Promise<string> {
  const build = await rolldown({ input, platform: 'browser', logLevel: 'silent' });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  return output[0].code;
}

/** Bundles the worker of a page's agent. */
export const bundleWorker = (): Promise<string> => bundle(WORKER);

/**
 * Bundles the script that makes a page one that tests drive, with the agent in a worker of it.
 * @param entry path of its module; default: `test/unit/browser/agent/chromium-page.ts`
 */
export async function pageScript(entry = ENTRY): Promise<string> {
  const [page, worker] = await Promise.all([bundle(entry), bundleWorker()]);
  return `globalThis.workerScript = ${JSON.stringify(worker).replaceAll('<', String.raw`\u003c`)};\n${page}`;
}
