import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';
import type { DiscoveredDeviceView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApp, type ChosenMachine } from '../../store/index.ts';
import { Button, classes, ErrorNotice, LinkFan, quoteUntrusted, Spinner } from '../../ui/index.ts';
import { MachineIcon } from '../peers/index.ts';
import styles from './discovery.module.css';
import { FoundFacts } from './found-facts.tsx';
import { noNetworkText } from './no-network-text.ts';
import { chosenOf, strangersOf, unnamedText } from './strangers.ts';
import type { DiscoveryControl } from './use-discovery.ts';

/** Most machines drawn. A network with more is better served by a code. */
const MOST_DRAWN = 8;

export type NearbyDrawingProps = Readonly<{
  /** Discovery that measures round trips. */
  control: DiscoveryControl;
  /** True if the button of one machine is the screen's primary one: of the first that shows a code, else of the first. */
  primary: boolean;
  /** Called when the person wants to enter the code of a machine. */
  onPair(machine: ChosenMachine): void;
}>;

/**
 * Draws the machines found in the local network that aren't paired, each with a button that leads to the field for its code, and searches once when it appears
 * (`discovery.search`). Says what to do if there are none, and turns discovery on (`discovery.set`). Part of the screen that pairs.
 */
export function NearbyDrawing({ control, primary, onPair }: NearbyDrawingProps): ReactElement | null {
  const id = useId();
  const own = useApp(({ status }) => status?.device.name);
  const { view, searching, error } = control;
  useSearchOnce(control);
  const strangers = strangersOf(view, MOST_DRAWN);
  const first = strangers.find(({ inviting }) => inviting) ?? strangers[0];
  // Not needed to pair; Settings name the problem.
  if (view?.state === 'unavailable') return null;
  return (
    <section className={styles['drawing']} aria-labelledby={id} data-nearby={view?.state ?? 'unknown'}>
      <div className={styles['drawing-head']}>
        <h2 id={id} className={styles['drawing-title']}>
          {text('discovery.here')}
        </h2>
        <span role="status" className={styles['note']}>
          {searching && (
            <>
              <Spinner label="" /> {text('discovery.looking')}
            </>
          )}
        </span>
        {!searching && view?.state === 'on' && view.networks > 0 && (
          <Button size="small" variant="quiet" edge="end" onClick={control.search}>
            {text(strangers.length === 0 ? 'discovery.search' : 'discovery.again')}
          </Button>
        )}
      </div>
      {error !== undefined && <ErrorNotice error={error} onDismiss={control.dismiss} />}
      <div className={styles['frame']}>
        <LinkFan
          label={text('discovery.list')}
          from={{
            name: own ?? text('discovery.this'),
            address: text('discovery.this'),
            icon: <MachineIcon />,
          }}
          targets={strangers.map((device) => targetOf(device, strangers, primary && device === first, onPair))}
          // Room for two, so that finding them doesn't move the field for the code below.
          room={2}
          empty={<Empty control={control} />}
        />
      </div>
      <p className={classes(styles['note'], styles['drawing-note'])}>
        {strangers.length > 0 ? text('discovery.unverified') : ''}
        {view?.state === 'on' && !view.announced && view.networks > 0 && text('discovery.hidden')}
      </p>
    </section>
  );
}

function targetOf(
  device: DiscoveredDeviceView,
  all: readonly DiscoveredDeviceView[],
  isPrimary: boolean,
  onPair: (machine: ChosenMachine) => void,
): Parameters<typeof LinkFan>[0]['targets'][number] {
  const chosen = chosenOf(device, all);
  const { host, name } = chosen;
  return {
    id: device.id,
    node: {
      name,
      address: <FoundFacts facts={factsOf(device, host)} inviting={device.inviting} />,
      icon: <MachineIcon />,
    },
    state: 'standby',
    action: (
      <Button
        variant={isPrimary ? 'primary' : 'secondary'}
        aria-label={text('discovery.pair.label', { host })}
        onClick={() => onPair(chosen)}
      >
        {text('discovery.pair')}
      </Button>
    ),
  };
}

/** Returns the facts below a machine's name: its address, or why it has no name. */
function factsOf({ name, alike, inviting }: DiscoveredDeviceView, host: string): readonly string[] {
  return [
    ...(alike === undefined ? [] : [text('discovery.alike', { name: quoteUntrusted(alike) })]),
    ...(name !== null ? [host] : alike === undefined ? [unnamedText({ inviting })] : []),
  ];
}

/** Text in place of the machines: the reason why there are none, and what helps. */
function Empty({ control: { view, set } }: Readonly<{ control: DiscoveryControl }>): ReactNode {
  const isRelayed = useApp(({ status }) => (status?.relay.url ?? null) !== null);
  if (view === undefined) return text('ui.loading');
  if (view.state === 'off')
    return (
      <>
        <p className={styles['empty-line']}>{text('discovery.off')}</p>
        <Button size="small" onClick={() => set({ enabled: true })}>
          {text('discovery.off.turn-on')}
        </Button>
      </>
    );
  if (view.networks === 0) return noNetworkText(isRelayed);
  return text('discovery.start-there');
}

/** Searches the network once, as soon as discovery is known to be on. */
function useSearchOnce({ view, search }: DiscoveryControl): void {
  const hasSearched = useRef(false);
  const isOn = view?.state === 'on' && view.networks > 0;
  useEffect(() => {
    if (!isOn || hasSearched.current) return;
    hasSearched.current = true;
    search();
  }, [isOn, search]);
}
