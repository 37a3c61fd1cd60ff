import { useId, type ReactElement } from 'react';
import type { DiscoveredDeviceView } from '#shared/app-api/index.ts';
import { explainCode, joinSentences, text } from '../../locale/index.ts';
import { openPairingWith, useApp } from '../../store/index.ts';
import { Button, ErrorNotice, Row, RowList, UntrustedText, Wait, classes } from '../../ui/index.ts';
import { MachineIcon } from '../peers/index.ts';
import { FoundFacts } from './found-facts.tsx';
import { noNetworkText } from './no-network-text.ts';
import { chosenOf, hostOf, strangersOf, unnamedText } from './strangers.ts';
import { useDiscovery, type DiscoveryControl } from './use-discovery.ts';
import styles from './discovery.module.css';

/** Most machines listed. */
const MOST_SHOWN = 64;

/**
 * Lists the machines found in the local network that aren't paired, each as a row with a button that leads to the field for its code. A button
 * in the heading searches again (`discovery.search`), or turns discovery on (`discovery.set`). Last part of the list of machines. Renders nothing
 * before the agent has answered, or if this agent runs without discovery.
 * @param props.isCompact beside a machine's page: rows are inset as those of the list
 */
export function Nearby({ isCompact = false }: Readonly<{ isCompact?: boolean }>): ReactElement | null {
  const id = useId();
  const control = useDiscovery();
  const { view, error } = control;
  const isRelayed = useApp(({ status }) => (status?.relay.url ?? null) !== null);
  if (view === undefined || view.problem === 'discovery.unavailable') return null;
  const strangers = strangersOf(view, MOST_SHOWN);
  const note = noteOf(control, strangers.length, isRelayed);
  return (
    <section className={classes(isCompact && styles['compact'])} aria-labelledby={id} data-nearby={view.state}>
      <div className={styles['heading']}>
        <h2 id={id}>{text('discovery.unpaired')}</h2>
        <Search control={control} found={strangers.length} />
      </div>
      {error !== undefined && <ErrorNotice error={error} onDismiss={control.dismiss} />}
      {strangers.length > 0 && (
        <RowList label={text('discovery.list')}>
          {strangers.map((device) => (
            <Stranger key={device.id} device={device} all={strangers} />
          ))}
        </RowList>
      )}
      <p role="status" className={styles['note']}>
        {note}
      </p>
    </section>
  );
}

type StrangerProps = Readonly<{ device: DiscoveredDeviceView; all: readonly DiscoveredDeviceView[] }>;

function Stranger({ device, all }: StrangerProps): ReactElement {
  const { name, inviting } = device;
  const host = hostOf(device, all);
  return (
    <Row
      data-found="stranger"
      lead={
        <span className={styles['icon']}>
          <MachineIcon />
        </span>
      }
      title={name === null ? host : <UntrustedText>{name}</UntrustedText>}
      detail={<FoundFacts facts={[name === null ? unnamedText(device) : host]} inviting={inviting} />}
      tail={
        <Button
          size="small"
          aria-label={text('discovery.pair.label', { host })}
          onClick={() => openPairingWith(chosenOf(device, all))}
        >
          {text('discovery.pair')}
        </Button>
      }
    />
  );
}

function Search({ control, found }: Readonly<{ control: DiscoveryControl; found: number }>): ReactElement | null {
  const { view, searching, search, set } = control;
  if (view?.state === 'off')
    return (
      <Button size="small" variant="quiet" edge="end" onClick={() => set({ enabled: true })}>
        {text('discovery.off.turn-on')}
      </Button>
    );
  // Without a private network there is nothing to search.
  if (view?.state === 'on' && view.networks === 0) return null;
  return (
    <Wait busy={searching} label={text('discovery.searching')} onCancel={control.cancel} atOnce>
      <Button size="small" variant="quiet" edge="end" busy={searching} onClick={search}>
        {text(found === 0 ? 'discovery.search' : 'discovery.again')}
      </Button>
    </Wait>
  );
}

/** Says why no machine is listed, or what a name in the network is worth; empty during a search. */
function noteOf({ view, searching }: DiscoveryControl, found: number, isRelayed: boolean): string {
  if (view === undefined) return '';
  if (view.state === 'off') return text('discovery.off');
  if (view.problem !== null) return explainCode(view.problem, view.problem).what;
  if (view.networks === 0) return noNetworkText(isRelayed);
  const hidden = view.announced ? '' : text('discovery.hidden');
  if (searching) return hidden;
  return joinSentences(text(found === 0 ? 'discovery.none.unpaired' : 'discovery.pair.text'), hidden);
}
