import { ArrowDown, ArrowUp, X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { LinkHop } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { classes, IconButton, UntrustedText, quoteUntrusted } from '../../../ui/index.ts';
import { MachineIcon } from '../machine-icon.tsx';
import styles from './hop-chain-list.module.css';
import { formatRoundTrip } from '../path/round-trips.ts';

/**
 * Hop as a row of the list. `id`: unique in the list, the hop's peer ID or its name. `measured`: last measurement of the hop; undefined without one.
 */
export type ChainHop = Readonly<{ id: string; name: string; measured: LinkHop | undefined; online: boolean }>;

export type HopChainListProps = Readonly<{
  hops: readonly ChainHop[];
  /** Name of the peer at the end of the route. */
  target: string;
  /** Round trip to the target over all hops, ms; null if unknown. */
  rtt: number | null;
  /** Handlers that move and remove hops, with positions from 0. Without them the route is read-only. */
  edit?: Readonly<{ onMove(from: number, to: number): void; onRemove(position: number): void }> | undefined;
}>;

/**
 * Lists the hops from this machine to a peer in order, each with its round trip. With `edit`, rows have buttons and can be dragged. Used by
 * `HopChainBuilder`, and read-only in the details of a path.
 */
export function HopChainList({ hops, target, rtt, edit }: HopChainListProps): ReactElement {
  const device = useApp((state) => state.status?.device.name);
  const peers = useApp((state) => state.peers);
  return (
    <ol className={styles['chain']} aria-label={text('peers.chain.list', { name: quoteUntrusted(target) })}>
      <Stop icon={<MachineIcon />} name={text('peers.chain.here')} note={device} />
      {hops.map(({ id, name, measured, online }, position) => {
        const isLost = measured?.lost === true;
        const before = position === 0 ? text('peers.chain.this') : quoteUntrusted(hops[position - 1]?.name ?? '');
        return (
          <Stop
            key={id}
            hop={id}
            icon={<MachineIcon of={peers.find((peer) => peer.peerId === id || peer.name === name)} />}
            name={<UntrustedText>{name}</UntrustedText>}
            note={
              isLost
                ? text('peers.chain.lost', { before })
                : online || measured !== undefined
                  ? undefined
                  : text('peers.chain.offline')
            }
            time={measured?.rtt ?? null}
            isLost={isLost}
            onDrop={edit === undefined ? undefined : (from) => edit.onMove(from, position)}
            position={position}
          >
            {edit !== undefined && (
              <span className={styles['buttons']}>
                {hops.length > 1 && (
                  <>
                    <IconButton
                      size="small"
                      data-move="up"
                      label={text('peers.chain.up', { name: quoteUntrusted(name) })}
                      icon={<ArrowUp />}
                      disabled={position === 0}
                      onClick={() => edit.onMove(position, position - 1)}
                    />
                    <IconButton
                      size="small"
                      data-move="down"
                      label={text('peers.chain.down', { name: quoteUntrusted(name) })}
                      icon={<ArrowDown />}
                      disabled={position === hops.length - 1}
                      onClick={() => edit.onMove(position, position + 1)}
                    />
                  </>
                )}
                <IconButton
                  size="small"
                  data-move="out"
                  label={text('peers.chain.remove', { name: quoteUntrusted(name) })}
                  icon={<X />}
                  onClick={() => edit.onRemove(position)}
                />
              </span>
            )}
          </Stop>
        );
      })}
      <Stop
        icon={<MachineIcon of={peers.find((peer) => peer.name === target)} />}
        name={<UntrustedText>{target}</UntrustedText>}
        time={rtt}
        isTarget
      />
    </ol>
  );
}

type StopProps = Readonly<{
  icon: ReactElement;
  name: ReactNode;
  note?: string | undefined;
  /** Round trip to this hop, ms; null or undefined if unknown. */
  time?: number | null;
  hop?: string;
  position?: number;
  isLost?: boolean;
  isTarget?: boolean;
  /** Called when another hop was dropped on this row. @param from position of that hop */
  onDrop?: ((from: number) => void) | undefined;
  children?: ReactNode;
}>;

const DRAGGED = 'application/x-clawreach-hop';

function Stop(props: StopProps): ReactElement {
  const { icon, name, note, time = null, hop, position, isLost = false, isTarget = false, onDrop, children } = props;
  return (
    <li className={classes(styles['stop'], isLost && styles['lost'], isTarget && styles['target'])} data-hop={hop}>
      <div
        className={styles['row']}
        draggable={onDrop !== undefined}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move';
          event.dataTransfer.setData(DRAGGED, String(position));
        }}
        onDragOver={(event) => {
          if (onDrop !== undefined && event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
        }}
        onDrop={(event) => {
          const from = event.dataTransfer.getData(DRAGGED);
          if (onDrop === undefined || !/^\d$/.test(from)) return;
          event.preventDefault();
          onDrop(Number(from));
        }}
      >
        <span className={styles['icon']} aria-hidden="true">
          {icon}
        </span>
        <span className={styles['name']}>
          {name}
          {note !== undefined && <span className={styles['note']}>{note}</span>}
        </span>
        {time !== null && (
          <span className={styles['time']}>
            <span className="visually-hidden">{text('peers.chain.answers')} </span>
            {formatRoundTrip(time)}
          </span>
        )}
        {children}
      </div>
    </li>
  );
}
