import { Laptop, Link2, Search } from 'lucide-react';
import { useId, type ReactElement } from 'react';
import type { DiscoveredDeviceView } from '#shared/app-api/index.ts';
import { explainCode, text } from '../../locale/index.ts';
import { openPairing } from '../../store/index.ts';
import { Button, Chip, ErrorNotice, Spinner, Wait } from '../../ui/index.ts';
import { useDiscovery, type DiscoveryControl } from './use-discovery.ts';
import styles from './discovery.module.css';

export type NearbyProps = Readonly<{
  /** Hides the heading, for use in a part of a page that has its own heading. */
  bare?: boolean;
}>;

/**
 * Lists the devices found in the local network: known peers first, then others, each with a button to pair. Buttons search again
 * (`discovery.search`), or turn discovery on (`discovery.set`). Used on the machines page and in the first run. Before the agent has answered, or
 * where discovery isn't available, renders nothing, or a short note with `bare`.
 */
export function Nearby({ bare = false }: NearbyProps): ReactElement | null {
  const id = useId();
  const control = useDiscovery();
  const { view, searching, error } = control;
  if (view === undefined) return bare ? <Spinner label={text('ui.loading')} /> : null;
  if (view.problem === 'discovery.unavailable')
    return bare ? <p className={styles['note']}>{explainCode(view.problem, '').what}</p> : null;
  return (
    <section className={styles[bare ? 'bare' : 'nearby']} aria-label={text('discovery.title')} data-nearby={view.state}>
      {!bare && (
        <h2 id={id} className={styles['heading']}>
          {text('discovery.title')}
        </h2>
      )}
      {error !== undefined && <ErrorNotice error={error} onDismiss={control.dismiss} />}
      {view.devices.length > 0 && (
        <ul className={styles['list']} aria-label={text('discovery.list')}>
          {view.devices.slice(0, MOST_SHOWN).map((device) => (
            <Device key={device.id} device={device} />
          ))}
        </ul>
      )}
      <Foot control={control} searching={searching} />
    </section>
  );
}

/** Most devices shown; known peers come first. */
const MOST_SHOWN = 64;

function Device({ device }: Readonly<{ device: DiscoveredDeviceView }>): ReactElement {
  const { address, name, peer } = device;
  const host = address.slice(0, address.lastIndexOf(':'));
  return (
    <li className={styles['device']} data-found={peer === null ? 'stranger' : 'peer'}>
      <span className={styles['icon']} aria-hidden="true">
        <Laptop />
      </span>
      <span className={styles['identity']}>
        <strong>{peer === null ? text('discovery.nameless', { host }) : <bdi>{peer.name}</bdi>}</strong>
        <span className={styles['note']}>
          {peer === null ? name !== null && <CallsItself name={name} /> : <bdi>{address}</bdi>}
        </span>
      </span>
      {peer === null ? (
        <Button
          size="small"
          icon={<Link2 aria-hidden="true" />}
          aria-label={text('discovery.pair.label', { host })}
          onClick={() => openPairing('choose')}
        >
          {text('discovery.pair')}
        </Button>
      ) : (
        <Chip tone="good">{text('discovery.peer')}</Chip>
      )}
    </li>
  );
}

function CallsItself({ name }: Readonly<{ name: string }>): ReactElement {
  const [before = '', after = ''] = text('discovery.calls-itself', { name: '\u0000' }).split('\u0000');
  return (
    <>
      {before}
      <bdi>{name}</bdi>
      {after}
    </>
  );
}

function Foot({ control, searching }: Readonly<{ control: DiscoveryControl; searching: boolean }>): ReactElement {
  const { view, search, set } = control;
  const strangers = view?.devices.some(({ peer }) => peer === null) === true;
  return (
    <div className={styles['foot']}>
      {view?.state === 'off' ? (
        <Button size="small" onClick={() => set({ enabled: true })}>
          {text('discovery.off.turn-on')}
        </Button>
      ) : (
        <Wait busy={searching} label={text('discovery.searching')} onCancel={control.cancel} atOnce>
          <Button size="small" icon={<Search aria-hidden="true" />} busy={searching} onClick={search}>
            {text((view?.devices.length ?? 0) === 0 ? 'discovery.search' : 'discovery.again')}
          </Button>
        </Wait>
      )}
      <p role="status" className={styles['note']}>
        {statusText(control)}
      </p>
      {strangers && <p className={styles['note']}>{text('discovery.pair.text')}</p>}
      {view?.state === 'on' && !view.announced && view.networks > 0 && (
        <p className={styles['note']}>{text('discovery.hidden')}</p>
      )}
    </div>
  );
}

function statusText({ view, searching }: DiscoveryControl): string {
  if (view === undefined) return '';
  if (view.state === 'off') return text('discovery.off');
  // The text beside the button says it.
  if (searching) return '';
  if (view.networks === 0 && view.state === 'on') return text('discovery.no-network');
  return view.devices.length === 0 ? text('discovery.none') : text('discovery.found', { count: view.devices.length });
}
