import { RotateCcw, SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { openPairing, requestTerminal, useApp } from '../../store/index.ts';
import { Button, Row, RowList, StatusDot } from '../../ui/index.ts';
import { formatRoundTrip } from '../peers/index.ts';
import { machineName, takesTerminals } from './session/machine.ts';
import { NewTabMenu } from './tabs/new-tab-menu.tsx';
import styles from './terminals.module.css';
import type { Terminals } from './use-terminals.ts';

/** Shown without terminals: the machines, each of which opens one, or the way to pair the first. */
export function NoTabs({ terminals }: Readonly<{ terminals: Terminals }>): ReactElement {
  const known = useApp((state) => state.peers);
  // A browser serves no terminals.
  const peers = known.filter(({ browser }) => browser === undefined);
  const gateways = useApp((state) => state.gateways);
  const open = gateways.filter(takesTerminals);
  if (peers.length + open.length + terminals.left.length === 0) {
    return (
      <div className={styles['none']}>
        <h2>{text('terminals.empty.no-peers')}</h2>
        <p>{text('terminals.empty.no-peers.text')}</p>
        <Button variant="primary" onClick={() => openPairing('choose')}>
          {text('terminals.empty.pair')}
        </Button>
      </div>
    );
  }
  const sorted = peers.toSorted((one, other) => Number(other.online) - Number(one.online));
  return (
    <div className={styles['none']}>
      {/* The page has a heading for screen readers. */}
      <p className={styles['none-title']} aria-hidden="true">
        {text('terminals.title')}
      </p>
      <LeftList terminals={terminals} />
      <h2>{text(terminals.left.length === 0 ? 'terminals.empty' : 'terminals.empty.new')}</h2>
      <RowList label={text('terminals.empty.machines')}>
        {sorted.map(({ peerId, name, online, address, rtt }) => (
          <Row
            key={peerId}
            lead={
              <StatusDot
                state={online ? 'online' : 'offline'}
                label={text(online ? 'terminals.empty.online' : 'terminals.empty.offline')}
              />
            }
            title={<bdi>{name}</bdi>}
            note={online && rtt !== null ? formatRoundTrip(rtt) : online ? undefined : text('terminals.empty.offline')}
            {...((online || address !== null) && { onOpen: () => requestTerminal(peerId) })}
          />
        ))}
        {open.map(({ id, settings }) => (
          <Row
            key={id}
            lead={<StatusDot state="online" label={text('terminals.empty.online')} />}
            title={<bdi>{text('terminals.gateway.name', { gateway: settings.name })}</bdi>}
            onOpen={() => terminals.open({ kind: 'gateway', gatewayId: id })}
          />
        ))}
      </RowList>
      <NewTabMenu terminals={terminals} look="button" />
    </div>
  );
}

/** Terminals that were left running, each of which opens again. */
function LeftList({ terminals }: Readonly<{ terminals: Terminals }>): ReactElement | null {
  const { left, machineOf, open, titleOfLeft } = terminals;
  if (left.length === 0) return null;
  return (
    <>
      <h2>{text('terminals.machine.left')}</h2>
      <RowList label={text('terminals.machine.left')}>
        {left.toReversed().map((one) => {
          const { host, terminal, title } = one;
          const reopen = (): void => open(host, { terminal, title });
          return (
            <Row
              key={terminal}
              lead={<SquareTerminal size={16} aria-hidden="true" />}
              title={<bdi>{titleOfLeft(one)}</bdi>}
              note={<bdi>{machineName(machineOf(host))}</bdi>}
              actions={[{ label: text('terminals.left.reopen'), icon: <RotateCcw />, onSelect: reopen }]}
              onOpen={reopen}
            />
          );
        })}
      </RowList>
    </>
  );
}
