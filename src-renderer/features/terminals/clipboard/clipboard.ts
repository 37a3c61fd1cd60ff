import {
  MOST_CLIPBOARD_DECISIONS,
  type AppApiClient,
  type ClipboardDecision,
  type WindowSettings,
} from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useApp } from '../../../store/index.ts';
import { parseClipboardRequest } from './clipboard-request.ts';
import { machineOf, quotedNameOf } from '../session/machine.ts';
import { terminalHostKey, type TerminalHost } from '../session/terminal-host.ts';
import type { TerminalTabs } from '../tabs/terminal-tabs.ts';

/** Least interval between two toasts about the same clipboard event, ms. */
const QUIET = 5000;

/** Time of the latest toast by machine and event, monotonic ms. */
const notifiedAt = new Map<string, number>();

/**
 * Handles a program's clipboard request, which `OpenPanes` reports. Writes the clipboard only for machines that the person has allowed, and only
 * while the terminal has the focus, so that no copied text is replaced unnoticed; a toast tells the person. Without a decision it makes
 * `ClipboardBar` ask. Never reads the clipboard.
 * @param data data of `OSC 52`
 */
export function handleClipboardRequest(tabs: TerminalTabs, pane: number, data: string): void {
  const host = tabs.state().panes.get(pane)?.host;
  const given = parseClipboardRequest(data);
  if (host === undefined || given.kind === 'read') return;
  const decision = decisionOf(host);
  if (decision?.allowed === false) return;
  if (given.kind === 'refused') {
    notifyNow(host, `terminals.clipboard.${given.reason}`);
    return;
  }
  if (decision === undefined) tabs.clipboardRequest(pane, given.text);
  else if (isAttended(tabs, pane)) void write(host, given.text);
  else notifyNow(host, 'terminals.clipboard.behind');
}

/**
 * Saves the person's decision about a machine's clipboard requests in the settings. After a yes, writes the requested text to the clipboard. Called
 * by `ClipboardBar`.
 */
export async function decideClipboard(
  api: AppApiClient,
  tabs: TerminalTabs,
  pane: number,
  allowed: boolean,
): Promise<void> {
  const open = tabs.state().panes.get(pane);
  if (open === undefined) return;
  const { host, clipboardRequest } = open;
  const key = terminalHostKey(host);
  // Other terminals of the same machine may have a request too.
  for (const other of tabs.state().panes.values())
    if (terminalHostKey(other.host) === key) tabs.clipboardRequest(other.id, undefined);
  if (allowed && clipboardRequest !== undefined) void write(host, clipboardRequest);
  const before = useApp.getState().settings;
  const settings = withDecision(before, { place: key, allowed });
  useApp.setState({ settings });
  try {
    await api.call('shell.settings.set', settings);
  } catch {
    // The decision couldn't be saved and applies until the next start.
  }
}

function withDecision(settings: WindowSettings, decision: ClipboardDecision): WindowSettings {
  const others = settings.terminal.clipboard.filter((other) => other.place !== decision.place);
  const clipboard = [...others, decision].slice(-MOST_CLIPBOARD_DECISIONS);
  return { ...settings, terminal: { ...settings.terminal, clipboard } };
}

function decisionOf(host: TerminalHost): ClipboardDecision | undefined {
  const key = terminalHostKey(host);
  return useApp.getState().settings.terminal.clipboard.find((decision) => decision.place === key);
}

/** Reports whether the pane has the focus in a focused window. */
function isAttended(tabs: TerminalTabs, pane: number): boolean {
  const { tabs: all, active } = tabs.state();
  const isActive = all.find(({ id }) => id === active)?.focused === pane;
  return isActive && useApp.getState().place.page === 'terminals' && document.hasFocus();
}

async function write(host: TerminalHost, copied: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(copied);
    notifyNow(host, 'terminals.clipboard.set', Array.from(copied).length);
  } catch {
    notify({ tone: 'warning', text: text('terminals.copy.failed') });
  }
}

type ClipboardNotice = `terminals.clipboard.${'set' | 'behind' | 'large' | 'invalid'}`;

function notifyNow(host: TerminalHost, what: ClipboardNotice, count = 0): void {
  const key = `${terminalHostKey(host)} ${what}`;
  const now = performance.now();
  if (now - (notifiedAt.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET) return;
  notifiedAt.set(key, now);
  const peer = quotedNameOf(machineOf(host, useApp.getState()));
  notify({
    tone: what === 'terminals.clipboard.set' ? 'info' : 'warning',
    text: what === 'terminals.clipboard.set' ? text(what, { peer, count }) : text(what, { peer }),
  });
}
