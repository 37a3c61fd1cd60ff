import { Globe } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { RelayStatus } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { explain, text } from '../../../locale/index.ts';
import { openPairing, openPlainPairing, useApp, useIsWithout } from '../../../store/index.ts';
import { Button, Menu, StatusDot, type StatusDotProps } from '../../../ui/index.ts';
import { chosenOf, NearbyDrawing, strangersOf, useDiscovery } from '../../discovery/index.ts';
import { readTyped } from '../code-input.ts';
import { isNearOnly, useRelayElsewhere, type RelayElsewhere } from '../../relay-reach/index.ts';
import { hasRelay, usePairingFlow, type PairingControl } from '../use-pairing-flow.ts';
import { PagePromise } from '../page-promise.tsx';
import { ChosenPairing } from './chosen-pairing.tsx';
import { EnterCode } from './enter-code.tsx';
import styles from './home.module.css';
import { ShowCode } from './show-code.tsx';
import { RunPair } from './unpaired-machine.tsx';

/**
 * Screen on which every pairing begins: the machines found in this network, a field for a code, a code of this machine, and the way to a relay for
 * machines elsewhere. After a machine of the network was chosen, only what its pairing needs. The content of the first run, where it has the flow of the window, and of the dialog that pairs.
 */
export function PairingHome({
  control,
  children,
}: Readonly<{
  control: PairingControl;
  /** Further button at the end. */
  children?: ReactNode;
}>): ReactElement {
  const { flow, state } = control;
  const { kind } = readTyped(state.typed);
  const isTyped = kind === 'code' || kind === 'link';
  const discovery = useDiscovery({ measure: true });
  // The screen has one primary button: the next one to press.
  const canChoose = state.step.at === 'choose' && state.shown === undefined && !isTyped;
  // A browser sees no network, and uses the relay that its page came from.
  const hasNetwork = !useIsWithout('network');
  const { view } = discovery;
  const strangers = strangersOf(view, Infinity);
  const isAlone = strangers.length === 0;
  const found = strangers.map((device) => chosenOf(device, strangers));
  // Until the agent has answered, nothing appears that could disappear again.
  const isFound = view === undefined || (view.state === 'on' && view.networks > 0);
  const isRelayed = useApp(({ status }) => (status?.relay.url ?? null) !== null);
  const hasAccounts = !useIsWithout('accounts');
  // Such a browser may only enter codes at its relay, until a machine has enrolled it.
  if (!hasAccounts)
    return (
      <div className={styles['home']}>
        <div className={styles['duo']}>
          <RunPair heading={text('pairing.run.any')} />
          <EnterCode control={control} step={2} />
        </div>
      </div>
    );
  if (state.chosen !== undefined)
    return (
      <div className={styles['home']}>
        <ChosenPairing control={control} chosen={state.chosen} view={discovery.view}>
          {children}
        </ChosenPairing>
      </div>
    );
  return (
    <div className={styles['home']}>
      {hasNetwork && (
        <NearbyDrawing control={discovery} primary={canChoose} onPair={(machine) => flow.choose(machine)} />
      )}
      <div className={styles['duo']}>
        <EnterCode control={control} needsAddress={hasNetwork && !isFound && !isRelayed} found={found} />
        <ShowCode control={control} primary={canChoose && isAlone} isFound={isFound} />
      </div>
      {hasNetwork ? <RelayRow onAdd={() => flow.askForRelay('add')} /> : <OwnMachines />}
      <div className={styles['others']}>
        <Menu
          align="start"
          label={text('pairing.other-ways')}
          trigger={
            <Button variant="quiet" size="small">
              {text('pairing.other-ways')}
            </Button>
          }
          items={[
            { label: text('pairing.show.link'), onSelect: () => flow.invite(hasRelay(), 'link') },
            ...(hasNetwork
              ? [{ label: text('pairing.remedy.address'), onSelect: () => flow.typeAddress(state.at ?? '') }]
              : []),
            { label: text('adding.link'), detail: text('adding.link.when'), onSelect: () => openPairing('by-hand') },
            ...(hasNetwork
              ? [
                  // It pairs no machine.
                  'separator' as const,
                  {
                    label: text('pairing.other-ways.plain'),
                    detail: text('pairing.other-ways.plain.when'),
                    onSelect: () => openPlainPairing(),
                  },
                ]
              : []),
          ]}
          // The field for the address keeps the focus that it has taken.
          returnFocus={() => (document.activeElement?.tagName === 'INPUT' ? false : null)}
        />
        {children}
      </div>
      <PagePromise />
    </div>
  );
}

/** The pairing screen in a page, for the first run. It shows the steps in which nothing runs yet; the dialog shows the others. */
export function PairingStart({ children }: Readonly<{ children?: ReactNode }>): ReactElement {
  const control = usePairingFlow();
  return <PairingHome control={control}>{children}</PairingHome>;
}

/** An invitation through this machine's relay, and nothing else: its link, with the QR code. A code can take its place. */
export function LinkHome({ control }: Readonly<{ control: PairingControl }>): ReactElement {
  return (
    <div className={styles['home']}>
      <div className={styles['alone']}>
        <ShowCode control={control} primary isFound={false} />
      </div>
    </div>
  );
}

/** Row of a browser that leads to the ways in which an own machine adds it: by QR code, ID, or a request to the machines of its account. */
function OwnMachines(): ReactElement {
  return (
    <div className={styles['relay']}>
      <p className={styles['sub']}>{text('adding.own.text')}</p>
      <div>
        <Button size="small" onClick={() => openPairing('ask-own')}>
          {text('adding.own')}
        </Button>
      </div>
    </div>
  );
}

/** Row that leads to a relay, and says how the configured one works. */
function RelayRow({ onAdd }: Readonly<{ onAdd: () => void }>): ReactElement {
  const relay = useApp(({ status }) => status?.relay);
  const elsewhere = useRelayElsewhere();
  const isSet = relay !== undefined && relay.url !== null;
  const state = isSet ? describeRelay(relay, elsewhere) : undefined;
  // The relay of this machine can be opened for others; another one only replaced.
  const isClosed = isSet && relay.own === true && relay.state === 'online' && isNearOnly(elsewhere.reach);
  return (
    <section className={styles['relay']} aria-label={text('first-run.relay')}>
      <Globe aria-hidden="true" />
      <div className={styles['relay-words']}>
        <p className={styles['strong']}>{text('first-run.relay.title')}</p>
        <p className={styles['sub']} role="status">
          {state === undefined ? (
            text('first-run.relay.text')
          ) : (
            <>
              <span className={styles['dot']} aria-hidden="true">
                <StatusDot state={state.dot} label="" />
              </span>
              {state.words}
            </>
          )}
        </p>
      </div>
      <Button size="small" variant="quiet" edge="end" onClick={onAdd}>
        {text(isClosed ? 'first-run.relay.open' : isSet ? 'first-run.relay.change' : 'first-run.relay.add')}
      </Button>
    </section>
  );
}

function describeRelay(
  { url, state, problem }: RelayStatus,
  elsewhere: RelayElsewhere,
): Readonly<{
  dot: StatusDotProps['state'];
  words: string;
}> {
  const values = { url: url ?? '' };
  if (problem === 'relay.admission-needed')
    return { dot: 'waiting', words: text('first-run.relay.state.no-admission', values) };
  switch (state) {
    case 'online':
      return {
        // Machines in other networks are the subject of the row.
        dot: elsewhere.reach === 'anywhere' || elsewhere.reach === 'private' ? 'online' : 'waiting',
        words: text(`first-run.relay.state.online.${elsewhere.reach}`, { url: elsewhere.url ?? '' }),
      };
    case 'waiting':
      return { dot: 'waiting', words: text('first-run.relay.state.waiting', values) };
    case 'failed':
    case 'stopped': {
      const why = explain(new ClawReachError(problem ?? 'relay.stopped', '')).what;
      return { dot: 'failed', words: text('first-run.relay.state.failed', { ...values, why }) };
    }
    default:
      return { dot: 'waiting', words: text('first-run.relay.state.connecting', values) };
  }
}
