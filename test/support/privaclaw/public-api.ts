import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestBrowser } from '../accounts/test-browser.ts';

/** Project for plain devices that a person has set up by the API alone. `token` is an API token. */
export type PublicProject = Readonly<{ browser: TestBrowser; token: string; project: string }>;

/**
 * Does what a person does at a new relay: signs up by the link for the first account, makes an API token, and a project that allows plain devices.
 * @param url of the relay, http
 * @param directory data folder of the relay, which has the link
 */
export async function setUpProject(url: string, directory: string): Promise<PublicProject> {
  const browser = new TestBrowser(url);
  const link = await readFile(join(directory, 'first-account.txt'), 'utf8');
  const token = /#sign-up=([A-Za-z0-9_-]{43})$/m.exec(link)?.[1] ?? '';
  const signedUp = await browser.call('auth.signUp', {
    email: 'ada@example.org',
    password: 'correct horse battery staple',
    name: 'Ada',
    token,
  });
  if (signedUp.status >= 400) throw new Error(signedUp.text);
  const { secret } = (await browser.call('tokens.create', { name: 'Script', days: 1 })).output;
  const { id: project } = (await browser.call('projects.create', { name: 'Home' })).output;
  const changed = await browser.call('projects.change', { plainAllowed: true }, { params: { project } });
  if (!changed.output.plainAllowed) throw new Error('not allowed');
  return { browser, token: secret, project };
}

/** Adds a plain device to a project. Returns its UUID and its pairing code. */
export async function addPlainDevice(
  { browser, project }: PublicProject,
  label: string,
): Promise<Readonly<{ id: string; code: string }>> {
  const made = await browser.call('devices.create', { encryption: 'relay-can-read', label }, { params: { project } });
  const { device, code } = made.output;
  return { id: device.id, code };
}

/** Calls a documented function with an API token. Throws for an error. */
export async function callFunction(url: string, name: string, token: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${url}/functions/v1/${name}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}
