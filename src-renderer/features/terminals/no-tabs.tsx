import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { openPairing, useApp } from '../../store/index.ts';
import { Button, Row, RowList, StatusDot } from '../../ui/index.ts';
import { formatRoundTrip } from '../peers/index.ts';
import { takesTerminals } from './session/machine.ts';
import { NewTabMenu } from './tabs/new-tab-menu.tsx';
import styles from './terminals.module.css';
import type { Terminals } from './use-terminals.ts';

/** Shown without terminals: the machines, each of which opens one, or the way to pair the first. */
export function NoTabs({ terminals }: Readonly<{ terminals: Terminals }>): ReactElement {
  const peers = useApp((state) => state.peers);
  const gateways = useApp((state) => state.gateways);
  const open = gateways.filter(takesTerminals);
  if (peers.length + open.length === 0) {
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
      <h2>{text('terminals.empty')}</h2>
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
            {...((online || address !== null) && { onOpen: () => terminals.open({ kind: 'peer', peerId }) })}
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
