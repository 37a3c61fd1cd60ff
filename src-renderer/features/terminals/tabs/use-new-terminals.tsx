import { MonitorSmartphone, RotateCcw, SquareTerminal, Waypoints } from 'lucide-react';
import { useState } from 'react';
import type { AppApiClient, GatewayView, PeerView, TerminalView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { requestTerminal, useApi, useApp } from '../../../store/index.ts';
import { quoteUntrusted, type MenuItem } from '../../../ui/index.ts';
import { listUnasked } from '../session/list-unasked.ts';
import { machineOf, quotedNameOf, takesTerminals } from '../session/machine.ts';
import { sameHost, terminalHostKey, type TerminalHost } from '../session/terminal-host.ts';
import type { LeftTerminal, ListedTerminal } from './left-terminals.ts';
import { TitleNumbers } from './numbered-titles.ts';
import { tidyTitle } from './title.ts';
import type { Terminals } from '../use-terminals.ts';

/** Most running terminals offered for one machine. */
const MOST_RUNNING = 10;

/**
 * Terminal to resume: detached, or open on another of the person's devices. `label` describes it under the title that the window shows for it.
 */
type Running = Readonly<{
  host: TerminalHost;
  terminal: string;
  title: string;
  program?: string | undefined;
  isElsewhere: boolean;
  label(shown: string): string;
}>;

/** Entries of a menu that opens terminals. */
export type NewTerminals = Readonly<{
  /** The only entry, if there is nothing to choose from; undefined otherwise. */
  only: Exclude<MenuItem, 'separator'> | undefined;
  /** Returns all entries. Called when a menu opens, since there is one for each machine. */
  items(): readonly MenuItem[];
  /** Requests the running terminals of linked machines and connected gateways. No person there is asked. Called when the menu opens. */
  ask(): void;
}>;

/** Returns the entries that open a terminal: a new one on any reachable machine, or one that still runs there. */
export function useNewTerminals(terminals: Terminals): NewTerminals {
  const api = useApi();
  const peers = useApp((state) => state.peers);
  const gateways = useApp((state) => state.gateways);
  const [running, setRunning] = useState<readonly Running[]>([]);
  const [numbers] = useState(
    () => new TitleNumbers((title, number) => text('terminals.tab.numbered', { title, number })),
  );
  // A machine found in the local network has an address and is worth an attempt.
  const { manager, left } = terminals;
  const online = peers.filter(
    ({ browser, online: isOnline, address }) => browser === undefined && (isOnline || address !== null),
  );
  const open = gateways.filter(takesTerminals);

  const ask = (): void => {
    void Promise.all([
      // Only linked peers are queried; opening the menu makes no connection.
      ...online.filter(({ linked }) => linked).map((peer) => runningOnPeer(api, peer)),
      ...open.map((gateway) => runningOnGateway(api, gateway)),
    ]).then((lists) => {
      for (const { host, views } of lists) if (views !== undefined) manager.applyList(host, views);
      setRunning(lists.flatMap(({ running: list }) => list.slice(0, MOST_RUNNING)));
    });
  };
  const fresh = (): readonly Exclude<MenuItem, 'separator'>[] => [
    ...online.map(({ peerId, name }) => ({
      label: text('terminals.new.on', { peer: quoteUntrusted(name) }),
      icon: <SquareTerminal />,
      onSelect: () => requestTerminal(peerId),
    })),
    ...open.map(({ id, settings }) => ({
      label: text('terminals.new.gateway', { gateway: quoteUntrusted(settings.name) }),
      icon: <Waypoints />,
      onSelect: () => terminals.open({ kind: 'gateway', gatewayId: id }),
    })),
  ];
  const isLeft = ({ host, terminal }: Pick<Running, 'host' | 'terminal'>): boolean =>
    left.some((one) => one.terminal === terminal && sameHost(one.host, host));
  const others = running.filter((one) => !isLeft(one) && !isOpen(terminals, one.host, one.terminal));
  // Numbered after those of this window, which have their titles already.
  const taken = [
    ...[...terminals.panes.values()].map((pane) => ({
      scope: terminalHostKey(pane.host),
      title: terminals.titleOfPane(pane),
    })),
    ...left.map((one) => ({ scope: terminalHostKey(one.host), title: terminals.titleOfLeft(one) })),
  ];
  const titles = numbers.number(
    others.map((one) => ({ key: one, keys: [one.terminal], scope: terminalHostKey(one.host), title: plainTitle(one) })),
    taken,
  );
  const resumed: MenuItem[] = [
    ...left
      .filter(({ host, terminal }) => !isOpen(terminals, host, terminal))
      .map((one) => [leftRunning(one), terminals.titleOfLeft(one)] as const),
    ...others.map((one) => [one, titles.get(one) ?? ''] as const),
  ].map(([{ host, terminal, title, isElsewhere, label }, shown]) => ({
    label: label(`\u2068${shown}\u2069`),
    icon: isElsewhere ? <MonitorSmartphone /> : <RotateCcw />,
    onSelect: () => terminals.open(host, { terminal, title }),
  }));
  const items = (): readonly MenuItem[] => {
    if (resumed.length > 0) return [...fresh(), 'separator', ...resumed];
    if (online.length + open.length > 0) return fresh();
    return [{ label: text('terminals.new.no-machines'), disabled: true, onSelect: () => undefined }];
  };
  const isOnly = online.length + open.length === 1 && resumed.length === 0;
  return { only: isOnly ? fresh()[0] : undefined, items, ask };
}

/** Reports whether the terminal is open in this window. */
function isOpen({ panes, manager }: Terminals, host: TerminalHost, terminal: string): boolean {
  return [...panes.values()].some(
    (pane) => sameHost(pane.host, host) && manager.session(pane.id)?.terminal === terminal,
  );
}

/** Answer of a machine; `views` is undefined if it didn't answer. */
type Answer = Readonly<{
  host: TerminalHost;
  views: readonly ListedTerminal[] | undefined;
  running: readonly Running[];
}>;

async function runningOnPeer(api: AppApiClient, { peerId, name }: PeerView): Promise<Answer> {
  const listed = await listUnasked(api, peerId).catch(() => undefined);
  const host = { kind: 'peer', peerId } as const;
  const running = (listed?.views ?? [])
    .filter(({ attached, heldBy }) => !attached || heldBy !== null)
    .map((view) => ({
      host,
      terminal: view.terminal,
      title: view.title,
      program: view.program,
      label: (title: string) => resumeText(view, { peer: quoteUntrusted(name), title }),
      isElsewhere: view.heldBy !== null,
    }));
  // The open ones alone don't tell which of those that were left have ended.
  return { host, views: listed?.scope === 'open' ? undefined : listed?.views, running };
}

async function runningOnGateway(api: AppApiClient, { id, settings }: GatewayView): Promise<Answer> {
  const views = await api.call('gateways.terminal.list', { gateway: id }).catch(() => undefined);
  const host = { kind: 'gateway', gatewayId: id } as const;
  const running = (views ?? [])
    .filter(({ attached }) => !attached)
    .map((view) => ({
      host,
      terminal: view.terminal,
      title: view.title,
      label: (title: string) =>
        text('terminals.new.resume', {
          peer: text('terminals.gateway.name', { gateway: quoteUntrusted(settings.name) }),
          title,
        }),
      isElsewhere: false,
    }));
  return { host, views, running };
}

/** Returns a terminal that was left from this window as an entry, without asking its machine. */
function leftRunning({ host, terminal, title }: LeftTerminal): Running {
  const peer = quotedNameOf(machineOf(host, useApp.getState()));
  return {
    host,
    terminal,
    title,
    isElsewhere: false,
    label: (shown) => text('terminals.new.resume', { peer, title: shown }),
  };
}

function plainTitle({ program, title, terminal }: Running): string {
  return tidyTitle(program ?? title) || terminal.slice(0, 8);
}

/** Describes a running terminal, and the device that holds or opened it. */
function resumeText({ attached, openedBy, heldBy }: TerminalView, given: { peer: string; title: string }): string {
  if (heldBy !== null && attached)
    return text('terminals.new.resume.open-on', { ...given, device: quoteUntrusted(heldBy) });
  if (openedBy !== null) return text('terminals.new.resume.opened-by', { ...given, device: quoteUntrusted(openedBy) });
  return text('terminals.new.resume', given);
}
