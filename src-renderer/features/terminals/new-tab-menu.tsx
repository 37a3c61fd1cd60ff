import { MonitorSmartphone, Plus, RotateCcw, SquareTerminal } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { TerminalView } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { useApi, useApp } from '../../store/index.ts';
import { Button, IconButton, Menu, type MenuItem } from '../../ui/index.ts';
import { quoteForeign } from '../peers/index.ts';
import { tidyTitle } from './title.ts';
import type { Terminals } from './use-terminals.ts';

/** More than these are not offered for one machine. */
const MOST_RUNNING = 10;

/** New terminals on every machine that is online, and those that still run there: without a viewer, or on another device of the person. */
export function NewTabMenu({
  terminals,
  look,
}: Readonly<{ terminals: Terminals; look: 'icon' | 'button' }>): ReactElement {
  const api = useApi();
  const peers = useApp((state) => state.peers);
  const [running, setRunning] = useState<readonly TerminalView[]>([]);
  const online = peers.filter((peer) => peer.online);

  const askRunning = (): void => {
    void Promise.all(
      online
        // Only where a connection is: the menu is not worth making one.
        .filter(({ linked }) => linked)
        .map(({ peerId }) => api.call('terminal.list', { peer: peerId }).catch(() => [])),
    ).then((lists) =>
      setRunning(
        lists.flatMap((list) =>
          list.filter(({ attached, heldBy }) => !attached || heldBy !== null).slice(0, MOST_RUNNING),
        ),
      ),
    );
  };
  const items: MenuItem[] = online.map((peer) => ({
    label: text('terminals.new.on', { peer: quoteForeign(peer.name) }),
    icon: <SquareTerminal />,
    onSelect: () => terminals.open(peer.peerId),
  }));
  const resumed: MenuItem[] = [];
  const labels: string[] = [];
  for (const view of running) {
    const { peerId, terminal, title } = view;
    const peer = online.find((other) => other.peerId === peerId);
    if (peer === undefined || terminals.tabs.some(({ id }) => terminals.manager.session(id)?.terminal === terminal))
      continue;
    const shown = tidyTitle(title) || terminal.slice(0, 8);
    const label = resumeText(view, { peer: quoteForeign(peer.name), title: `\u2068${shown}\u2069` });
    const same = labels.filter((other) => other === label).length + 1;
    labels.push(label);
    resumed.push({
      // Those of the same name are told apart by a number.
      label: same === 1 ? label : text('terminals.tab.numbered', { title: label, number: same }),
      icon: view.heldBy === null ? <RotateCcw /> : <MonitorSmartphone />,
      onSelect: () => terminals.open(peerId, { terminal, title }),
    });
  }
  if (resumed.length > 0) items.push('separator', ...resumed);
  if (items.length === 0) {
    items.push({ label: text('terminals.new.nobody'), disabled: true, onSelect: () => undefined });
  }
  const trigger =
    look === 'icon' ? (
      <IconButton data-new-terminal="" label={text('terminals.new')} icon={<Plus />} onClick={askRunning} />
    ) : (
      <Button data-new-terminal="" variant="primary" icon={<Plus />} onClick={askRunning}>
        {text('terminals.new.menu')}
      </Button>
    );
  return (
    <Menu label={text('terminals.new.menu')} trigger={trigger} items={items} returnFocus={terminals.returnFocus} />
  );
}

/** What still runs, and where else it is or was opened. */
function resumeText({ attached, openedBy, heldBy }: TerminalView, given: { peer: string; title: string }): string {
  if (heldBy !== null && attached)
    return text('terminals.new.resume.open-on', { ...given, device: quoteForeign(heldBy) });
  if (openedBy !== null) return text('terminals.new.resume.opened-by', { ...given, device: quoteForeign(openedBy) });
  return text('terminals.new.resume', given);
}
